module CodexRouter.Shell.Tests.PromptTests

open System
open System.IO
open System.Text
open CodexRouter.Core
open CodexRouter.Testing
open Expecto

let private profile (name: string) =
    match ProfileName.create name with
    | Ok name -> name
    | Error _ -> failwith name

let private write (sandbox: Sandbox) name (bytes: byte[]) =
    Directory.CreateDirectory(Layout.prompts sandbox.Root) |> ignore
    Directory.CreateDirectory(Layout.home sandbox.Root (profile name)) |> ignore
    File.WriteAllBytes(Layout.prompt sandbox.Root (profile name), bytes)

let private latin (text: string) = Encoding.Latin1.GetBytes text

let private now () =
    DateTimeOffset.UtcNow.ToUnixTimeSeconds()

/// The figures that the documentation shows.
let private sample () =
    latin $"1 {now () - 60L} {now () + 9000L} 5h 58 {now () + 9000L} wk 93 {now () + 300000L}\n"

let private levelWord level =
    match level with
    | Level.None -> "none"
    | Level.Good -> "good"
    | Level.Low -> "low"
    | Level.Bad -> "bad"
    | Level.Stale -> "stale"

/// One generated file, and the seconds at which the prompt is drawn, in order.
type private Case =
    {
        Name: string
        Bytes: byte[]
        Seconds: int64 list
    }

