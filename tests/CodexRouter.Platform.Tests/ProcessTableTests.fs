module CodexRouter.Platform.Tests.ProcessTableTests

open System
open System.Collections.Generic
open System.Diagnostics
open System.IO
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

/// Starts a program that waits until its input ends, with an argument to find it by.
let private startWaiting (mark: string) (environment: (string * string) list) =
    let start =
        ProcessStartInfo(
            "sh",
            [ "-c"; "echo ready; read line"; mark ],
            RedirectStandardInput = true,
            RedirectStandardOutput = true
        )

    for name, value in environment do
        start.Environment[name] <- value

    match Process.Start start with
    | null -> failwith "could not start sh"
    | child ->
        child.StandardOutput.ReadLine() |> ignore
        child

let private newMark () = "mark-" + Guid.NewGuid().ToString "N"

let private one (entries: IReadOnlyList<ProcessEntry>) =
    Expect.equal entries.Count 1 "one process"
    entries[0]

let tests =
    testList
        "ProcessTable"
        [
            testCase "a process is found by a word of its command line, with its environment, parent and user"
            <| fun () ->
                let mark = newMark ()
                use child = startWaiting mark [ "FAKE_HOME", "/tmp/FAKE home"; "FAKE_EMPTY", "" ]
                let entry = one (ProcessTable.Mentioning mark)
                Expect.equal entry.Pid child.Id "pid"
                Expect.equal entry.ParentPid Environment.ProcessId "parent"
                Expect.equal entry.Uid Users.Effective "user"
                Expect.contains entry.Arguments mark "argument"

                match entry.Environment with
                | null -> failtest "our own child's environment can be read"
                | variables ->
                    Expect.equal variables["FAKE_HOME"] "/tmp/FAKE home" "a value with a space"
                    Expect.equal variables["FAKE_EMPTY"] "" "an empty value"

                if OperatingSystem.IsLinux() then
                    Expect.equal
                        (List.ofSeq entry.Arguments)
                        [ "sh"; "-c"; "echo ready; read line"; mark ]
                        "arguments are exact"

                    Expect.isNotNull entry.Executable "program"

                child.StandardInput.Close()
                child.WaitForExit()

            testCase "a process that becomes another program is one of the two, and no mixture of both"
            <| fun () ->
                if not (OperatingSystem.IsLinux()) then
                    skiptest "needs Linux: macOS tells all of a process at once"

                use home = new TestHome()
                let mark = newMark ()
                let program = home.File mark
                File.Copy("/bin/true", program)

                use shell =
                    let start =
                        ProcessStartInfo(
                            "sh",
                            [
                                "-c"
                                "while [ -e \"$0\" ]; do FAKE_HOME=own \"$0\" 2>/dev/null; done"
                                program
                            ]
                        )

                    start.Environment["FAKE_HOME"] <- "shell"

                    match Process.Start start with
                    | null -> failwith "could not start sh"
                    | child -> child

                let mixtures =
                    [
                        for _ in 1..4000 do
                            for entry in ProcessTable.Mentioning mark do
                                match entry.Environment with
                                | null -> ()
                                | variables when variables.Count = 0 -> ()
                                | variables ->
                                    if (entry.Executable = program) <> (variables["FAKE_HOME"] = "own") then
                                        variables["FAKE_HOME"]
                    ]

                File.Delete program
                shell.WaitForExit()
                Expect.isEmpty mixtures "the environment of one program and the name of the other"

            testCase "a snapshot holds this very process, once, and agrees with the search by word"
            <| fun () ->
                let mark = newMark ()
                use child = startWaiting mark []
                let all = ProcessTable.Snapshot()

                Expect.equal
                    (all |> Seq.filter (fun entry -> entry.Pid = Environment.ProcessId) |> Seq.length)
                    1
                    "this one"

                let inAll = all |> Seq.find (fun entry -> entry.Pid = child.Id)
                let found = one (ProcessTable.Mentioning mark)
                Expect.equal found.Started inAll.Started "the same start"
                Expect.equal (List.ofSeq found.Arguments) (List.ofSeq inAll.Arguments) "the same arguments"
                child.StandardInput.Close()
                child.WaitForExit()

            testCase "a process that ended is not alive, and not found, even before anybody waited for it"
            <| fun () ->
                use home = new TestHome()
                let mark = newMark ()
                // The inner shell ends at once; the outer one becomes a sleep, which never waits for it.
                let script = "sh -c 'exit 0' " + mark + " & echo $!; exec sleep 1000"

                let start =
                    ProcessStartInfo(
                        "sh",
                        [ "-c"; script ],
                        RedirectStandardOutput = true,
                        WorkingDirectory = home.Path
                    )

                match Process.Start start with
                | null -> failtest "could not start sh"
                | outer ->
                    use outer = outer
                    let inner = Int32.Parse(string (outer.StandardOutput.ReadLine()))

                    while ProcessTable.IsAlive inner do
                        Threading.Thread.Sleep 1

                    Expect.isFalse
                        (ProcessTable.Mentioning mark |> Seq.exists (fun entry -> entry.Pid = inner))
                        "not in the table"

                    Expect.isTrue (ProcessTable.IsAlive outer.Id) "the other one is"
                    outer.Kill()
                    outer.WaitForExit()

            testCase "a process is asked to end once, and only if it is still the one that was seen"
            <| fun () ->
                let mark = newMark ()
                use child = startWaiting mark []
                let seen = one (ProcessTable.Mentioning mark)

                let another =
                    ProcessEntry(Pid = child.Id, ParentPid = 1, Uid = 0u, Started = "another time", Arguments = [||])

                Expect.isTrue (ProcessTable.IsAlive seen) "alive"
                Expect.isFalse (Signals.Terminate another) "the number alone is not enough"
                Expect.isTrue (ProcessTable.IsAlive seen) "still alive"
                Expect.isTrue (Signals.Terminate seen) "asked"
                child.WaitForExit()
                Expect.equal child.ExitCode (128 + 15) "by SIGTERM"
                Expect.isFalse (Signals.Terminate seen) "gone"
                Expect.isFalse (Signals.Terminate child.Id) "gone"

            testCase "the numbers that mean a whole group of processes are refused"
            <| fun () ->
                for number in [ 0; -1; -1000 ] do
                    Expect.throwsT<ArgumentOutOfRangeException>
                        (fun () -> Signals.Terminate number |> ignore)
                        "no group"

                    Expect.throwsT<ArgumentOutOfRangeException>
                        (fun () -> ProcessTable.IsAlive number |> ignore)
                        "no group"

            testCase "processes that begin and end while the table is read do no harm"
            <| fun () ->
                use stop = new Threading.CancellationTokenSource()

                let starter =
                    Threading.Thread(fun () ->
                        while not stop.IsCancellationRequested do
                            use child = Process.Start "true"
                            child.WaitForExit())

                starter.Start()

                for _ in 1..100 do
                    Expect.isGreaterThan (ProcessTable.Snapshot().Count) 0 "a table"

                stop.Cancel()
                starter.Join()
        ]
