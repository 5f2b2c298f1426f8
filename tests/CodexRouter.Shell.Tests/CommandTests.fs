/// The command `codex-router` in a shell with the plugin.
module CodexRouter.Shell.Tests.CommandTests

open System.IO
open CodexRouter.Core
open Expecto
open CodexRouter.Shell.Tests.Scenario

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

let tests = testList "Scenarios" [ program ]
