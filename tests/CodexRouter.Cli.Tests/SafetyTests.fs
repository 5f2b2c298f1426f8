module CodexRouter.Cli.Tests.SafetyTests

open System
open System.IO
open System.Runtime.InteropServices
open CodexRouter.Testing
open Expecto

/// Takes the right to write away, from root too: without these capabilities (capabilities(7)) modes bind it like anybody.
let private asOrdinaryUser (person: Person) (words: string list) : Outcome =
    let isRoot = Environment.UserName = "root"

    if not isRoot then
        person.Run words
    elif RuntimeInformation.IsOSPlatform OSPlatform.Linux then
        person.Start("setpriv", [ "--bounding-set=-dac_override,-dac_read_search"; Project.program ] @ words)
    else
        skiptest "needs a user whom modes bind: run the tests as an ordinary user"

let private refusedEverywhere (person: Person) (said: string list) =
    person.CodexDoes "touch \"$HOME/ran\""

    for words in
        [
            [ "save"; "alice" ]
            [ "login"; "carol" ]
            [ "switch"; "bob" ]
            [ "switch"; "bob"; "--dry-run" ]
            [ "exec"; "bob"; "--"; "touch"; person.File "ran" ]
        ] do
        Outcome.isRefused person 1 said words

    Expect.isFalse (File.Exists(person.File "ran")) "nothing was run"

let private stores =
    testList
        "sign-ins that are not files"
        [
            for store in [ "keyring"; "auto"; "ephemeral" ] do
                promise ("are refused, the settings untouched: " + store) (fun person ->
                    person.Has both
                    let file = person.In "config.toml"
                    person.Write(file, "# mine\ncli_auth_credentials_store = \"" + store + "\"\n")
                    refusedEverywhere person [ "'" + store + "'"; file; "= \"file\"" ]
                    Expect.stringContains (person.Run([ "doctor" ]).Out) store "doctor tells too"
                    person.Does [ "list" ] |> ignore
                    person.Does [ "current" ] |> ignore)

            promise "a home's own managed_config.toml, which Codex does not read, is no obstacle" (fun person ->
                person.Has both

                person.Write(
                    person.In "managed_config.toml",
                    "cli_auth_credentials_store = \"keyring\"\nforced_login_method = \"api\"\n"
                )

                person.Does [ "switch"; "bob" ] |> ignore)

            promise "the word file, or none, or settings that Codex cannot read, are no obstacle" (fun person ->
                person.Has both

                for settings in
                    [
                        "cli_auth_credentials_store = \"file\"\n"
                        "model = \"x\"\n"
                        "cli_auth_credentials_store = "
                        "[profiles.x]\ncli_auth_credentials_store = \"keyring\"\n"
                        "\u0000"
                    ] do
                    person.Write(person.In "config.toml", settings)
                    person.Does [ "switch"; "bob" ] |> ignore
                    person.Does [ "switch"; "alice" ] |> ignore)
        ]

