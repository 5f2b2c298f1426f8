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

        testCase "fifty profiles, each with its figures, start no process, fresh or old"
        <| fun () ->
            use sandbox = new Sandbox()
            let now = DateTimeOffset.UtcNow.ToUnixTimeSeconds()
            Directory.CreateDirectory(Layout.prompts sandbox.Root) |> ignore

            for number in 1..50 do
                let name = "p" + string<int> number
                let home = Layout.profiles sandbox.Root + "/" + name
                let stale = if number % 2 = 0 then now - 1L else now + 9000L
                Directory.CreateDirectory home |> ignore

                File.WriteAllText(
                    Layout.prompts sandbox.Root + "/" + name,
                    $"1 {now - 60L} {stale} 5h 0 {now + 9000L} wk 93 {now + 300000L}\ntell work - little is left\n"
                )

            let count =
                processes
                    sandbox
                    ("source -- \"$1\"; "
                     + "repeat 3 for home in \"$2\"/.codex/profiles/*; do CODEX_HOME=$home; _codex_router_hook; _codex_router_hook; done 2>/dev/null\n"
                     + "[[ $CODEX_ROUTER_PROMPT == 'work' && ${#_codex_router_text} -ge 50 ]]")

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
