module CodexRouter.Platform.Tests.ChildTests

open System
open System.Collections.Generic
open System.Diagnostics
open System.IO
open System.Text
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private hour = TimeSpan.FromHours 1.0

let private capture (arguments: string list) (input: string) limit time =
    let input = ReadOnlyMemory(Encoding.UTF8.GetBytes input)
    CapturedChild.Run("sh", "-c" :: arguments, Roles.environment, null, input, time, limit)

let private run script = capture [ script ] "" 1_000_000 hour
let private text (bytes: ReadOnlyMemory<byte>) = Encoding.UTF8.GetString bytes.Span

let tests =
    testList
        "Children"
        [
            testCase "a captured child gives its exit code and both outputs apart"
            <| fun () ->
                let ran = run "echo out; echo err >&2; exit 7"
                Expect.equal (ran.ExitCode, text ran.Output, text ran.Errors) (7, "out\n", "err\n") "all"
                Expect.isFalse (ran.TimedOut || ran.Truncated) "plain"

            testCase "a child that a signal ended has 128 and its number as exit code"
            <| fun () -> Expect.equal (run "kill -9 $$").ExitCode 137 "SIGKILL"

            testCase "large input and large output at once do not block each other"
            <| fun () ->
                let input = String('x', 1_000_000)
                let ran = capture [ "cat; cat >&2 </dev/null" ] input 2_000_000 hour
                Expect.equal (text ran.Output) input "all of it"

            testCase "a child that does not read its input is no error"
            <| fun () ->
                Expect.equal (capture [ "exit 4" ] (String('x', 1_000_000)) 10 hour).ExitCode 4 "its own exit code"

            testCase "output over the limit is dropped, the child still ends by itself"
            <| fun () ->
                let ran = capture [ "head -c 300000 /dev/zero | tr '\\0' x; exit 5" ] "" 1000 hour
                Expect.equal (ran.ExitCode, text ran.Output, ran.Truncated) (5, String('x', 1000), true) "cut"
                let exact = capture [ "printf 12345" ] "" 5 hour
                Expect.equal (text exact.Output, exact.Truncated) ("12345", false) "the limit itself is not over it"

            testCase "after its time a child is killed, with those that it started"
            <| fun () ->
                let mark = "mark-" + Guid.NewGuid().ToString "N"

                let ran =
                    capture
                        [ "sh -c 'sleep 1000; :' " + mark + " & echo begun; wait" ]
                        ""
                        100
                        (TimeSpan.FromSeconds 2.0)

                Expect.isTrue ran.TimedOut "timed out"
                Expect.equal ran.ExitCode 137 "killed"

                // The kernel ends them at its own time; the limit only ends a test that would go on for ever.
                let limit = Stopwatch.StartNew()
                let left () = (ProcessTable.Mentioning mark).Count

                while left () > 0 && limit.Elapsed < TimeSpan.FromMinutes 1.0 do
                    Threading.Thread.Sleep 1

                Expect.equal (left ()) 0 "none is left"

            testCase "a program left in the background with the outputs open is not waited for"
            <| fun () ->
                use home = new TestHome()
                let ran = run ("sleep 100000 & echo $! > '" + home.File "pid" + "'; echo done")
                Expect.equal (ran.ExitCode, text ran.Output, ran.TimedOut) (0, "done\n", false) "back while it runs"
                let background = Int32.Parse(File.ReadAllText(home.File "pid"))
                Expect.isTrue (Signals.Terminate background) "it still ran"

            testCase "a child has SIGPIPE at its default, an empty mask, and no file of its parent's"
            <| fun () ->
                if not (OperatingSystem.IsLinux()) then
                    skiptest "needs Linux: there is no /proc to look into"

                use home = new TestHome()
                let direct = (home.Run("sh", [ "-c"; "ls /proc/$$/fd" ])).Out
                let ran = run "grep -E 'SigIgn|SigBlk' /proc/self/status; ls /proc/$$/fd"
                let lines = (text ran.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                let ignored = Convert.ToUInt64(lines[1].Substring(8).Trim(), 16)
                Expect.equal (lines[0].Substring(8).Trim()) "0000000000000000" "mask"
                Expect.equal (ignored &&& (1UL <<< 12)) 0UL "SIGPIPE"

                Expect.equal
                    (String.Join('\n', lines[2..]) + "\n")
                    direct
                    "files: those that any child of this process has"

            testCase "a child runs where and with what it was told to"
            <| fun () ->
                use home = new TestHome()
                Directory.CreateDirectory(home.File "folder") |> ignore

                let environment =
                    dict [ "PATH", string Roles.environment["PATH"]; "FAKE", "a b" ] :?> IReadOnlyDictionary<_, _>

                let run folder =
                    CapturedChild.Run(
                        "sh",
                        [| "-c"; "pwd -P; echo $FAKE; env | grep -c HOME" |],
                        environment,
                        folder,
                        ReadOnlyMemory(),
                        hour,
                        1000
                    )

                let ran = run (home.File "folder")
                Expect.stringEnds (text ran.Output) "/folder\na b\n0\n" "folder and environment"

                Expect.throwsT<SystemCallException> (fun () -> run (home.File "missing") |> ignore) "a missing folder"

            testCase "a program that is not there is an error that names it"
            <| fun () ->
                for program in [ "no-such-program-FAKE"; "/no/such/program" ] do
                    try
                        CapturedChild.Run(program, [||], Roles.environment, null, ReadOnlyMemory(), hour, 1)
                        |> ignore

                        failtest "no error"
                    with :? SystemCallException as failure ->
                        Expect.equal failure.Error SystemError.NotFound "kind"
                        Expect.stringContains failure.Message program "name"

            testCase "a child in the foreground has this process's input and output, and gives its exit code"
            <| fun () ->
                use home = new TestHome()

                let ran =
                    home.Run(Roles.program, Roles.arguments [ "foreground"; "sh"; "-c"; "cat; exit 6" ], input = "FAKE")

                Expect.equal (ran.Exit, ran.Out) (6, "FAKE") "through"

            testCase "a child in the foreground is ended by an interrupt, although this process ignores it meanwhile"
            <| fun () ->
                use home = new TestHome()
                let child = [ "foreground"; "sh"; "-c"; "kill -INT $$; echo survived" ]
                let ran = Roles.run home child
                Expect.equal (ran.Exit, ran.Out) (130, "") "128 and SIGINT"
                let ignoring = "trap '' INT; exec " + Roles.program + " \"$@\""
                let inherited = home.Run("sh", [ "-c"; ignoring; "sh" ] @ Roles.arguments child)
                Expect.equal (inherited.Exit, inherited.Out) (0, "survived\n") "unless it was ignored before"

            testCase "an interrupt for the whole terminal does not end the one that waits for the child"
            <| fun () ->
                use home = new TestHome()
                let child = "trap 'echo interrupted; exit 5' INT; kill -INT 0; sleep 1"
                // A group of its own, so that the interrupt does not reach the tests.
                let ownGroup = [ "-e"; "setpgrp(0,0); exec @ARGV"; Roles.program ]

                let ran =
                    home.Run("perl", ownGroup @ Roles.arguments [ "foreground"; "sh"; "-c"; child ])

                Expect.equal (ran.Exit, ran.Out) (5, "interrupted\n") "the child's exit code"
        ]
