module CodexRouter.Shell.Tests.ScenarioTests

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Testing
open Expecto

let private load = "source -- \"$1\"\n"

let private lines (text: string) =
    text.Split('\n', StringSplitOptions.RemoveEmptyEntries) |> List.ofArray

let private scenario name (check: Sandbox -> unit) =
    testCase name
    <| fun () ->
        use sandbox = new Sandbox()
        check sandbox

let private expectSilence (outcome: Outcome) =
    Expect.equal outcome.Err "" "nothing on stderr"
    Expect.equal outcome.Exit 0 "the status"

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

let private program =
    testList
        "The command"
        [
            scenario "passes everything but `use` to the program, arguments and status unchanged"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "codex-router list '' 'a  b' '*' -- \"$HOME\"; print -r -- $?\ncodex-router use --help"
                    )

                Expect.equal
                    outcome.Out
                    ("program: <list> <> <a  b> <*> <--> <"
                     + sandbox.Path
                     + ">\n42\nprogram: <use> <--help>\n")
                    "the program"

            scenario "finds the program beside the plugin when it is not on PATH"
            <| fun sandbox ->
                for plugin, bin in
                    [
                        "prefix/share/codex-router", "prefix/bin"
                        "out/shell", "out/bin"
                        "share/codex-router/shell", "share/bin"
                    ] do
                    let outcome =
                        sandbox.Script(
                            "mkdir -p -- $2/"
                            + plugin
                            + " $2/"
                            + bin
                            + "; cp -- $1 $2/"
                            + plugin
                            + "; mv -- $2/bin/codex-router $2/"
                            + bin
                            + "; source -- $2/"
                            + plugin
                            + "/codex-router.plugin.zsh; codex-router hello; mv -- $2/"
                            + bin
                            + "/codex-router $2/bin"
                        )

                    Expect.equal outcome.Out "program: <hello>\n" plugin

            scenario "says what to do when there is no program"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(load + "path=(/nowhere); codex-router list; print -r -- $?")

                Expect.equal outcome.Out "127\n" "the status"
                Expect.stringContains outcome.Err "codex-router: the program is neither on PATH nor beside" "what"
                Expect.stringContains outcome.Err "\ntry: " "what to do"

            scenario "`use` of what does not exist is refused in the program's words"
            <| fun sandbox ->
                for word, shown in
                    [
                        "nobody", "nobody"
                        "../work", "../work"
                        "\027[2J\u202E", "^[[2J<?>"
                        "", ""
                    ] do
                    let outcome =
                        sandbox.Script(
                            load
                            + "codex-router use "
                            + LiveZsh.Quote word
                            + "; print -r -- $? ${CODEX_HOME-unset}"
                        )

                    Expect.equal outcome.Out "3 unset\n" "the status, and nothing changed"

                    Expect.equal
                        outcome.Err
                        ("codex-router: Profile not found: '" + shown + "'\ntry: codex-router list\n")
                        "the message"

            scenario "`use` takes one word"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(load + "codex-router use; print -r -- $?; codex-router use a b; print -r -- $?")

                Expect.equal outcome.Out "2\n2\n" "wrong usage"

            scenario "`use` holds in a child of the same terminal, and not in another"
            <| fun sandbox ->
                let child tty =
                    sandbox.Script(
                        load
                        + "cd -q -- $2/other; codex-router use work 2>/dev/null\n"
                        + (if tty then
                               ""
                           else
                               "CODEX_ROUTER_USE=${CODEX_ROUTER_USE%:*}:/dev/elsewhere\n")
                        + "zsh -fc 'source -- \"$1\"; print -r -- $CODEX_ROUTER_PROMPT ${CODEX_HOME-unset} ${CODEX_ROUTER_USE-unset}' zsh $1"
                    )

                Expect.stringStarts (child true).Out ("work " + sandbox.Root + "/profiles/work work:") "the same"
                Expect.equal (child false).Out "personal unset unset\n" "another"

            scenario "with hook = \"global\" a failing switch is not tried again at every prompt"
            <| fun sandbox ->
                File.WriteAllText(Layout.settings sandbox.Root, "hook = \"global\"\n")
                sandbox.Program "echo \"$@\" >> \"$HOME/calls\"; echo busy >&2; exit 6"

                let outcome =
                    sandbox.Script(
                        load
                        + "cd -- $2/acme; print -r -- $? ${CODEX_HOME-unset}; repeat 3 _codex_router_hook; cd 'sub dir'"
                    )

                Expect.equal outcome.Out "0 unset\n" "the shell goes on"
                Expect.equal outcome.Err "busy\n" "the program's own message"
                Expect.equal (File.ReadAllText(Path.Combine(sandbox.Path, "calls"))) "switch work\n" "one call"
        ]

