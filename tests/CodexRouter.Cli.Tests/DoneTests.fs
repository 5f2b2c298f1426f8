/// Done is done: once the deciding change is made, the command says so, and nothing less stops it or its undoing.
module CodexRouter.Cli.Tests.DoneTests

open System.IO
open CodexRouter.Testing
open Expecto

/// Runs the program where no file can get a single byte more: as on a full disk, links and renames still work.
let private onFullDisk (person: Person) line =
    person.Shell("trap '' XFSZ; ulimit -f 0; exec \"$router\" " + line)

let private isDoneWithWarning (said: string) (warned: string) (outcome: Outcome) =
    Expect.equal outcome.Exit 0 (Outcome.describe outcome)
    Expect.stringContains outcome.Out said "says that it is done"
    Expect.stringStarts outcome.Err "codex-router: not done: " "warns of the rest"
    Expect.stringContains outcome.Err warned "names the file"

let private isHonest (file: string) (outcome: Outcome) =
    Outcome.isFailure 1 [ file ] outcome
    Expect.isFalse (outcome.Err.Contains "try: codex-router doctor") (Outcome.describe outcome)

let private full =
    testList
        "on a full disk"
        [
            promise "a switch is done, and so is the switch back" (fun person ->
                person.Has both

                onFullDisk person "switch bob"
                |> isDoneWithWarning "switched to bob" ".current_profile"

                Expect.equal person.LiveLink (Some "profiles/bob/auth.json") "bob is current"
                let back = onFullDisk person "switch alice"
                Expect.equal back.Exit 0 (Outcome.describe back)
                Expect.equal person.LiveLink (Some "profiles/alice/auth.json") "alice is current again"
                person.Does [ "switch"; "bob" ] |> ignore

                Expect.equal
                    ((File.ReadAllText(person.In ".current_profile")).Trim())
                    "bob"
                    "with room, the marker agrees")

            promise "a profile is renamed, and the next one deleted" (fun person ->
                person.Has(both @ [ "carol", carol ])

                onFullDisk person "rename bob work"
                |> isDoneWithWarning "renamed profile bob to work" "profile.json"

                Expect.isTrue (Directory.Exists(person.In "profiles/work")) "renamed"
                let deleted = onFullDisk person "delete carol --yes"
                Expect.equal deleted.Exit 0 (Outcome.describe deleted)
                Expect.isFalse (Directory.Exists(person.In "profiles/carol")) "gone"
                person.Does [ "alias"; "work"; "office" ] |> ignore
                Expect.stringContains (person.Does [ "list" ]) "work, office" "with room, all is as asked for")

            promise "what needs to write says that it could not, and nothing else is refused for it" (fun person ->
                person.Has both
                onFullDisk person "alias bob office" |> isHonest "profile.json"
                onFullDisk person "pin bob" |> isHonest "allowed"

                Expect.isFalse
                    (File.Exists(person.File ".codex-profile"))
                    "a pin that could not be allowed is not written"

                person.Does [ "switch"; "bob" ] |> ignore)
        ]

let private trivia =
    testList
        "what is not needed stops nothing"
        [
            promise "a marker that cannot be written" (fun person ->
                person.Has(both @ [ "carol", carol ])
                File.Delete(person.In ".current_profile")
                Directory.CreateDirectory(person.In ".current_profile") |> ignore

                for words, said in
                    [
                        [ "switch"; "bob" ], "switched to bob"
                        [ "switch"; "alice" ], "switched to alice"
                        [ "alias"; "bob"; "office" ], "office now means"
                        [ "rename"; "bob"; "work" ], "renamed profile"
                        [ "pin"; "work" ], "pinned to"
                        [ "delete"; "carol"; "--yes" ], "deleted profile"
                    ] do
                    person.Run words |> isDoneWithWarning said ".current_profile")

            promise "the list of aliases, the profile before, and kept figures" (fun person ->
                person.Has both

                for name in [ "aliases"; "previous"; "quota"; "prompt" ] do
                    let path = person.In("router/" + name)
                    File.Delete path
                    Directory.CreateDirectory(Path.Combine(path, "in-the-way")) |> ignore

                person.Run [ "alias"; "bob"; "office" ]
                |> isDoneWithWarning "office now means" "aliases"

                person.Run [ "switch"; "bob" ] |> isDoneWithWarning "switched to bob" "previous"
                Expect.equal person.LiveLink (Some "profiles/bob/auth.json") "bob is current")
        ]

