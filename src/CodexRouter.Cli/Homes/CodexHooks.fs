namespace CodexRouter.Cli

open System.Text.Json
open CodexRouter.Core

/// The hooks that the real Codex finds in a home, asked of its app-server (seen in 0.160, 0.163, 0.166 and 0.169).
[<RequireQualifiedAccess>]
module CodexHooks =

    let private hook (json: JsonElement) : CodexHook option =
        match JsonValue.textOf "key" json, JsonValue.textOf "currentHash" json with
        | Some key, Some hash ->
            Some
                {
                    Key = key
                    Event = JsonValue.textOf "eventName" json |> Option.defaultValue ""
                    Command = JsonValue.textOf "command" json
                    Hash = hash
                    IsEnabled =
                        JsonValue.field "enabled" json
                        |> Option.bind JsonValue.truth
                        |> Option.defaultValue true
                    Standing =
                        JsonValue.textOf "trustStatus" json
                        |> Option.defaultValue ""
                        |> HookTrust.standing
                }
        | _ -> None

    let private question = "{\"cwds\":[\"" + HomeServer.Folder + "\"]}"

    /// Gives the hooks of a home, as an app-server there tells of them.
    let ofServer home (server: HomeServer) : Result<HomeHooks, NoHomeAnswer> =
        server.Ask(
            "hooks/list",
            question,
            fun result ->
                {
                    Paths = HookNotes.paths home
                    Hooks =
                        JsonValue.itemsOf "data" result
                        |> List.collect (JsonValue.itemsOf "hooks")
                        |> List.choose hook
                }
        )

    /// Gives the hooks of a home.
    let read (surroundings: Surroundings) program home : Result<HomeHooks, NoHomeAnswer> =
        HomeServer.Asking(surroundings, program, home, fun server -> ofServer home server)

    /// What Codex is told: its own screen for hooks writes the same. The key is part of the value, so that nothing in a path
    /// can be taken for the end of a key.
    let private edits (entries: HookTrustEntry list) =
        let states =
            entries
            |> List.map (fun entry ->
                JsonValue.quoted entry.Key
                + ":{\"trusted_hash\":"
                + JsonValue.quoted entry.Hash
                + "}")
            |> String.concat ","

        "{\"edits\":[{\"keyPath\":\"hooks.state\",\"value\":{"
        + states
        + "},\"mergeStrategy\":\"upsert\"}]}"

    /// Has Codex trust hooks in a home, and gives the home's hooks as Codex tells of them afterwards, to another app-server:
    /// what was written is judged by what is read.
    let trust
        (surroundings: Surroundings)
        program
        home
        (entries: HookTrustEntry list)
        : Result<HomeHooks, NoHomeAnswer> =
        HomeServer.Asking(
            surroundings,
            program,
            home,
            fun server -> server.Ask("config/batchWrite", edits entries, ignore)
        )
        |> Result.bind (fun () -> read surroundings program home)
