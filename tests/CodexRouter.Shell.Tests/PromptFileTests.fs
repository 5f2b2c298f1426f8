/// What the plugin makes of any file for the prompt, held against the specification.
module CodexRouter.Shell.Tests.PromptFileTests

open System
open System.IO
open System.Text
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Shell.Tests.PromptFiles
open Expecto

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

let tests = testList "Prompt" [ specified ]