/// Runs without the rights by which root passes over owners and modes, so that what another user owns is another's.
let private asOrdinary (person: Person) words =
    if (person.Shell "test \"$(id -u)\" = 0 && setpriv --version").Exit <> 0 then
        skiptest "needs root, who can give a file to another user"

    person.Start(
        "setpriv",
        [ "--bounding-set=-dac_override,-dac_read_search,-fowner"; Project.program ]
        @ words
    )

let private leftovers =
    testList
        "what interrupted changes left"
        [
            promise "half-made files are swept, and no other" (fun person ->
                person.Has both

                let swept =
                    [
                        "router/.aliases.new-a1B2c3"
                        "router/.allowed.new-a1B2c3"
                        "router/.previous.new-a1B2c3"
                        "..current_profile.new-a1B2c3"
                        "profiles/bob/.profile.json.new-a1B2c3"
                        "profiles/bob/.auth.json.new-a1B2c3"
                        "router/.fallback.json.new-a1B2c3"
                        "router/.lock.new-a1B2c3"
                        "profiles/bob/.auth.lock.new-a1B2c3"
                        ".auth.json.lock.new-a1B2c3"
                        "profiles/.exchange.new-a1b2c3"
                        "router/sealed/.bob.json.new-a1B2c3"
                        "router/prompt/.bob.new-a1B2c3"
                        "router/quota/bob/.snapshot.json.new-a1B2c3"
                    ]

                let stays =
                    [
                        "router/.mine.new-a1B2c3"
                        "router/.aliases.new-a1B2"
                        "router/aliases.new-a1B2c3"
                        "profiles/bob/.notes.new-a1B2c3"
                    ]

                for path in swept @ stays do
                    person.Write(person.In path, "x")

                person.Does [ "switch"; "bob" ] |> ignore
                Expect.all swept (person.In >> File.Exists >> not) "swept"
                Expect.all stays (person.In >> File.Exists) "not the router's")

            promise "a sign-in in a half-made file is kept aside" (fun person ->
                person.Has both
                person.Write(person.In "profiles/bob/.auth.json.new-a1B2c3", Person.SignInOf carol)
                person.Does [ "switch"; "bob" ] |> ignore
                let kept = Tree.contents (Tree.take (person.In "router/kept"))
                Expect.isTrue (kept.Contains(System.Convert.ToBase64String(Person.SignInOf carol))) "kept")

            promise "a half-made sealed copy goes when its sign-in is there, and is kept aside otherwise" (fun person ->
                person.Has both
                let ofLive = person.In "router/sealed/.bob.json.new-a1B2c3"
                let ofNobody = person.In "router/sealed/.carol.json.new-a1B2c3"
                person.Write(ofLive, Person.SignInOf bob)
                person.Write(ofNobody, Person.SignInOf carol)
                person.Does [ "switch"; "bob" ] |> ignore
                Expect.isFalse (File.Exists ofLive) "the sign-in is in its profile"
                Expect.isFalse (File.Exists ofNobody) "kept elsewhere"
                let kept = Tree.contents (Tree.take (person.In "router/kept"))
                Expect.isTrue (kept.Contains(System.Convert.ToBase64String(Person.SignInOf carol))) "kept"
                Expect.isFalse (kept.Contains(System.Convert.ToBase64String(Person.SignInOf bob))) "not twice")

            promise "one folder that cannot be removed is told, and passed over" (fun person ->
                person.Has(both @ [ "carol", carol ])
                let locked = person.In "router/trash/old-1/locked"
                person.Write(Path.Combine(locked, "file"), "x")
                person.Write(person.In "router/trash/young-1/file", "x")
                person.Shell("chown 65534 '" + locked + "'") |> ignore

                asOrdinary person [ "switch"; "bob" ]
                |> isDoneWithWarning "switched to bob" "router/trash/old-1"

                Expect.isFalse (Directory.Exists(person.In "router/trash/young-1")) "the other one is gone"

                asOrdinary person [ "delete"; "carol"; "--yes" ]
                |> isDoneWithWarning "deleted profile carol" "router/trash/old-1"

                Expect.isFalse (Directory.Exists(person.In "profiles/carol")) "deleted"
                let doctor = asOrdinary person [ "doctor"; "--fix" ]
                Expect.equal doctor.Exit 1 (Outcome.describe doctor)
                Expect.stringContains doctor.Out ("try: sudo rm -r " + person.In "router/trash/old-1") "the way out")

            promise "root changes nothing in another person's root, and reads it" (fun person ->
                person.Has both

                if
                    (person.Shell("test \"$(id -u)\" = 0 && chown 65534 '" + person.Root + "'")).Exit
                    <> 0
                then
                    skiptest "needs root, who can give a folder to another user"

                for words in
                    [
                        [ "switch"; "bob" ]
                        [ "pin"; "bob" ]
                        [ "alias"; "bob"; "office" ]
                        [ "delete"; "bob"; "--yes" ]
                    ] do
                    Outcome.isRefused person 1 [ person.Root + " belongs to nobody"; "try: su - nobody" ] words

                Expect.stringContains (person.Does [ "list" ]) "bob" "reading goes on")
        ]

