module CodexRouter.Scripts.Tests.BuildTests

open System.IO
open System.Threading.Tasks
open Expecto
open CodexRouter.Scripts.Tests

let private run (workshop: Workshop) =
    workshop.Run("run.sh", [ "list"; "a b" ])

let private building =
    testList
        "run.sh"
        [
            test "builds, then runs the program in the caller's folder with the caller's arguments" {
                use workshop = new Workshop()
                let outcome = run workshop
                Expect.equal outcome.Exit 0 outcome.Err

                Expect.equal
                    outcome.Out
                    ("ran in " + workshop.Home.Path + " with list a b\n")
                    "stdout is the program's alone"

                Expect.stringContains outcome.Err "building" "says what it does"
            }

            test "says and does nothing more when nothing changed" {
                use workshop = new Workshop()
                run workshop |> ignore
                File.SetLastWriteTimeUtc(workshop.File "src/Program.fs", System.DateTime.UtcNow.AddHours 1.0)
                workshop.Write("src/CodexRouter.Cli/obj/made-by-the-build", "x")
                let again = run workshop
                Expect.equal again.Err "" "silent"
                Expect.equal workshop.Publishes.Length 1 "built once"
            }

            for change in
                [
                    "src/Program.fs"
                    "src/New file.fs"
                    "paket.lock"
                    "shell/codex-router.plugin.zsh"
                    "build/rd.xml"
                ] do
                test ("builds again when " + change + " changed") {
                    use workshop = new Workshop()
                    run workshop |> ignore
                    workshop.Write(change, "changed")
                    let again = run workshop
                    Expect.stringContains again.Err "building" "says so"
                    Expect.equal workshop.Publishes.Length 2 "built again"
                }

            test "gives the shell what the project's shell folder holds now" {
                use workshop = new Workshop()
                run workshop |> ignore
                File.Move(workshop.File "shell/codex-router.plugin.zsh", workshop.File "shell/renamed.zsh")
                run workshop |> ignore

                let shared =
                    DirectoryInfo(workshop.File "out/share/codex-router").GetFiles()
                    |> Array.map _.Name

                Expect.equal shared [| "renamed.zsh" |] "the old file is gone"
            }

            test "a build that fails shows the compiler's words, keeps the last program and is tried again" {
                use workshop = new Workshop()
                run workshop |> ignore
                workshop.Write("src/Program.fs", "broken")
                File.WriteAllText(workshop.Home.File "publish-fails", "")
                let broken = run workshop
                Expect.equal broken.Exit 1 "fails"
                Expect.stringContains broken.Err "FS0001" "shows why"
                Expect.equal broken.Out "" "runs nothing"
                Expect.isTrue (File.Exists(workshop.File "out/bin/codex-router")) "the last program is there"
                File.Delete(workshop.Home.File "publish-fails")
                Expect.equal (run workshop).Exit 0 "the next run builds"
                Expect.equal workshop.Publishes.Length 3 "anew"
            }

            test "says plainly when the program is not native, and why" {
                use workshop = new Workshop()
                let asked = workshop.Run("run.sh", [], [ "CODEX_ROUTER_NO_NATIVE", "1" ])
                Expect.stringContains asked.Err "CODEX_ROUTER_NO_NATIVE=1" "asked for"
                Expect.stringContains workshop.Publishes[0] "PublishReadyToRun=true" "ready to run"

                for compiler in [ "clang"; "gcc" ] do
                    workshop.PutTool(compiler, "exit 1")

                // Nothing may be installed by a test.
                workshop.PutTool("id", "echo 1000")
                workshop.Write("src/Program.fs", "changed")
                let lacking = run workshop
                Expect.equal lacking.Exit 0 lacking.Err
                Expect.stringContains lacking.Err "for want of a C toolchain" "lacking"
                Expect.stringContains lacking.Err "try: " "names what to install"
            }

            test "builds natively as soon as there is a C toolchain" {
                use workshop = new Workshop()
                workshop.Run("run.sh", [], [ "CODEX_ROUTER_NO_NATIVE", "1" ]) |> ignore
                run workshop |> ignore
                Expect.equal workshop.Publishes.Length 2 "built again"
                Expect.stringContains workshop.Publishes[1] "PublishAot=true" "native"
            }

            test "two runs at once build once" {
                use workshop = new Workshop()

                let start () =
                    Task.Run(fun () -> workshop.Run("run.sh", [ "x" ], [ "SLOW", "1" ]))

                let both = [| start (); start (); start () |]
                Task.WaitAll [| for each in both -> each :> Task |]

                for outcome in both do
                    Expect.equal outcome.Result.Exit 0 outcome.Result.Err

                Expect.equal workshop.Publishes.Length 1 "the others waited"
                Expect.isFalse (File.Exists(workshop.File "out/lock")) "nothing is left locked"
            }

            test "a build whose caller was killed is still waited for" {
                use workshop = new Workshop()

                let outcome =
                    workshop.Bash
                        """SLOW=2 ./run.sh first &
until grep -q ^publish "$HOME/dotnet-calls" 2>/dev/null; do sleep 0.1; done
kill -9 $!
./run.sh second"""

                Expect.stringContains outcome.Out "with second" outcome.Err
                Expect.equal workshop.Publishes.Length 1 "built once"
            }

            test "a lock left by a build that was killed holds nobody up" {
                use workshop = new Workshop()
                Directory.CreateDirectory(workshop.File "out") |> ignore
                // No system gives a process this number.
                File.CreateSymbolicLink(workshop.File "out/lock", "999999999") |> ignore
                Expect.equal (run workshop).Exit 0 "builds"
            }
        ]