let private messages =
    testList
        "Messages"
        [
            scenario "name the profile and where it comes from, on a change only"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "cd -- $2/acme; cd 'sub dir'; cd ..; cd ../other; cd ../stranger; cd ../other; cd ../stranger"
                    )

                Expect.equal
                    (lines outcome.Err)
                    [
                        "codex-router: work (from ~/acme/.codex-profile)"
                        "codex-router: personal (current)"
                        "codex-router: ~/stranger/.codex-profile asks for work; to follow it: codex-router allow"
                    ]
                    "three lines"

            scenario "say so again when the pin's content changes"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "cd -- $2/stranger; print personal > .codex-profile; cd .; print '# more\npersonal' > .codex-profile; cd ."
                    )

                Expect.equal (lines outcome.Err).Length 2 "one for each content"

            scenario "say what holds after leaving"
            <| fun sandbox ->
                let left before =
                    sandbox.Script(
                        before
                        + "; export CODEX_ROUTER_ROOT=$2/.codex\n"
                        + load
                        + "cd -q -- $2/acme; CODEX_ROUTER_QUIET=1 _codex_router_hook; cd -- $2/other"
                    )
                    |> _.Err

                Expect.equal (left "true") "codex-router: personal (current)\n" "the current one"

                Expect.equal
                    (left "export CODEX_HOME='/by hand'")
                    "codex-router: CODEX_HOME is /by hand again\n"
                    "what was set"

                Expect.equal (left "rm -- $2/.codex/auth.json") "codex-router: no profile here\n" "none"

            scenario "show a path that could move the cursor or turn the reading direction, and do not obey it"
            <| fun sandbox ->
                for name, shown in
                    [
                        "\027[31m", "^[[31m"
                        "a\nb", "a\\nb"
                        "a\u202Eb", "a<?>b"
                        "a\u2066b\u200F", "a<?>b<?>"
                        "\u009B31m", "\\M-^[31m"
                        "%F{red}$(x)`x`", "%F{red}$(x)`x`"
                        "\u00FCn\u00EF", "\u00FCn\u00EF"
                    ] do
                    let folder = Path.Combine(sandbox.Path, name)
                    Directory.CreateDirectory folder |> ignore
                    File.WriteAllText(Path.Combine(folder, Pin.FileName), "work")
                    let outcome = sandbox.Script(load + "cd -- $2/" + LiveZsh.Quote name)

                    Expect.equal
                        outcome.Err
                        ("codex-router: ~/"
                         + shown
                         + "/.codex-profile asks for work; to follow it: codex-router allow\n")
                        "one inert line"

            scenario "are silenced by CODEX_ROUTER_QUIET"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load + "cd -- $2/acme; cd -- $2/stranger; print -r -- $CODEX_ROUTER_PROMPT",
                        environment = [ "CODEX_ROUTER_QUIET", "1" ]
                    )

                expectSilence outcome
                Expect.equal outcome.Out "personal\n" "the hook works all the same"
        ]

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

            scenario "a pin that is made while the prompt waits holds for the next command"
            <| fun sandbox ->
                use zsh =
                    new LiveZsh(Path.Combine(sandbox.Path, "other"), sandbox.Environment @ [ "PS1", "" ])

                zsh.Type LiveZsh.Preamble
                zsh.Type("source -- " + LiveZsh.Quote Project.plugin)
                zsh.Report() |> ignore
                let file = Path.Combine(sandbox.Path, "other", Pin.FileName)
                File.WriteAllText(file, "work\n")
                File.AppendAllText(Layout.trust sandbox.Root, "allow\twork\t" + file + "\n")
                zsh.Type "__first=${CODEX_HOME-unset}; print -ru2 -- first ${__first:t}"
                Expect.contains (zsh.Report()).Said "first work" "the first command"

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

            scenario "a file of the router's that is far too long is not read"
            <| fun sandbox ->
                for file in
                    [
                        Layout.settings sandbox.Root
                        Layout.trust sandbox.Root
                        Layout.aliases sandbox.Root
                    ] do
                    use stream = File.OpenWrite file
                    stream.SetLength 1_000_000_000L

                let outcome =
                    sandbox.Zsh(
                        [
                            "-fc"
                            "ulimit -v 400000; " + load + "cd -- $2/acme; print -r -- ${CODEX_HOME-unset}"
                            "zsh"
                            Project.plugin
                            sandbox.Path
                        ]
                    )

                Expect.equal outcome.Out "unset\n" "nothing is allowed"

                Expect.stringContains
                    outcome.Err
                    "codex-router: ~/.codex/router/allowed is longer than 1 MiB, so it has no effect: codex-router doctor\n"
                    "it is named"

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

            scenario "a root that is not there is not believed"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "cd -- $2/acme 2>/dev/null; print -r -- $CODEX_HOME; cd / 2>/dev/null; print -r -- $CODEX_HOME",
                        environment = [ "CODEX_HOME", "/not/there" ]
                    )

                expectSilence outcome
                Expect.equal outcome.Out (sandbox.Root + "/profiles/work\n/not/there\n") "the usual root's profile"

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

            scenario "the folder may be gone"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "mkdir -- $2/gone; cd -- $2/gone; rmdir -- $2/gone; _codex_router_hook; print -r -- $?; PWD=/nowhere; _codex_router_hook; print -r -- $?"
                    )

                expectSilence outcome
                Expect.equal outcome.Out "0\n0\n" "the hook's status"

            scenario "a line in the list for a path with control characters counts for nothing, as in the program"
            <| fun sandbox ->
                let folder = Path.Combine(sandbox.Path, "tab\there")
                Directory.CreateDirectory folder |> ignore
                File.WriteAllText(Path.Combine(folder, Pin.FileName), "work")
                File.AppendAllText(Layout.trust sandbox.Root, "allow\twork\t" + folder + "/.codex-profile\n")

                let outcome =
                    sandbox.Script(load + "cd -- $2/tab$'\\t'here 2>/dev/null; print -r -- $CODEX_ROUTER_PROMPT")

                Expect.equal outcome.Out "personal\n" "the pin has no effect"

            scenario "a list rewritten in place, at the same length and at once, is noticed"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "cd -q -- $2/stranger; list=$2/.codex/router/allowed\n"
                        + "repeat 20 { for name in work home; do print -r -- allow$'\\t'$name$'\\t'$2/stranger/.codex-profile >| $list; "
                        + "_codex_router_hook 2>/dev/null; print -rn -- \"$CODEX_ROUTER_PROMPT \"; done }"
                    )

                Expect.equal outcome.Out (String.replicate 20 "work personal ") "each time"

            scenario "`use` is done again when asked again, though CODEX_HOME was set by hand meanwhile"
            <| fun sandbox ->
                let outcome =
                    sandbox.Script(
                        load
                        + "codex-router use work; CODEX_HOME=/by/hand; cd -- $2/other; print -r -- $CODEX_HOME\n"
                        + "codex-router use work; print -r -- ${CODEX_HOME:t}; codex-router use -; print -r -- $CODEX_HOME"
                    )

                Expect.equal outcome.Out "/by/hand\nwork\n/by/hand\n" "what was set by hand comes back"

            scenario "of two lines for one pin in the list the later counts"
            <| fun sandbox ->
                for first, last, due in [ "allow", "deny", "personal"; "deny", "allow", "work" ] do
                    let line verdict =
                        verdict + "\twork\t" + sandbox.Path + "/stranger/.codex-profile\n"

                    File.WriteAllText(Layout.trust sandbox.Root, line first + "noise\n" + line last)

                    let outcome =
                        sandbox.Script(load + "cd -- $2/stranger 2>/dev/null; print -r -- $CODEX_ROUTER_PROMPT")

                    Expect.equal outcome.Out (due + "\n") (first + ", then " + last)

            scenario "a folder that was moved while a shell is in it counts where it is now"
            <| fun sandbox ->
                File.AppendAllText(
                    Layout.trust sandbox.Root,
                    "allow\twork\t" + sandbox.Path + "/moved/.codex-profile\n"
                )

                let outcome =
                    sandbox.Script(
                        "cd -q -- $2/stranger\n"
                        + load
                        + "mv -- $2/stranger $2/moved; _codex_router_hook 2>/dev/null; print -r -- $CODEX_ROUTER_PROMPT"
                    )

                Expect.equal outcome.Out "work\n" "the pin is allowed in its new place"
        ]