let private order =
    testList
        "what comes before what"
        [
            testCase "each change puts right first what was left" (fun () ->
                for words in
                    [
                        [ "switch"; "bob" ]
                        [ "save"; "alice" ]
                        [ "alias"; "bob"; "office" ]
                        [ "rename"; "bob"; "work" ]
                        [ "pin"; "alice" ]
                        [ "delete"; "bob"; "--yes" ]
                        [ "login"; "carol" ]
                    ] do
                    use person = new Person()
                    person.Has both
                    person.Write(person.File "new.json", Person.SignInOf carol)
                    person.CodexDoes "cp \"$HOME/new.json\" \"$CODEX_HOME/auth.json\""
                    person.Write(person.In "router/trash/old-1/auth.json", "x")
                    person.Does words |> ignore
                    Expect.isFalse (Directory.Exists(person.In "router/trash/old-1")) (String.concat " " words))

            promise "what Codex writes while a switch waits for its lock is what the switch goes by" (fun person ->
                person.Has both
                let renewed = Person.SignInOf(alice, 7)
                person.Write(person.File "new.json", renewed)

                if (person.Shell "command -v flock").Exit <> 0 then
                    skiptest "needs flock: apt-get install util-linux"

                // As a Codex that ends a login while it holds its lock: a file takes the link's place.
                person.Write(
                    person.File "codex-writes",
                    "touch \"$HOME/begun\"; sleep 2; rm \"$HOME/.codex/auth.json\"; cp \"$HOME/new.json\" \"$HOME/.codex/auth.json\"\n"
                )

                let outcome =
                    person.Shell(
                        "flock \"$HOME/.codex/auth.lock\" sh \"$HOME/codex-writes\" & "
                        + "while [ ! -e \"$HOME/begun\" ]; do sleep 0.01; done; \"$router\" switch bob; status=$?; wait; exit $status"
                    )

                Expect.equal (outcome.Exit, outcome.Err) (0, "") (Outcome.describe outcome)
                Expect.equal person.LiveLink (Some "profiles/bob/auth.json") "bob is current"

                Expect.equal
                    (person.Bytes(person.In "profiles/alice/auth.json"))
                    renewed
                    "the renewed sign-in is alice's")

            promise "exec makes a home whole before it runs anything there" (fun person ->
                person.Has both
                Directory.Delete(person.In "sessions", true)

                person.Does [ "exec"; "bob"; "--"; "sh"; "-c"; "test -d \"$CODEX_HOME/sessions\"" ]
                |> ignore)

            promise "a login that Codex has finished, when nothing can be written down of it" (fun person ->
                person.Has both
                person.Write(person.File "new.json", Person.SignInOf carol)

                person.CodexDoes
                    "cp \"$HOME/new.json\" \"$CODEX_HOME/auth.json\"; cd \"$HOME/.codex/router\" && rm lock && mkdir lock"

                person.Run [ "login"; "carol" ]
                |> isDoneWithWarning "signed in to profile carol" "router/lock"

                Directory.Delete(person.In "router/lock")
                person.Does [ "switch"; "carol" ] |> ignore
                Expect.stringContains (person.Does [ "list" ]) "person3@" "known since the next change")

            promise "a pin that cannot be allowed is not written" (fun person ->
                person.Has both
                Directory.CreateDirectory(person.In "router/allowed/in-the-way") |> ignore
                person.Run [ "pin"; "bob" ] |> isHonest "allowed"
                Expect.isFalse (File.Exists(person.File ".codex-profile")) "no pin")

            promise "who waits for another change is told which process makes it" (fun person ->
                if not (File.Exists "/proc/locks") then
                    skiptest "needs Linux, which tells who holds a lock"

                person.Has both

                let outcome =
                    person.Shell
                        "flock \"$HOME/.codex/router/lock\" sh -c 'echo $PPID > \"$HOME/holder\"; \"$router\" switch bob'"

                Expect.equal outcome.Exit 6 (Outcome.describe outcome)
                let holder = (File.ReadAllText(person.File "holder")).Trim()

                if File.ReadAllText "/proc/locks" <> "" then
                    Expect.stringContains outcome.Err ("(process " + holder + ")") "the holder's number")
        ]

let tests = testList "done is done" [ full; trivia; leftovers; order ]
