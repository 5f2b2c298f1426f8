namespace CodexRouter.Cli

open System
open System.Text
open CodexRouter.Core
open Tomlyn
open Tomlyn.Model

/// The parts of Codex's own settings that matter here: whether a sign-in is a file at all, whether Codex would delete it,
/// and where the services are.
[<RequireQualifiedAccess>]
module CodexSettings =

    [<Literal>]
    let private Limit = 1_048_576

    /// Where the machine's own settings are.
    [<Literal>]
    let private Machine = "/etc/codex"

    let private keys =
        [
            Preflight.LoginMethodKey
            Preflight.WorkspaceKey
            "cli_auth_credentials_store"
            "chatgpt_base_url"
        ]

    let private valueOf (value: obj) =
        match value with
        | :? string as text -> SettingValue.Text text
        | :? TomlArray as items when items |> Seq.forall (fun item -> item :? string) ->
            SettingValue.Texts [ for item in items -> string item ]
        | _ -> SettingValue.Other

    let private valuesOf (table: TomlTable) =
        Map.ofList
            [
                for key in keys do
                    match table.TryGetValue key with
                    | true, value -> key, valueOf value
                    | _ -> ()
            ]

    /// A profile's home has a link to the shared file, which is the one to edit.
    let private shared (file: string) =
        match Entry.link (Disk.look file) with
        | Some(_, target) -> IO.Path.GetFullPath(target, string (IO.Path.GetDirectoryName file))
        | None -> file

    let private tableOf (bytes: ReadOnlyMemory<byte>) =
        try
            TomlSerializer.Deserialize<TomlTable>(Encoding.UTF8.GetString bytes.Span)
            |> Option.ofObj
        with :? TomlException ->
            // Codex refuses such a file too, and says where.
            None

    let private readTable file =
        Disk.readBytes Limit file |> Option.bind tableOf

    let private layer file : SettingsLayer option =
        Disk.readBytes Limit file
        |> Option.map (fun bytes ->
            {
                File = shared file
                Values = tableOf bytes |> Option.map valuesOf
            })

    /// Gives the layers of settings for a home in the order in which the later wins, with the machine's from a folder
    /// (seen in 0.160 and 0.169; a home's own managed_config.toml is not read).
    let layersIn (machine: string) (home: string) : SettingsLayer list =
        [
            Layout.(/) machine "config.toml"
            Layout.(/) home "config.toml"
            Layout.(/) machine "managed_config.toml"
        ]
        |> List.choose layer

    /// Gives the layers of settings for a home in the order in which the later wins.
    let layers home = layersIn Machine home

    let private table name (table: TomlTable) =
        match table.TryGetValue name with
        | true, (:? TomlTable as found) -> Some found
        | _ -> None

    let private textIn name (table: TomlTable) =
        match table.TryGetValue name with
        | true, (:? string as found) -> Some found
        | _ -> None

    let private ownPermissions (settings: TomlTable) : OwnPermissions option =
        table "permissions" settings
        |> Option.bind (table Protection.Name)
        |> Option.map (fun own ->
            {
                Extends = textIn "extends" own |> Option.defaultValue ""
                Description = textIn "description" own
                Depth =
                    table "filesystem" own
                    |> Option.bind (fun paths ->
                        match paths.TryGetValue "glob_scan_max_depth" with
                        | true, (:? int64 as depth) -> Some(float<int64> depth)
                        | _ -> None)
                Denied =
                    match table "filesystem" own with
                    | Some paths -> Set.ofSeq (paths.Keys |> Seq.filter (fun path -> textIn path paths = Some "deny"))
                    | None -> Set.empty
            })

    /// Tells whether a home has settings of its own: what is written there applies there and wherever a link leads to it.
    let hasOwn root home =
        home = root || (Entry.file (Disk.look (Layout.(/) home "config.toml"))).IsSome

    /// Gives what a home's own settings say about the permissions of commands; nothing where they cannot be read. What is in
    /// force only Codex can tell, and only its sandbox can prove.
    let commandPermissions (home: string) : CommandPermissions option =
        readTable (Layout.(/) home "config.toml")
        |> Option.map (fun settings ->
            {
                Default = textIn "default_permissions" settings
                SandboxMode = textIn "sandbox_mode" settings
                HasWorkspaceWrite = (table "sandbox_workspace_write" settings).IsSome
                Own = ownPermissions settings
            })

    let private text key layers =
        match Preflight.inForce layers key with
        | Some(file, SettingValue.Text text) -> Some(file, text)
        | Some(_, (SettingValue.Texts _ | SettingValue.Other))
        | None -> None

    /// Gives the address of the provider's services for a home, if its settings name one, and the file that does.
    let serviceBase home = layers home |> text "chatgpt_base_url"

    /// Gives the file that asks for another store than `file`, and the word that it uses.
    let otherStore (layers: SettingsLayer list) =
        text "cli_auth_credentials_store" layers
        |> Option.filter (fun (_, store) -> store <> "file")

    /// Refuses to work on sign-ins that are not files: in a keyring there is one for each home's path, and nothing to link.
    let needFiles root : Result<unit, Problem> =
        match layers root |> otherStore with
        | None -> Ok()
        | Some(file, store) ->
            Problem.refused
                ProblemCode.CredentialStore
                ("Codex keeps its sign-in in '"
                 + Inert.text store
                 + "' (cli_auth_credentials_store in "
                 + Inert.text file
                 + "), but profiles need files: set cli_auth_credentials_store = \"file\" there, then sign in again")
                (Remedy.forEditing file)
            |> Error

    let private refuse whose remedy (demand: WouldSignOut) : Problem =
        Problem.refused
            ProblemCode.WouldSignOut
            ("Codex would delete "
             + whose
             + ": "
             + Inert.text demand.File
             + " says "
             + Preflight.line demand)
            (remedy + Remedy.forEditing demand.File)

    /// Gives why Codex would delete the sign-in in a file when it starts with a home's settings.
    let wouldSignOut (home: string) (file: string) : WouldSignOut option =
        match Disk.files.ReadSignIn file with
        | Ok signIn -> Preflight.check (layers home) signIn
        | Error _ -> None

    /// A profile's home has its link to the settings only once it is whole. What it has of its own may be missing.
    let private settingsHome root home =
        let hasOwn =
            (ProfileRecord.own (Disk.files.ReadRecord(Layout.recordIn home))).Contains HomeGroup.Config

        if Disk.look (Layout.(/) home "config.toml") = Entry.Missing && not hasOwn then
            root
        else
            home

    /// Gives why Codex would delete a profile's sign-in, in its own home.
    let profileWouldSignOut root name =
        let home = Layout.home root name
        wouldSignOut (settingsHome root home) (Layout.signIn root name)

    /// Gives the words that go before those that name the file: a key that belongs to one account can stand in a profile's own
    /// settings, where it does not bother the others.
    let orOwn root (name: ProfileName) (demand: WouldSignOut) =
        if demand.File = Layout.(/) root "config.toml" then
            "codex-router share " + ProfileName.value name + " --own config, or "
        else
            ""

    /// Refuses a home whose sign-in Codex would delete at its start. The remedy goes before the words that name the file.
    let needAccepted (root: string) (home: string) (remedy: string) : Result<unit, Problem> =
        match wouldSignOut (settingsHome root home) (Layout.(/) home Layout.SignInFile) with
        | Some demand ->
            let orOwn =
                Observed.names Disk.files root
                |> List.tryFind (fun name -> Layout.home root name = home)
                |> Option.map (fun name -> orOwn root name demand)
                |> Option.defaultValue ""

            Error(refuse ("the sign-in in " + Inert.text (Layout.(/) home Layout.SignInFile)) (remedy + orOwn) demand)
        | None -> Ok()

    /// Refuses a profile whose sign-in Codex would delete at its start.
    let needProfileAccepted root (name: ProfileName) remedy : Result<unit, Problem> =
        match profileWouldSignOut root name with
        | Some demand ->
            Error(
                refuse
                    ("the sign-in of profile '" + ProfileName.value name + "'")
                    (remedy + orOwn root name demand)
                    demand
            )
        | None -> Ok()

    /// Refuses a login by a way that Codex's settings shut.
    let needKind root kind : Result<unit, Problem> =
        match Preflight.checkKind (layers root) kind with
        | Some demand -> Error(refuse "a sign-in of this kind" "codex-router login --help, or " demand)
        | None -> Ok()
