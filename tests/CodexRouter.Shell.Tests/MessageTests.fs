/// What the hook says: of the profile, and of advice near a limit.
module CodexRouter.Shell.Tests.MessageTests

open System
open System.IO
open CodexRouter.Core
open Expecto
open CodexRouter.Shell.Tests.Scenario

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

let tests = testList "Scenarios" [ messages; advised ]