let private obstacles =
    testList
        "what does not belong there"
        [
            promise "profiles that are a link or a file are refused, and not replaced" (fun person ->
                person.IsSignedInAs alice

                let tries () =
                    let before = person.Tree
                    let profiles = person.In "profiles"
                    person.Run [ "save"; "alice" ] |> Outcome.isFailure 1 [ profiles ]
                    person.Run [ "login"; "bob" ] |> Outcome.isFailure 1 [ profiles ]

                    person.Run [ "doctor" ]
                    |> fun outcome -> Expect.stringContains outcome.Out profiles "doctor"

                    person.Run [ "doctor"; "--fix" ] |> ignore

                    for words in [ []; [ "list" ]; [ "current" ]; [ "list"; "--json" ]; [ "switch"; "x" ] ] do
                        let outcome = person.Run words
                        Expect.contains [ 0; 1; 3 ] outcome.Exit (Outcome.describe outcome)

                    Expect.isEmpty (Tree.changes before person.Tree) "nothing changed"

                File.WriteAllText(person.In "profiles", "notes")
                tries ()
                File.Delete(person.In "profiles")
                let elsewhere = person.File "elsewhere"
                Directory.CreateDirectory elsewhere |> ignore
                File.CreateSymbolicLink(person.In "profiles", elsewhere) |> ignore
                tries ()
                Expect.isEmpty (Directory.GetFileSystemEntries elsewhere) "and nothing elsewhere")

            promise
                "an auth.json that is a link elsewhere, a folder or a pipe is refused, and nothing waits for it"
                (fun person ->
                    person.Has both
                    person.Write(person.File "elsewhere.json", Person.SignInOf carol)

                    for make in
                        [
                            (fun path -> File.CreateSymbolicLink(path, person.File "elsewhere.json") |> ignore)
                            (fun path -> File.CreateSymbolicLink(path, "nowhere") |> ignore)
                            (fun path -> File.CreateSymbolicLink(path, "auth.json") |> ignore)
                            (fun path -> File.CreateSymbolicLink(path, "profiles/../profiles/bob/auth.json") |> ignore)
                            (fun path -> Directory.CreateDirectory path |> ignore)
                            (fun path -> person.Shell("mkfifo " + path) |> ignore)
                        ] do
                        person.Shell "rm -rf \"$HOME/.codex/auth.json\"" |> ignore
                        make (person.In "auth.json")
                        Outcome.isRefused person 1 [ person.In "auth.json" ] [ "save"; "carol" ]
                        Outcome.isRefused person 1 [ person.In "auth.json" ] [ "switch"; "bob" ]
                        let before = person.Tree

                        person.Run [ "doctor"; "--fix" ]
                        |> fun outcome -> Expect.equal outcome.Exit 1 "doctor tells"

                        Expect.isEmpty (Tree.changes before person.Tree) "and leaves it alone"
                        person.Does [ "list" ] |> ignore
                        person.Does [] |> ignore)

            promise
                "a profile's auth.json that is a link, a folder or a pipe is refused, and nothing waits for it"
                (fun person ->
                    person.Has both
                    person.Write(person.File "elsewhere.json", Person.SignInOf carol)

                    for make in
                        [
                            (fun path -> File.CreateSymbolicLink(path, person.File "elsewhere.json") |> ignore)
                            (fun path -> Directory.CreateDirectory path |> ignore)
                            (fun path -> person.Shell("mkfifo " + path) |> ignore)
                        ] do
                        let path = person.In "profiles/bob/auth.json"
                        person.Shell("rm -rf " + path) |> ignore
                        make path
                        Outcome.isRefused person 1 [ path ] [ "switch"; "bob" ]
                        Outcome.isRefused person 1 [ path ] [ "login"; "bob" ]
                        Expect.stringContains (person.Does [ "list" ]) "damaged" "listed"
                        Expect.stringContains (person.Run([ "doctor" ]).Out) path "doctor tells")

            promise "pipes and folders in place of small files of the program's own hang nothing" (fun person ->
                person.Has both

                for relative in
                    [
                        ".current_profile"
                        "config.toml"
                        "profiles/bob/profile.json"
                        "router/allowed"
                        "router/previous"
                        "router/aliases"
                    ] do
                    let path = person.In relative
                    let before = if File.Exists path then Some(person.Bytes path) else None
                    person.Shell("rm -rf " + path + "; mkfifo " + path) |> ignore

                    for words in
                        [
                            []
                            [ "list" ]
                            [ "current" ]
                            [ "which" ]
                            [ "doctor" ]
                            [ "switch"; "bob" ]
                            [ "switch"; "alice" ]
                            [ "switch"; "-" ]
                        ] do
                        let outcome = person.Run words
                        Expect.contains [ 0; 1; 3 ] outcome.Exit (relative + ": " + Outcome.describe outcome)

                    File.Delete path
                    before |> Option.iter (fun bytes -> person.Write(path, bytes)))

            promise "other entries among the profiles are left alone" (fun person ->
                person.Has both
                person.Write(person.In "profiles/old.json", "mine")
                person.Write(person.In "profiles/.hidden/auth.json", "mine")
                person.Write(person.In "profiles/with space/auth.json", "mine")

                File.CreateSymbolicLink(person.In "profiles/linked", person.In "profiles/bob")
                |> ignore

                let own =
                    Tree.take (person.In "profiles")
                    |> Map.filter (fun path _ -> not (path.StartsWith "alice" || path.StartsWith "bob"))

                for words in
                    [
                        [ "switch"; "bob" ]
                        [ "doctor"; "--fix" ]
                        [ "rename"; "alice"; "me" ]
                        [ "delete"; "me"; "--yes" ]
                    ] do
                    person.Does words |> ignore

                let after = Tree.take (person.In "profiles")
                Expect.all own (fun entry -> Map.tryFind entry.Key after = Some entry.Value) "as they were"
                Outcome.isRefused person 3 [] [ "switch"; "linked" ])
        ]

