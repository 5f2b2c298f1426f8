module CodexRouter.Shell.Tests.ProcessTests

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Testing
open Expecto

// Runs a script under strace and counts the processes that zsh started.
let private processes (sandbox: Sandbox) script =
    let file = Path.Combine(sandbox.Path, "trace")

    let outcome =
        sandbox.Zsh(
            [
                "-fc"
                "strace -f -qq -e trace=clone,clone3,fork,vfork,execve -o \"$3\" zsh -fc \"$4\" zsh \"$1\" \"$2\""
                "zsh"
                Project.plugin
                sandbox.Path
                file
                script
            ]
        )

    Expect.equal outcome.Exit 0 ("strace and the script: " + outcome.Err)
    // the first is strace's own start of zsh
    File.ReadAllLines file
    |> Array.filter (fun line -> line.Contains "clone" || line.Contains "fork(" || line.Contains "execve(")
    |> Array.length
    |> fun count -> count - 1

let private linux =
    [
        testCase "changing directory and the prompt start no process, whatever is pinned"
        <| fun () ->
            use sandbox = new Sandbox()
            File.WriteAllText(Path.Combine(sandbox.Path, "other", Pin.FileName), "w\n")

            File.AppendAllText(
                Layout.trust sandbox.Root,
                "allow\tw\t" + Path.Combine(sandbox.Path, "other", Pin.FileName) + "\n"
            )

            let walk =
                "for folder in acme 'acme/sub dir' other list stranger ''; do cd -- \"$2/$folder\"; _codex_router_hook; done 2>/dev/null\n"

            let count =
                processes
                    sandbox
                    ("source -- \"$1\"\n"
                     + walk
                     + "codex-router use work 2>/dev/null; "
                     + walk
                     + "codex-router use -; "
                     + walk
                     + "print -r -- $CODEX_ROUTER_PROMPT >/dev/null")

            Expect.equal count 0 "processes"

        testCase "the count sees a process, so that none means none"
        <| fun () ->
            use sandbox = new Sandbox()
            Expect.equal (processes sandbox "x=$(true)") 1 "a fork"
            Expect.equal (processes sandbox "/bin/true; true") 2 "a fork and a program"

        testCase "with hook = \"global\" a process is started on a change of profile, and on nothing else"
        <| fun () ->
            use sandbox = new Sandbox()
            File.WriteAllText(Layout.settings sandbox.Root, "hook = \"global\"\n")

            Expect.equal
                (processes sandbox "source -- \"$1\"; cd -- \"$2/other\"; cd -- \"$2/list\"; _codex_router_hook")
                0
                "what is pinned is current already"

            sandbox.Program "true"

            let count =
                processes sandbox "source -- \"$1\"; cd -- \"$2/acme\"; _codex_router_hook; cd 'sub dir'"

            Expect.isGreaterThan count 1 "the program"
            Expect.isLessThan count 4 "once"
    ]

// strace is Linux's.
let tests = testList "Processes" (if OperatingSystem.IsLinux() then linux else [])
