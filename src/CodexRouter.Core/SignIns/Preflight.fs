namespace CodexRouter.Core

open System

/// What a file of settings says for a key, as far as it matters here.
[<RequireQualifiedAccess>]
type SettingValue =
    | Text of string
    | Texts of string list
    /// Something that no key of these may be: Codex does not start with it.
    | Other

/// One file of Codex's settings; nothing is known of one that is no TOML.
[<NoComparison>]
type SettingsLayer =
    {
        File: string
        Values: Map<string, SettingValue> option
    }

/// Why Codex would delete a sign-in: the key, the file that says it, and what it wants.
type WouldSignOut =
    {
        Key: string
        File: string
        Wanted: string list
    }

/// Decides whether the settings in force would make Codex delete a sign-in when it starts (seen in 0.160 and 0.169).
[<RequireQualifiedAccess>]
module Preflight =

    [<Literal>]
    let LoginMethodKey = "forced_login_method"

    [<Literal>]
    let WorkspaceKey = "forced_chatgpt_workspace_id"

    /// Gives what is in force for a key, and the file that says it. The later layer wins; a broken one says nothing.
    let inForce (layers: SettingsLayer list) key =
        layers
        |> List.choose (fun layer ->
            layer.Values
            |> Option.bind (Map.tryFind key)
            |> Option.map (fun value -> layer.File, value))
        |> List.tryLast

    let private methods = [ "chatgpt"; "api" ]

    /// Codex refuses a whole configuration with such a value, so nothing is deleted by it.
    let private isUsable key value =
        match key, value with
        | LoginMethodKey, SettingValue.Text text -> List.contains text methods
        | WorkspaceKey, SettingValue.Text text -> not (text.Contains ',')
        | WorkspaceKey, SettingValue.Texts _ -> true
        | _ -> false

    /// The forced keys with what they want; none when Codex would not start with them.
    let private forced layers =
        let said =
            [ LoginMethodKey; WorkspaceKey ]
            |> List.choose (fun key -> inForce layers key |> Option.map (fun (file, value) -> key, file, value))

        if said |> List.exists (fun (key, _, value) -> not (isUsable key value)) then
            []
        else
            said
            |> List.choose (fun (key, file, value) ->
                let texts =
                    match value with
                    | SettingValue.Text text -> [ text ]
                    | SettingValue.Texts texts -> texts
                    | SettingValue.Other -> []

                match texts |> List.map _.Trim() |> List.filter ((<>) "") with
                | [] -> None
                | wanted ->
                    Some
                        {
                            Key = key
                            File = file
                            Wanted = wanted
                        })

    let private methodOf kind =
        match kind with
        | SignInKind.ChatGpt -> Some "chatgpt"
        | SignInKind.ApiKey -> Some "api"
        // What Codex makes of these was not seen.
        | SignInKind.Token
        | SignInKind.Other -> None

    let private isAgainst kind (workspace: string option) (demand: WouldSignOut) =
        match demand.Key, methodOf kind with
        | LoginMethodKey, Some way -> not (List.contains way demand.Wanted)
        | WorkspaceKey, Some "chatgpt" ->
            workspace
            |> Option.forall (fun workspace -> not (List.contains workspace demand.Wanted))
        | _ -> false

    /// Gives why Codex would delete a sign-in, if it would. The workspace is the one in the id token: the file's own
    /// account_id is not asked.
    let check (layers: SettingsLayer list) (signIn: SignIn) : WouldSignOut option =
        forced layers |> List.tryFind (isAgainst signIn.Kind signIn.TokenAccountId)

    /// Gives why Codex would not accept a new sign-in of a kind, whoever signs in.
    let checkKind (layers: SettingsLayer list) kind : WouldSignOut option =
        forced layers
        |> List.tryFind (fun demand -> demand.Key = LoginMethodKey && isAgainst kind None demand)

    /// Gives the line that the key's file has now, to be found there.
    let line (demand: WouldSignOut) =
        let quoted = demand.Wanted |> List.map (fun text -> "\"" + Inert.text text + "\"")

        demand.Key
        + " = "
        + (match quoted with
           | [ one ] -> one
           | several -> "[" + String.Join(", ", several) + "]")
