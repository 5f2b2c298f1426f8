module CodexRouter.Cli.Tests.SaveTests

open System.IO
open CodexRouter.Platform
open Expecto

let private identity path = (FileStatus.Look path).Identity

let private keptFiles (person: Person) =
    if Directory.Exists(person.In "router/kept") then
        Directory.GetFiles(person.In "router/kept") |> List.ofArray
    else
        []

/// Gives a folder on another volume than the homes of tests.
let private onOtherVolume (work: string -> unit) =
    let deviceOf path =
        (FileStatus.Follow path).Identity.Device

    let volume =
        [ "/dev/shm"; "/tmp"; "/var/tmp" ]
        |> List.tryFind (fun folder -> Directory.Exists folder && deviceOf folder <> deviceOf (Path.GetTempPath()))
        |> Option.defaultWith (fun () -> skiptest "needs /dev/shm, /tmp or /var/tmp on another volume than TMPDIR")

    let folder = Path.Combine(volume, Path.GetRandomFileName())
    Directory.CreateDirectory folder |> ignore

    try
        work folder
    finally
        Directory.Delete(folder, true)

let tests =
    testList
        "save"
        [
            promise "keeps the very file: nothing is copied, so there is one live copy" (fun person ->
                person.IsSignedInAs alice
                let before = identity (person.In "auth.json")
                let said = person.Does [ "save"; "personal" ]
                Expect.stringContains said "personal" "names the profile"
                Expect.stringContains said alice.Email "names the account"
                Expect.equal (identity (person.In "profiles/personal/auth.json")) before "it is the same file"
                Expect.equal person.LiveLink (Some "profiles/personal/auth.json") "the root has a link"
                Expect.equal (File.ReadAllText(person.In ".current_profile")) "personal\n" "the marker says so too")

            promise "makes a sign-in that all could read its owner's own" (fun person ->
                let all =
                    UnixFileMode.UserRead ||| UnixFileMode.UserWrite ||| UnixFileMode.OtherRead

                person.IsSignedInAs alice
                File.SetUnixFileMode(person.In "auth.json", all)
                person.Does [ "save"; "alice" ] |> ignore
                let file = person.File "bob.json"
                person.Write(file, Person.SignInOf bob)
                File.SetUnixFileMode(file, all)
                person.Does [ "save"; "bob"; "--from"; file ] |> ignore

                for profile in [ "alice"; "bob" ] do
                    Expect.equal
                        (File.GetUnixFileMode(person.In("profiles/" + profile + "/auth.json")))
                        (UnixFileMode.UserRead ||| UnixFileMode.UserWrite)
                        profile)

            promise "gives the profile a home of its own that shares what people share" (fun person ->
                person.IsSignedInAs alice
                person.Write(person.In "config.toml", "model = \"x\"\n")
                person.Write(person.In "work.config.toml", "model = \"y\"\n")
                person.Does [ "save"; "personal" ] |> ignore
                let home = person.In "profiles/personal"
                let tree = Tree.take home

                for shared in
                    [
                        "config.toml"
                        "work.config.toml"
                        "AGENTS.md"
                        "sessions"
                        "history.jsonl"
                        "skills"
                    ] do
                    Expect.equal (Map.tryFind shared tree) (Some(Leaf.Link("../../" + shared))) shared

                Expect.equal (File.ReadAllText(Path.Combine(home, "config.toml"))) "model = \"x\"\n" "through the link"
                Expect.isTrue (Directory.Exists(person.In "sessions")) "a shared folder is made before the link to it"

                for path, mode in
                    [
                        home, 0o700
                        Path.Combine(home, "auth.json"), 0o600
                        person.In "router", 0o700
                    ] do
                    Expect.equal (int (File.GetUnixFileMode path)) mode path)

            promise "--separate-history leaves sessions and history to the profile" (fun person ->
                person.IsSignedInAs alice
                person.Does [ "save"; "personal"; "--separate-history" ] |> ignore
                let tree = Tree.take (person.In "profiles/personal")
                Expect.isFalse (tree.ContainsKey "sessions") "own sessions"
                Expect.isFalse (tree.ContainsKey "history.jsonl") "own history"
                Expect.isTrue (tree.ContainsKey "config.toml") "settings are shared all the same")

            promise "a second time has nothing to do" (fun person ->
                person.IsSignedInAs alice
                person.Does [ "save"; "personal" ] |> ignore
                let before = person.Tree
                Expect.stringContains (person.Does [ "save"; "personal" ]) "nothing to do" "says so"
                Expect.isEmpty (Tree.changes before person.Tree) "changes nothing")

            promise "without a sign-in says Not logged in, and makes no folder" (fun person ->
                person.Run [ "save"; "personal" ]
                |> Outcome.isFailure 4 [ "Not logged in"; "auth.json"; "codex-router login" ]

                Expect.isFalse (Directory.Exists person.Root) "no root is made")

            promise "the same sign-in is not kept under two names" (fun person ->
                person.Has [ "alice", alice ]
                Outcome.isRefused person 1 [ "'alice'"; "rename" ] [ "save"; "again" ])

            promise "over another identity needs --force, which keeps the old one aside" (fun person ->
                person.Has [ "alice", alice ]
                let old = person.Bytes(person.In "profiles/alice/auth.json")
                File.Delete(person.In "auth.json")
                person.IsSignedInAs bob
                Outcome.isRefused person 1 [ alice.Email; bob.Email; "--force" ] [ "save"; "alice" ]
                person.Does [ "save"; "alice"; "--force" ] |> ignore
                Expect.equal (person.Bytes(person.In "profiles/alice/auth.json")) (Person.SignInOf bob) "bob's now"
                Expect.equal (keptFiles person |> List.map person.Bytes) [ old ] "alice's is kept"
                Expect.equal person.Current (Some "alice") "and current")

            promise "takes a newer sign-in of the same identity and keeps the older aside" (fun person ->
                person.Has [ "alice", alice ]
                File.Delete(person.In "auth.json")
                person.IsSignedInAs(alice, 2)
                person.Does [ "save"; "alice" ] |> ignore

                Expect.equal
                    (person.Bytes(person.In "profiles/alice/auth.json"))
                    (Person.SignInOf(alice, 2))
                    "the newer"

                Expect.equal (keptFiles person |> List.map person.Bytes) [ Person.SignInOf alice ] "the older is kept"
                Expect.equal person.LiveLink (Some "profiles/alice/auth.json") "a link again")

            promise "keeps an older sign-in of the same identity aside" (fun person ->
                person.IsSignedInAs(alice, 2)
                person.Does [ "save"; "alice" ] |> ignore
                File.Delete(person.In "auth.json")
                person.IsSignedInAs(alice, 1)
                person.Does [ "save"; "alice" ] |> ignore

                Expect.equal
                    (person.Bytes(person.In "profiles/alice/auth.json"))
                    (Person.SignInOf(alice, 2))
                    "the newer"

                Expect.equal
                    (keptFiles person |> List.map person.Bytes)
                    [ Person.SignInOf(alice, 1) ]
                    "the older is kept")

            promise "--from moves a sign-in in, and what is current stays current" (fun person ->
                person.Has [ "alice", alice ]
                let file = person.File "bob.json"
                person.Write(file, Person.SignInOf bob)

                person.Does([ "save"; "bob"; "--from"; "bob.json" ], directory = person.Home)
                |> ignore

                Expect.isFalse (File.Exists file) "moved: one live copy"
                Expect.equal (person.Bytes(person.In "profiles/bob/auth.json")) (Person.SignInOf bob) "whole"
                Expect.equal person.Current (Some "alice") "alice stays current")

            promise "--from a file that is no sign-in leaves it alone" (fun person ->
                person.Has [ "alice", alice ]
                let file = person.File "notes.json"
                person.Write(file, "{\"note\": true, \"tokens\": 3}")
                Outcome.isRefused person 1 [ "notes.json" ] [ "save"; "bob"; "--from"; file ]

                Outcome.isRefused
                    person
                    1
                    [ "there is no file"; "missing.json" ]
                    [ "save"; "bob"; "--from"; person.File "missing.json" ]

                Expect.isTrue (File.Exists file) "still there")

            promise "--from another volume moves a sign-in in, whole, and makes it its owner's own" (fun person ->
                person.Has [ "alice", alice ]

                onOtherVolume (fun folder ->
                    let file = Path.Combine(folder, "bob.json")
                    person.Write(file, Person.SignInOf bob)
                    person.Does [ "save"; "bob"; "--from"; file ] |> ignore
                    Expect.isFalse (File.Exists file) "moved: one live copy"
                    let own = person.In "profiles/bob/auth.json"
                    Expect.equal (person.Bytes own) (Person.SignInOf bob) "whole"
                    Expect.equal (int (File.GetUnixFileMode own)) 0o600 "private"

                    // Over a sign-in that is there already, too.
                    person.Write(file, Person.SignInOf(bob, 2))
                    person.Does [ "save"; "bob"; "--from"; file ] |> ignore
                    Expect.isFalse (File.Exists file) "moved again"
                    Expect.equal (person.Bytes own) (Person.SignInOf(bob, 2)) "the newer"

                    Expect.equal
                        (keptFiles person |> List.map person.Bytes)
                        [ Person.SignInOf bob ]
                        "the older is kept"

                    // One that is older is kept aside.
                    person.Write(file, Person.SignInOf(bob, 1))
                    person.Does [ "save"; "bob"; "--from"; file ] |> ignore
                    Expect.isFalse (File.Exists file) "moved away"
                    Expect.equal (person.Bytes own) (Person.SignInOf(bob, 2)) "the newer stays"))

            promise "--from a file that the system does not let go says so, and leaves nothing half-made" (fun person ->
                person.Has [ "alice", alice ]
                let file = person.File "bob.json"
                person.Write(file, Person.SignInOf bob)
                let before = person.Tree

                let isRefused (outcome: CodexRouter.Testing.Outcome) =
                    Outcome.isFailure 1 [ "cannot remove " + file; "try: codex-router login bob" ] outcome
                    Expect.isEmpty (Tree.changes before person.Tree) "nothing stays"
                    Expect.equal (person.Bytes file) (Person.SignInOf bob) "the file is as it was"

                let isTried =
                    [
                        // A file that may not be changed, and one that is a mount point.
                        "chattr +i bob.json", "", "chattr -i bob.json"
                        "", "mount --bind bob.json bob.json && ", ""
                    ]
                    |> List.map (fun (before, within, after) ->
                        let prepared =
                            person.Shell(
                                (if before <> "" then
                                     before
                                 else
                                     "unshare -m sh -c '" + within + "true'"),
                                directory = person.Home
                            )

                        if prepared.Exit = 0 then
                            try
                                person.Shell(
                                    "unshare -m sh -c '" + within + "exec \"$router\" save bob --from bob.json'",
                                    directory = person.Home
                                )
                                |> isRefused
                            finally
                                if after <> "" then
                                    person.Shell(after, directory = person.Home) |> ignore

                        prepared.Exit = 0)

                if not (List.contains true isTried) then
                    skiptest "needs root, who can make such files")

            promise "--from a folder that may not be changed is refused before anything is made" (fun person ->
                person.Has [ "alice", alice ]
                let folder = person.File "closed"
                let file = Path.Combine(folder, "bob.json")
                person.Write(file, Person.SignInOf bob)

                let outcome =
                    person.Shell(
                        "chmod 500 closed; before=$(find .codex | sort); "
                        + "if test \"$(id -u)\" = 0; then run='setpriv --bounding-set=-dac_override,-dac_read_search,-fowner'; fi; "
                        + "$run \"$router\" save bob --from closed/bob.json; exit=$?; chmod 700 closed; "
                        + "test \"$before\" = \"$(find .codex | sort)\" || echo changed; exit $exit",
                        directory = person.Home
                    )

                Outcome.isFailure 1 [ folder; "may not be written to"; "try: chmod" ] outcome)

            promise "an API key is a sign-in like any other" (fun person ->
                person.Write(person.In "auth.json", CodexRouter.StandIn.SampleAccount.apiKeySignIn "sk-FAKE-1")
                Expect.stringContains (person.Does [ "save"; "key" ]) "API key" "says what it is"
                Expect.stringContains (person.Does [ "list" ]) "API key" "in the list too")
        ]
