module CodexRouter.Cli.Tests.JsonTests

open System.IO
open System.Text.Json
open CodexRouter.StandIn
open CodexRouter.Cli.Tests.JsonAnswer
open Expecto

let private profileKeys =
    [
        "name"
        "aliases"
        "kind"
        "email"
        "plan"
        "account_id"
        "user_id"
        "own"
        "current"
        "active"
        "state"
        "last_refresh"
        "expires_at"
        "quota"
    ]

let private stepKeys = [ "step"; "why" ]

let private switched words (from: string option) isChanged hasSteps (person: Person) =
    only (person.Run words) 0 (fun root ->
        Expect.equal (keys root) [ "schema"; "from"; "to"; "changed"; "steps" ] "keys"

        match from with
        | Some name -> Expect.equal (text root "from") name "from"
        | None -> isNull root "from"

        Expect.equal (root.GetProperty("changed").GetBoolean()) isChanged "changed"
        let steps = root.GetProperty("steps").EnumerateArray() |> List.ofSeq
        Expect.equal (not steps.IsEmpty) hasSteps "steps"
        Expect.all steps (fun step -> keys step = stepKeys && text step "why" <> "") "each says why")

let tests =
    testList
        "JSON"
        [
            promise "list: root, current, and each profile with all that is known" (fun person ->
                person.Has both
                person.Does [ "alias"; "bob"; "office" ] |> ignore

                only (person.Run [ "list"; "--json" ]) 0 (fun root ->
                    Expect.equal (keys root) [ "schema"; "root"; "current"; "profiles" ] "keys"
                    Expect.equal (text root "root") person.Root "root"
                    Expect.equal (text root "current") "alice" "current"
                    let profiles = root.GetProperty("profiles").EnumerateArray() |> List.ofSeq

                    Expect.equal
                        (profiles |> List.map (fun profile -> text profile "name"))
                        [ "alice"; "bob" ]
                        "names"

                    for profile in profiles do
                        Expect.equal (keys profile) profileKeys "keys of a profile"

                    let first, second = profiles[0], profiles[1]
                    Expect.isTrue (first.GetProperty("current").GetBoolean()) "alice is current"
                    Expect.isTrue (first.GetProperty("active").GetBoolean()) "and active"
                    Expect.isFalse (second.GetProperty("current").GetBoolean()) "bob is not"
                    Expect.equal (text second "email") bob.Email "e-mail"
                    Expect.equal (text second "plan") bob.Plan "plan"
                    Expect.equal (text second "kind") "chatgpt" "kind"
                    Expect.equal (text second "account_id") bob.AccountId "account"
                    Expect.equal (text second "user_id") bob.UserId "user"
                    Expect.equal (text second "state") "ok" "state"
                    Expect.equal (text second "last_refresh") "2030-01-01T01:00:00Z" "RFC 3339 in UTC"
                    Expect.equal (text second "expires_at") "2090-01-01T01:00:00Z" "RFC 3339 in UTC"

                    Expect.equal
                        (second.GetProperty("aliases").EnumerateArray()
                         |> Seq.map _.GetString()
                         |> List.ofSeq)
                        [ "office" ]
                        "aliases"))

            promise "list: what is unknown is null, not missing; each state has its word" (fun person ->
                person.Has(both @ [ "carol", carol; "dave", SampleAccount.numbered 4 ])
                let key = person.File "key.json"
                person.Write(key, SampleAccount.apiKeySignIn "sk-FAKE-1")
                person.Does [ "save"; "key"; "--from"; key ] |> ignore
                File.Delete(person.In "profiles/bob/auth.json")
                person.Write(person.In "profiles/carol/auth.json", "]")
                person.Write(person.In "profiles/dave/auth.json", Person.SignInOf(SampleAccount.numbered 5))
                Directory.CreateDirectory(person.In "profiles/empty") |> ignore

                only (person.Run [ "list"; "--json" ]) 0 (fun root ->
                    let profiles = root.GetProperty("profiles").EnumerateArray() |> List.ofSeq

                    Expect.equal
                        (profiles |> List.map (fun profile -> text profile "name", text profile "state"))
                        [
                            "alice", "ok"
                            "bob", "signed_out"
                            "carol", "damaged"
                            "dave", "changed"
                            "empty", "signed_out"
                            "key", "ok"
                        ]
                        "states"

                    for profile in profiles do
                        Expect.equal (keys profile) profileKeys "all keys"

                    let key = profiles[5]
                    Expect.equal (text key "kind") "apikey" "kind"

                    for name in
                        [
                            "email"
                            "plan"
                            "account_id"
                            "user_id"
                            "last_refresh"
                            "expires_at"
                            "quota"
                        ] do
                        isNull key name

                    Expect.equal (text profiles[1] "email") bob.Email "the record remembers"))

            promise "list without profiles is an empty list" (fun person ->
                only (person.Run [ "list"; "--json" ]) 0 (fun root ->
                    isNull root "current"
                    Expect.equal (root.GetProperty("profiles").GetArrayLength()) 0 "empty"))

            promise "current: by the link, by CODEX_HOME, by a pin, and none" (fun person ->
                person.Has both

                let current environment directory (name: string option) because (pin: string option) =
                    only
                        (person.Run([ "current"; "--json" ], environment = environment, directory = directory))
                        0
                        (fun root ->
                            Expect.equal
                                (keys root)
                                [ "schema"; "profile"; "because"; "pin"; "codex_home"; "overridden_by" ]
                                "keys"

                            Expect.equal (text root "because") because "because"

                            match name with
                            | Some name ->
                                Expect.equal (keys (root.GetProperty "profile")) profileKeys "keys of the profile"
                                Expect.equal (text (root.GetProperty "profile") "name") name "name"

                                Expect.isTrue
                                    (root.GetProperty("profile").GetProperty("active").GetBoolean())
                                    "active"
                            | None -> isNull root "profile"

                            match pin with
                            | Some pin -> Expect.equal (text root "pin") pin "pin"
                            | None -> isNull root "pin")

                let home = person.In "profiles/bob"
                let work = person.File "work"
                Directory.CreateDirectory work |> ignore
                person.Does([ "pin"; "bob" ], directory = work) |> ignore
                current [] person.Home (Some "alice") "current" None
                current [ "CODEX_HOME", home ] person.Home (Some "bob") "environment" None
                current [ "CODEX_HOME", home ] work (Some "bob") "pin" (Some(work + "/.codex-profile"))
                current [] work (Some "bob") "pin" (Some(work + "/.codex-profile"))

                current
                    [ "CODEX_HOME", "/elsewhere"; "CODEX_ROUTER_ROOT", person.Root ]
                    person.Home
                    None
                    "environment"
                    None

                File.Delete(person.In "auth.json")
                current [] person.Home None "current" None)

            promise "which: the folder, the pin, whether it is allowed, and every file looked at" (fun person ->
                person.Has both
                let work = person.File "work"
                Directory.CreateDirectory work |> ignore

                let which (name: string option) because allowed check =
                    only (person.Run([ "which"; "--json" ], directory = work)) 0 (fun root ->
                        Expect.equal
                            (keys root)
                            [
                                "schema"
                                "directory"
                                "profile"
                                "because"
                                "pin"
                                "allowed"
                                "state"
                                "codex_home"
                                "overridden_by"
                                "looked_at"
                            ]
                            "keys"

                        Expect.equal (text root "directory") work "directory"
                        Expect.equal (root.GetProperty("profile").GetString() |> Option.ofObj) name "profile"
                        Expect.equal (text root "because") because "because"
                        Expect.equal (root.GetProperty("allowed").ValueKind) allowed "allowed"

                        Expect.equal
                            (root.GetProperty("looked_at").EnumerateArray() |> Seq.head |> _.GetString())
                            (work + "/.codex-profile")
                            "the nearest first"

                        check root)

                which (Some "alice") "current" JsonValueKind.Null (fun root ->
                    isNull root "pin"
                    Expect.equal (text root "codex_home") person.Root "the root")

                File.WriteAllText(Path.Combine(work, ".codex-profile"), "bob\n")

                which (Some "alice") "current" JsonValueKind.False (fun root ->
                    Expect.equal (text root "pin") (work + "/.codex-profile") "the pin that has no effect")

                person.Does([ "allow" ], directory = work) |> ignore

                which (Some "bob") "pin" JsonValueKind.True (fun root ->
                    Expect.equal (text root "codex_home") (person.In "profiles/bob") "bob's home"))

            promise "switch: from, to, whether anything changed, and the steps; also with --dry-run" (fun person ->
                person.Has both
                switched [ "switch"; "bob"; "--dry-run"; "--json" ] (Some "alice") false true person
                switched [ "switch"; "bob"; "--json" ] (Some "alice") true true person
                switched [ "switch"; "bob"; "--json" ] (Some "bob") false false person
                File.Delete(person.In "auth.json")
                switched [ "switch"; "alice"; "--json" ] None true true person)

            promise
                "save, rename, alias, restore and delete: the profile, whether anything changed, and the steps"
                (fun person ->
                    let changed words name isChanged =
                        only (person.Run words) 0 (fun root ->
                            Expect.equal (keys root) [ "schema"; "profile"; "changed"; "steps" ] "keys"
                            Expect.equal (text root "profile") name (String.concat " " words)

                            Expect.equal
                                (root.GetProperty("changed").GetBoolean())
                                isChanged
                                (String.concat " " words)

                            let steps = root.GetProperty("steps").EnumerateArray() |> List.ofSeq
                            Expect.equal (not steps.IsEmpty) isChanged "steps"

                            Expect.all
                                steps
                                (fun step -> keys step = stepKeys && text step "why" <> "")
                                "each says why")

                    person.IsSignedInAs alice
                    changed [ "save"; "alice"; "--json" ] "alice" true
                    changed [ "save"; "alice"; "--json" ] "alice" false
                    let file = person.File "bob.json"
                    person.Write(file, Person.SignInOf bob)
                    changed [ "save"; "bob"; "--from"; file; "--json" ] "bob" true
                    changed [ "alias"; "bob"; "office"; "--json" ] "bob" true
                    changed [ "alias"; "bob"; "office"; "--remove"; "--json" ] "bob" true
                    changed [ "rename"; "bob"; "robert"; "--json" ] "robert" true
                    changed [ "restore"; "robert"; "--json" ] "robert" false
                    File.Delete(person.In "profiles/robert/auth.json")
                    changed [ "restore"; "robert"; "--json" ] "robert" true
                    // Nobody can be asked.
                    only (person.Run [ "delete"; "robert"; "--json" ]) 1 (isError "not_confirmed")
                    changed [ "delete"; "robert"; "--yes"; "--json" ] "robert" true
                    only (person.Run [ "delete"; "robert"; "--yes"; "--json" ]) 3 (isError "profile_not_found"))

            promise "doctor: whether all is well, and each check" (fun person ->
                person.Has both

                let doctor words exit isWell fixedIds =
                    only (person.Run([ "doctor"; "--json" ] @ words)) exit (fun root ->
                        Expect.equal (keys root) [ "schema"; "ok"; "checks" ] "keys"
                        Expect.equal (root.GetProperty("ok").GetBoolean()) isWell "ok"
                        let checks = root.GetProperty("checks").EnumerateArray() |> List.ofSeq

                        for check in checks do
                            Expect.equal (keys check) [ "id"; "ok"; "message"; "fix"; "fixed" ] "keys of a check"

                            if not (check.GetProperty("ok").GetBoolean()) then
                                Expect.isNotEmpty (text check "fix") "says what to do"

                        Expect.equal
                            (checks
                             |> List.filter (fun check -> check.GetProperty("fixed").GetBoolean())
                             |> List.map (fun check -> text check "id"))
                            fixedIds
                            "fixed")

                doctor [] 0 true []
                File.SetUnixFileMode(person.In "profiles/bob", enum<UnixFileMode> 0o755)
                doctor [] 1 false []
                doctor [ "--fix" ] 0 true [ "permissions.bob" ])

            promise "every failure with --json is one error object, with the exit code of the failure" (fun person ->
                person.Has both
                File.Delete(person.In "profiles/bob/auth.json")

                for words, exit, code in
                    [
                        [ "switch"; "nobody"; "--json" ], 3, "profile_not_found"
                        [ "switch"; "bob"; "--json" ], 4, "not_signed_in"
                        [ "switch"; "-"; "--json" ], 1, "no_previous"
                        [ "switch"; "--json" ], 2, "usage"
                        [ "list"; "--frob"; "--json" ], 2, "usage"
                        [ "frob"; "--json" ], 2, "usage"
                        [ "which"; "/nowhere"; "--json" ], 1, "no_folder"
                    ] do
                    only (person.Run words) exit (isError code))
        ]
