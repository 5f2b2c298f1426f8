module CodexRouter.Cli.Tests.CrashTests

open System
open System.Diagnostics
open System.IO
open System.Threading
open CodexRouter.Testing
open Expecto

/// System calls that change what is on disk, apart from what is written into a file that has no lasting name yet.
let private changing =
    "?rename,renameat,renameat2,?link,linkat,?symlink,symlinkat,?unlink,unlinkat,?mkdir,mkdirat,fchmod"

/// Something that a person does, on what, and which sign-ins there are before or come in by it.
type private Deed =
    {
        Title: string
        Words: string list
        Prepare: Person -> unit
        SignIns: byte[] list
    }

let private deeds =
    let newSignIn = Person.SignInOf(alice, 7)

    [
        {
            Title = "switch"
            Words = [ "switch"; "bob" ]
            Prepare = fun person -> person.Has both
            SignIns = [ Person.SignInOf alice; Person.SignInOf bob ]
        }
        {
            Title = "save"
            Words = [ "save"; "carol" ]
            Prepare =
                fun person ->
                    person.Has both
                    File.Delete(person.In "auth.json")
                    person.IsSignedInAs carol
            SignIns = [ Person.SignInOf alice; Person.SignInOf bob; Person.SignInOf carol ]
        }
        {
            // The link was replaced by a newer sign-in: it goes into its profile, and the older is kept.
            Title = "switch that takes a newer sign-in back"
            Words = [ "switch"; "bob" ]
            Prepare =
                fun person ->
                    person.Has both
                    File.Delete(person.In "auth.json")
                    person.IsSignedInAs(alice, 7)
            SignIns = [ Person.SignInOf alice; Person.SignInOf bob; newSignIn ]
        }
        {
            Title = "rename"
            Words = [ "rename"; "alice"; "me" ]
            Prepare =
                fun person ->
                    person.Has both
                    person.Does [ "alias"; "alice"; "private" ] |> ignore
            SignIns = [ Person.SignInOf alice; Person.SignInOf bob ]
        }
        {
            Title = "login to a profile that has a sign-in"
            Words = [ "login"; "alice" ]
            Prepare =
                fun person ->
                    person.Has both
                    person.Write(person.File "new.json", newSignIn)
                    person.CodexDoes "cp \"$HOME/new.json\" \"$CODEX_HOME/auth.json\""
            // The new one counts from when Codex has written it.
            SignIns = [ Person.SignInOf alice; Person.SignInOf bob ]
        }
        {
            Title = "delete"
            Words = [ "delete"; "carol"; "--yes" ]
            Prepare = fun person -> person.Has(both @ [ "carol", carol ])
            SignIns = [ Person.SignInOf alice; Person.SignInOf bob ]
        }
    ]

