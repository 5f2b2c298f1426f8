module CodexRouter.Shell.Tests.TerminalTests

open System
open System.IO
open CodexRouter.Core
open Expecto

let private text (lines: string list) = String.Join('\n', lines) + "\n"

let tests =
    testList
        "Terminal"
        [
            testCase "a person sees one line and the segment at each change, and nothing else"
            <| fun () ->
                use sandbox = new Sandbox()
                let outcome = sandbox.Run("terminal.zsh", [ sandbox.Path ])
                Expect.equal outcome.Err "" "no errors"

                Expect.equal
                    outcome.Out
                    (text
                        [
                            "--- load"
                            ""
                            "prompt [personal]> "
                            "--- enter a pinned folder"
                            "codex-router: work (from ~/acme/.codex-profile)"
                            "prompt [work]> "
                            "--- a failing command"
                            ""
                            "prompt [work 7]> "
                            "--- a working one"
                            ""
                            "prompt [work]> "
                            "--- leave"
                            "codex-router: personal (current)"
                            "prompt [personal]> "
                            "--- use"
                            "codex-router: work (in this terminal, until: codex-router use -)"
                            "prompt [work]> "
                            "--- use is tied to the terminal"
                            "tty tied"
                            "prompt [work]> "
                            "--- exec zsh keeps it"
                            ""
                            "prompt [work]> "
                            "--- ready to move by a key"
                            "codex-router: personal (current)"
                            "prompt [personal]> "
                            "--- moved by a key"
                            "codex-router: work (from ~/acme/.codex-profile)"
                            "prompt [work]> "
                        ])
                    "the session"

            testCase "TAB offers commands, options, profiles and aliases"
            <| fun () ->
                use sandbox = new Sandbox()

                let outcome =
                    sandbox.Run(
                        "complete.zsh",
                        [
                            "codex-router "
                            "codex-router sw"
                            "codex-router switch "
                            "codex-router use "
                            "codex-router delete w"
                            "codex-router doctor --"
                            "codex-router exec work -- codex-router do"
                            "codex-router init "
                            "codex-router quota --"
                            "codex-router quota work "
                            "codex-router guard --window "
                            "codex-router guard --"
                            "codex-router watch --"
                            "codex-router refresh w"
                        ]
                    )

                Expect.equal outcome.Err "" "no errors"

                let offered =
                    outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    |> Array.map (fun line ->
                        let at = line.LastIndexOf ": "
                        line.Substring(0, at), line.Substring(at + 2).Split(' ') |> Set.ofArray)
                    |> Map.ofArray

                let commands =
                    "save login list current switch delete rename alias restore pin unpin allow deny which use exec quota watch guard refresh doctor config init completion"

                Expect.equal offered["codex-router "] (set (commands.Split ' ')) "commands"
                Expect.equal offered["codex-router sw"] (set [ "switch" ]) "a command"
                Expect.equal offered["codex-router switch "] (set [ "work"; "personal"; "w"; "-" ]) "profiles, or back"
                Expect.equal offered["codex-router use "] (set [ "work"; "personal"; "w"; "-" ]) "the same"
                Expect.equal offered["codex-router delete w"] (set [ "work"; "w" ]) "profiles"

                Expect.equal offered["codex-router doctor --"] (set [ "--json"; "--fix"; "--help" ]) "options"

                Expect.equal offered["codex-router exec work -- codex-router do"] (set [ "doctor" ]) "a command line"
                Expect.equal offered["codex-router init "] (set [ "zsh" ]) "words"

                Expect.equal
                    offered["codex-router quota --"]
                    (set [ "--all"; "--offline"; "--json"; "--help" ])
                    "options"

                Expect.equal
                    offered["codex-router quota work "]
                    (set [ "work"; "personal"; "w" ])
                    "more than one profile"

                Expect.equal offered["codex-router guard --window "] (set [ "5h"; "week"; "any" ]) "an option's words"

                Expect.equal
                    offered["codex-router guard --"]
                    (set [ "--min-left"; "--window"; "--max-age"; "--offline"; "--json"; "--help" ])
                    "options"

                Expect.equal offered["codex-router watch --"] (set [ "--interval"; "--help" ]) "options"
                Expect.equal offered["codex-router refresh w"] (set [ "work"; "w" ]) "profiles"

            testCase "completion works when it is sourced, too"
            <| fun () ->
                use sandbox = new Sandbox()

                let outcome =
                    sandbox.Script
                        "autoload -Uz compinit; compinit -u -D; source -- ${1:h}/_codex-router; print -r -- $_comps[codex-router]"

                Expect.equal outcome.Err "" "no errors"
                Expect.equal outcome.Out "_codex-router\n" "registered"

            testCase "it lives with direnv: both act in one folder"
            <| fun () ->
                use sandbox = new Sandbox()

                if (sandbox.Script "whence -p direnv").Exit = 0 then
                    File.WriteAllText(Path.Combine(sandbox.Path, "acme", ".envrc"), "export FROM_DIRENV=yes\n")

                    let outcome =
                        sandbox.Script(
                            "cd -q -- $2/acme; direnv allow; cd -q -- $2\n"
                            + "eval \"$(direnv hook zsh)\"; source -- $1\n"
                            + "cd -- $2/acme 2>/dev/null; print -r -- $FROM_DIRENV $CODEX_ROUTER_PROMPT\n"
                            + "cd -- $2/other 2>/dev/null; print -r -- ${FROM_DIRENV-unset} $CODEX_ROUTER_PROMPT ${CODEX_HOME-unset}"
                        )

                    Expect.equal outcome.Out "yes work\nunset personal unset\n" "both"
        ]
