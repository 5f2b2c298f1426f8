/// Text in a file or in the environment that would act on a prompt.
module CodexRouter.Shell.Tests.PromptSafetyTests

open System.IO
open System.Text
open CodexRouter.Shell.Tests.PromptFiles
open Expecto

let private hostile =
    [
        "%{$(touch trace)%}`touch trace`"
        "\027[31m\007%F{red}"
        "a\u202Eb\u2066c"
        "%F{$(touch trace)}x"
        "${(e):-$(touch trace)}"
    ]

let private inert (sandbox: Sandbox) (text: string) =
    Expect.isFalse (Directory.GetFiles(sandbox.Path, "trace", SearchOption.AllDirectories).Length > 0) "nothing was run"

    for forbidden in [ "\027[31m"; "\007"; "\u202E"; "\u2066"; "touch"; "%F" ] do
        Expect.isFalse
            (text.Contains forbidden)
            ("no " + forbidden.Replace("\027", "^[") + " in: " + text.Replace("\027", "^["))

let private safety =
    testList
        "Hostile text"
        [
            for text in hostile do
                testCase (
                    "in a prompt file shows the name alone: "
                    + text.Replace("\027", "^[").Replace("\007", "^G")
                )
                <| fun () ->
                    use sandbox = new Sandbox()

                    for line in
                        [
                            text
                            "1 " + text + " 5"
                            "1 5 6 " + text + " 58 -"
                            "1 5 999999999999 5h 58 " + text
                            "1 5 999999999999 5h 58 -" + text
                        ] do
                        write sandbox "personal" (Encoding.UTF8.GetBytes(line + "\ntell work - " + text + "\n"))

                        let outcome =
                            sandbox.Script
                                "cd -q -- $2/other; source -- $1; _codex_router_hook; setopt prompt_subst; print -r -- \"$CODEX_ROUTER_PROMPT|$CODEX_ROUTER_PROMPT_LEVEL|$CODEX_ROUTER_PS1\"; print -rP -- '${CODEX_ROUTER_PS1}'"

                        Expect.equal outcome.Out "personal|none|personal\npersonal\n" "the name"
                        Expect.equal outcome.Err "" "no word"
                        inert sandbox outcome.Out

                testCase (
                    "in the environment is forgotten: "
                    + text.Replace("\027", "^[").Replace("\007", "^G")
                )
                <| fun () ->
                    for disable, shown in [ "0", "personal|none|personal|personal"; "1", "|||" ] do
                        use sandbox = new Sandbox()

                        let outcome =
                            sandbox.Script(
                                "cd -q -- $2/other; source -- $1; _codex_router_hook; setopt prompt_subst; print -rn -- \"$CODEX_ROUTER_PROMPT|$CODEX_ROUTER_PROMPT_LEVEL|$CODEX_ROUTER_PS1|\"; print -rP -- '${CODEX_ROUTER_PS1}'",
                                environment =
                                    [
                                        "CODEX_ROUTER_DISABLE", disable
                                        "CODEX_ROUTER_PROMPT", text
                                        "CODEX_ROUTER_PROMPT_LEVEL", text
                                        "CODEX_ROUTER_PS1", text
                                    ]
                            )

                        Expect.equal outcome.Out (shown + "\n") "what this shell knows by itself"
                        inert sandbox outcome.Out
        ]

let tests = testList "Prompt" [ safety ]
