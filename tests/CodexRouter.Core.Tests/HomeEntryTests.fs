module CodexRouter.Core.Tests.HomeEntryTests

open CodexRouter.Core
open CodexRouter.Testing
open Expecto

let private sharingOf name =
    HomeEntry.find name |> Option.map _.Sharing

/// A root that holds files of these names.
let private rootWith names =
    let files = MemoryFiles Disk.empty
    files.Files.Do(Action.MakeFolder "/root") |> ignore

    for name in names do
        files.Files.Do(Action.Write("/root/" + name, Content.Text "")) |> ignore

    files.Files

let tests =
    testList
        "what a home holds"
        [
            testCase "no name stands twice, and each entry is found by its own name"
            <| fun () ->
                let names = HomeEntry.all |> List.map _.Name
                Expect.equal (List.distinct names) names "each once"

                for entry in HomeEntry.all do
                    Expect.equal (HomeEntry.find (entry.Name.Replace("*", "x"))) (Some entry) entry.Name

            testCase "a sign-in is never shared, and neither is what only a running Codex may hold"
            <| fun () ->
                for name in
                    [
                        "auth.json"
                        "auth.lock"
                        "auth.json.lock"
                        ".credentials.json"
                        "secrets"
                        "profile.json"
                    ] do
                    Expect.equal (sharingOf name) (Some Sharing.Own) name

                for entry in HomeEntry.all do
                    match entry.Owner with
                    | EntryOwner.Account
                    | EntryOwner.Program -> Expect.equal entry.Sharing Sharing.Own entry.Name
                    | EntryOwner.Person
                    | EntryOwner.Machine -> ()

            testCase "a form fits more than itself, and nothing else"
            <| fun () ->
                Expect.equal (HomeEntry.find "work.config.toml" |> Option.map _.Name) (Some "*.config.toml") "a form"
                Expect.equal (HomeEntry.find ".config.toml") None "nothing before the form's end"
                Expect.equal (HomeEntry.find "state_6.sqlite" |> Option.map _.Name) (Some "state_*.sqlite") "the first"
                Expect.equal (HomeEntry.find "state_6.sqlite-wal" |> Option.map _.Name) (Some "*.sqlite-wal") "its log"
                Expect.equal (HomeEntry.find "something-new") None "unknown"

            testCase "a home links to what is shared; with a history of its own to nothing of that"
            <| fun () ->
                let root = rootWith [ "night.config.toml"; "notes.txt" ]
                let files, folders = HomeLinks.shared root "/root" Set.empty

                Expect.equal
                    files
                    [
                        "config.toml"
                        "managed_config.toml"
                        ".env"
                        "AGENTS.md"
                        "AGENTS.override.md"
                        "hooks.json"
                        "environments.toml"
                        "history.jsonl"
                        "session_index.jsonl"
                        "night.config.toml"
                    ]
                    "files"

                Expect.equal
                    folders
                    [
                        "prompts"
                        "skills"
                        "rules"
                        "agents"
                        "themes"
                        "plugins"
                        "packages"
                        "sessions"
                        "archived_sessions"
                        "memories"
                    ]
                    "folders"

                let history =
                    [
                        "history.jsonl"
                        "session_index.jsonl"
                        "sessions"
                        "archived_sessions"
                        "memories"
                    ]

                let ownFiles, ownFolders = HomeLinks.shared root "/root" HomeGroup.separateHistory
                Expect.equal (files @ folders |> List.except history) (ownFiles @ ownFolders) "without the history"
        ]
