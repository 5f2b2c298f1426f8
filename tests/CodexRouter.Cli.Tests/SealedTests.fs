module CodexRouter.Cli.Tests.SealedTests

open System.IO
open System.Text.Json
open CodexRouter.StandIn
open Expecto

let private live = "profiles/alice/auth.json"
let private copy = "router/sealed/alice.json"

let private key = SampleAccount.apiKeySignIn "sk-FAKE-by-hand"

let private listed (person: Person) name =
    use document = JsonDocument.Parse(person.Does [ "list"; "--json" ])

    document.RootElement.GetProperty("profiles").EnumerateArray()
    |> Seq.find (fun profile -> profile.GetProperty("name").GetString() = name)
    |> _.GetProperty("state").GetString()
    |> string

let private team = { alice with AccountId = "acct-team" }

/// As Codex 0.166 and later leave a sign-in that they have moved to another workspace: number and access token are of that
/// one, and the identity token is of the one before.
let private moved generation =
    let text (bytes: byte[]) =
        System.Text.Encoding.UTF8.GetString bytes

    let before = SampleAccount.idToken team
    let after = SampleAccount.idToken alice
    let signIn = text (Person.SignInOf(team, generation))
    Expect.stringContains signIn before "the identity token"
    System.Text.Encoding.UTF8.GetBytes(signIn.Replace(before, after))

