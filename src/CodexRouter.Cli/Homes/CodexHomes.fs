namespace CodexRouter.Cli

open System
open System.Text
open System.Text.Json
open CodexRouter.Core
open CodexRouter.Platform

/// What the real Codex says of a home when it is asked everything that a person would notice: the same questions in the root
/// and in a profile's home. Nothing that it says is shown but names: settings may hold keys.
[<RequireQualifiedAccess>]
module CodexHomes =

    let private patience = TimeSpan.FromSeconds 30.0

    [<Literal>]
    let private MostOutput = 8_388_608

    let private here = "\"" + HomeServer.Folder + "\""

    /// Runs one of Codex's commands that print and end; nothing of one that fails, which is a release without it.
    let private printed (surroundings: Surroundings) program home (words: string list) =
        try
            let output =
                CapturedChild.Run(
                    program,
                    Array.ofList (HomeServer.Without @ words),
                    HomeServer.Environment(surroundings, home),
                    HomeServer.Folder,
                    ReadOnlyMemory.Empty,
                    patience,
                    MostOutput
                )

            if output.ExitCode = 0 && not output.TimedOut then
                Some output.Output
            else
                None
        with :? SystemCallException ->
            None

    /// The MCP servers as they are set, and those that the home is signed in to. Codex starts none of them for this.
    let private servers surroundings program home =
        printed surroundings program home [ "mcp"; "list"; "--json" ]
        |> Option.bind (fun output ->
            JsonValue.parse output (fun list ->
                JsonValue.items list
                |> List.choose (fun server ->
                    JsonValue.textOf "name" server
                    |> Option.map (fun name ->
                        let settings =
                            JsonValue.fields server
                            |> List.filter (fun (field, _) -> field <> "auth_status")
                            |> List.map (fun (field, value) -> field + "=" + value.GetRawText())
                            |> String.concat "\n"

                        name, settings, JsonValue.textOf "auth_status" server = Some "o_auth"))
                |> Some))
        |> Option.map (fun servers ->
            [
                HomeAspect.McpServers, servers |> List.map (fun (name, settings, _) -> name, settings)
                HomeAspect.McpSignIns,
                servers
                |> List.choose (fun (name, _, isSignedIn) -> if isSignedIn then Some(name, "") else None)
            ])
        |> Option.defaultValue []

    let private features surroundings program home =
        printed surroundings program home [ "features"; "list" ]
        |> Option.map (fun output ->
            [
                HomeAspect.Features,
                (Encoding.UTF8.GetString output.Span).Split '\n'
                |> Array.filter (fun line -> line.Trim() <> "")
                |> Array.map (fun line ->
                    let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    words[0], String.concat " " words)
                |> List.ofArray
            ])
        |> Option.defaultValue []

    let private skills (json: JsonElement) =
        JsonValue.itemsOf "data" json
        |> List.collect (JsonValue.itemsOf "skills")
        |> List.choose (fun skill ->
            JsonValue.textOf "path" skill
            |> Option.map (fun path ->
                path,
                [ "name"; "scope"; "enabled" ]
                |> List.map (fun name ->
                    JsonValue.field name skill
                    |> Option.map _.GetRawText()
                    |> Option.defaultValue "")
                |> String.concat "\n"))

    let private plugins (json: JsonElement) =
        JsonValue.itemsOf "marketplaces" json
        |> List.collect (JsonValue.itemsOf "plugins")
        |> List.choose (fun plugin ->
            JsonValue.textOf "id" plugin
            |> Option.orElse (JsonValue.textOf "name" plugin)
            |> Option.map (fun name ->
                name,
                [ "installed"; "enabled" ]
                |> List.map (fun name ->
                    JsonValue.field name plugin
                    |> Option.map _.GetRawText()
                    |> Option.defaultValue "")
                |> String.concat "\n"))

    /// Every setting in force, by the names on the way to it. What was said of hooks is left out: it names homes by their
    /// paths, and the hooks themselves are asked for.
    let private settings (json: JsonElement) =
        let rec below path (value: JsonElement) =
            match value.ValueKind with
            | JsonValueKind.Object when path <> "hooks.state" ->
                JsonValue.fields value
                |> List.collect (fun (name, value) -> below (if path = "" then name else path + "." + name) value)
            | JsonValueKind.Object -> []
            | _ -> [ path, value.GetRawText() ]

        JsonValue.field "config" json |> Option.map (below "") |> Option.defaultValue []

    let private sessions (json: JsonElement) =
        JsonValue.itemsOf "data" json
        |> List.choose (fun session -> JsonValue.textOf "id" session |> Option.map (fun id -> id, ""))

    /// What the picker shows, which is the home's own list and not the logs.
    let private listed =
        "{\"limit\":100,\"sourceKinds\":[\"cli\",\"vscode\",\"exec\",\"appServer\"],\"useStateDbOnly\":true}"

    let private hooks home (server: HomeServer) =
        CodexHooks.ofServer home server
        |> Result.map (fun hooks ->
            hooks,
            (HomeAspect.Hooks,
             hooks.Hooks
             |> List.filter HookTrust.runs
             |> List.map (fun hook -> HookTrust.place hooks.Paths hook.Key, hook.Hash)))

    /// The answers of the app-server; a question that this release refuses has none.
    let private served
        home
        (server: HomeServer)
        : Result<HomeHooks * (HomeAspect * (string * string) list) list, NoHomeAnswer> =
        let ask aspect method parameters read =
            match server.Ask(method, parameters, read) with
            | Ok found -> Ok [ aspect, found ]
            | Error NoHomeAnswer.Refused -> Ok []
            | Error fault -> Error fault

        let questions =
            [
                HomeAspect.Skills, "skills/list", "{\"cwds\":[" + here + "],\"forceReload\":true}", skills
                HomeAspect.Plugins, "plugin/list", "{\"cwds\":[" + here + "]}", plugins
                HomeAspect.Settings, "config/read", "{\"includeLayers\":false,\"cwd\":" + here + "}", settings
                HomeAspect.Sessions, "thread/list", listed, sessions
            ]

        match hooks home server with
        | Error fault -> Error fault
        | Ok(found, facts) ->
            questions
            |> List.fold
                (fun answers (aspect, method, parameters, read) ->
                    answers
                    |> Result.bind (fun answers ->
                        ask aspect method parameters read |> Result.map (fun answer -> answers @ answer)))
                (Ok [ facts ])
            |> Result.map (fun answers -> found, answers)

    /// Gives what Codex says of a home: its hooks, and everything else to be held beside the root's.
    let read (surroundings: Surroundings) program home : Result<HomeHooks * HomeFacts, NoHomeAnswer> =
        HomeServer.Asking(surroundings, program, home, fun server -> served home server)
        |> Result.map (fun (hooks, answers) ->
            let asAtRoot = HomeFacts.asAtRoot surroundings.Root hooks.Paths

            hooks,
            answers @ servers surroundings program home @ features surroundings program home
            |> List.map (fun (aspect, found) ->
                aspect,
                found
                |> List.map (fun (item, value) -> asAtRoot item, asAtRoot value)
                |> Map.ofList)
            |> Map.ofList)

    /// Has Codex take into a home's list of sessions what other homes began; tells whether it did.
    let bringSessions (surroundings: Surroundings) program home : bool =
        HomeServer.Asking(
            surroundings,
            program,
            home,
            fun server -> server.Ask("thread/list", listed.Replace(",\"useStateDbOnly\":true", ""), ignore)
        )
        |> Result.isOk