let private rights =
    testList
        "folders that may not be written"
        [
            for relative, words in
                [
                    ".", [ "switch"; "bob" ]
                    ".", [ "rename"; "alice"; "me" ]
                    "profiles", [ "rename"; "bob"; "work" ]
                    "profiles", [ "delete"; "bob"; "--yes" ]
                    "profiles/bob", [ "rename"; "bob"; "work" ]
                    "profiles/bob", [ "alias"; "bob"; "office" ]
                    "profiles/alice", [ "switch"; "bob" ]
                ] do
                promise
                    ("reading works, changing is refused and nothing is half-done: "
                     + relative
                     + ", "
                     + List.head words)
                    (fun person ->
                        person.Has both
                        let folder = Path.GetFullPath(person.In relative)
                        let mode = File.GetUnixFileMode folder
                        File.SetUnixFileMode(folder, UnixFileMode.UserRead ||| UnixFileMode.UserExecute)
                        let before = Tree.withoutLocks person.Tree

                        for words in [ []; [ "list" ]; [ "current" ]; [ "which" ] ] do
                            let outcome = asOrdinaryUser person words
                            Expect.equal outcome.Exit 0 (Outcome.describe outcome)

                        let doctor = asOrdinaryUser person [ "doctor" ]
                        Expect.equal doctor.Exit 1 (Outcome.describe doctor)
                        Expect.stringContains doctor.Out (folder + " may not be") "doctor names the folder"

                        asOrdinaryUser person words |> Outcome.isFailure 1 [ folder ]
                        Expect.isEmpty (Tree.changes before (Tree.withoutLocks person.Tree)) "nothing is half-done"
                        File.SetUnixFileMode(folder, mode)
                        person.Does words |> ignore)

            promise
                "what the router only keeps for itself stops no change: it is done, and what is missing is told"
                (fun person ->
                    person.Has both
                    let folder = person.In "router"
                    File.SetUnixFileMode(folder, UnixFileMode.UserRead ||| UnixFileMode.UserExecute)

                    for words, said in
                        [
                            [ "switch"; "bob" ], "switched to bob"
                            [ "alias"; "bob"; "office" ], "office now means profile bob"
                            [ "switch"; "alice" ], "switched to alice"
                            // The list that the shell reads could not be written: the profile itself knows its alias.
                            [ "switch"; "office" ], "switched to bob"
                        ] do
                        let outcome = asOrdinaryUser person words
                        Expect.equal outcome.Exit 0 (Outcome.describe outcome)
                        Expect.stringContains outcome.Out said "what was done"
                        Expect.stringContains outcome.Err folder "what was not")

            promise "what may not be read is told, not guessed" (fun person ->
                person.Has both
                File.SetUnixFileMode(person.In "profiles/bob/auth.json", UnixFileMode.None)
                let outcome = asOrdinaryUser person [ "switch"; "bob" ]
                Outcome.isFailure 1 [ person.In "profiles/bob/auth.json" ] outcome
                let listed = asOrdinaryUser person [ "list" ]
                Expect.contains [ 0; 1 ] listed.Exit (Outcome.describe listed)
                Expect.stringContains (listed.Out + listed.Err) "bob" "bob is not forgotten")
        ]

let tests = testList "safety" [ stores; obstacles; rights ]
