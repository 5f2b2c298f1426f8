/// `./run.sh demo` begins a program of its own, which shows the real one at work.
module CodexRouter.Cli.Tests.DemoTests

open System
open System.IO
open CodexRouter.Testing
open Expecto

let private demo = Path.Combine(AppContext.BaseDirectory, "CodexRouter.Demo.dll")

let private plugin =
    Path.Combine(Project.root, "out/share/codex-router/codex-router.plugin.zsh")

let tests =
    testList
        "demo"
        [
            promise "shows everything in a folder that goes again, and touches nothing of the person's" (fun person ->
                if not (File.Exists "/usr/bin/zsh" || File.Exists "/bin/zsh") then
                    skiptest "needs zsh: apt-get install zsh"

                person.Has both
                let before = Tree.take person.Home
                let temporary = person.File "tmp"
                Directory.CreateDirectory temporary |> ignore

                let outcome =
                    person.Start("dotnet", [ demo; Project.program; plugin ], environment = [ "TMPDIR", temporary ])

                Expect.equal (outcome.Exit, outcome.Err) (0, "") (Outcome.describe outcome)

                for shown in
                    [
                        "$ codex-router save personal"
                        "saved, and current: profile personal"
                        "$ codex-router pin work"
                        "pinned by"
                        "/.codex/profiles/work"
                        "switched to personal"
                        "5h 58%"
                        "the folder is gone again"
                    ] do
                    Expect.stringContains outcome.Out shown "shown"

                Expect.isFalse (outcome.Out.Contains "try: ") "nothing in it is refused"

                Expect.isEmpty (Directory.GetFileSystemEntries(temporary, "codex-router*")) "nothing is left"
                Directory.Delete(temporary, recursive = true)
                Expect.isEmpty (Tree.changes before (Tree.take person.Home)) "nothing else changed")

            promise "says what is missing: zsh" (fun person ->
                let nowhere = person.File "empty"
                Directory.CreateDirectory nowhere |> ignore

                let dotnet =
                    Path.Combine(Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet")

                person.Start(dotnet, [ demo; "a"; "b" ], environment = [ "PATH", nowhere ])
                |> Outcome.isFailure 1 [ "zsh is not installed" ])

            promise "is no command of the program" (fun person ->
                person.Run [ "demo" ] |> Outcome.isFailure 2 [ "there is no command 'demo'" ])
        ]
