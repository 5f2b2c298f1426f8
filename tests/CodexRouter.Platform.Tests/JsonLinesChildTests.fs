module CodexRouter.Platform.Tests.JsonLinesChildTests

open System
open System.Diagnostics
open System.IO
open System.Text
open System.Threading
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private hour = TimeSpan.FromHours 1.0
let private ever () = Deadline.After hour

let private start script longest patience =
    JsonLinesChild.Start("sh", [| "-c"; script |], Roles.environment, null, longest, patience)

let private talk script = start script 4_194_304 hour

let private receive (child: JsonLinesChild) deadline =
    let received = child.Receive deadline
    received.Kind, Encoding.UTF8.GetString received.Line.Span

let private line text = ReceivedKind.Line, text
let private ended = ReceivedKind.Ended, ""
let private nothing = ReceivedKind.NothingInTime, ""

/// Whether a process is there, one that has ended but was not waited for included.
let private exists (pid: int) =
    (Process.Start(ProcessStartInfo("sh", [ "-c"; "kill -0 " + string<int> pid + " 2>/dev/null" ])), hour)
    |> fun (started, time) ->
        match started with
        | null -> failwith "no shell"
        | shell ->
            use shell = shell
            shell.WaitForExit time |> ignore
            shell.ExitCode = 0

/// Waits until something is so. The limit only ends a test that would go on for ever.
let private eventually (what: string) condition =
    let watch = Stopwatch.StartNew()

    while not (condition ()) do
        if watch.Elapsed > TimeSpan.FromMinutes 1.0 then
            failtest (what + " did not come about within a minute")

        Thread.Sleep 5

