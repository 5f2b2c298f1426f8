module CodexRouter.Cli.Tests.RunningCodexTests

open System
open System.Diagnostics
open System.IO
open System.Text
open CodexRouter.Platform
open CodexRouter.StandIn
open Expecto

/// A process by the name of Codex in a home of the person's, until it is disposed of. It only waits for its input to end.
let private startCodexWith (words: string list) (person: Person) (asScript: bool) (codexHome: string option) =
    let program =
        if asScript then
            let path = person.File "script/codex"

            // Once: a shell that has just been started reads it a moment later, and would end if it were empty then.
            if not (File.Exists path) then
                person.Write(path, "#!/bin/sh\nread line\n")
                File.SetUnixFileMode(path, UnixFileMode.UserRead ||| UnixFileMode.UserExecute)

            path
        else
            let path = person.File "binary/codex"
            Directory.CreateDirectory(person.File "binary") |> ignore
            File.Copy("/bin/cat", path, overwrite = true)
            path

    let start =
        ProcessStartInfo(program, words, RedirectStandardInput = true, RedirectStandardOutput = true)

    start.Environment.Clear()
    start.Environment["PATH"] <- "/usr/bin:/bin"
    start.Environment["HOME"] <- person.Home
    codexHome |> Option.iter (fun home -> start.Environment["CODEX_HOME"] <- home)

    /// A program that was only just written is busy while another test's child, on its way to its own program, still has
    /// the file open for writing.
    let rec started attempts =
        try
            match Process.Start start with
            | null -> failwith "no process"
            | started -> started
        with :? System.ComponentModel.Win32Exception when attempts > 0 ->
            System.Threading.Thread.Sleep 50
            started (attempts - 1)

    let codex = started 100

    // On a busy machine the system may still be loading it: until then it has no words and no environment to be known by.
    let environment = "/proc/" + string<int> codex.Id + "/environ"

    if File.Exists environment then
        let limit = DateTime.UtcNow.AddMinutes 1.0

        while File.ReadAllText(environment) = "" && DateTime.UtcNow < limit do
            System.Threading.Thread.Sleep 5

    { new IDisposable with
        member _.Dispose() =
            codex.StandardInput.Close()
            codex.WaitForExit()
            codex.Dispose()
    },
    codex.Id

let private startCodex = startCodexWith []

let private endsIn (minutes: float) account =
    let now = DateTimeOffset.UtcNow
    SampleAccount.signIn account 1 now (now.AddMinutes minutes)

