module CodexRouter.Cli.Tests.DoctorTests

open System
open System.IO
open System.Text.Json
open Expecto

let private mode bits : UnixFileMode = enum<UnixFileMode> bits

let private checks (person: Person) words =
    let outcome = person.Run([ "doctor"; "--json" ] @ words)
    use document = JsonDocument.Parse outcome.Out

    outcome.Exit,
    document.RootElement.GetProperty("checks").EnumerateArray()
    |> Seq.map (fun check ->
        check.GetProperty("id").GetString() |> string,
        check.GetProperty("ok").GetBoolean(),
        check.GetProperty("message").GetString() |> string)
    |> List.ofSeq

/// What doctor finds wrong.
let private faults person =
    checks person []
    |> snd
    |> List.choose (fun (id, isWell, _) -> if isWell then None else Some id)
    |> List.distinct

/// Doctor finds this, mends it, and then nothing is left to do: a second time changes nothing.
let private mends (person: Person) id =
    Expect.contains (faults person) id "found"
    Expect.equal (person.Run([ "doctor" ])).Exit 1 "exit code before"
    let outcome = person.Run [ "doctor"; "--fix" ]
    Expect.equal outcome.Exit 0 (Outcome.describe outcome)
    Expect.isEmpty (faults person) "nothing is left"
    let before = person.Tree
    person.Does [ "doctor"; "--fix" ] |> ignore
    Expect.isEmpty (Tree.changes before person.Tree) "mended for good"

let private finds (person: Person) id (words: string list) =
    let exit, found = checks person []
    Expect.equal exit 1 "exit code"

    match found |> List.filter (fun (found, isWell, _) -> found = id && not isWell) with
    | [] -> failtest (id + " was not found")
    | found ->
        for word in words do
            Expect.exists found (fun (_, _, message) -> message.Contains(word, StringComparison.Ordinal)) word

/// Doctor tells of it, and neither it nor --fix changes the file in question.
let private leavesAlone (person: Person) (path: string) =
    let parent = Path.GetDirectoryName path |> string
    let name = Path.GetFileName path |> string
    let before = Map.tryFind name (Tree.take parent)
    person.Run [ "doctor" ] |> ignore
    person.Run [ "doctor"; "--fix" ] |> ignore
    Expect.equal (Map.tryFind name (Tree.take parent)) before (path + " is as it was")

