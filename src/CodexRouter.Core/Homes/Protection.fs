namespace CodexRouter.Core

open System

/// What Codex's settings say about the permissions of the commands that a model runs.
type CommandPermissions =
    {
        /// The permission profile in force (`default_permissions`), if one is named.
        Default: string option
        /// The older setting for the same. Where both stand, Codex goes by the permission profile (seen in 0.160 and 0.169).
        SandboxMode: string option
        /// Whether `sandbox_workspace_write` has settings, which no permission profile would take over.
        HasWorkspaceWrite: bool
        /// The router's own permission profile, if it is there.
        Own: OwnPermissions option
    }

/// The router's own permission profile, as Codex's settings have it.
and OwnPermissions =
    {
        /// The permission profile that it adds to.
        Extends: string
        Description: string option
        /// The patterns that commands are denied.
        Denied: Set<string>
        /// How many directories below a pattern's fixed part Codex looks, if that is set.
        Depth: float option
    }

/// Why the sign-ins cannot be put out of reach by a permission profile.
[<RequireQualifiedAccess>]
type NoProtection =
    /// Commands run without a sandbox: the setting that says so.
    | NoSandbox of setting: string
    /// The older settings hold more than a permission profile would take over.
    | OlderSettings of setting: string

/// A permission profile to be written.
type Protection =
    {
        /// The permission profile that it adds to.
        Extends: string
        /// What `default_permissions` named before.
        Before: string option
        /// The patterns that commands are denied.
        Denied: string list
    }

/// What `default_permissions` is to be once the router's permission profile is gone.
[<RequireQualifiedAccess>]
type Restored =
    /// There is no such permission profile.
    | NotThere
    /// It named none before.
    | Unset
    | Named of string

/// Sign-ins out of reach of the commands that a model runs: a permission profile of Codex's own that denies them. A whole
/// home is never denied: it has more that commands need, such as `tmp`, where Codex's helper programs are.
[<RequireQualifiedAccess>]
module Protection =

    /// The permission profile's name in Codex's settings.
    [<Literal>]
    let Name = "codex-router"

    /// How deep below its fixed part Codex looks for what a pattern means: a sign-in is in a home in a folder of homes. Both
    /// 0.160 and 0.169 find a file by `**` within this depth; with `*` 0.160 finds none.
    [<Literal>]
    let Depth = 3

    /// Gives the patterns that commands are denied. They are patterns even for single files and folders: Codex makes a file at
    /// a plain path that is not there for as long as a command runs, so that two commands at once fail and a killed Codex
    /// leaves it there (seen in 0.160, 0.163 and 0.169). The link at the root's auth.json is not among them: 0.169 cannot deny a
    /// link, and the file at its far end is denied.
    let denied root : string list =
        [
            Layout.(/) (Layout.profiles root) ("**/" + Layout.SignInFile)
            Layout.(/) root "**/.credentials.json"
            Layout.(/) (Layout.sealedCopies root) "**"
            Layout.(/) (Layout.kept root) "**"
            Layout.(/) (Layout.scratch root) ("**/" + Layout.SignInFile)
            Layout.(/) (Layout.trash root) ("**/" + Layout.SignInFile)
        ]

    let private before = "added by codex-router protect in place of "

    let private nothing = "nothing"

    let private quoted (named: string) = "'" + named + "'"

    /// The text by which the permission profile remembers what was in force before it.
    let description (protection: Protection) =
        before + (protection.Before |> Option.map quoted |> Option.defaultValue nothing)

    /// Tells whether the router's permission profile is in force and whole.
    let isSet root (permissions: CommandPermissions) =
        permissions.Default = Some Name
        && permissions.Own
           |> Option.exists (fun own ->
               Set.isSubset (Set.ofList (denied root)) own.Denied
               && own.Depth |> Option.exists (fun depth -> depth >= float<int> Depth))

    /// What was in force before the router's permission profile, by its description.
    let private beforeOf (own: OwnPermissions) : Restored =
        match own.Description with
        | Some text when text = before + nothing -> Restored.Unset
        | Some text when text.StartsWith(before + "'", StringComparison.Ordinal) && text.EndsWith '\'' ->
            Restored.Named(text.Substring(before.Length).Trim '\'')
        // Somebody rewrote the description: what it adds to is what was in force.
        | Some _
        | None -> Restored.Named own.Extends

    let private builtIn = [ ":workspace"; ":read-only" ]

    let private ofOlder wantsReadOnly (permissions: CommandPermissions) =
        match permissions.SandboxMode with
        | Some "read-only" -> Ok ":read-only"
        | Some "danger-full-access" -> Error(NoProtection.NoSandbox "sandbox_mode")
        | Some _
        | None when permissions.HasWorkspaceWrite -> Error(NoProtection.OlderSettings "sandbox_workspace_write")
        | Some _
        | None -> Ok(if wantsReadOnly then ":read-only" else ":workspace")

    /// Gives what is to be written: the denials added to what is in force. Where nothing is, Codex's own choice depends on the
    /// directory; a permission profile has to name one.
    let plan root wantsReadOnly (permissions: CommandPermissions) : Result<Protection, NoProtection> =
        let protection before extends =
            {
                Extends = extends
                Before = before
                Denied = denied root
            }

        match permissions.Default, permissions.Own with
        | Some Name, Some own ->
            // Written before, by hand or by a version that denied less.
            let before =
                match beforeOf own with
                | Restored.Named named -> Some named
                | Restored.Unset
                | Restored.NotThere -> None

            Ok(protection before own.Extends)
        | Some Name, None
        | None, _ -> ofOlder wantsReadOnly permissions |> Result.map (protection None)
        | Some named, _ when named.StartsWith ':' && not (List.contains named builtIn) ->
            Error(NoProtection.NoSandbox "default_permissions")
        | Some named, _ -> Ok(protection (Some named) named)

    /// Gives what `default_permissions` is to be once the router's permission profile is gone.
    let restored (permissions: CommandPermissions) : Restored =
        match permissions.Default, permissions.Own with
        | Some Name, Some own -> beforeOf own
        | Some Name, None -> Restored.Unset
        | Some named, Some _ -> Restored.Named named
        | None, Some _ -> Restored.Unset
        | _, None -> Restored.NotThere
