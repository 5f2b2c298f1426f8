module CodexRouter.Cli.Tests.BadSignInTests

open System
open System.IO
open CodexRouter.Testing
open Expecto

/// What a run on a strange file may end with: done, refused, not signed in. Never a fault, never a signal.
let private isOrderly (outcome: Outcome) =
    Expect.contains [ 0; 1; 4 ] outcome.Exit (Outcome.describe outcome)

    if outcome.Exit = 4 then
        Expect.stringContains (outcome.Out + outcome.Err) "Not logged in" "findable"

let private reading =
    [ []; [ "list" ]; [ "current" ]; [ "list"; "--json" ]; [ "doctor" ] ]

/// Tells whether doctor --fix would change anything.
let private isMendable (person: Person) =
    (person.Run [ "doctor"; "--json" ]).Out.Contains "\"fix\":\"codex-router doctor --fix\""

let private asLive (shape: AuthShape) =
    promise shape.Name (fun person ->
        person.Has both
        File.Delete(person.In "auth.json")
        let bytes = shape.Bytes()
        person.Write(person.In "auth.json", bytes)
        let before = person.Tree

        for words in reading do
            isOrderly (person.Run words)

        Expect.isEmpty (Tree.changes before person.Tree) "reading changes nothing"

        let isStill () =
            Expect.contains (Tree.contents person.Tree) (Convert.ToBase64String bytes) "the bytes are somewhere"

        // Mending may take the file back into its profile, so each is tried on what the one before left.
        for words in
            [
                [ "save"; "strange" ]
                [ "switch"; "bob" ]
                [ "doctor"; "--fix" ]
                [ "switch"; "alice" ]
            ] do
            let before = person.Tree
            let wasMendable = isMendable person
            let outcome = person.Run words
            isOrderly outcome
            isStill ()

            // What had to be mended first may have been, refused or not.
            if outcome.Exit <> 0 && not wasMendable then
                Expect.isEmpty
                    (Tree.changes before person.Tree)
                    ("refused, so nothing changed: " + String.Join(' ', words) + "\n" + outcome.Err))

let private asProfile (shape: AuthShape) =
    promise shape.Name (fun person ->
        person.Has both
        let bytes = shape.Bytes()
        person.Write(person.In "profiles/bob/auth.json", bytes)
        let before = person.Tree

        for words in reading @ [ [ "switch"; "bob"; "--dry-run" ] ] do
            isOrderly (person.Run words)

        Expect.isEmpty (Tree.changes before person.Tree) "reading changes nothing"
        let outcome = person.Run [ "switch"; "bob" ]
        isOrderly outcome

        if outcome.Exit <> 0 then
            Expect.isEmpty (Tree.changes before person.Tree) ("refused, so nothing changed\n" + outcome.Err)

        for words in [ [ "save"; "bob" ]; [ "doctor"; "--fix" ]; [ "rename"; "bob"; "strange" ] ] do
            isOrderly (person.Run words)

        Expect.equal
            (Tree.contents person.Tree |> Set.contains (Convert.ToBase64String bytes))
            true
            "the bytes are somewhere")

/// How many of the shapes are tried in a run that is not long; reading them is tried with all, without a process.
let private shapesTried = 40

let tests =
    let some part =
        AuthShapes.all |> Lab.sample ("any auth.json " + part) shapesTried

    testList
        "any auth.json"
        [
            testList "as Codex's own" (some "live" |> List.map asLive)
            testList "as a profile's" (some "profile" |> List.map asProfile)
        ]
