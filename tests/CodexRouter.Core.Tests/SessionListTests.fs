module CodexRouter.Core.Tests.SessionListTests

open System
open CodexRouter.Core
open CodexRouter.Testing
open Expecto

let private name text =
    match ProfileName.create text with
    | Ok name -> name
    | Error fault -> failwith (ProfileName.explain fault)

let private situation (files: MemoryFiles) : Situation =
    {
        Root = "/root"
        Files = files.Files
        Now = DateTimeOffset.UnixEpoch
        Stamp = "stamp"
    }

/// A root with a profile `old`, in whose home Codex has kept its list of sessions.
let private world () =
    let files = MemoryFiles Disk.empty
    let act action = files.Files.Do action |> ignore

    for folder in [ "/root"; "/root/profiles"; "/root/profiles/old"; "/root/router" ] do
        act (Action.MakeFolder folder)

    for part in [ "state_5.sqlite"; "state_5.sqlite-wal"; "goals_1.sqlite" ] do
        act (Action.Write("/root/profiles/old/" + part, Content.Text part))

    files

let private run (files: MemoryFiles) (plan: Plan) =
    match Plan.run files.Files plan with
    | Ok failures -> Expect.isEmpty failures "nothing failed"
    | Error failure -> failtest (string failure)

let private renamed files canExchange running =
    match Rename.plan (situation files) running true canExchange (name "old") (name "new") with
    | Ok plan -> run files plan
    | Error refusal -> failtest (string refusal)

let private names (files: MemoryFiles) =
    files.Files.Names "/root/profiles/new"
    |> List.filter _.Contains("sqlite")
    |> List.sort

let private aside =
    [
        "before-rename-state_5.sqlite"
        "before-rename-state_5.sqlite-wal"
        "goals_1.sqlite"
    ]

let tests =
    testList
        "Codex's list of sessions"
        [
            testCase "a rename sets the list aside, whose paths are no more, and nothing else"
            <| fun () ->
                let files = world ()
                renamed files true Running.nothing
                Expect.equal (names files) aside "set aside"

            testCase "while the old name leads to the home the list stays; it is set aside with the link"
            <| fun () ->
                let files = world ()

                renamed
                    files
                    true
                    { Running.nothing with
                        Profiles = Map.ofList [ name "old", [ 1 ] ]
                    }

                Expect.equal (names files) [ "goals_1.sqlite"; "state_5.sqlite"; "state_5.sqlite-wal" ] "it stays"
                Recovery.run (situation files) (fun _ -> true) |> ignore
                Expect.contains (names files) "state_5.sqlite" "a Codex still runs"
                Recovery.run (situation files) (fun _ -> false) |> ignore
                Expect.equal (names files) aside "set aside"

            testCase "a second rename leaves one list aside, the newest"
            <| fun () ->
                let files = world ()
                renamed files true Running.nothing

                files.Files.Do(Action.Write("/root/profiles/new/state_5.sqlite", Content.Text "newer"))
                |> ignore

                match Rename.plan (situation files) Running.nothing true true (name "new") (name "old") with
                | Ok plan -> run files plan
                | Error refusal -> failtest (string refusal)

                Expect.equal
                    (files.Files.ReadText "/root/profiles/old/before-rename-state_5.sqlite")
                    (Some "newer")
                    "the newest"
        ]
