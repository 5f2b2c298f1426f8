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

                let outcome = sandbox.Run("complete.zsh", Offered.lines)
                Expect.equal outcome.Err "" "no errors"
                let offered = Offered.read outcome.Out

                for line, words in Offered.all do
                    Expect.equal offered[line] words line

            testCase "TAB tells each profile's account and what is left, as far as files say it"
            <| fun () ->
                use sandbox = new Sandbox()

                let put (relative: string) (text: string) =
                    let path = Path.Combine(sandbox.Root, relative)
                    Directory.CreateDirectory(string (Path.GetDirectoryName path)) |> ignore
                    File.WriteAllText(path, text)

                let profile name email prompt =
                    put ("profiles/" + name + "/profile.json") ("{\n  \"schema\": 1,\n  \"email\": " + email + "\n}")
                    put ("router/prompt/" + name) prompt

                profile "work" "\"bob@work.example\"" "1 1 9999999999 5h 58 9999999999 wk 93 -\ntell x - y\n"
                profile "personal" "null" "1 1 2 5h 0 9999999999 wk - 1\n"
                profile "escape" "\"a\u001b[31m@x\"" "1 1 9999999999 5h $(touch) 9999999999\n"
                profile "long" "\"long@example.com\"" ("1 1 9999999999 5h 58 9999999999\n" + String('x', 2000))
                profile "raw" "\"\027[31m@x\"" "2 1 9999999999 5h 58 9999999999\n"

                let outcome =
                    sandbox.Script(
                        "setopt extended_glob; autoload -Uz compinit; compinit -u -D; source -- ${1:h}/_codex-router; "
                        + "read_all() { local -a names aliases; _codex-router_read; print -rl -- $names $aliases }; read_all"
                    )

                Expect.equal outcome.Err "" "no errors"

                Expect.equal
                    outcome.Out
                    (text
                        [
                            "escape"
                            "long:long@example.com"
                            "personal:~5h 0%  wk reset"
                            "raw"
                            "work:bob@work.example  5h 58%  wk 93%"
                            "w:stands for work"
                        ])
                    "accounts and figures"

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