let private advised =
    let start = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 100_000L

    // A clock that is a variable, ahead of the files' own times.
    let script (sandbox: Sandbox) advice more =
        Directory.CreateDirectory(Layout.prompts sandbox.Root) |> ignore

        File.WriteAllText(
            Path.Combine(Layout.prompts sandbox.Root, "work"),
            $"1 {start} 999999999999 5h 4 -\n" + advice + "\n"
        )

        sandbox.Script(
            // the files are to be at rest, by the system's clock as well
            $"sleep 2.1; cd -q -- $2/other; typeset -gi EPOCHSECONDS={start}\n"
            + load
            + "at() { EPOCHSECONDS=$1; _codex_router_hook; print -r -- ${CODEX_HOME:t} $CODEX_ROUTER_BEFORE $CODEX_ROUTER_PROMPT }\n"
            + more
        )

    testList
        "Advice near a limit"
        [
            scenario
                "to switch moves the terminal in a pinned folder, with the reason, and back at its end, to the second"
            <| fun sandbox ->
                let outcome =
                    script
                        sandbox
                        $"switch personal {start + 100L} work has 4%% left until 18:05"
                        $"cd -- $2/acme; at {start + 1L}; at {start + 99L}; at {start + 100L}; at {start + 101L}; cd -- $2/other; at {start + 102L}"

                Expect.equal
                    (lines outcome.Out)
                    [
                        "personal unset personal"
                        "personal unset personal"
                        "work unset work 5h 4%"
                        "work unset work 5h 4%"
                        "personal"
                    ]
                    "the home, what was before, and the segment"

                Expect.equal
                    (lines outcome.Err)
                    [
                        "codex-router: personal (in place of work: work has 4% left until 18:05)"
                        "codex-router: work (from ~/acme/.codex-profile)"
                        "codex-router: personal (current)"
                    ]
                    "one line for each change"

            scenario "to switch is told, and not followed, where no pin chose the profile"
            <| fun sandbox ->
                let advice = "switch personal - work has 4% left"

                let outcome =
                    script sandbox advice $"codex-router use work; at {start + 1L}; at {start + 2L}"

                Expect.equal (lines outcome.Out) (List.replicate 2 "work unset work 5h 4%") "the person's own choice"

                Expect.equal
                    (lines outcome.Err)
                    [
                        "codex-router: work (in this terminal, until: codex-router use -)"
                        "codex-router: work has 4% left"
                    ]
                    "said once"

            scenario "with hook = \"global\" is told, and moves nothing"
            <| fun sandbox ->
                File.WriteAllText(Layout.settings sandbox.Root, "hook = \"global\"\n")
                sandbox.Program("ln -sfn profiles/$2/auth.json " + LiveZsh.Quote(Layout.live sandbox.Root))

                let outcome =
                    script sandbox "switch personal - work has 4% left" $"cd -- $2/acme; at {start + 1L}"

                Expect.equal outcome.Out "work 5h 4%\n" "the profile that is current everywhere"

                Expect.equal
                    (lines outcome.Err)
                    [
                        "codex-router: work (current everywhere, from ~/acme/.codex-profile)"
                        "codex-router: work has 4% left"
                    ]
                    "said once"

            scenario "is not told quietly, but told when words are wanted again"
            <| fun sandbox ->
                let outcome =
                    script
                        sandbox
                        "tell personal - work has 4% left"
                        $"CODEX_ROUTER_QUIET=1; cd -- $2/acme; at {start + 1L}; print -ru2 -- quiet; unset CODEX_ROUTER_QUIET; at {start + 2L}; at {start + 3L}"

                Expect.equal (lines outcome.Err) [ "quiet"; "codex-router: work has 4% left" ] "once"
        ]

let tests =
    testList "Scenarios" [ loading; unloading; program; messages; manners; advised ]