/// An answer of the app-server with what is used of the five hours.
let private appServerSays used =
    "{\"id\":2,\"result\":{\"rateLimits\":{\"limitId\":\"codex\",\"primary\":{\"usedPercent\":"
    + string<int> used
    + ",\"windowDurationMins\":300,\"resetsAt\":4070908800}}}}"

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

            promise "as a background daemon is stopped first by Codex's own command, when asked" (fun person ->
                person.Has(both @ [ "carol", carol ])

                let isDaemon home =
                    let daemon, pid = startCodex person false (Some home)

                    person.Write(
                        Path.Combine(home, "app-server-daemon/daemon.pid"),
                        "{\"pid\":" + string<int> pid + "}"
                    )

                    daemon, pid

                let stops pid =
                    person.CodexDoes("echo \"$CODEX_HOME $*\" >> \"$HOME/seen\"; kill " + string<int> pid)

                let daemon, pid = isDaemon person.Root
                stops pid

                person.Run [ "switch"; "bob" ]
                |> Outcome.isFailure 6 [ string<int> pid; "--stop-daemon" ]

                Expect.isFalse (File.Exists(person.File "seen")) "not without being asked"
                let forced = person.Run [ "switch"; "bob"; "--force" ]
                Expect.equal forced.Exit 0 forced.Err
                Expect.stringContains forced.Err ("process " + string<int> pid) "which keeps the account"
                Expect.stringContains (person.Run([ "doctor" ]).Out) ("process " + string<int> pid) "doctor tells"
                person.CodexDoes "exit 1"

                person.Run [ "switch"; "alice"; "--stop-daemon" ]
                |> Outcome.isFailure 6 [ "could not be stopped"; string<int> pid ]

                Expect.equal person.Current (Some "bob") "and nothing was switched"
                stops pid
                let stopped = person.Run [ "switch"; "alice"; "--stop-daemon" ]
                Expect.equal stopped.Exit 0 stopped.Err
                Expect.equal (File.ReadAllText(person.File "seen")) (person.Root + " app-server daemon stop\n") "asked"
                Expect.equal person.Current (Some "alice") "switched"
                daemon.Dispose()

                for words, home in
                    [
                        [ "rename"; "bob"; "work"; "--stop-daemon" ], "profiles/bob"
                        [ "rename"; "alice"; "home"; "--stop-daemon" ], ""
                        [ "delete"; "carol"; "--yes"; "--stop-daemon" ], "profiles/carol"
                    ] do
                    let home = if home = "" then person.Root else person.In home
                    let daemon, pid = isDaemon home
                    use _ = daemon
                    File.Delete(person.File "seen")
                    stops pid
                    let stopped = person.Run words
                    Expect.equal stopped.Exit 0 stopped.Err
                    Expect.equal (File.ReadAllText(person.File "seen")) (home + " app-server daemon stop\n") "asked")

            promise "--stop-daemon without a Codex program tells so, and nothing is switched" (fun person ->
                person.Has both
                let daemon, pid = startCodex person false (Some person.Root)
                use _ = daemon
                person.Write(person.In "app-server-daemon/daemon.pid", "{\"pid\":" + string<int> pid + "}")
                let without = [ "CODEX_ROUTER_CODEX", "/nowhere/codex" ]

                let refused =
                    person.Run([ "switch"; "bob"; "--stop-daemon"; "--json" ], environment = without)

                Expect.equal refused.Exit 6 (Outcome.describe refused)
                Expect.stringContains refused.Err "could not be stopped" "why"
                Expect.stringContains refused.Out (string<int> pid) "which process"

                Expect.equal person.Current (Some "alice") "not switched"

                let outcome =
                    person.Run([ "switch"; "bob"; "--stop-daemon"; "--force"; "--json" ], environment = without)

                Expect.equal (outcome.Out.TrimEnd('\n').Split '\n').Length 1 "one object"
                use document = Json.JsonDocument.Parse outcome.Out
                Expect.isTrue (document.RootElement.GetProperty("changed").GetBoolean()) "what happened"
                Expect.stringContains outcome.Err "could not be stopped" "and what did not")

            promise "whose number another program has by now is no daemon, nor is another home's Codex" (fun person ->
                person.Has both

                use other =
                    match Process.Start(ProcessStartInfo("sleep", "600")) with
                    | null -> failwith "no process"
                    | started -> started

                let elsewhere, pid = startCodex person false (Some(person.In "profiles/bob"))
                use _ = elsewhere

                for number in [ 1; other.Id; pid ] do
                    person.Write(person.In "app-server-daemon/daemon.pid", "{\"pid\":" + string<int> number + "}")
                    // `Does` fails if anything is said of a daemon.
                    person.Does [ "switch"; "bob" ] |> ignore
                    person.Does [ "switch"; "alice" ] |> ignore

                other.Kill()
                other.WaitForExit())

            promise "once, and is gone: its file is no daemon" (fun person ->
                person.Has both

                for text in
                    [
                        "{\"pid\":2147483646}"
                        "{\"pid\":0}"
                        "{\"pid\":-1}"
                        "{\"pid\":\"x\"}"
                        "[]"
                        ""
                        "{\"pid\":1e99}"
                    ] do
                    person.Write(person.In "app-server-daemon/daemon.pid", text)
                    person.Does [ "switch"; "bob" ] |> ignore
                    person.Does [ "switch"; "alice" ] |> ignore)

            serviced
                "in a home is the only one that renews there: quota tells what is known, and why no more"
                both
                (fun person service ->
                    service.Uses(alice, 31, 10)
                    person.Quota [] |> ignore
                    person.IsExpired("alice", alice)
                    person.AppServerSays [ appServerSays 50 ]

                    for home in [ person.In "profiles/alice"; person.Root ] do
                        let codex, pid = startCodex person true (Some home)
                        use _ = codex
                        let outcome = person.Run [ "quota"; "alice" ]
                        Expect.equal outcome.Exit 0 outcome.Err
                        Expect.stringContains outcome.Out "69" "what is known"
                        Expect.stringContains outcome.Err (string<int> pid) "who renews it"
                        Expect.stringContains outcome.Err "no newer figures" "why no more"
                        Expect.isFalse (File.Exists(person.File "started")) "no second Codex"

                    // The root's Codex has the current profile's sign-in only.
                    person.IsExpired("bob", bob)
                    let codex, _ = startCodex person true None
                    use _ = codex
                    person.Run [ "quota"; "bob" ] |> ignore
                    Expect.isTrue (File.Exists(person.File "started")) "bob's is renewed")

            serviced "is never started in the background where it would renew" both (fun person service ->
                person.AppServerSays [ appServerSays 50 ]

                for minutes in [ -60.0; 4.0 ] do
                    person.Write(person.In "profiles/alice/auth.json", endsIn minutes alice)
                    service.Answer(Usage, Answer.error 401 "token_expired" "ended")
                    person.Does [ "refresh"; "alice" ] |> ignore

                person.Write(person.In "profiles/alice/auth.json", endsIn 60.0 alice)
                person.Does [ "refresh"; "alice" ] |> ignore
                Expect.isFalse (File.Exists(person.File "started")) "nobody asked for it"
                person.Quota [ "alice" ] |> ignore
                Expect.isTrue (File.Exists(person.File "started")) "a person did")

            serviced
                "that renewed meanwhile is believed, not the word that the sign-in has ended"
                both
                (fun person service ->
                    service.Uses(alice, 31, 10)
                    person.IsExpired("alice", alice)
                    person.Write(person.File "newer.json", Person.SignInOf(alice, 2))

                    person.CodexDoes
                        """
while read -r line; do
  case $line in
    *'"id":1,'*) echo '{"id":1,"result":{}}' ;;
    *'"id":2,'*) cp "$HOME/newer.json" "$CODEX_HOME/auth.json"
      echo '{"id":2,"error":{"message":"Your refresh token was already used. Please log out and sign in again."}}'; exit 0 ;;
  esac
done"""

                    Expect.equal (Told.windows (person.Quota [ "alice" ])) "5h 69, week 90" "with the newer token")
        ]
