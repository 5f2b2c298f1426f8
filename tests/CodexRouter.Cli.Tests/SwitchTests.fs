module CodexRouter.Cli.Tests.SwitchTests

open System.IO
open Expecto

let private marker (person: Person) =
    File.ReadAllText(person.In ".current_profile").Trim()

let tests =
    testList
        "switch"
        [
            promise "makes a profile current by its name" (fun person ->
                person.Has both
                let said = person.Does [ "switch"; "bob" ]
                Expect.stringContains said bob.Email "says who"
                Expect.equal person.LiveLink (Some "profiles/bob/auth.json") "the link"
                Expect.equal (marker person) "bob" "the marker"
                Expect.equal (person.Bytes(person.In "auth.json")) (Person.SignInOf bob) "what Codex reads")

            promise "makes a profile current by an alias" (fun person ->
                person.Has both
                person.Does [ "alias"; "bob"; "office" ] |> ignore
                person.Does [ "switch"; "office" ] |> ignore
                Expect.equal (marker person) "bob" "the profile, not the alias")

            promise "- goes back and forth" (fun person ->
                person.Has both
                person.Does [ "switch"; "bob" ] |> ignore
                person.Does [ "switch"; "-" ] |> ignore
                Expect.equal (marker person) "alice" "back"
                person.Does [ "switch"; "-" ] |> ignore
                Expect.equal (marker person) "bob" "and forth")

            promise "- with nothing before says so" (fun person ->
                person.Has both
                Outcome.isRefused person 1 [ "before" ] [ "switch"; "-" ])

            promise "reads and writes no sign-in: both files stay the same files" (fun person ->
                person.Has both
                let before = Tree.take (person.In "profiles") |> Tree.withoutLocks
                person.Does [ "switch"; "bob" ] |> ignore
                person.Does [ "switch"; "alice" ] |> ignore

                Expect.isEmpty
                    (Tree.changes before (Tree.take (person.In "profiles") |> Tree.withoutLocks))
                    "untouched")

            promise "to what is current has nothing to do" (fun person ->
                person.Has both
                let before = person.Tree
                Expect.stringContains (person.Does [ "switch"; "alice" ]) "already current" "says so"
                Expect.isEmpty (Tree.changes before person.Tree) "changes nothing")

            promise "--dry-run shows the plan and changes nothing, byte for byte" (fun person ->
                person.Has both
                let before = person.Tree
                let said = person.Does [ "switch"; "bob"; "--dry-run" ]
                Expect.stringContains said "profiles/bob/auth.json" "the plan"
                Expect.isEmpty (Tree.changes before person.Tree) "changes nothing"
                person.Does [ "switch"; "bob"; "--dry-run"; "--json" ] |> ignore
                Expect.isEmpty (Tree.changes before person.Tree) "nor with --json")

            promise "to no profile says Profile not found" (fun person ->
                person.Has both

                Outcome.isRefused
                    person
                    3
                    [ "Profile not found"; "nobody"; "codex-router list" ]
                    [ "switch"; "nobody" ])

            promise "to a profile without a sign-in says Not logged in" (fun person ->
                person.Has both
                File.Delete(person.In "profiles/bob/auth.json")
                Outcome.isRefused person 4 [ "Not logged in"; "'bob'"; "codex-router login bob" ] [ "switch"; "bob" ])

            promise "to a damaged sign-in is refused, and names the file" (fun person ->
                person.Has both
                person.Write(person.In "profiles/bob/auth.json", "{\"tokens\": {")
                Outcome.isRefused person 1 [ person.In "profiles/bob/auth.json" ] [ "switch"; "bob" ])

            promise "never overwrites a live sign-in that no profile holds" (fun person ->
                person.Has both
                File.Delete(person.In "auth.json")
                person.IsSignedInAs carol

                Outcome.isRefused
                    person
                    1
                    [ carol.Email; person.In "auth.json"; "codex-router save" ]
                    [ "switch"; "bob" ]

                Expect.equal (person.Bytes(person.In "auth.json")) (Person.SignInOf carol) "still there")

            promise "takes a live sign-in back into its profile when it is the newer" (fun person ->
                person.Has both
                File.Delete(person.In "auth.json")
                person.IsSignedInAs(alice, 4)
                person.Does [ "switch"; "bob" ] |> ignore

                Expect.equal
                    (person.Bytes(person.In "profiles/alice/auth.json"))
                    (Person.SignInOf(alice, 4))
                    "taken back"

                Expect.contains
                    (Tree.contents (Tree.take (person.In "router/kept")))
                    (System.Convert.ToBase64String(Person.SignInOf alice))
                    "the older is kept"

                person.Does [ "switch"; "-" ] |> ignore
                Expect.equal (person.Bytes(person.In "auth.json")) (Person.SignInOf(alice, 4)) "and back to it")

            promise "keeps a live sign-in aside when its profile's is the newer" (fun person ->
                person.Has both
                person.Write(person.In "profiles/alice/auth.json", Person.SignInOf(alice, 4))
                File.Delete(person.In "auth.json")
                person.IsSignedInAs(alice, 2)
                person.Does [ "switch"; "bob" ] |> ignore

                Expect.equal
                    (person.Bytes(person.In "profiles/alice/auth.json"))
                    (Person.SignInOf(alice, 4))
                    "the newer stays"

                Expect.contains
                    (Tree.contents (Tree.take (person.In "router/kept")))
                    (System.Convert.ToBase64String(Person.SignInOf(alice, 2)))
                    "the older is kept")

            promise "a new profile's first switch keeps an empty auth.json aside" (fun person ->
                person.Has both
                File.Delete(person.In "auth.json")
                person.Write(person.In "auth.json", "")
                person.Does [ "switch"; "bob" ] |> ignore
                Expect.equal person.LiveLink (Some "profiles/bob/auth.json") "switched")

            promise "says when this terminal stays on another profile" (fun person ->
                person.Has both

                let outcome =
                    person.Run([ "switch"; "bob" ], environment = [ "CODEX_HOME", person.In "profiles/alice" ])

                Expect.equal outcome.Exit 0 "switched all the same"
                Expect.stringContains outcome.Err "stays on alice" "says so")
        ]
