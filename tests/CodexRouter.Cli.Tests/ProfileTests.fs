module CodexRouter.Cli.Tests.ProfileTests

open System.IO
open Expecto

let private deleting =
    testList
        "delete"
        [
            promise "without a terminal to ask on is refused" (fun person ->
                person.Has both
                Outcome.isRefused person 1 [ "bob"; "--yes" ] [ "delete"; "bob" ])

            promise "--yes removes the profile and leaves what its links lead to" (fun person ->
                person.Has both
                person.Write(person.In "sessions/2030/one.jsonl", "a conversation")
                person.Write(person.In "config.toml", "model = \"x\"\n")
                let before = person.Tree
                let said = person.Does [ "delete"; "bob"; "--yes" ]
                Expect.stringContains said "not signed out at the provider" "says what it does not do"

                let gone =
                    Tree.changes before person.Tree
                    |> List.filter (fun path -> before.ContainsKey path)

                let isBobs (path: string) =
                    path = "profiles/bob"
                    || path.StartsWith "profiles/bob/"
                    || path = "router/sealed/bob.json"

                Expect.all gone isBobs "only bob's own"
                Expect.contains gone "router/sealed/bob.json" "its sealed copy goes with it"
                Expect.isFalse (Directory.Exists(person.In "profiles/bob")) "bob is gone"
                Expect.isEmpty (Directory.GetFileSystemEntries(person.In "router/trash")) "nothing half-done")

            promise "the current profile is never removed" (fun person ->
                person.Has both
                Outcome.isRefused person 1 [ "current"; "codex-router switch" ] [ "delete"; "alice"; "--yes" ])

            promise "an alias is not enough to delete by" (fun person ->
                person.Has both
                person.Does [ "alias"; "bob"; "office" ] |> ignore
                Outcome.isRefused person 3 [ "Profile not found" ] [ "delete"; "office"; "--yes" ])

            promise "the previous profile, once deleted, is not gone back to" (fun person ->
                person.Has both
                person.Does [ "switch"; "bob" ] |> ignore
                person.Does [ "delete"; "alice"; "--yes" ] |> ignore
                Outcome.isRefused person 1 [ "before" ] [ "switch"; "-" ])
        ]

let private renaming =
    testList
        "rename"
        [
            promise "gives a profile another name, and the sign-in stays the same file" (fun person ->
                person.Has both
                person.Does [ "rename"; "bob"; "work" ] |> ignore
                Expect.equal (person.Bytes(person.In "profiles/work/auth.json")) (Person.SignInOf bob) "moved"
                Expect.isFalse (Directory.Exists(person.In "profiles/bob")) "not under the old name"
                Expect.stringContains (person.Does [ "list" ]) "work" "listed"
                Outcome.isRefused person 3 [] [ "switch"; "bob" ])

            promise "renames the current profile, and it stays current" (fun person ->
                person.Has both
                person.Does [ "rename"; "alice"; "me" ] |> ignore
                Expect.equal person.LiveLink (Some "profiles/me/auth.json") "the link"
                Expect.equal (File.ReadAllText(person.In ".current_profile")) "me\n" "the marker"
                Expect.equal (person.Bytes(person.In "auth.json")) (Person.SignInOf alice) "the sign-in")

            promise
                "the current profile's old name leads to it until the next change, and nothing is wrong with that"
                (fun person ->
                    person.Has both
                    person.Does [ "rename"; "alice"; "me" ] |> ignore
                    let before = person.In "profiles/alice/auth.json"

                    Expect.equal
                        (person.Bytes before)
                        (Person.SignInOf alice)
                        "for who has read the root's link just before"

                    let doctor = person.Run [ "doctor" ]
                    Expect.stringContains doctor.Out "nothing was left unfinished" (Outcome.describe doctor)
                    person.Does [ "alias"; "me"; "private" ] |> ignore
                    Expect.isFalse (Path.Exists before) "gone with the next change")

            promise "`switch -` finds a renamed profile" (fun person ->
                person.Has both
                person.Does [ "switch"; "bob" ] |> ignore
                person.Does [ "rename"; "alice"; "me" ] |> ignore
                person.Does [ "switch"; "-" ] |> ignore
                Expect.equal person.Current (Some "me") "back")

            promise "takes no name that is taken" (fun person ->
                person.Has both
                person.Does [ "alias"; "bob"; "office" ] |> ignore
                Outcome.isRefused person 1 [ "already" ] [ "rename"; "alice"; "bob" ]
                Outcome.isRefused person 1 [ "taken" ] [ "rename"; "alice"; "BOB" ]
                Outcome.isRefused person 1 [ "taken" ] [ "rename"; "alice"; "office" ]
                Outcome.isRefused person 3 [ "Profile not found" ] [ "rename"; "nobody"; "x" ]
                Outcome.isRefused person 2 [ "default" ] [ "rename"; "alice"; "default" ])

            promise "changes the case of a name's letters" (fun person ->
                person.Has both
                person.Does [ "rename"; "bob"; "Bob" ] |> ignore

                Expect.isTrue
                    (List.contains
                        "Bob"
                        (Directory.GetDirectories(person.In "profiles")
                         |> List.ofArray
                         |> List.map (Path.GetFileName >> string)))
                    "renamed")
        ]

