/// The profile in the prompts that people have: zsh's own, themes and programs.
module CodexRouter.Shell.Tests.PromptToolTests

open System
open System.IO
open System.Text
open CodexRouter.Core
open CodexRouter.Shell.Tests.PromptFiles
open Expecto

/// The figures that the documentation shows.
let private sample () =
    latin $"1 {now () - 60L} {now () + 9000L} 5h 58 {now () + 9000L} wk 93 {now () + 300000L}\n"

/// The terminal's text without the sequences that colour it and move the cursor.
let private plain (screen: string) =
    RegularExpressions.Regex.Replace(screen, "\027\\[[0-9;?]*[A-Za-z]|\027[=>]|\015|\027[()][A-Z0-9]", "")

// What an interactive zsh shows in a pinned folder with a hostile name, with these lines in its start file.
let private seen (setup: string) =
    use sandbox = new Sandbox()
    let folder = Path.Combine(sandbox.Path, "$(touch trace)`touch trace`%F{red}")
    Directory.CreateDirectory folder |> ignore
    File.WriteAllText(Path.Combine(folder, Pin.FileName), "work\n")
    File.AppendAllText(Layout.trust sandbox.Root, "allow\twork\t" + folder + "/.codex-profile\n")
    write sandbox "work" (sample ())
    let file = Path.Combine(sandbox.Path, "setup.zsh")
    File.WriteAllText(file, setup + "\n")
    let outcome = sandbox.Run("prompt.zsh", [ folder; file ])
    Expect.equal outcome.Err "" "no errors"

    Expect.equal (Directory.GetFiles(sandbox.Path, "trace", SearchOption.AllDirectories)) [||] "nothing was run"

    outcome.Out

let private text = "work 5h 58% wk 93%"
let private green = "\027[32m" + text + "\027[39m"

let private shows name setup expected =
    testCase name
    <| fun () ->
        let screen = seen setup
        Expect.stringContains screen expected (plain screen)

/// Where packages put a theme, if they do.
let private found (files: string list) = files |> List.tryFind File.Exists

let private withTool (name: string) (source: string) file test =
    testCase (name + " itself")
    <| fun () ->
        match file with
        | Some file -> test file
        | None -> skiptest ("needs " + name + ": " + source)

let private onPath (program: string) =
    (Environment.GetEnvironmentVariable "PATH" |> string).Split ':'
    |> Array.map (fun folder -> Path.Combine(folder, program))
    |> List.ofArray
    |> found

