/// The hook in a shell of any kind, with any options: it does its work and is in nobody's way.
module CodexRouter.Shell.Tests.MannersTests

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Testing
open Expecto
open CodexRouter.Shell.Tests.Scenario

let private manners =
    testList
        "Manners"
        [
            scenario "a script under `set -e` goes on, and an ERR trap stays quiet"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        "set -e -u -o pipefail; trap 'print -r -- trapped' ERR; TRAPZERR() { print -r -- trapped }\n"
                        + load
                        + "for folder in acme other stranger list other; do cd -- $2/$folder; done 2>/dev/null\n"
                        + "rm -r -- $2/.codex; cd -- $2/acme 2>/dev/null; cd /; print -r -- end"
                    )

                expectSilence outcome
                Expect.equal outcome.Out "end\n" "the end"

            scenario "subshells follow pins as the shell does, and say nothing"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "cd -- $2/acme 2>/dev/null; held() { print -r -- ${${CODEX_HOME-unset}:t} }\n"
                        + "( cd -- $2/list; held ); print -r -- $( cd -- $2/list; held ); { cd -- $2/list; held } | cat\n"
                        + "cat <( cd -- $2/list; held ); { cd -- $2/list; held } & wait; ( cd -- $2/other; held ); held"
                    )

                expectSilence outcome

                Expect.equal
                    outcome.Out
                    "personal\npersonal\npersonal\npersonal\npersonal\nunset\nwork\n"
                    "the profile of each directory, and the shell's own after all"

            scenario "TAB changes directory without the hook"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "( WIDGET=expand-or-complete; print -r -- $(cd -- $2/acme; print -r -- ${CODEX_HOME-unset}) )"
                    )

                expectSilence outcome
                Expect.equal outcome.Out "unset\n" "no profile"

            scenario "a subshell makes no profile current everywhere"
            <| fun sandbox ->
                File.WriteAllText(Layout.settings sandbox.Root, "hook = \"global\"\n")
                sandbox.Program "touch \"$HOME/called\""
                let outcome = sandbox.Script(load + "( cd -- $2/acme ); cd -- $2/acme | :")
                expectSilence outcome
                Expect.isFalse (File.Exists(Path.Combine(sandbox.Path, "called"))) "the program is not called"

            scenario "an interrupt between any two commands of the hook leaves nothing wrong behind"
            <| fun sandbox ->
                for way in [ "commands"; "signals" ] do
                    let outcome = sandbox.Run("interrupts.zsh", [ sandbox.Path; way ])
                    Expect.equal outcome.Err "" "no errors"
                    Expect.equal outcome.Out "wrong 0\n" way

            scenario "figures do not depend on IFS"
            <| fun sandbox ->
                Directory.CreateDirectory(Layout.prompts sandbox.Root) |> ignore
                let now = DateTimeOffset.UtcNow.ToUnixTimeSeconds()

                File.WriteAllText(
                    Layout.prompts sandbox.Root + "/work",
                    $"1 {now - 60L} {now + 9000L} 5h 58 {now + 9000L}\ntell personal - little is left\n"
                )

                for ifs in [ "IFS=$'\\n'"; "IFS="; "unset IFS"; "IFS=15 "; "IFS=:" ] do
                    let outcome =
                        sandbox.Script(
                            load
                            + ifs
                            + "; cd -- $2/acme; cd -- $2/list; cd -- $2/acme; print -r -- \"$CODEX_ROUTER_PROMPT\""
                        )

                    Expect.equal outcome.Out "work 5h 58%\n" ifs
                    Expect.stringContains outcome.Err "codex-router: little is left\n" (ifs + ": the advice")

            scenario "nothing is said while powerlevel10k's instant prompt is on, and all of it afterwards"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        "__p9k_instant_prompt_active=1; "
                        + load
                        + "cd -- $2/stranger; cd -- $2/acme; _codex_router_hook; print -ru2 -- first\n"
                        + "unset __p9k_instant_prompt_active; _codex_router_hook; print -ru2 -- second; _codex_router_hook"
                    )

                Expect.equal
                    (lines outcome.Err)
                    [
                        "first"
                        "codex-router: ~/stranger/.codex-profile asks for work; to follow it: codex-router allow"
                        "codex-router: work (from ~/acme/.codex-profile)"
                        "second"
                    ]
                    "the lines"

            scenario "a CODEX_HOME that is read-only stays, with one word of it and no error"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        "set -e; readonly CODEX_HOME=/by/hand; "
                        + load
                        + "cd -- $2/acme; cd -- $2/other; cd -- $2/list; cd /; print -r -- $CODEX_HOME"
                    )

                Expect.equal outcome.Exit 0 "the status"
                Expect.equal outcome.Out "/by/hand\n" "it stays"

                Expect.equal
                    (lines outcome.Err)
                    [
                        "codex-router: CODEX_HOME is read-only in this shell, so it stays: codex-router exec"
                    ]
                    "one word"

            scenario "a script whose stderr is closed goes on"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        "set -e; exec 2>&-; "
                        + load
                        + "cd -- $2/acme; cd -- $2/stranger; codex-router use nobody || print -r -- $?; print -r -- end"
                    )

                expectSilence outcome
                Expect.equal outcome.Out "3\nend\n" "the end"

            scenario "a restricted shell and one that began as sh are without errors"
            <| fun sandbox ->
                for options in [ [ "-f"; "-r" ]; [ "--emulate"; "sh"; "-f" ] ] do
                    let outcome =
                        sandbox.Zsh(
                            [ "-fc"; "cd -- \"$1/acme\"; shift; exec zsh \"$@\""; "zsh"; sandbox.Path ]
                            @ options
                            @ [
                                "-c"
                                ". \"$1\"; _codex_router_hook; echo \"$CODEX_HOME\""
                                "zsh"
                                Project.plugin
                            ]
                        )

                    expectSilence outcome
                    Expect.equal outcome.Out (sandbox.Root + "/profiles/work\n") (String.Join(' ', options))

            scenario "it loads from a directory of any name"
            <| fun sandbox ->
                for name in
                    [
                        "a b"
                        "it's"
                        "d\"q"
                        "$HOME"
                        "a&b"
                        "~"
                        "x*y"
                        "(p)"
                        "[b]"
                        "é日"
                        "%x"
                        "`id`"
                        "back\\slash"
                        "#"
                        "="
                    ] do
                    let folder = Path.Combine(sandbox.Path, "plugins", name)
                    Directory.CreateDirectory folder |> ignore
                    let copy = Path.Combine(folder, "codex-router.plugin.zsh")
                    File.Copy(Project.plugin, copy)

                    let outcome =
                        sandbox.Zsh(
                            [
                                "-fc"
                                "cd -q -- $2/acme; source -- \"$1\"; print -r -- ${CODEX_HOME:t} ${fpath[(Ie)${1:h}]}; cd -q -- ${1:h}; codex-router_plugin_unload; source ./codex-router.plugin.zsh; print -r -- ${(M)fpath:#.}"
                                "zsh"
                                copy
                                sandbox.Path
                            ]
                        )

                    expectSilence outcome
                    Expect.stringStarts outcome.Out "work " name
                    Expect.isFalse (outcome.Out.StartsWith "work 0") (name + ": its completion")
                    Expect.stringEnds outcome.Out "\n\n" (name + ": by its full path")

            scenario "CODEX_ROUTER_DISABLE switches the hook off"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "cd -- $2/acme; print -r -- ${CODEX_HOME-unset}; codex-router use work; print -r -- $?",
                        environment = [ "CODEX_ROUTER_DISABLE", "1" ]
                    )

                Expect.equal outcome.Out "unset\n1\n" "nothing is set"

            scenario "an error in the hook does not keep the other hooks from running, and is not repeated"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "after() { print -r -- after }; chpwd_functions+=(after); typeset -r CODEX_HOME=/fixed\n"
                        + "cd -- $2/acme; cd 'sub dir'; print -r -- $CODEX_HOME"
                    )

                Expect.equal outcome.Out "after\nafter\n/fixed\n" "the other hook"
                Expect.equal (lines outcome.Err).Length 1 "one error"

            scenario "`use` is done again when asked again, though CODEX_HOME was set by hand meanwhile"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "codex-router use work; CODEX_HOME=/by/hand; cd -- $2/other; print -r -- $CODEX_HOME\n"
                        + "codex-router use work; print -r -- ${CODEX_HOME:t}; codex-router use -; print -r -- $CODEX_HOME"
                    )

                Expect.equal outcome.Out "/by/hand\nwork\n/by/hand\n" "what was set by hand comes back"
        ]

let tests = testList "Scenarios" [ manners ]