/// Whatever was cut off: nothing is lost, and afterwards doctor --fix reaches a root where nothing is left to do.
let private isSoundAfterMending (person: Person) deed (cut: string) =
    let holdsAll when' =
        let contents = Tree.contents person.Tree

        for bytes in deed.SignIns do
            Expect.isTrue
                (contents.Contains(Convert.ToBase64String bytes))
                (cut + ": every sign-in is somewhere " + when')

    holdsAll "right after"
    // Whoever was in the middle of a save may still have to save: that is told, and not guessed.
    let mended = person.Run [ "doctor"; "--fix" ]
    holdsAll "after mending"
    let again = person.Tree
    let checkedAgain = person.Run [ "doctor" ]
    Expect.equal checkedAgain.Exit mended.Exit (cut + "\n" + checkedAgain.Out)

    if mended.Exit <> 0 then
        Expect.stringContains mended.Out "codex-router save" (cut + ": only a save is left to ask for\n" + mended.Out)

    person.Run [ "doctor"; "--fix" ] |> ignore
    Expect.isEmpty (Tree.changes again person.Tree) (cut + ": nothing is left to do")
    // And what was asked for can be asked for again, or is done.
    let repeated = person.Run deed.Words
    Expect.contains [ 0; 1; 3 ] repeated.Exit (cut + "\n" + Outcome.describe repeated)

    Expect.isEmpty
        (Tree.take person.Root |> Map.filter (fun path _ -> path.Contains ".incoming"))
        (cut + ": no leftovers")

    holdsAll "in the end"

let private canTrace =
    lazy
        (use person = new Person()
         (person.Shell "strace -o /dev/null true").Exit = 0)

/// Gives every system call of a deed that changes the disk: its name, and the how manieth of that name it is.
let private callsOf deed =
    use person = new Person()
    deed.Prepare person
    let log = person.File "calls"

    let outcome =
        person.Start("strace", [ "-qq"; "-o"; log; "-e"; "trace=" + changing; Project.program ] @ deed.Words)

    Expect.equal outcome.Exit 0 (Outcome.describe outcome)

    File.ReadAllLines log
    |> List.ofArray
    |> List.filter (fun line -> line.Contains '(' && not (line.StartsWith "---"))
    |> List.map (fun line -> line.Substring(0, line.IndexOf '('))
    |> List.fold
        (fun (found, counts) call ->
            let count = 1 + (Map.tryFind call counts |> Option.defaultValue 0)
            (call, count) :: found, Map.add call count counts)
        ([], Map.empty)
    |> fst
    |> List.rev

/// What can be made again is not waited for: on a Mac, each wait empties the drive's own cache.
let private waitsOnce =
    testCase "a switch waits for the device once: for the link" (fun () ->
        if not canTrace.Value then
            skiptest "needs strace, and leave to trace: apt-get install strace; in a container --cap-add SYS_PTRACE"

        use person = new Person()
        person.Has both
        let log = person.File "calls"

        let outcome =
            person.Start(
                "strace",
                [
                    "-qq"
                    "-y"
                    "-o"
                    log
                    "-e"
                    "trace=fsync"
                    Project.program
                    "switch"
                    "bob"
                ]
            )

        Expect.equal outcome.Exit 0 (Outcome.describe outcome)

        let waits =
            File.ReadAllLines log |> Array.filter (fun line -> line.StartsWith "fsync(")

        Expect.hasLength waits 1 (String.Join('\n', waits))
        Expect.stringContains waits[0] ("<" + person.Root + ">") "for the folder of the link")

/// How many calls of a deed are tried in a run that is not long. The crash lab tries others.
let private callsTried = 4

/// Cuts a deed off at system calls that change the disk: at each of them in a long run.
let private cutEverywhere deed =
    testCase (deed.Title + ": cut off at its system calls") (fun () ->
        if not canTrace.Value then
            skiptest "needs strace, and leave to trace: apt-get install strace; in a container --cap-add SYS_PTRACE"

        let calls = callsOf deed
        Expect.isGreaterThan calls.Length 5 "it changes several things"

        for call, number in calls |> Lab.sample ("cut off " + deed.Title) callsTried do
            use person = new Person()
            deed.Prepare person
            let inject = call + ":signal=KILL:when=" + string<int> number

            let outcome =
                person.Start(
                    "strace",
                    [
                        "-qq"
                        "-o"
                        "/dev/null"
                        "-e"
                        "trace=" + call
                        "-e"
                        "inject=" + inject
                        Project.program
                    ]
                    @ deed.Words
                )

            Expect.equal outcome.Exit 137 (inject + "\n" + Outcome.describe outcome)
            isSoundAfterMending person deed ("cut at " + inject))

/// Cuts a deed off at random moments: also between system calls, and on systems without strace.
let private cutAtRandom deed =
    testCase (deed.Title + ": killed at random moments") (fun () ->
        let random = Random()

        for _ in 1 .. Project.setting "CODEX_ROUTER_KILLS" (if Lab.isLong then 20 else 4) do
            use person = new Person()
            deed.Prepare person
            let start = ProcessStartInfo(Project.program, deed.Words)
            start.RedirectStandardOutput <- true
            start.RedirectStandardError <- true
            start.Environment.Clear()
            start.Environment["HOME"] <- person.Home
            start.Environment["PATH"] <- "/usr/bin:/bin"
            start.Environment["CODEX_ROUTER_CODEX"] <- person.File "tools/codex"
            let delay = TimeSpan.FromMicroseconds(float (random.Next 30_000))

            match Process.Start start with
            | null -> failwith "no process"
            | started ->
                use started = started
                let watch = Stopwatch.StartNew()

                while watch.Elapsed < delay && not started.HasExited do
                    Thread.SpinWait 50

                started.Kill()
                started.WaitForExit()

            isSoundAfterMending person deed ("killed after " + delay.TotalMicroseconds.ToString() + " µs"))

let private atOnce =
    promise "two switches at once: the link always leads to a sign-in, and the marker agrees in the end" (fun person ->
        person.Has both
        let times = Project.setting "CODEX_ROUTER_RACES" 50

        let racing =
            Tasks.Task.Run(fun () ->
                person.Shell(
                    "i=0; while [ $i -lt "
                    + string<int> times
                    + " ]; do \"$router\" switch alice & \"$router\" switch bob & wait; i=$((i+1)); done > \"$HOME/said\" 2>&1"
                ))

        let valid =
            [ Person.SignInOf alice; Person.SignInOf bob ]
            |> List.map Convert.ToBase64String
            |> set

        let mutable looked = 0

        while not racing.IsCompleted do
            let seen = Convert.ToBase64String(person.Bytes(person.In "auth.json"))
            Expect.isTrue (valid.Contains seen) "a whole sign-in, at every moment"
            looked <- looked + 1
            Thread.Sleep 1

        Expect.equal racing.Result.Exit 0 "ran"
        Expect.isGreaterThan looked times "looked often"
        let said = File.ReadAllText(person.File "said")
        Expect.isFalse (said.Contains "codex-router: ") said
        let current = (File.ReadAllText(person.In ".current_profile")).Trim()
        Expect.equal person.LiveLink (Some("profiles/" + current + "/auth.json")) "the marker agrees"
        person.Does [ "doctor" ] |> ignore

        Expect.equal
            (Tree.contents (Tree.take (person.In "profiles")) |> Set.filter valid.Contains)
            valid
            "both sign-ins are as they were")

let tests =
    testList
        "crashes"
        [
            testList "everywhere" (deeds |> List.map cutEverywhere)
            testList "at random" (deeds |> List.map cutAtRandom)
            atOnce
            waitsOnce
        ]