let tests =
    testList
        "Children that talk in lines"
        [
            testCase "each line that is sent comes back, and the child ends when its input is closed"
            <| fun () ->
                use child = talk "cat; exit 3"

                for text in [ "{\"id\":1}"; ""; "é"; String('x', 200_000) ] do
                    Expect.isTrue (child.Send(text, ever ())) "sent"
                    Expect.equal (receive child (ever ())) (line text) "received"

                child.CloseInput()
                Expect.equal (receive child (ever ())) ended "no more"
                Expect.equal (Option.ofNullable (child.WaitForEnd hour)) (Some 3) "its exit code"
                Expect.isFalse (exists child.ProcessId) "nothing is left of it"

            testCase "silence is not waited for beyond the deadline, and the line that comes after it is not lost"
            <| fun () ->
                use child = talk "read a; printf 'the '; read b; echo rest; read c"
                Expect.equal (receive child (Deadline.After TimeSpan.Zero)) nothing "at once"
                Expect.isTrue (child.Send("a", ever ())) "asked"

                Expect.equal
                    (receive child (Deadline.After(TimeSpan.FromMilliseconds 50.0)))
                    nothing
                    "half a line is none"

                Expect.isTrue (child.Send("b", ever ())) "asked again"
                Expect.equal (receive child (ever ())) (line "the rest") "whole"
                Expect.isFalse (child.WaitForEnd(TimeSpan.Zero).HasValue) "it still runs"

            testCase "errors without end do not keep a deadline from being kept"
            <| fun () ->
                use child =
                    talk "while kill -0 $PPID 2>/dev/null && echo noise >&2; do :; done & p=$!; read a; kill $p"

                let noise () =
                    (Encoding.UTF8.GetString child.LastErrors.Span).Contains "noise"

                eventually "the noise" (fun () ->
                    Expect.equal (receive child (Deadline.After(TimeSpan.FromMilliseconds 50.0))) nothing "in time"
                    noise ()) // kept for diagnosis

            testCase "notifications and garbage before an answer are lines like any other"
            <| fun () ->
                use child =
                    talk "echo '{\"method\":\"x\"}'; printf '\\377\\0garbage\\r\\n\\n'; echo answer"

                Expect.equal (receive child (ever ())) (line "{\"method\":\"x\"}") "a notification"
                let garbage = child.Receive(ever ())
                Expect.equal (garbage.Line.ToArray()) (Array.append [| 0xFFuy; 0uy |] "garbage\r"B) "as it is"
                Expect.equal (receive child (ever ())) (line "") "an empty line"
                Expect.equal (receive child (ever ())) (line "answer") "the answer"

            testCase "a line of the greatest length is given, one byte more is passed over, and the next one is whole"
            <| fun () ->
                use child =
                    start
                        "head -c 100000 /dev/zero | tr '\\0' x; echo; head -c 100001 /dev/zero | tr '\\0' x; echo; echo next"
                        100_000
                        hour

                Expect.equal (receive child (ever ())) (line (String('x', 100_000))) "as long as may be"
                Expect.equal (receive child (ever ())) (line "next") "the one too long is gone"

            testCase "a huge line is not kept while it is passed over"
            <| fun () ->
                use child =
                    start "head -c 50000000 /dev/zero | tr '\\0' x; echo; echo next" 1000 hour

                let before = GC.GetAllocatedBytesForCurrentThread()
                Expect.equal (receive child (ever ())) (line "next") "the next one"
                Expect.isLessThan (GC.GetAllocatedBytesForCurrentThread() - before) 5_000_000L "not the whole"

            testCase "a child that dies in the middle of an answer has ended, and its half answer is none"
            <| fun () ->
                use child = talk "echo whole; printf half; kill -9 $$"
                Expect.equal (receive child (ever ())) (line "whole") "what it said before"
                Expect.equal (receive child (ever ())) ended "and no more"
                Expect.equal (Option.ofNullable (child.WaitForEnd hour)) (Some 137) "SIGKILL"
                Expect.isFalse (child.Send("hello?", ever ())) "nobody reads"

            testCase "a child that ended is seen although a program it started keeps its output open"
            <| fun () ->
                use home = new TestHome()
                use child = talk ("sleep 100000 & echo $! > '" + home.File "pid" + "'; echo last")
                Expect.equal (receive child (ever ())) (line "last") "what it said"
                Expect.equal (receive child (ever ())) ended "ended"
                let left = Int32.Parse(File.ReadAllText(home.File "pid"))
                Expect.isTrue (Signals.Terminate left) "the other one ran on"

            testCase "a child that does not read blocks nobody, and after half a line no other one is sent"
            <| fun () ->
                use child = talk "exec sleep 1000"
                Expect.isTrue (child.Send("small", Deadline.After TimeSpan.Zero)) "the pipe has room"

                Expect.isFalse
                    (child.Send(String('x', 1_000_000), Deadline.After(TimeSpan.FromMilliseconds 50.0)))
                    "no more"

                Expect.isFalse (child.Send("after", ever ())) "closed"
                Signals.Terminate child.ProcessId |> ignore

            testCase "a child that writes much before it reads does not block, and nothing of it is lost"
            <| fun () ->
                use child =
                    talk "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done; read a; echo ${#a}"

                Expect.isTrue (child.Send(String('x', 300_000), ever ())) "sent"

                for _ in 1..20_000 do
                    Expect.equal (receive child (ever ())) (line "0123456789") "all of it"

                Expect.equal (receive child (ever ())) (line "300000") "and the answer"

            testCase "a line that holds an end of line is refused"
            <| fun () ->
                use child = talk "cat"
                Expect.throwsT<ArgumentException> (fun () -> child.Send("a\nb", ever ()) |> ignore) "two lines"

            testCase "a child is told to end and waited for; it is gone afterwards"
            <| fun () ->
                use home = new TestHome()

                let child =
                    talk ("cat >/dev/null; echo farewell; echo ended > '" + home.File "ended" + "'")

                child.Dispose()
                child.Dispose()
                Expect.isTrue (File.Exists(home.File "ended")) "it came to its end"
                Expect.isFalse (exists child.ProcessId) "and was waited for"
                Expect.throwsT<ObjectDisposedException> (fun () -> child.Receive(ever ()) |> ignore) "over"

            testCase "a child that goes on after its input is closed is not killed, and is reaped when it ends"
            <| fun () ->
                use home = new TestHome()
                let go = home.File "go"
                home.Run("mkfifo", [ go ]) |> ignore

                // What it writes after it was left to itself does not end it, and is more than a pipe holds.
                let script =
                    "read gone < '"
                    + go
                    + "'; head -c 300000 /dev/zero && head -c 300000 /dev/zero >&2 && echo whole > '"
                    + home.File "result"
                    + "'"

                let child = start script 1000 (TimeSpan.FromMilliseconds 20.0)
                child.Dispose()
                Expect.isTrue (exists child.ProcessId) "it still runs"
                File.WriteAllText(go, "on\n")
                // The shell makes the file before it writes into it.
                eventually "all that it wanted to do" (fun () ->
                    File.Exists(home.File "result")
                    && File.ReadAllText(home.File "result") = "whole\n")

                eventually "its being waited for" (fun () -> not (exists child.ProcessId))

            testCase "a child that was waited for long enough is left at once, and goes on"
            <| fun () ->
                use home = new TestHome()
                let go = home.File "go"
                home.Run("mkfifo", [ go ]) |> ignore

                // An hour's patience would outlast the suite.
                let child =
                    talk ("read gone < '" + go + "'; echo whole > '" + home.File "result" + "'")

                child.LeaveToItself()
                child.Dispose()
                Expect.isTrue (exists child.ProcessId) "it still runs"
                File.WriteAllText(go, "on\n")
                eventually "the child's end" (fun () -> File.Exists(home.File "result"))
                eventually "its being waited for" (fun () -> not (exists child.ProcessId))

            testCase "the terminal's Ctrl-C, which ends this program's group, does not reach the child"
            <| fun () ->
                use home = new TestHome()
                let result = home.File "result"
                // A group of its own, so that the interrupt does not reach the tests.
                let ownGroup = [ "-e"; "setpgrp(0,0); exec @ARGV"; Roles.program ]

                let ran =
                    home.Run("perl", ownGroup @ Roles.arguments [ "interrupted-talk"; result ])

                Expect.equal (ran.Exit, ran.Out) (130, "started\n") "the interrupt ended this program"
                eventually "the child's end" (fun () -> File.Exists result && File.ReadAllText result <> "")
                Expect.equal (File.ReadAllText result) "by itself\n" "the child came to its own end"

            testCase "a program that is not there is an error that names it, and leaves nothing open"
            <| fun () ->
                let openFiles () =
                    if Directory.Exists "/proc/self/fd" then
                        Directory.GetFileSystemEntries("/proc/self/fd").Length
                    else
                        0

                let attempt () =
                    try
                        (JsonLinesChild.Start("no-such-FAKE", [||], Roles.environment, null, 1, hour)).Dispose()
                        failtest "no error"
                    with :? SystemCallException as failure ->
                        Expect.equal failure.Error SystemError.NotFound "kind"
                        Expect.stringContains failure.Message "no-such-FAKE" "name"

                let before = openFiles ()

                for _ in 1..200 do
                    attempt ()

                Expect.isLessThan (openFiles ()) (before + 100) "each attempt would leave six"
        ]