let tests =
    testList
        "sealed copies"
        [
            promise "a saved sign-in is sealed: a second file, byte for byte, for its owner only" (fun person ->
                person.Has both
                Expect.equal (person.Bytes(person.In copy)) (person.Bytes(person.In live)) "the copy"

                Expect.equal
                    (File.GetUnixFileMode(person.In copy))
                    (UnixFileMode.UserRead ||| UnixFileMode.UserWrite)
                    "its mode"

                let identity path =
                    (CodexRouter.Platform.FileStatus.Look(person.In path)).Identity

                Expect.notEqual (identity copy) (identity live) "the copy is no second name of the live file")

            promise "whatever looks at a renewed sign-in renews its sealed copy" (fun person ->
                person.Has both

                for generation, words in
                    [
                        2, [ "list" ]
                        3, [ "current" ]
                        4, [ "quota"; "alice"; "--offline" ]
                        5, [ "exec"; "alice"; "--"; "true" ]
                        6, [ "switch"; "bob" ]
                    ] do
                    person.Write(person.In live, Person.SignInOf(alice, generation))
                    person.Run words |> ignore
                    Expect.equal (person.Bytes(person.In copy)) (person.Bytes(person.In live)) words.Head)

            promise "a renewal in the very instant in which the copy was made is sealed too" (fun person ->
                person.Has both
                person.Does [ "list" ] |> ignore
                person.Write(person.In live, Person.SignInOf(alice, 2))
                // The clock of a file system stands still for some milliseconds.
                let instant = File.GetLastWriteTimeUtc(person.In copy)
                File.SetLastWriteTimeUtc(person.In live, instant)
                File.SetLastWriteTimeUtc(person.In copy, instant)
                person.Does [ "list" ] |> ignore
                Expect.equal (person.Bytes(person.In copy)) (person.Bytes(person.In live)) "the newest"
                let written = File.GetLastWriteTimeUtc(person.In copy)
                person.Does [ "list" ] |> ignore

                Expect.equal
                    (File.GetLastWriteTimeUtc(person.In copy))
                    written
                    "and what is sealed is not written again")

            promise
                "a sign-in that Codex deleted comes back by restore, and every word about it says how"
                (fun person ->
                    person.Has both
                    let before = person.Bytes(person.In live)
                    File.Delete(person.In live)
                    let doctor = person.Run [ "doctor" ]
                    Expect.stringContains doctor.Out "codex-router restore alice" "doctor's advice"
                    Expect.stringContains (person.Does [ "restore" ]) "codex-router restore alice" "the list of copies"
                    Expect.stringContains (person.Does [ "restore"; "alice" ]) alice.Email "whose it is"
                    Expect.equal (person.Bytes(person.In live)) before "the sign-in"
                    Expect.stringContains (person.Does [ "restore"; "alice" ]) "nothing to restore" "a second time")

            promise "a sign-in that a key was written over comes back, and the key is kept" (fun person ->
                person.Has both
                let before = person.Bytes(person.In live)
                person.Write(person.In live, key)
                person.Does [ "list" ] |> ignore
                Expect.equal (person.Bytes(person.In copy)) before "another account's sign-in is not sealed over it"
                let doctor = person.Run [ "doctor" ]
                Expect.stringContains doctor.Out "codex-router restore alice" "doctor's advice"
                person.Does [ "restore"; "alice" ] |> ignore
                Expect.equal (person.Bytes(person.In live)) before "the sign-in"

                let kept = Directory.GetFiles(person.In "router/kept") |> Array.map person.Bytes
                Expect.contains kept key "the key is kept")

            promise "one account's tokens under another's number go back to their owner by themselves" (fun person ->
                person.Has both
                let bobs = person.Bytes(person.In "profiles/bob/auth.json")

                // As Codex 0.163 leaves it: the identity token is alice's, the number is bob's.
                let renewed = Person.SignInOf(alice, 2)

                let text =
                    (System.Text.Encoding.UTF8.GetString renewed)
                        .Replace(
                            "\"account_id\":\"" + alice.AccountId + "\"",
                            "\"account_id\":\"" + bob.AccountId + "\""
                        )
                        .Replace(
                            "\"account_id\": \"" + alice.AccountId + "\"",
                            "\"account_id\": \"" + bob.AccountId + "\""
                        )

                Expect.isFalse (System.Text.Encoding.UTF8.GetBytes text = renewed) "the number was changed"
                person.Write(person.In "profiles/bob/auth.json", text)
                person.Does [ "switch"; "bob" ] |> ignore
                Expect.equal (person.Bytes(person.In "profiles/bob/auth.json")) bobs "bob has his own again"

                let token = SampleAccount.refreshToken alice 2
                let alices = File.ReadAllText(person.In live)
                Expect.isTrue (alices.Contains token) "alice has her renewed one"
                Expect.isTrue (alices.Contains("\"" + alice.AccountId + "\"")) "under her own number")

            promise "a sealed copy goes with its profile, and follows it to another name" (fun person ->
                person.Has both
                person.Does [ "rename"; "alice"; "anna" ] |> ignore

                Expect.equal
                    (Directory.GetFiles(person.In "router/sealed")
                     |> Array.map Path.GetFileName
                     |> Array.sort)
                    [| "anna.json"; "bob.json" |]
                    "after the rename"

                person.Does [ "switch"; "bob" ] |> ignore
                person.Does [ "delete"; "anna"; "--yes" ] |> ignore

                Expect.equal
                    (Directory.GetFiles(person.In "router/sealed") |> Array.map Path.GetFileName)
                    [| "bob.json" |]
                    "after the removal")

            promise "the setting takes the sealed copies away, and keeps none" (fun person ->
                person.Has both
                person.Write(person.In "router/config.toml", "sealed_copies = false\n")
                person.Does [ "switch"; "bob" ] |> ignore
                Expect.isEmpty (Directory.GetFiles(person.In "router/sealed")) "none is left"
                person.Does [ "list" ] |> ignore
                Expect.isEmpty (Directory.GetFiles(person.In "router/sealed")) "and none is made")

            promise "without a copy there is nothing to restore, and it says what to do" (fun person ->
                person.Has both
                File.Delete(person.In copy)
                File.Delete(person.In live)
                Outcome.isRefused person 1 [ "codex-router login alice" ] [ "restore"; "alice" ])

            promise
                "a sign-in that Codex moved to another workspace is sealed before anybody saved it, and the copy of the other one is kept"
                (fun person ->
                    person.Has both
                    let before = person.Bytes(person.In copy)

                    for generation in [ 1; 2 ] do
                        person.Write(person.In live, moved generation)
                        Expect.equal (listed person "alice") "other_workspace" "what is said of it"
                        Expect.equal (person.Bytes(person.In copy)) (moved generation) "sealed"

                    let kept = Directory.GetFiles(person.In "router/kept") |> Array.map person.Bytes
                    Expect.equal kept [| before |] "kept, once"
                    File.Delete(person.In live)
                    person.Does [ "restore"; "alice" ] |> ignore
                    Expect.equal (person.Bytes(person.In live)) (moved 2) "it comes back"
                    person.Does [ "save"; "alice" ] |> ignore
                    Expect.equal (listed person "alice") "ok" "accepted by a save, without --force")

            promise "it is nobody else's either, where another profile is of the workspace before" (fun person ->
                person.Has both
                person.Write(person.In live, moved 2)
                person.Does [ "save"; "alice" ] |> ignore
                person.Write(person.In "before.json", Person.SignInOf(alice, 1))
                person.Does [ "save"; "before"; "--from"; person.In "before.json" ] |> ignore
                let befores = person.Bytes(person.In "profiles/before/auth.json")
                person.Run [ "doctor"; "--fix" ] |> ignore
                person.Does [ "switch"; "bob" ] |> ignore
                Expect.equal (person.Bytes(person.In live)) (moved 2) "as Codex left it"
                Expect.equal (person.Bytes(person.In "profiles/before/auth.json")) befores "and the other one, too"

                for name in [ "alice"; "before" ] do
                    Expect.equal (listed person name) "ok" name)

            promise
                "one that was moved to another profile's workspace is not sealed, and is that profile's"
                (fun person ->
                    person.Has both
                    let before = person.Bytes(person.In copy)
                    person.Write(person.In "team.json", Person.SignInOf(team, 5))
                    person.Does [ "save"; "team"; "--from"; person.In "team.json" ] |> ignore
                    person.Write(person.In live, moved 2)
                    person.Does [ "list" ] |> ignore
                    Expect.equal (person.Bytes(person.In copy)) before "the copy"
                    person.Run [ "save"; "alice" ] |> Outcome.isFailure 1 [ "team" ])
        ]