let private aliasing =
    testList
        "alias"
        [
            promise "gives a profile a further name, until it is removed" (fun person ->
                person.Has both
                person.Does [ "alias"; "bob"; "office" ] |> ignore
                Expect.stringContains (person.Does [ "list" ]) "bob, office" "listed"
                person.Does [ "switch"; "office" ] |> ignore
                Expect.equal person.Current (Some "bob") "works"
                person.Does [ "alias"; "bob"; "office"; "--remove" ] |> ignore
                Outcome.isRefused person 3 [ "Profile not found" ] [ "switch"; "office" ]
                Outcome.isRefused person 1 [ "no alias" ] [ "alias"; "bob"; "office"; "--remove" ])

            promise "no two profiles share a name or an alias" (fun person ->
                person.Has both
                person.Does [ "alias"; "bob"; "office" ] |> ignore
                Outcome.isRefused person 1 [ "taken" ] [ "alias"; "alice"; "office" ]
                Outcome.isRefused person 1 [ "already" ] [ "alias"; "alice"; "bob" ]
                Outcome.isRefused person 2 [] [ "alias"; "alice"; "a b" ]
                Outcome.isRefused person 3 [ "Profile not found" ] [ "alias"; "nobody"; "x" ]

                Outcome.isRefused
                    person
                    1
                    [ "taken" ]
                    [ "save"; "office"; "--from"; person.In "profiles/bob/auth.json" ])

            promise "goes with its profile" (fun person ->
                person.Has both
                person.Does [ "alias"; "bob"; "office" ] |> ignore
                person.Does [ "delete"; "bob"; "--yes" ] |> ignore
                Outcome.isRefused person 3 [ "Profile not found" ] [ "switch"; "office" ])
        ]

let private showing =
    testList
        "list, current and the bare command"
        [
            promise "with nothing there they say how to begin, and make nothing" (fun person ->
                Expect.stringContains (person.Does []) "codex-router login personal" "how to begin"
                Expect.stringContains (person.Does [ "list" ]) "codex-router login personal" "how to begin"
                Expect.stringContains (person.Does [ "current" ]) "no profile is current" "says so"
                Expect.isFalse (Directory.Exists person.Root) "no root is made")

            promise "with a sign-in that is in no profile, the bare command says how to keep it" (fun person ->
                person.IsSignedInAs bob
                let said = person.Does []
                Expect.stringContains said bob.Email "who"
                Expect.stringContains said "codex-router save bob" "how")

            promise "list marks the current profile and tells e-mail, plan and state of each" (fun person ->
                person.Has(both @ [ "carol", carol; "dave", CodexRouter.StandIn.SampleAccount.numbered 4 ])
                File.Delete(person.In "profiles/carol/auth.json")
                person.Write(person.In "profiles/dave/auth.json", "]")

                let line (name: string) =
                    (person.Does [ "list" ]).Split '\n'
                    |> Array.find (fun line -> line.Contains(" " + name + " "))

                for text in [ "*"; alice.Email; alice.Plan; "ok" ] do
                    Expect.stringContains (line "alice") text "alice's line"

                Expect.isFalse ((line "bob").Contains '*') "only one is current"
                Expect.stringContains (line "carol") "signed out" "carol has none"
                Expect.stringContains (line "dave") "damaged" "dave's is broken")

            promise "current tells who, why, which account and plan" (fun person ->
                person.Has both
                let said = person.Does [ "current" ]

                for text in [ "alice"; "the current profile"; alice.Email; alice.AccountId; alice.Plan ] do
                    Expect.stringContains said text "told")

            promise "CODEX_HOME of a profile is what is in force" (fun person ->
                person.Has both
                let environment = [ "CODEX_HOME", person.In "profiles/bob" ]
                let said = person.Does([ "current" ], environment = environment)
                Expect.stringContains said bob.Email "bob here"

                Expect.stringContains
                    (person.Does([], environment = environment))
                    "current everywhere else: alice"
                    "alice elsewhere"

                Expect.stringContains
                    (person.Does([ "list" ], environment = environment))
                    "bob (here)"
                    "the list says so")

            promise "a sign-in of another account than the one that was saved is told" (fun person ->
                person.Has both
                person.Write(person.In "profiles/bob/auth.json", Person.SignInOf carol)
                Expect.stringContains (person.Does [ "list" ]) "different account" "in the list")
        ]

let tests = testList "profiles" [ deleting; renaming; aliasing; showing ]