let tests =
    testList
        "doctor"
        [
            promise "is content with an empty home, and makes nothing" (fun person ->
                person.Does [ "doctor" ] |> ignore
                person.Does [ "doctor"; "--fix" ] |> ignore
                Expect.isFalse (Directory.Exists person.Root) "no root")

            promise "is content with what the program itself makes, and changes nothing without --fix" (fun person ->
                person.Has both
                person.Does [ "switch"; "bob" ] |> ignore
                let before = person.Tree
                person.Does [ "doctor" ] |> ignore
                Expect.isEmpty (Tree.changes before person.Tree) "changes nothing"
                person.Does [ "doctor"; "--fix" ] |> ignore
                Expect.isEmpty (Tree.changes before person.Tree) "nor with --fix")

            promise "finishes a save that was cut off" (fun person ->
                person.Has both
                // As a save leaves it when it is ended between linking the file and renaming the home.
                let scratch = person.In "router/scratch/20300101T000000000Z-1"
                person.Write(Path.Combine(scratch, "auth.json"), Person.SignInOf carol)
                mends person "unfinished"
                Expect.isFalse (Directory.Exists scratch) "the unfinished home is gone"
                let kept = Tree.contents (Tree.take (person.In "router/kept"))
                Expect.contains kept (Convert.ToBase64String(Person.SignInOf carol)) "its sign-in is kept")

            promise "finishes a switch that was cut off" (fun person ->
                person.Has both
                File.Delete(person.In "auth.json")

                File.CreateSymbolicLink(person.In "auth.json", "profiles/bob/auth.json")
                |> ignore

                mends person "unfinished"
                Expect.equal (File.ReadAllText(person.In ".current_profile")) "bob\n" "the link is the truth")

            promise "finishes a rename that was cut off" (fun person ->
                person.Has both
                Directory.Move(person.In "profiles/alice", person.In "profiles/me")
                mends person "unfinished"
                Expect.equal person.LiveLink (Some "profiles/me/auth.json") "the link follows")

            promise "finishes a removal that was cut off" (fun person ->
                person.Has both
                person.Write(person.In "router/trash/carol-1/auth.json", Person.SignInOf carol)
                mends person "unfinished"
                Expect.isEmpty (Directory.GetFileSystemEntries(person.In "router/trash")) "gone")

            promise "takes back a newer file that replaced the link" (fun person ->
                person.Has both
                File.Delete(person.In "auth.json")
                person.IsSignedInAs(alice, 3)
                mends person "unfinished"

                Expect.equal
                    (person.Bytes(person.In "profiles/alice/auth.json"))
                    (Person.SignInOf(alice, 3))
                    "the newer"

                Expect.equal person.LiveLink (Some "profiles/alice/auth.json") "a link again"

                Expect.contains
                    (Tree.contents (Tree.take (person.In "router/kept")))
                    (Convert.ToBase64String(Person.SignInOf alice))
                    "the older is kept")

            promise "keeps aside an older file that replaced the link" (fun person ->
                person.Has both
                person.Write(person.In "profiles/alice/auth.json", Person.SignInOf(alice, 5))
                File.Delete(person.In "auth.json")
                person.IsSignedInAs(alice, 3)
                mends person "unfinished"

                Expect.equal
                    (person.Bytes(person.In "profiles/alice/auth.json"))
                    (Person.SignInOf(alice, 5))
                    "the newer"

                Expect.contains
                    (Tree.contents (Tree.take (person.In "router/kept")))
                    (Convert.ToBase64String(Person.SignInOf(alice, 3)))
                    "the older is kept")

            promise "closes what others could read" (fun person ->
                person.Has both
                File.SetUnixFileMode(person.In "profiles/bob", mode 0o755)
                File.SetUnixFileMode(person.In "profiles/bob/auth.json", mode 0o644)
                mends person "permissions.bob"
                Expect.equal (int (File.GetUnixFileMode(person.In "profiles/bob"))) 0o700 "the home"
                Expect.equal (int (File.GetUnixFileMode(person.In "profiles/bob/auth.json"))) 0o600 "the sign-in")

            promise "puts back missing links" (fun person ->
                person.Has both
                File.Delete(person.In "profiles/bob/sessions")
                File.Delete(person.In "profiles/bob/config.toml")
                mends person "unfinished"
                Expect.equal (FileInfo(person.In "profiles/bob/sessions").LinkTarget) "../../sessions" "sessions")

            promise
                "takes over an older tool's folder: profiles with sign-ins only, a marker, a file of its own"
                (fun person ->
                    person.Write(person.In "profiles/alice/auth.json", Person.SignInOf alice)
                    person.Write(person.In "profiles/bob/auth.json", Person.SignInOf bob)
                    person.Write(person.In ".current_profile", "alice\n")
                    person.IsSignedInAs alice
                    File.SetUnixFileMode(person.In "profiles", mode 0o755)
                    File.SetUnixFileMode(person.In "profiles/alice", mode 0o755)
                    File.SetUnixFileMode(person.In "profiles/bob", mode 0o755)
                    mends person "unfinished"
                    Expect.equal person.LiveLink (Some "profiles/alice/auth.json") "one live copy"

                    Expect.equal
                        (FileInfo(person.In "profiles/bob/config.toml").LinkTarget)
                        "../../config.toml"
                        "a whole home"

                    person.Does [ "switch"; "bob" ] |> ignore
                    Expect.equal person.Current (Some "bob") "and works")

            promise "two copies of one sign-in are told, and not decided" (fun person ->
                person.Has both
                person.Write(person.In "profiles/bob/auth.json", Person.SignInOf alice)
                finds person "copies.alice" [ "alice and bob are copies" ]
                leavesAlone person (person.In "profiles/bob/auth.json"))

            promise "a sign-in that no profile holds is told, and left alone" (fun person ->
                person.Has both
                File.Delete(person.In "auth.json")
                person.IsSignedInAs carol
                finds person "live" [ "no profile holds" ]
                leavesAlone person (person.In "auth.json"))

            promise "a link that leads elsewhere is told, and left alone" (fun person ->
                person.Has both
                File.Delete(person.In "auth.json")
                File.CreateSymbolicLink(person.In "auth.json", "/nowhere/auth.json") |> ignore
                finds person "live" [ "/nowhere/auth.json" ]
                leavesAlone person (person.In "auth.json"))

            promise
                "a folder that a home has of its own in place of a shared one is told, and left alone"
                (fun person ->
                    person.Has both
                    File.Delete(person.In "profiles/bob/sessions")
                    person.Write(person.In "profiles/bob/sessions/one.jsonl", "mine")
                    finds person "sharing.bob" [ "sessions" ]
                    leavesAlone person (person.In "profiles/bob/sessions/one.jsonl"))

            promise "profiles without a sign-in, or with a damaged one, are told" (fun person ->
                person.Has(both @ [ "carol", carol ])
                File.Delete(person.In "profiles/bob/auth.json")
                person.Write(person.In "profiles/carol/auth.json", "{}}")
                finds person "profile.bob" [ "Not logged in" ]
                finds person "profile.carol" [ person.In "profiles/carol/auth.json" ]
                leavesAlone person (person.In "profiles/carol/auth.json"))

            promise "another tool's sign-ins among the profiles are offered, and left alone" (fun person ->
                person.Has both
                let file = person.In "profiles/old.json"
                person.Write(file, Person.SignInOf carol)
                person.Write(person.In "profiles/notes.json", "[]")
                let said = person.Does [ "doctor" ]
                Expect.stringContains said ("codex-router save NAME --from " + file) "offered"
                Expect.isFalse (said.Contains "notes.json") "what is none is not"
                leavesAlone person file
                person.Does [ "save"; "carol"; "--from"; file ] |> ignore
                Expect.equal (person.Bytes(person.In "profiles/carol/auth.json")) (Person.SignInOf carol) "as offered")

            promise
                "another tool's copies of a profile's sign-in are told with both files, and never called importable"
                (fun person ->
                    person.Has both

                    let copies =
                        [
                            person.In "profiles/old.json"
                            person.In "accounts/work.auth.json"
                            person.File ".codex-client/auth.json"
                        ]

                    for copy in copies do
                        person.Write(copy, Person.SignInOf bob)

                    let outcome = person.Run [ "doctor" ]
                    Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                    Expect.isFalse (outcome.Out.Contains "another tool's sign-in") "none is offered as a new profile"

                    for copy in copies do
                        finds person "copies.bob" [ copy + " and " + person.In "profiles/bob/auth.json" ]
                        Expect.stringContains outcome.Out ("try: codex-router save bob --from " + copy) "a way out"
                        leavesAlone person copy
                        person.Does [ "save"; "bob"; "--from"; copy ] |> ignore
                        Expect.isFalse (File.Exists copy) "the way out works"

                    person.Does [ "doctor" ] |> ignore

                    Expect.equal
                        (person.Bytes(person.In "profiles/bob/auth.json"))
                        (Person.SignInOf bob)
                        "the profile's stays")

            promise "another sign-in of a profile's account is not called importable, and is no fault" (fun person ->
                person.Has both
                let file = person.In "profiles/old.json"
                person.Write(file, Person.SignInOf(bob, 3))
                let said = person.Does [ "doctor" ]
                Expect.stringContains said (file + " is another sign-in of the account of bob") "told"
                Expect.isFalse (said.Contains "save NAME") "and not offered")

            promise "a second name of a profile's sign-in is told, with a way out that works" (fun person ->
                person.Has both
                let own = person.In "profiles/bob/auth.json"
                let near = person.File "bob.json"
                let far = person.File "somewhere/else/bob.json"
                Directory.CreateDirectory(person.File "somewhere/else") |> ignore

                for name in [ near; far ] do
                    Expect.equal (person.Start("ln", [ own; name ])).Exit 0 "linked"

                finds person "names.bob" [ near + " is a second name"; own + " has a second name somewhere" ]
                let said = (person.Run [ "doctor" ]).Out
                Expect.stringContains said ("try: find / -xdev -samefile " + own) "how to find the other"
                leavesAlone person near

                for name in [ near; far ] do
                    person.Does [ "save"; "bob"; "--from"; name ] |> ignore
                    Expect.isFalse (File.Exists name) "gone"

                person.Does [ "doctor" ] |> ignore
                Expect.equal (person.Bytes own) (Person.SignInOf bob) "the profile's stays")

            promise "surroundings that get in Codex's way are told" (fun person ->
                person.Has both

                let said environment =
                    person.Run([ "doctor" ], environment = environment).Out

                Expect.stringContains (said [ "CODEX_API_KEY", "sk-FAKE-1" ]) "CODEX_API_KEY is set" "a key"

                Expect.stringContains
                    (said [ "CODEX_ACCESS_TOKEN", "at-FAKE-1" ])
                    "CODEX_ACCESS_TOKEN is set"
                    "a token"

                Expect.stringContains (said [ "CODEX_ROUTER_CODEX", "/nowhere/codex" ]) "/nowhere/codex" "no Codex"

                Expect.stringContains
                    (said [ "CODEX_ROUTER_ROOT", person.Root; "CODEX_HOME", "/nowhere" ])
                    "CODEX_HOME is /nowhere"
                    "no home")
            for name, what in [ "the root's", "auth.json"; "a profile's", "profiles/alice/auth.json" ] do
                promise
                    ("a sign-in that is mounted as a single file is named, with what to mount: "
                     + name)
                    (fun person ->
                        person.Has both

                        if (person.Start("unshare", [ "-m"; "true" ])).Exit <> 0 then
                            skiptest "needs root, who can mount a file where only this process sees it"

                        let script =
                            [
                                "cp \"$HOME/.codex/profiles/alice/auth.json\" \"$HOME/other.json\""
                                "rm -f \"$HOME/.codex/auth.json\""
                                "touch \"$HOME/.codex/auth.json\""
                                "mount --bind \"$HOME/other.json\" \"$HOME/.codex/" + what + "\""
                                "exec \"$router\" doctor"
                            ]
                            |> String.concat " && "

                        let outcome = person.Shell("unshare -m sh -c '" + script + "'")

                        Expect.stringContains
                            outcome.Out
                            (person.In what + " is mounted as a single file")
                            (Outcome.describe outcome)

                        Expect.stringContains outcome.Out "try: df -h " "what shows the mount"
                        Expect.isFalse ((person.Run [ "doctor" ]).Out.Contains "mounted") "and nothing where none is")
        ]