let private tools =
    testList
        "Prompts"
        [
            shows
                "zsh, plain text by psvar"
                "source $plugin\ncodex_psvar() { psvar[1]=$CODEX_ROUTER_PROMPT }\nprecmd_functions+=(codex_psvar)\nPROMPT='[%1v]> '"
                ("[" + text + "]> ")
            shows
                "zsh, coloured, with prompt_subst"
                "source $plugin\nsetopt prompt_subst\nPROMPT='[${CODEX_ROUTER_PS1}]> '"
                ("[" + green + "]> ")
            shows
                "zsh, coloured, without prompt_subst"
                "source $plugin\ncodex_prompt() { PROMPT=\"[$CODEX_ROUTER_PS1]> \" }\nprecmd_functions+=(codex_prompt)"
                ("[" + green + "]> ")
            shows
                "zsh, coloured, built anew at each prompt and expanded twice"
                "source $plugin\nsetopt prompt_subst\ncodex_prompt() { PROMPT=\"[$CODEX_ROUTER_PS1]> \" }\nprecmd_functions+=(codex_prompt)"
                ("[" + green + "]> ")
            shows
                "zsh, on the right"
                "source $plugin\nsetopt prompt_subst\nPROMPT='> ' RPROMPT='${CODEX_ROUTER_PS1}'"
                green

            // As oh-my-zsh does: the folder of a custom plugin goes to fpath, compinit runs, the plugin is sourced, then the theme.
            shows
                "oh-my-zsh's way of loading a plugin, and a theme that calls the function"
                "mkdir -p ~/custom/plugins; ln -s ${plugin:h} ~/custom/plugins/codex-router\nfpath=(~/custom/plugins/codex-router $fpath)\nautoload -Uz compinit; compinit -u -D\nsource ~/custom/plugins/codex-router/codex-router.plugin.zsh\nsetopt prompt_subst\nPROMPT='[$(codex_router_prompt_info)]> '"
                ("[" + green + "]> ")

            // As documented for `p10k segment`: percent escapes in the text count, and nothing else of it is expanded.
            shows
                "a model of powerlevel10k"
                "source $plugin\nsetopt prompt_subst\np10k() { local state text; while getopts s:t: option \"${@:2}\"; do case $option in s) state=$OPTARG;; t) text=$OPTARG;; esac; done; PROMPT=\"[$state ${text//(#m)[\\$\\`\\\\]/\\\\$MATCH}]> \" }\nsetopt extended_glob\nprecmd_functions+=(prompt_codex_router)"
                ("[GOOD " + text + "]> ")

            // Starship's own text: for zsh it doubles each percent sign of a variable's value.
            shows
                "a model of starship"
                "source $plugin\nsetopt prompt_subst\nstarship() { print -rn -- \"[$(printenv CODEX_ROUTER_PROMPT | sed 's/%/%%/g')]> \" }\nPROMPT='$(starship prompt)'"
                ("[" + text + "]> ")

            withTool
                "powerlevel9k"
                "apt-get install zsh-theme-powerlevel9k"
                (found [ "/usr/share/powerlevel9k/powerlevel9k.zsh-theme" ])
                (fun theme ->
                    let screen =
                        seen (
                            "source $plugin\nPOWERLEVEL9K_LEFT_PROMPT_ELEMENTS=(custom_codex_router)\nPOWERLEVEL9K_RIGHT_PROMPT_ELEMENTS=(dir)\nPOWERLEVEL9K_CUSTOM_CODEX_ROUTER=codex_router_prompt_info\nsource "
                            + theme
                        )

                    Expect.stringContains (plain screen) text "the text")

            withTool
                "powerlevel10k"
                "brew install powerlevel10k"
                (found
                    [
                        "/usr/share/zsh-theme-powerlevel10k/powerlevel10k.zsh-theme"
                        "/usr/share/powerlevel10k/powerlevel10k.zsh-theme"
                        "/opt/homebrew/share/powerlevel10k/powerlevel10k.zsh-theme"
                    ])
                (fun theme ->
                    let screen =
                        seen (
                            "source $plugin\nPOWERLEVEL9K_DISABLE_CONFIGURATION_WIZARD=true POWERLEVEL9K_INSTANT_PROMPT=off\nPOWERLEVEL9K_LEFT_PROMPT_ELEMENTS=(codex_router)\nPOWERLEVEL9K_RIGHT_PROMPT_ELEMENTS=()\nsource "
                            + theme
                        )

                    Expect.stringContains (plain screen) text "the text")

            withTool
                "starship"
                "brew install starship, or apt-get install starship where there is one"
                (onPath "starship")
                (fun starship ->
                    let screen =
                        seen (
                            "source $plugin\nprint -r -- 'format = \"$env_var\"' $'\\n[env_var.CODEX_ROUTER_PROMPT]\\n''format = \"([$env_value]($style) )\"' >~/starship.toml\nexport STARSHIP_CONFIG=~/starship.toml\neval \"$("
                            + starship
                            + " init zsh)\""
                        )

                    Expect.stringContains (plain screen) text "the text")

            for level, figures, colour in
                [
                    "good", "58 -", "\027[32m"
                    "low", "12 -", "\027[33m"
                    "bad", "3 -", "\027[31m"
                ] do
                testCase ("the colour says how much is left: " + level)
                <| fun () ->
                    use sandbox = new Sandbox()
                    write sandbox "personal" (latin ("1 5 999999999999 5h " + figures + "\n"))

                    let outcome =
                        sandbox.Script
                            "cd -q -- $2/other; TERM=xterm; source -- $1; print -rP -- $CODEX_ROUTER_PS1; print -r -- $CODEX_ROUTER_PROMPT_LEVEL"

                    Expect.stringStarts outcome.Out (colour + "personal 5h ") "the colour"
                    Expect.stringEnds outcome.Out ("\027[39m\n" + level + "\n") "the level"

            testCase "an access token in the environment is shown in place of the profile, as long as it is set"
            <| fun () ->
                use sandbox = new Sandbox()

                let outcome =
                    sandbox.Script(
                        "cd -q -- $2/other; source -- $1; print -r -- $CODEX_ROUTER_PROMPT\n"
                        + "export CODEX_ACCESS_TOKEN=at-FAKE; _codex_router_hook; print -r -- $CODEX_ROUTER_PROMPT:$CODEX_ROUTER_PROMPT_LEVEL\n"
                        + "unset CODEX_ACCESS_TOKEN; _codex_router_hook; print -r -- $CODEX_ROUTER_PROMPT"
                    )

                Expect.equal outcome.Out "personal\nCODEX_ACCESS_TOKEN:bad\npersonal\n" (outcome.Err + "told")
        ]

let tests = testList "Prompt" [ tools ]
