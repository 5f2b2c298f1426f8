/// Changes while a Codex runs: they wait, ask or refuse where it could lose a sign-in.
module CodexRouter.Cli.Tests.RunningCodexTests

open System
open System.Diagnostics
open System.IO
open CodexRouter.Platform
open CodexRouter.Cli.Tests.RunningCodex
open Expecto

let private hasDueSignIn (person: Person) =
    person.Has both
    person.Write(person.In "profiles/alice/auth.json", endsIn 2.0 alice)

let tests =
    testList
        "a Codex that runs"
        [
            promise "may be renewing the outgoing sign-in: a switch waits for it, and then refuses" (fun person ->
                hasDueSignIn person
                let codex, pid = startCodex person false None
                use _ = codex
                let before = person.Tree
                let watch = Stopwatch.StartNew()

                person.Run [ "switch"; "bob" ]
                |> Outcome.isFailure 6 [ "waiting a moment"; string<int> pid; "'alice'"; "--force" ]

                Expect.isGreaterThan watch.Elapsed (TimeSpan.FromSeconds 9.0) "it waited"
                Expect.isEmpty (Tree.changes before person.Tree) "nothing changed")

            promise "is not waited for with --force" (fun person ->
                hasDueSignIn person
                let codex, _ = startCodex person true (Some person.Root)
                use _ = codex
                person.Does [ "switch"; "bob"; "--force" ] |> ignore
                Expect.equal person.Current (Some "bob") "switched")

            promise "is waited for no longer than it runs" (fun person ->
                hasDueSignIn person
                let codex, _ = startCodex person true None

                let switching =
                    System.Threading.Tasks.Task.Run(fun () -> person.Run [ "switch"; "bob" ])
                // Long enough to be seen, and whether it is or not, the switch has to come about.
                System.Threading.Thread.Sleep 1000
                codex.Dispose()
                Expect.equal switching.Result.Exit 0 (Outcome.describe switching.Result)
                Expect.equal person.Current (Some "bob") "switched")

            promise
                "can renew the outgoing sign-in at any moment: a switch is refused though the token is fresh"
                (fun person ->
                    person.Has both
                    let codex, pid = startCodex person false None

                    Outcome.isRefused
                        person
                        6
                        [
                            string<int> pid
                            "'alice'"
                            "codex-router switch bob --stop-daemon"
                            "--force"
                        ]
                        [ "switch"; "bob" ]

                    codex.Dispose()
                    person.Does [ "switch"; "bob" ] |> ignore)

            testCase "that is about to become another program, or has all but ended, is looked at again"
            <| fun () ->
                let entry (environment: (string * string) list) =
                    ProcessEntry(
                        Pid = 7,
                        ParentPid = 1,
                        Uid = 0u,
                        Started = "1",
                        Arguments = [| "codex" |],
                        Environment = readOnlyDict environment
                    )

                let seen (looks: ProcessEntry list list) =
                    let mutable left = looks
                    let mutable waits = 0

                    let look () =
                        match left with
                        | [ last ] -> last
                        | first :: rest ->
                            left <- rest
                            first
                        | [] -> []

                    let found =
                        CodexRouter.Cli.CodexProgram.settled look (fun pause ->
                            Expect.isLessThan pause.TotalMilliseconds 100.0 "a moment"
                            waits <- waits + 1)

                    found, waits

                let elsewhere = entry [ "HOME", "/elsewhere" ]
                Expect.equal (seen [ [ elsewhere ] ]) ([ elsewhere ], 0) "one that tells is not waited for"

                Expect.equal
                    (seen [ [ entry [] ]; [ elsewhere ] ])
                    ([ elsewhere ], 1)
                    "one that has become another program"

                Expect.equal (seen [ [ entry []; elsewhere ]; [ entry [] ]; [] ]) ([], 2) "one that has ended"
                let empty = entry []
                let found, waits = seen [ [ empty ] ]
                Expect.equal found [ empty ] "one that stays so is told of"
                Expect.isLessThan waits 100 "and not waited for without end"

            promise "that hides its environment counts as one of the root" (fun person ->
                person.Has both
                let path = person.File "hidden/codex"
                Directory.CreateDirectory(person.File "hidden") |> ignore
                File.Copy("/bin/cat", path)
                // The system hides what runs from a file that its own user may not read.
                File.SetUnixFileMode(path, UnixFileMode.UserExecute)

                let line =
                    String.concat
                        "; "
                        [
                            "mkfifo \"$HOME/input\""
                            "\"$HOME/hidden/codex\" <\"$HOME/input\" & codex=$!"
                            "exec 3>\"$HOME/input\""
                            "until grep -q hidden/codex /proc/$codex/cmdline; do sleep 0.05; done"
                            "echo $codex >\"$HOME/pid\""
                            "cat /proc/$codex/environ >/dev/null 2>\"$HOME/why\""
                            "\"$router\" switch bob"
                            "status=$?; exec 3>&-; wait; exit $status"
                        ]

                // For root nothing is hidden, as long as it has its rights.
                let program, words =
                    if Environment.IsPrivilegedProcess then
                        "setpriv", [ "--bounding-set=-all"; "/bin/sh"; "-c"; line ]
                    else
                        "/bin/sh", [ "-c"; line ]

                if
                    not (File.Exists "/proc/self/environ")
                    || Environment.IsPrivilegedProcess
                       && (person.Shell "setpriv --bounding-set=-all true").Exit <> 0
                then
                    skiptest "needs Linux, and setpriv for root: apt-get install util-linux"

                let outcome =
                    person.Start(program, words, environment = [ "router", CodexRouter.Testing.Project.program ])

                Expect.isNonEmpty (File.ReadAllText(person.File "why")) "the environment is hidden"
                let pid = (File.ReadAllText(person.File "pid")).Trim()
                Outcome.isFailure 6 [ pid; "'alice'" ] outcome
                Expect.equal person.Current (Some "alice") "not switched")

            for words, codexHome in [ [ "switch"; "bob" ], ""; [ "save"; "bob"; "--force" ], "profiles/bob" ] do
                promise
                    ("that starts while a "
                     + words.Head
                     + " waits for another change is seen before the change is made")
                    (fun person ->
                        person.Has both

                        // What replaces a profile's sign-in comes from elsewhere.
                        if words.Head = "save" then
                            File.Delete(person.In "auth.json")
                            person.IsSignedInAs carol

                        let held =
                            AdvisoryLock.Acquire(person.In "router/lock", TimeSpan.FromMinutes 1.0, UnixFileMode.None)

                        let live, bobs = person.LiveLink, person.Bytes(person.In "profiles/bob/auth.json")
                        let changing = System.Threading.Tasks.Task.Run(fun () -> person.Run words)
                        // Long enough for it to look for a Codex and to wait; if it was not, its first look finds this one.
                        System.Threading.Thread.Sleep 1000
                        let codex, pid = startCodex person false (Some(person.In codexHome))
                        use _ = codex
                        held |> Option.ofObj |> Option.iter _.Dispose()
                        let outcome = changing.Result
                        Expect.notEqual outcome.Exit 0 (Outcome.describe outcome)
                        Expect.stringContains outcome.Err (string<int> pid) "names it"
                        Expect.equal person.LiveLink live "the root is as it was"
                        Expect.equal (person.Bytes(person.In "profiles/bob/auth.json")) bobs "and bob's sign-in")

            promise "of the root or of another home is no obstacle where it cannot lose anything" (fun person ->
                person.Has(both @ [ "carol", carol ])
                person.Write(person.In "profiles/carol/auth.json", "{\"OPENAI_API_KEY\":\"sk-FAKE-carol\"}")
                let elsewhere, _ = startCodex person false (Some(person.In "profiles/bob"))
                person.Does [ "switch"; "bob" ] |> ignore
                elsewhere.Dispose()
                person.Does [ "switch"; "carol" ] |> ignore
                let ofRoot, _ = startCodex person false None
                use _ = ofRoot
                // An API key is never renewed.
                person.Does [ "switch"; "bob" ] |> ignore)

            promise "is asked about on a terminal, by every command that changes its sign-in's place" (fun person ->
                person.Has(both @ [ "carol", carol ])
                let ofRoot, rootPid = startCodex person false None
                use _ = ofRoot
                let ofCarol, carolPid = startCodex person true (Some(person.In "profiles/carol"))
                use _ = ofCarol
                use terminalHome = new CodexRouter.Testing.TestHome()

                use terminal =
                    new LiveTerminal(terminalHome, 200, 40, environment = [ "HOME", person.Home ])

                let asks line (pid: int) answer =
                    let holds (words: string) (screen: string list) = screen |> List.exists _.Contains(words)
                    // What the command before left on the screen is no answer of this one.
                    terminal.Type "clear"
                    terminal.Until("an empty screen", holds "[y/N]" >> not) |> ignore
                    terminal.Type line
                    terminal.Until("the question", holds "[y/N]") |> ignore
                    Expect.isTrue (holds (string<int> pid) terminal.Screen) "which process"
                    terminal.Type answer
                    terminal.Until("the end of " + line, holds "ended ") |> ignore
                    terminal.Screen

                asks "$router switch bob; echo end''ed $?" rootPid "n" |> ignore
                Expect.equal person.Current (Some "alice") "no is no"
                asks "$router switch bob; echo end''ed $?" rootPid "y" |> ignore
                Expect.equal person.Current (Some "bob") "yes is yes"
                asks "$router rename bob work; echo end''ed $?" rootPid "y" |> ignore
                Expect.equal person.Current (Some "work") "renamed"
                asks "$router delete carol --yes; echo end''ed $?" carolPid "n" |> ignore
                Expect.isTrue (Directory.Exists(person.In "profiles/carol")) "not deleted")

            promise "in a profile's home keeps its sign-in from being replaced by save --force" (fun person ->
                person.Has both
                let file = person.File "carol.json"
                person.Write(file, Person.SignInOf carol)
                let codex, pid = startCodex person true (Some(person.In "profiles/bob"))

                Outcome.isRefused
                    person
                    1
                    [ string<int> pid; "'bob'"; "codex-router save bob --force" ]
                    [ "save"; "bob"; "--force"; "--from"; file ]

                Expect.isTrue (File.Exists file) "and stays where it is"
                codex.Dispose()
                person.Does [ "save"; "bob"; "--force"; "--from"; file ] |> ignore)

            promise "is not what looks for newer releases: that stands in nobody's way" (fun person ->
                person.Has(both @ [ "carol", carol ])
                let updater = startCodexWith [ "app-server"; "daemon"; "pid-update-loop" ]
                let ofRoot, _ = updater person true None
                use _ = ofRoot
                let ofBob, _ = updater person true (Some(person.In "profiles/bob"))
                use _ = ofBob
                person.Does [ "rename"; "bob"; "work" ] |> ignore
                person.Does [ "switch"; "work" ] |> ignore
                person.Does [ "switch"; "alice" ] |> ignore
                person.Does [ "delete"; "work"; "--yes" ] |> ignore)

            promise "goes on working under the old name when its profile is renamed by force" (fun person ->
                person.Has both
                let ofBob, _ = startCodex person true (Some(person.In "profiles/bob"))
                let ofRoot, pid = startCodex person true None
                person.Does [ "rename"; "bob"; "work"; "--force" ] |> ignore
                Outcome.isRefused person 6 [ string<int> pid; "'alice'" ] [ "rename"; "alice"; "home" ]
                person.Does [ "rename"; "alice"; "home"; "--force" ] |> ignore

                for before, name in [ "bob", "work"; "alice", "home" ] do
                    let through file =
                        person.In("profiles/" + before + "/" + file)

                    File.WriteAllText(through "note", "written by the old name")

                    Expect.equal
                        (File.ReadAllText(person.In("profiles/" + name + "/note")))
                        "written by the old name"
                        "one home"

                Expect.stringContains (person.Does [ "list" ]) "work" "by its new name"
                person.Run [ "switch"; "bob"; "--force" ] |> Outcome.isFailure 3 [ "'bob'" ]
                ofBob.Dispose()
                ofRoot.Dispose()
                person.Does [ "alias"; "work"; "office" ] |> ignore

                for before in [ "bob"; "alice" ] do
                    Expect.isFalse (Path.Exists(person.In("profiles/" + before))) "the old name goes with them")

            promise "in a profile's home keeps that profile from being removed or renamed" (fun person ->
                person.Has(both @ [ "carol", carol ])

                // As on a file system that ignores case, and as through a link: the home by another path.
                File.CreateSymbolicLink(person.In "profiles/BOB", "bob") |> ignore
                File.CreateSymbolicLink(person.File "elsewhere", person.Root) |> ignore

                for asScript, home in
                    [
                        true, person.In "profiles/bob"
                        false, person.In "profiles/bob/"
                        true, person.In "profiles/BOB"
                        true, person.File "elsewhere/profiles/bob"
                    ] do
                    let codex, pid = startCodex person asScript (Some home)
                    use _ = codex
                    Outcome.isRefused person 1 [ string<int> pid; "'bob'"; "--force" ] [ "delete"; "bob"; "--yes" ]
                    Outcome.isRefused person 1 [ string<int> pid; "'bob'"; "--force" ] [ "rename"; "bob"; "work" ]
                    person.Does [ "rename"; "carol"; "dave" ] |> ignore
                    person.Does [ "rename"; "dave"; "carol" ] |> ignore

                let codex, _ = startCodex person true (Some(person.In "profiles/bob"))
                use _ = codex
                person.Does [ "rename"; "bob"; "work"; "--force" ] |> ignore)
        ]