let private demo =
    testList
        "run.sh demo"
        [
            test "builds the program and what shows it, each once, and hands the one to the other" {
                use workshop = new Workshop()
                let first = workshop.Run("run.sh", [ "demo" ])
                Expect.equal first.Exit 0 first.Err

                Expect.equal
                    first.Out
                    ("demo in "
                     + workshop.Home.Path
                     + " of "
                     + workshop.File "out/bin/codex-router"
                     + " "
                     + workshop.File "out/share/codex-router/codex-router.plugin.zsh"
                     + "\n")
                    "the program as built, and its plugin"

                let second = workshop.Run("run.sh", [ "demo" ])
                Expect.equal (second.Out, second.Err) (first.Out, "") "silent when nothing changed"
                Expect.equal (workshop.Publishes.Length, (workshop.Calls "build").Length) (1, 1) "each built once"
                workshop.Write("demo/Program.fs", "changed")
                workshop.Run("run.sh", [ "demo" ]) |> ignore
                Expect.equal (workshop.Publishes.Length, (workshop.Calls "build").Length) (1, 2) "only what changed"
            }

            test "is no part of an installation: nothing of it is in out/bin or out/share" {
                use workshop = new Workshop()
                workshop.Run("run.sh", [ "demo" ]) |> ignore

                let shipped =
                    [ "out/bin"; "out/share" ]
                    |> List.collect (fun folder ->
                        Directory.GetFiles(workshop.File folder, "*", SearchOption.AllDirectories)
                        |> List.ofArray)
                    |> List.map Path.GetFileName

                Expect.equal (List.sort shipped) [ "codex-router"; "codex-router.plugin.zsh" ] "these alone"
            }
        ]

let private feed =
    testList
        "the package feed"
        [
            test "is the machine's first enabled source" {
                use workshop = new Workshop()
                let outcome = workshop.Bash "need_feed; echo \"$NUGET_FEED\""
                Expect.equal outcome.Out "a feed\n" "the disabled one is passed over"
            }

            test "is the one named by NUGET_FEED, when it is set" {
                use workshop = new Workshop()
                let outcome = workshop.Bash "NUGET_FEED=mine; need_feed; sh -c 'echo $NUGET_FEED'"
                Expect.equal outcome.Out "mine\n" "kept and handed on"
            }

            test "never stays in the lock file" {
                use workshop = new Workshop()

                let locked (feed: string) =
                    "NUGET\n  remote: "
                    + feed
                    + "\n    Argu (6.1.1)\n\nGROUP Tests\nNUGET\n  remote: "
                    + feed
                    + "\n    Expecto (11.1.1)\n"

                workshop.Write("paket.lock", locked "https://feed.example/v3/index.json")
                Expect.equal (workshop.Run("build/update-packages.sh", [])).Exit 0 "runs"

                Expect.equal
                    (File.ReadAllText(workshop.File "paket.lock"))
                    (locked "%NUGET_FEED%")
                    "the token is back, in each group"
            }
        ]

let private needs =
    testList
        "what is missing"
        [
            test "is named with the command for apt, for Homebrew and for Apple's compiler" {
                use workshop = new Workshop()
                let debian = workshop.Bash "is_there() { true; }; how_to_get cc npm"
                Expect.equal debian.Out "sudo apt-get install clang libc6-dev npm\n" "apt"

                let mac =
                    workshop.Bash "is_there() { false; }; on_linux() { false; }; how_to_get cc npm tmux"

                Expect.equal mac.Out "xcode-select --install\nbrew install node tmux\n" "macOS"
            }

            test "is installed without a question where the scripts may, once, and only what is missing" {
                use workshop = new Workshop()

                workshop.PutTool(
                    "apt-get",
                    """echo "$*" >>"$HOME/apt"; [ "$1" = update ] || touch "$HOME/installed" """
                )

                workshop.PutTool("id", "echo 0")

                let outcome =
                    workshop.Bash
                        "has() { [ \"$1\" != tmux ] || [ -e \"$HOME/installed\" ]; }; provide_for test; provide_for test"

                Expect.equal outcome.Err "installing: tmux\n" "says so"

                Expect.equal
                    (File.ReadAllLines(workshop.Home.File "apt"))
                    [| "update -qq"; "install -y -qq --no-install-recommends tmux" |]
                    "once"
            }

            test "a missing .NET SDK is named with the ways to get it" {
                use workshop = new Workshop()
                let outcome = workshop.Bash "is_there() { false; }; need_dotnet"
                Expect.equal outcome.Exit 1 "fails"
                Expect.stringContains outcome.Err "dotnet-sdk-10.0" "apt"
                Expect.stringContains outcome.Err "brew install --cask dotnet-sdk" "Homebrew"
            }
        ]

let tests = testList "building" [ building; demo; feed; needs ]