let private case (random: Random) (start: int64) number =
    let pick (items: 'a list) = items[random.Next items.Length]
    let near (moment: int64) = moment + int64 (random.Next 3 - 1)

    let moments =
        List.init 4 (fun _ ->
            start
            + int64 (pick [ 1; 60; 3_600; 86_399; 86_400; 86_401; 200_000 ])
            + int64 (random.Next 5))

    let moment () =
        pick
            [
                "-"
                string<int64>(pick moments)
                string<int64>(pick moments)
                // in the year 9999, and after it
                "253402000000"
                "253402300800"
            ]

    let line =
        String.Join(
            ' ',
            [
                pick [ "1"; "1"; "1"; "1"; "1"; "1"; "1"; "2" ]
                string<int64> start
                pick [ string<int64>(pick moments); "999999999999"; "1234567890123" ]
                for _ in 1 .. pick [ 0; 1; 2; 2; 3; 3; 4 ] do
                    pick [ "5h"; "wk"; "mo"; "3d"; "abcdef"; "abcdefg" ]
                    pick [ "58"; "100"; "101"; "0"; "0"; "30"; "29"; "10"; "9"; "007"; "-" ]
                    moment ()
            ]
        )

    let advice =
        String.Join(
            ' ',
            [
                pick [ "tell"; "tell"; "switch"; "jump" ]
                pick
                    [
                        "work"
                        "work"
                        "personal"
                        "nobody"
                        "p" + string<int> number
                        "../work"
                        "none"
                    ]
                pick
                    [
                        "-"
                        string<int64> start
                        string<int64>(start + 1L)
                        string<int64>(pick moments)
                        "1234567890123"
                    ]
                pick
                    [
                        "little is left"
                        " two  blanks "
                        "% `x` $(x) %F{red}"
                        String('x', 160)
                        String('x', 161)
                        ""
                    ]
            ]
        )

    let text =
        line
        + pick
            [
                ""
                "\n"
                "\n" + advice
                "\n" + advice + "\n"
                "\n" + advice + "\nmore\n"
                "\n\n" + advice
                "\r\n"
            ]

    let bytes = ResizeArray(latin text)

    // one file in three is broken somewhere
    if random.Next 3 = 0 then
        for _ in 0 .. random.Next 3 do
            let place = random.Next(bytes.Count + 1)

            let value =
                byte (
                    pick
                        [
                            ' '
                            '-'
                            '0'
                            '%'
                            '$'
                            '\n'
                            '\r'
                            '\t'
                            '\027'
                            '\000'
                            'é'
                            '\255'
                            '~'
                            '1'
                        ]
                )

            match random.Next 3 with
            | 0 -> bytes.Insert(place, value)
            | 1 when place < bytes.Count -> bytes[place] <- value
            | _ when place < bytes.Count -> bytes.RemoveAt place
            | _ -> ()

    if random.Next 12 = 0 then
        bytes.AddRange(latin ("\n" + String('x', 1024 - 1 + random.Next 3 - bytes.Count)))

    {
        Name = "p" + string<int> number
        Bytes = bytes.ToArray()
        Seconds =
            [
                start
                near (pick moments)
                near (pick moments)
                near (pick moments - 86_399L)
                pick moments
            ]
            |> List.map (max start)
            |> List.sort
    }

// Draws every prompt of every case in one zsh whose clock is a variable.
let private draw (sandbox: Sandbox) zone (cases: Case list) =
    let list = Path.Combine(sandbox.Path, "cases")

    File.WriteAllLines(
        list,
        [
            for case in cases do
                for second in case.Seconds -> case.Name + " " + string<int64> second
        ]
    )

    let outcome =
        sandbox.Script(
            // at rest by the system's clock too, so that the hook may trust what it has seen
            "sleep 2.1; cd -q -- $2/other; typeset -gi EPOCHSECONDS=0\nsource -- $1\nwhile read -r name second; do\n"
            + "CODEX_HOME=$2/.codex/profiles/$name EPOCHSECONDS=$second; _codex_router_hook\n"
            + "print -r -- \"$CODEX_ROUTER_PROMPT|$CODEX_ROUTER_PROMPT_LEVEL\"; print -ru2 -- =\ndone <$2/cases",
            environment = [ "TZ", zone ]
        )

    let lines (text: string) = text.TrimEnd('\n').Split '\n'

    // what was said at each prompt
    let said =
        outcome.Err.Split("=\n")
        |> Array.truncate (lines outcome.Out).Length
        |> Array.map (fun text -> text.TrimEnd '\n')

    Array.zip (lines outcome.Out) said |> List.ofArray

let private due (sandbox: Sandbox) (offset: TimeSpan) (cases: Case list) =
    let profiles =
        Directory.GetDirectories(Layout.profiles sandbox.Root)
        |> Array.map (fun folder -> profile (string (Path.GetFileName folder)))
        |> Set.ofArray

    let clock withDay (time: int64) =
        DateTimeOffset
            .FromUnixTimeSeconds(time)
            .ToOffset(offset)
            .ToString((if withDay then "ddd HH:mm" else "HH:mm"), Globalization.CultureInfo.InvariantCulture)

    [
        for case in cases do
            let name = profile case.Name
            let line, advice = PromptFile.read case.Bytes

            let advised second =
                ShellState.advised second profiles (fun _ -> advice) name

            for index, second in List.indexed case.Seconds do
                let shown =
                    Segment.inShell second clock StateIndex.empty (fun _ -> line) (Some name)

                let isFirst =
                    case.Seconds
                    |> List.truncate index
                    |> List.forall (fun earlier -> (advised earlier).IsNone)

                shown.Text + "|" + levelWord shown.Level,
                match advised second with
                | Some advice when isFirst -> "codex-router: " + advice.Text
                | _ -> ""
    ]

let private specified =
    let long = Project.setting "CODEX_ROUTER_LONG" 0 = 1
    let count = if long then 20_000 else 400
    let seed = Project.setting "CODEX_ROUTER_SEED" (Random().Next 1_000_000)

    testList
        "What the plugin makes of a file is what is specified"
        [
            for zone, offset in
                [
                    "UTC", TimeSpan.Zero
                    "XYZ-5:30", TimeSpan(5, 30, 0)
                    "XYZ+11", TimeSpan(-11, 0, 0)
                ] do
                testCase
                    $"%d{count} files, whole and broken, as time goes by, in zone %s{zone} (CODEX_ROUTER_SEED=%d{seed})"
                <| fun () ->
                    use sandbox = new Sandbox()
                    let random = Random(seed + int offset.TotalMinutes)
                    // ahead of the files' own times, so that the hook may trust them
                    let start = now () + 100_000L
                    let cases = List.init count (case random start)

                    for case in cases do
                        write sandbox case.Name case.Bytes

                    let drawn = draw sandbox zone cases
                    let expected = due sandbox offset cases
                    Expect.equal drawn.Length expected.Length "a prompt for each"

                    let which =
                        [
                            for case in cases do
                                for second in case.Seconds -> case, second
                        ]

                    for ((case, second), due), drawn in List.zip (List.zip which expected) drawn do
                        Expect.equal drawn due $"%A{Encoding.Latin1.GetString case.Bytes} at %d{second}"
        ]

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

let tests = testList "Prompt" [ specified; safety; tools ]
