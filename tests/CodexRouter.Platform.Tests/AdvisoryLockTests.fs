module CodexRouter.Platform.Tests.AdvisoryLockTests

open System
open System.IO
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private tryNow path =
    AdvisoryLock.Acquire(path, TimeSpan.Zero, Roles.ownerOnly)

let private isFree path =
    match tryNow path with
    | null -> false
    | taken ->
        taken.Dispose()
        true

/// Tells whether a call that opens a file has come to its end. Of a program with several threads strace may write a call down
/// in two parts, the first before anything is opened.
let private isOpened (path: string) (calls: string[]) =
    match calls |> Array.tryFindIndex _.Contains("\"" + path + "\"") with
    | None -> false
    | Some place when calls[place].Contains "<unfinished" ->
        let thread = calls[place].Substring(0, calls[place].IndexOf ' ' + 1)

        calls
        |> Array.skip place
        |> Array.exists (fun call -> call.StartsWith thread && call.Contains "openat resumed")
    | Some place -> calls[place].Contains ") = "

let tests =
    testList
        "AdvisoryLock"
        [
            testCase "the file is created with the mode, empty, and stays; an old one is not touched"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "lock"
                Expect.isTrue (isFree path) "taken"
                Expect.equal (FileStatus.Look path).Mode Roles.ownerOnly "mode"
                Expect.equal (List.ofSeq (Folders.Names home.Path)) [ "lock" ] "stays, alone"
                File.WriteAllText(path, "FAKE")
                Expect.isTrue (isFree path) "taken again"
                Expect.equal (File.ReadAllText path) "FAKE" "not touched"

            testCase "who comes second gets nothing until the first lets go"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "lock"
                let first = tryNow path
                Expect.isFalse (isFree path) "held"

                match first with
                | null -> failtest "not taken"
                | taken ->
                    taken.Dispose()
                    taken.Dispose() // twice does no harm

                Expect.isTrue (isFree path) "free"

            testCase "it ends with the process that holds it, however that ends"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "lock"
                use holder = Roles.start [ "hold-lock"; path ]
                Expect.equal (holder.StandardOutput.ReadLine()) "held" "held"
                Expect.isFalse (isFree path) "not ours"
                holder.Kill()
                holder.WaitForExit()
                Expect.isTrue (isFree path) "ours"

            testCase "who waits gets it when it is let go before the deadline"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "lock"
                use holder = Roles.start [ "hold-lock"; path ]
                Expect.equal (holder.StandardOutput.ReadLine()) "held" "held"
                let letGo = Threading.Tasks.Task.Run(fun () -> holder.StandardInput.Close())
                use taken = AdvisoryLock.Acquire(path, TimeSpan.FromMinutes 2.0, Roles.ownerOnly)
                Expect.isNotNull taken "taken"
                letGo.Wait()

            testCase "of several processes only one is inside at any time"
            <| fun () ->
                use home = new TestHome()
                let counter = home.File "counter"
                let times = Project.setting "CODEX_ROUTER_TEST_LOCKS" 300
                File.WriteAllText(counter, "0")

                let processes =
                    [
                        for _ in 1..3 ->
                            Roles.start [ "count-under-lock"; home.File "lock"; counter; string<int> times ]
                    ]

                for other in processes do
                    other.WaitForExit()
                    Expect.equal other.ExitCode 0 "done"
                    other.Dispose()

                Expect.equal (File.ReadAllText counter) (string<int>(3 * times)) "no count lost"

            testCase "other programs' flock(2) is respected, and respects it"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "lock"

                let perl =
                    "use Fcntl ':flock'; open(my $f, '>>', $ARGV[0]) or die; exit(flock($f, LOCK_EX|LOCK_NB) ? 0 : 1)"

                let other () =
                    (home.Run("perl", [ "-e"; perl; path ])).Exit

                Expect.equal (other ()) 0 "free for perl"

                match tryNow path with
                | null -> failtest "perl let go of it"
                | taken ->
                    use _ = taken
                    Expect.equal (other ()) 1 "held against perl"

                match Programs.Find("flock", Environment.GetEnvironmentVariable "PATH") with
                | null -> ()
                | flock ->
                    let inside =
                        home.Run(flock, [ "-n"; path; Roles.program ] @ Roles.arguments [ "try-lock"; path ])

                    Expect.equal inside.Exit 1 "not ours while flock(1) holds it"
                    Expect.equal (Roles.run home [ "try-lock"; path ]).Exit 0 "ours when it does not"

            testCase "a lock on a file that was removed or replaced since it was opened does not count"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "lock"
                let log = home.File "calls"
                File.WriteAllText(path, "")

                if
                    OperatingSystem.IsMacOS()
                    || (home.Run("sh", [ "-c"; "strace -o /dev/null true" ])).Exit <> 0
                then
                    skiptest
                        "needs strace, and leave to trace: apt-get install strace; in a container --cap-add SYS_PTRACE"

                let start = Diagnostics.ProcessStartInfo("strace")

                for argument in
                    [
                        "-f"
                        "-qq"
                        "-o"
                        log
                        "-e"
                        "trace=openat,flock"
                        "-e"
                        "inject=flock:delay_enter=3s"
                        Roles.program
                    ]
                    @ Roles.arguments [ "hold-lock"; path ] do
                    start.ArgumentList.Add argument

                start.RedirectStandardInput <- true
                start.RedirectStandardOutput <- true

                match Diagnostics.Process.Start start with
                | null -> failtest "could not start strace"
                | holder ->
                    use holder = holder

                    while not (File.Exists log && isOpened path (File.ReadAllLines log)) do
                        Threading.Thread.Sleep 5

                    // It has opened the file, and is held up on the way to its lock.
                    File.WriteAllText(home.File "next", "")
                    File.Move(home.File "next", path, overwrite = true)
                    Expect.equal (holder.StandardOutput.ReadLine()) "held" "it has a lock"
                    Expect.isFalse (isFree path) "and it is that of the file which is there now"
                    holder.StandardInput.Close()
                    holder.WaitForExit()

            testCase "a link in the place of the lock is not followed"
            <| fun () ->
                use home = new TestHome()
                File.CreateSymbolicLink(home.File "lock", "victim") |> ignore

                try
                    tryNow (home.File "lock") |> ignore
                    failtest "followed"
                with :? SystemCallException as failure ->
                    Expect.equal failure.Error SystemError.Link "kind"

                Expect.equal (FileStatus.Look(home.File "victim")).Kind FileKind.Missing "nothing was made through it"

            testCase "children do not inherit it"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "lock"

                match tryNow path with
                | null -> failtest "not taken"
                | taken ->
                    use child = Roles.start [ "hold-lock"; home.File "other" ]
                    Expect.equal (child.StandardOutput.ReadLine()) "held" "the child runs"
                    taken.Dispose()
                    Expect.isTrue (isFree path) "free while the child still runs"
                    child.StandardInput.Close()
                    child.WaitForExit()
        ]
