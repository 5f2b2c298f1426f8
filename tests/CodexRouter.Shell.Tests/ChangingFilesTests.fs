/// The files that the hook looks at, as they change, move, go away or are odd.
module CodexRouter.Shell.Tests.ChangingFilesTests

open System.IO
open CodexRouter.Core
open CodexRouter.Testing
open Expecto
open CodexRouter.Shell.Tests.Scenario

let private files =
    testList
        "Manners"
        [
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

let tests = testList "Scenarios" [ files ]
