namespace CodexRouter.Cli

open System
open System.Text.Json
open CodexRouter.Core

/// What the real Codex lets the commands of a model do: asked of its app-server, and tried in its sandbox (seen in 0.160, 0.163,
/// 0.166 and 0.169).
[<RequireQualifiedAccess>]
module CodexPermissions =

    let private own (json: JsonElement) : OwnPermissions option =
        JsonValue.field "permissions" json
        |> Option.bind (JsonValue.field Protection.Name)
        |> Option.map (fun own ->
            {
                Extends = JsonValue.textOf "extends" own |> Option.defaultValue ""
                Description = JsonValue.textOf "description" own
                Depth =
                    JsonValue.field "filesystem" own
                    |> Option.bind (JsonValue.field "glob_scan_max_depth")
                    |> Option.bind JsonValue.number
                Denied =
                    JsonValue.field "filesystem" own
                    |> Option.map JsonValue.fields
                    |> Option.defaultValue []
                    |> List.filter (fun (_, access) -> JsonValue.text access = Some "deny")
                    |> List.map fst
                    |> Set.ofList
            })

    let private permissions (json: JsonElement) : CommandPermissions option =
        JsonValue.field "config" json
        |> Option.map (fun config ->
            {
                Default = JsonValue.textOf "default_permissions" config
                SandboxMode = JsonValue.textOf "sandbox_mode" config
                HasWorkspaceWrite =
                    JsonValue.field "sandbox_workspace_write" config
                    |> Option.exists (fun older -> not (JsonValue.fields older).IsEmpty)
                Own = own config
            })

    let private here = "\"" + HomeServer.Folder + "\""

    let private asked (server: HomeServer) =
        server.Ask("config/read", "{\"includeLayers\":false,\"cwd\":" + here + "}", permissions)
        |> Result.bind (fun found ->
            match found with
            | Some found -> Ok found
            | None -> Error NoHomeAnswer.Refused)

    /// Gives what a home's settings say.
    let read (surroundings: Surroundings) program home : Result<CommandPermissions, NoHomeAnswer> =
        HomeServer.Asking(surroundings, program, home, fun server -> asked server)

    let private edit (path: string) value strategy =
        "{\"keyPath\":\""
        + path
        + "\",\"value\":"
        + value
        + ",\"mergeStrategy\":\""
        + strategy
        + "\"}"

    let private write (surroundings: Surroundings) program home edits : Result<unit, NoHomeAnswer> =
        HomeServer.Asking(
            surroundings,
            program,
            home,
            fun server -> server.Ask("config/batchWrite", "{\"edits\":[" + String.concat "," edits + "]}", ignore)
        )

    /// Has Codex write a permission profile into a home's settings, and go by it.
    let protect surroundings program home (protection: Protection) : Result<unit, NoHomeAnswer> =
        let denied =
            protection.Denied
            |> List.map (fun path -> "," + JsonValue.quoted path + ":\"deny\"")
            |> String.concat ""

        let value =
            "{\"description\":"
            + JsonValue.quoted (Protection.description protection)
            + ",\"extends\":"
            + JsonValue.quoted protection.Extends
            + ",\"filesystem\":{\"glob_scan_max_depth\":"
            + string<int> Protection.Depth
            + denied
            + "}}"

        write
            surroundings
            program
            home
            [
                edit ("permissions." + Protection.Name) value "upsert"
                edit "default_permissions" (JsonValue.quoted Protection.Name) "replace"
            ]

    /// Has Codex take the permission profile out of a home's settings, and go by what was there before.
    let restore surroundings program home (restored: Restored) : Result<unit, NoHomeAnswer> =
        let back value =
            write
                surroundings
                program
                home
                [
                    edit ("permissions." + Protection.Name) "null" "replace"
                    edit "default_permissions" value "replace"
                ]

        match restored with
        | Restored.NotThere -> Ok()
        | Restored.Unset -> back "null"
        | Restored.Named named -> back (JsonValue.quoted named)

    /// What the sandboxed shell runs: it opens each file for reading, reads nothing, and tells the places of those that it could
    /// open. Its last word shows that it got to the end.
    let private script =
        "n=0; for f; do n=$((n+1)); if (: <\\\"$f\\\") 2>/dev/null; then echo $n; fi; done; echo end"

    let private found (files: string list) (output: string) =
        let lines =
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries) |> List.ofArray

        if List.tryLast lines = Some "end" then
            let read =
                lines
                |> List.choose (fun line ->
                    match Int32.TryParse line with
                    | true, number -> List.tryItem (number - 1) files
                    | false, _ -> None)

            Some read
        else
            None

    /// Tries which of these files a command can read in the sandbox that a home's settings make. Nothing when Codex could not
    /// run a command there at all.
    let readable
        (surroundings: Surroundings)
        program
        home
        (files: string list)
        : Result<string list option, NoHomeAnswer> =
        let words =
            files |> List.map (fun file -> "," + JsonValue.quoted file) |> String.concat ""

        HomeServer.Asking(
            surroundings,
            program,
            home,
            fun server ->
                let answer =
                    server.Ask(
                        "command/exec",
                        "{\"command\":[\"/bin/sh\",\"-c\",\""
                        + script
                        + "\",\"sh\""
                        + words
                        + "],\"cwd\":"
                        + here
                        + ",\"timeoutMs\":20000}",
                        JsonValue.textOf "stdout"
                    )

                match answer with
                | Ok output -> Ok(output |> Option.bind (found files))
                // A sandbox that cannot be made is an error too.
                | Error NoHomeAnswer.Refused -> Ok None
                | Error(NoHomeAnswer.NotStarted | NoHomeAnswer.Silent | NoHomeAnswer.NotWhole as fault) -> Error fault
        )
