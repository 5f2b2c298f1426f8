/// How the program ends where nobody can be told of it, and what it leaves behind when it is ended.
module CodexRouter.Cli.Tests.EndingTests

open System
open System.IO
open CodexRouter.Testing
open Expecto

let private lines =
    [
        "list"
        "list --json"
        "switch nobody"
        "switch nobody --json"
        "switch alice"
        "current"
        "frobnicate"
        "list --frobnicate"
        "doctor"
        "quota --offline"
        "--help"
        "--version"
        "exec bob -- sh -c 'exit 9'"
        "exec bob -- no-such-program"
    ]

/// Starts a program, sends it SIGQUIT once it has written a line, and tells whether the system says that it left a core.
let private dumps =
    """
    use POSIX;
    my $pid = open(my $out, '-|', @ARGV) or die;
    readline($out);
    kill QUIT => $pid;
    waitpid($pid, 0);
    print +($? & 127) == POSIX::SIGQUIT ? "quit" : "ended otherwise: $?", $? & 128 ? ", core" : "", "\n";
    """

let private quit (person: Person) (words: string) =
    let outcome =
        person.Shell(
            "cd \"$HOME\" && ulimit -c unlimited && exec perl -e \"$dumps\" " + words,
            environment = [ "dumps", dumps; "TERM", "dumb" ]
        )

    outcome.Out.Trim()

let tests =
    testList
        "endings"
        [
            promise "the exit code is the same when stderr is closed, or full" (fun person ->
                person.Has both

                for line in lines do
                    let expected = (person.Shell("\"$router\" " + line)).Exit

                    for where in [ "2>&-"; "2>/dev/full" ] do
                        if where = "2>&-" || File.Exists "/dev/full" then
                            let outcome = person.Shell("\"$router\" " + line + " " + where)
                            Expect.equal outcome.Exit expected (line + " " + where))

            promise "with nowhere to write to, what was done is refused, and what was refused stays so" (fun person ->
                person.Has both

                for line in lines |> List.filter (fun line -> not (line.StartsWith "exec")) do
                    let expected = (person.Shell("\"$router\" " + line)).Exit
                    let silent = (person.Shell("\"$router\" " + line)).Out = ""

                    for where in [ ">&- 2>&-"; ">/dev/full 2>&1" ] do
                        if where = ">&- 2>&-" || File.Exists "/dev/full" then
                            let outcome = person.Shell("\"$router\" " + line + " " + where)

                            Expect.equal
                                outcome.Exit
                                (if expected = 0 && not silent then 1 else expected)
                                (line + " " + where))

            promise "no file gets the number of a standard stream that is closed" (fun person ->
                person.Has both

                if (person.Shell "strace -o /dev/null true").Exit <> 0 then
                    skiptest
                        "needs strace, and leave to trace: apt-get install strace; in a container --cap-add SYS_PTRACE"

                let log = person.File "calls"

                person.Shell(
                    "strace -o \"$log\" -e trace=close,open,openat,pipe2,dup2,dup3,socket sh -c 'exec \"$router\" switch bob <&- >&- 2>&-'",
                    environment = [ "log", log ]
                )
                |> ignore

                // What stands at each of the three numbers, call by call: what opened it, until it is closed.
                let after (held: Map<int, string>) (line: string) =
                    match
                        [ 0; 1; 2 ]
                        |> List.tryFind (fun number -> line.EndsWith("= " + string<int> number))
                    with
                    | _ when line.StartsWith "close(" ->
                        [ 0; 1; 2 ]
                        |> List.tryFind (fun number -> line.StartsWith("close(" + string<int> number + ")"))
                        |> Option.fold (fun held number -> Map.remove number held) held
                    // What gives no descriptor, but 0 for success.
                    | Some _ when line.StartsWith "pipe2(" -> held
                    | Some number -> Map.add number line held
                    | None -> held

                let isKept (line: string) = line.Contains "\"/dev/null\", O_RDONLY"
                let calls = File.ReadAllLines log |> List.ofArray
                let moments = calls |> List.scan after Map.empty
                let first = calls |> List.tryFindIndex isKept

                // The libraries and the runtime read their files before the program begins, and close them again.
                match first with
                | None -> failtest "something takes the places"
                | Some first ->
                    Expect.isEmpty moments[first] "no other stays"

                    for held in moments |> List.skip (first + 1) do
                        Expect.all (Map.values held) isKept "and none gets one of the numbers later"

                    Expect.equal (moments |> List.map _.Count |> List.max) 3 "each has nothing in its place")

            promise "ended by the quit key, it leaves no core, which would hold tokens" (fun person ->
                person.Has both

                if quit person "sh -c 'echo started; exec sleep 60'" <> "quit, core" then
                    skiptest
                        "needs a machine on which programs leave cores: ulimit -c unlimited, and a kernel.core_pattern that is a file"

                Expect.equal (quit person "\"$router\" watch") "quit" "no core")

            promise "what it runs has the limit on cores that the person has" (fun person ->
                person.Has both

                let limits (words: string) =
                    (person.Shell("ulimit -Sc 16 && " + words)).Out.Trim()

                let expected = limits "sh -c 'ulimit -Sc; ulimit -Hc'"
                Expect.stringStarts expected "16\n" "not what it is in any case"
                Expect.equal (limits "\"$router\" exec bob -- sh -c 'ulimit -Sc; ulimit -Hc'") expected "exec"
                person.CodexDoes "ulimit -Sc > \"$HOME/limit\"; ulimit -Hc >> \"$HOME/limit\""
                limits "\"$router\" login carol" |> ignore
                Expect.equal (File.ReadAllText(person.File "limit").Trim()) expected "login")

            promise "what it runs can be looked at by the person's own programs" (fun person ->
                person.Has both

                if File.Exists "/proc/self/status" then
                    // A process that hides itself has a folder that is root's; as root, all are.
                    let owner = "stat -c %u /proc/$$/environ"

                    Expect.equal
                        (person.Shell owner).Out
                        (person.Shell("\"$router\" exec bob -- sh -c '" + owner + "'")).Out
                        "shown"
                else
                    skiptest "needs Linux: there is no /proc")
        ]
