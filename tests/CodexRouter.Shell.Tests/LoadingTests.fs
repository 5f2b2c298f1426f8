/// The plugin when it is loaded into a shell, and taken out of it again.
module CodexRouter.Shell.Tests.LoadingTests

open System.IO
open CodexRouter.Core
open CodexRouter.Testing
open Expecto
open CodexRouter.Shell.Tests.Scenario

let private loading =
    testList
        "Loading"
        [
            scenario "says nothing, even in a folder whose pin is not allowed, under the strictest options"
            <| fun sandbox ->
                for folder in [ "stranger"; "acme"; "other" ] do
                    let outcome =
                        sandbox.Zsh(
                            [
                                "-e"
                                "-u"
                                "-o"
                                "pipefail"
                                "--no-globalrcs"
                                "--no-rcs"
                                "-c"
                                "cd -- \"$2/" + folder + "\"\n" + load
                                "zsh"
                                Project.plugin
                                sandbox.Path
                            ]
                        )

                    expectSilence outcome
                    Expect.equal outcome.Out "" "nothing on stdout"

            scenario "decides for the folder where the shell starts"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script("cd -- $2/acme\n" + load + "print -r -- $CODEX_HOME $CODEX_ROUTER_PROMPT")

                expectSilence outcome
                Expect.equal outcome.Out (sandbox.Root + "/profiles/work work\n") "the pinned profile"

            scenario "twice is as good as once"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "cd -- $2/acme 2>/dev/null; export CODEX_HOME=/by/hand\n"
                        + load
                        + load
                        + "print -r -- $#chpwd_functions $#precmd_functions $CODEX_HOME ${(M)#fpath:#$1:h}"
                    )

                expectSilence outcome
                Expect.equal outcome.Out "1 1 /by/hand 1\n" "one hook of each kind, and what was set by hand"

            scenario "keeps the hooks that are there already"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        "typeset -ga precmd_functions=(mine) chpwd_functions=(mine); mine() { print -r -- mine $? }\n"
                        + load
                        + "cd -- $2/acme 2>/dev/null; print -r -- $precmd_functions"
                    )

                Expect.equal outcome.Out "mine 0\nmine _codex_router_hook\n" "both hooks"

            scenario "works through a link and from a function"
            <| fun sandbox ->
                for script in
                    [
                        "ln -s -- $1 $2/link.zsh; source $2/link.zsh"
                        "f() { local path; source $1 }; f $1"
                    ] do
                    let outcome =
                        sandbox.Script(script + "\ncd -- $2/acme 2>/dev/null; print -r -- $CODEX_ROUTER_PROMPT")

                    expectSilence outcome
                    Expect.equal outcome.Out "work\n" script

            scenario "refuses to work as a copy of its text, since it could not find its folder, and says so"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script "f() { eval \"$(<$1)\" }; f $1; print -r -- ${+_codex_router_root}"

                Expect.equal outcome.Out "0\n" "nothing was defined"
                Expect.stringContains outcome.Err "source codex-router.plugin.zsh itself" "why"

            scenario "a zsh without its modules says so once, and all else goes on"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        "module_path=(/nowhere)\n"
                        + load
                        + "cd -- $2/acme; repeat 2 for hook in $precmd_functions; do $hook || print -r -- failed; done\n"
                        + "print -r -- ${CODEX_HOME-unset}"
                    )

                Expect.equal outcome.Out "unset\n" "pins have no effect"
                Expect.equal (lines outcome.Err).Length 1 "one line"
                Expect.stringContains outcome.Err "zsh/stat" "what is missing"

            for router, codexHome in
                [
                    "", ""
                    "/r/", "@/elsewhere"
                    "", "@/elsewhere/"
                    "", "@/r/profiles/work"
                    "", "@/r/profiles/work/"
                    "", "@/r/profiles/gone"
                    "", "@/r/profiles/-bad"
                    "", "@/r/profiles"
                    "", "/profiles/work"
                    "", "@/gone"
                    "", "@/gone/profiles/work"
                    "/r/profiles/work", ""
                    "relative", ""
                    "", "relative/profiles/work"
                    "/", ""
                ] do
                scenario ("finds the root as the program does: " + router + ":" + codexHome)
                <| fun sandbox ->
                    let codexHome = codexHome.Replace("@", sandbox.Path)

                    for folder in [ "elsewhere"; "r/profiles/work"; "r/profiles/-bad"; "relative/profiles/work" ] do
                        Directory.CreateDirectory(Path.Combine(sandbox.Path, folder)) |> ignore

                    let outcome =
                        sandbox.Script(
                            "cd -q -- $2\n" + load + "print -rn -- $_codex_router_root",
                            environment = [ "CODEX_ROUTER_ROOT", router; "CODEX_HOME", codexHome ]
                        )

                    Expect.equal
                        outcome.Out
                        (Lookup.root Directory.Exists router codexHome sandbox.Path sandbox.Path)
                        "the root"
        ]

let private unloading =
    testList
        "Unloading"
        [
            for before in [ "unset CODEX_HOME"; "export CODEX_HOME="; "export CODEX_HOME='/by  hand'" ] do
                scenario ("leaves nothing behind, and CODEX_HOME as it was: " + before)
                <| fun sandbox ->
                    let all =
                        "all() { print -rl -- ${(o)$(typeset +m '*')} ${(o)$(typeset +f)} $precmd_functions $preexec_functions $chpwd_functions $fpath; typeset -p CODEX_HOME }\n"

                    let outcome =
                        sandbox.Script(
                            "typeset -ga precmd_functions preexec_functions chpwd_functions; zmodload zsh/stat zsh/datetime; export CODEX_ROUTER_ROOT=$2/.codex\n"
                            + before
                            + "\n"
                            + all
                            + "cd $2/other; one=$(all 2>&1)\n"
                            + load
                            + "cd -- $2/acme; codex-router use personal; cd -- $2/stranger; cd -- $2/other\n"
                            + "codex-router_plugin_unload\n"
                            + "other=$(all 2>&1); diff <(print -r -- ${one:#one}) <(print -r -- ${other:#(one|other)}) | grep -v -x '> *\\(_\\|one\\|other\\|hook\\)'"
                        )

                    Expect.equal
                        (lines outcome.Out
                         |> List.filter (fun line -> line.StartsWith '>' || line.StartsWith '<'))
                        []
                        "differences"

            scenario "does not take away a CODEX_HOME that somebody else set meanwhile"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "cd -- $2/acme 2>/dev/null; CODEX_HOME=/by/hand; codex-router_plugin_unload; print -r -- $CODEX_HOME"
                    )

                Expect.equal outcome.Out "/by/hand\n" "what was set by hand"
        ]

let tests = testList "Scenarios" [ loading; unloading ]
