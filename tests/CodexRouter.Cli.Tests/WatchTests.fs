module CodexRouter.Cli.Tests.WatchTests

open System
open System.IO
open System.Text.RegularExpressions
open CodexRouter.Core
open CodexRouter.Cli
open CodexRouter.Cli.Watch
open CodexRouter.StandIn
open CodexRouter.Testing
open CodexRouter.Cli.Tests.QuotaPerson
open Expecto

let private has (text: string) (screen: string list) =
    screen
    |> List.exists (fun line -> line.Contains(text, StringComparison.Ordinal))

/// Eight profiles. One is of a person whose name is not ASCII, one's five hours are used up.
let private everybody =
    [
        "personal", alice
        "work", bob
        "tokyo",
        { carol with
            Email = "山田太郎@example.co.jp"
        }
        for number in 4..7 do
            "team-" + string<int> number, SampleAccount.numbered number
        "client", SampleAccount.numbered 8
    ]

/// A test in a terminal of a size, with `$router` to run, of a person with these profiles and a service that knows how much is
/// left of them: of the last one's five hours nothing, for less than a minute.
let private inTerminalOf profiles environment (columns, rows) name (test: LiveTerminal -> unit) =
    testCase name (fun () ->
        use person = new Person()
        use service = StandIn.Start(List.map snd profiles)
        person.Asks service.BaseUrl
        person.Has profiles
        let now = DateTimeOffset.UtcNow

        let usedUp =
            {
                UsedPercent = 100
                Minutes = SampleUsage.FiveHours
                ResetsAt = now.AddSeconds 58.0
            }

        service.SetUsage(
            snd (List.last profiles),
            { SampleUsage.twoWindows now 100 93 with
                Primary = Some usedUp
            }
        )

        use terminal =
            new LiveTerminal(
                person.TestHome,
                columns,
                rows,
                environment = ("CODEX_ROUTER_CODEX", person.Tools + "/codex") :: environment
            )

        terminal.Shows "$" |> ignore
        test terminal)

let private inTerminal = inTerminalOf everybody []

/// Everything that a program may change of a terminal: its screen, its cursor, its wrapping, its line settings.
let private settled (terminal: LiveTerminal) =
    [
        "alternate_on"
        "cursor_flag"
        "wrap_flag"
        "mouse_any_flag"
        "keypad_cursor_flag"
    ]
    |> List.map (fun name -> name, terminal.State name)

/// Runs a watch below a line of text, ends it, and expects the terminal as it was: that line, the settings, the cursor.
let private isRestored
    (command: string)
    (ready: string)
    (finish: LiveTerminal -> unit)
    (exit: int)
    (terminal: LiveTerminal)
    =
    let before = settled terminal
    terminal.Type "stty -a >before; print before-the-watch"
    terminal.Shows "before-the-watch" |> ignore
    terminal.Type(command + "; print exit=$?; stty -a >after; cmp before after && print sa''me")
    let live = terminal.Shows ready
    Expect.isFalse (has "before-the-watch" live) "the watch has the screen for itself"
    Expect.equal (terminal.State "alternate_on", terminal.State "cursor_flag") ("1", "0") "without a cursor"
    finish terminal
    let screen = terminal.Shows "same"
    Expect.isTrue (has "before-the-watch" screen) "what was there is there again"

    Expect.isTrue
        (has ("exit=" + string<int> exit) screen)
        ("it ends with " + string<int> exit + String.Join('\n', screen))

    Expect.equal (settled terminal) before "the terminal is set as before"

let private watch = "$router watch"

/// Gives the seconds in the last line, when it counts in seconds.
let private nextReading (screen: string list) =
    match (List.last screen).Split ' ' with
    | [||] -> None
    | words when words.Length > 3 && words[0] = "next" && words[3].EndsWith 's' ->
        Some(Int32.Parse(words[3].TrimEnd 's'))
    | _ -> None

/// Has the service asked once more: a key does so two seconds after the last time.
let private asksAgain (terminal: LiveTerminal) =
    let first =
        terminal.Until("the first reading", nextReading >> Option.isSome) |> nextReading

    terminal.Until("three seconds", nextReading >> Option.exists (fun now -> now < first.Value - 2))
    |> ignore

    terminal.Press "r"

let private ending =
    testList
        "the terminal is as it was before"
        [
            for key in [ "q"; "C-c"; "Escape"; "C-d" ] do
                inTerminal (80, 24) ("after " + key) (isRestored watch "personal" _.Press(key) 0)

            for signal, number in [ "TERM", 15; "HUP", 1; "QUIT", 3 ] do
                inTerminal
                    (80, 24)
                    ("after SIG" + signal + ", by which it ends")
                    (isRestored
                        // A shell in between: zsh itself gives up its own line when a program ends by SIGQUIT.
                        ("sh -c 'ulimit -c 0; sh -c \"echo \\$\\$ >pid; exec " + watch + "\"; exit $?'")
                        "personal"
                        (fun terminal ->
                            let pid = (File.ReadAllText(terminal.Home.File "pid")).Trim()
                            terminal.Home.Run("/bin/kill", [ "-" + signal; pid ]) |> ignore)
                        (128 + number))

            inTerminal
                (80, 24)
                "after a fault, which is told on it"
                (isRestored (WatchRoles.command "fault") "next reading" asksAgain 70)

            inTerminal
                (80, 24)
                "after a fault in another thread"
                (isRestored ("(ulimit -c 0; " + WatchRoles.command "fault-elsewhere" + ")") "next reading" asksAgain 134)
        ]

let private stopping =
    inTerminal (80, 24) "the stop key gives the terminal back, and fg brings the picture again" (fun terminal ->
        let before = settled terminal
        terminal.Type "print before-the-watch"
        terminal.Shows "before-the-watch" |> ignore
        terminal.Type watch
        terminal.Shows "personal" |> ignore
        terminal.Press "C-z"
        let stopped = terminal.Shows "suspended"
        Expect.isTrue (has "before-the-watch" stopped) "the shell's screen"
        Expect.equal (settled terminal) before "the shell's settings"
        terminal.Type "fg"
        let again = terminal.Shows "personal"
        Expect.isFalse (has "before-the-watch" again) "its own screen"
        terminal.Press "q"
        terminal.Shows "before-the-watch" |> ignore
        Expect.equal (settled terminal) before "and all back at the end")

let private picture =
    testList
        "on a terminal"
        [
            inTerminal (80, 24) "the picture follows the size of the terminal" (fun terminal ->
                terminal.Type watch

                let isWhole rows (screen: string list) =
                    has "personal" screen
                    && screen.Length = rows
                    && (List.last screen).StartsWith("next reading in", StringComparison.Ordinal)
                    && (List.last screen).EndsWith("q end", StringComparison.Ordinal)

                let at80 = terminal.Until("80 by 24", isWhole 24)
                Expect.isTrue (has "READ" at80 && not (has "LAST DAY" at80)) "the columns for 80"
                terminal.Resize(200, 50)

                let at200 =
                    terminal.Until("200 by 50", (fun screen -> isWhole 50 screen && has "LAST DAY" screen))

                Expect.isTrue (has "alice@example.com" at200) "the columns for 200"
                terminal.Resize(40, 12)
                let at40 = terminal.Until("40 by 12", isWhole 12)
                Expect.isTrue (has "… and " at40 && not (has "READ" at40)) "what fits into 40 by 12"
                Expect.stringStarts at200.Head "   PROFILE" "nothing was scrolled away")

            inTerminal (80, 24) "the time to a reset counts down by itself" (fun terminal ->
                terminal.Type watch

                let seconds (screen: string list) =
                    screen
                    |> List.tryPick (fun line ->
                        if line.Contains("client", StringComparison.Ordinal) then
                            line.Split([| ' ' |], StringSplitOptions.RemoveEmptyEntries)
                            |> Array.tryFind (fun word -> word.EndsWith 's' && Char.IsAsciiDigit word[0])
                            |> Option.map (fun word -> Int32.Parse(word.TrimEnd 's'))
                        else
                            None)

                let first =
                    terminal.Until("a time", seconds >> Option.isSome) |> seconds |> Option.get

                terminal.Until("a later time", seconds >> Option.exists (fun now -> now < first - 1))
                |> ignore)

            inTerminalOf everybody [ "LC_ALL", "C" ] (130, 24) "without UTF-8 it is drawn with ASCII" (fun terminal ->
                terminal.Type watch

                let screen =
                    terminal.Until(
                        "a bar and a name",
                        (fun screen -> has "====" screen && has "????@example.co.jp" screen)
                    )
                    |> String.Concat

                Expect.isTrue (screen |> Seq.forall Char.IsAscii) "no other character")

            inTerminalOf
                everybody
                [ "NO_COLOR", "1" ]
                (80, 24)
                "NO_COLOR leaves the picture and takes the colours"
                (fun terminal ->
                    terminal.Type watch
                    terminal.Shows "━━━" |> ignore
                    let shown = terminal.Coloured

                    for colour in [ "31"; "32"; "33"; "90" ] do
                        Expect.isFalse
                            (shown.Contains("\u001b[" + colour + "m", StringComparison.Ordinal))
                            ("no colour " + colour))

            inTerminal (80, 24) "a complaint of the service is told, and when it is asked again" (fun terminal ->
                terminal.Type(WatchRoles.command "complaint")
                let screen = terminal.Shows "too many requests"
                Expect.isTrue (has "next reading in 4m" screen || has "next reading in 5m" screen) "as it wished")

            inTerminal (80, 24) "r asks at once" (fun terminal ->
                terminal.Type(watch + " --interval 60")
                asksAgain terminal
                // By itself it would not be that young for another minute.
                terminal.Shows "service, 0 s ago" |> ignore)
        ]

/// The source of the live view of a person's own profiles.
let private own (person: Person) =
    OwnProfiles.source
        { Surroundings.ofStart (Start.ofProcess ()) with
            Root = person.Root
            CodexHome = Held.Unset
        }
        (fun _ -> "nothing")

let private plain =
    testList
        "without a terminal"
        [
            serviced
                "a block of plain lines is written at each reading, and no code for a terminal"
                [ "personal", alice; "work", bob ]
                (fun person _ ->
                    let outcome =
                        person.Shell("$router watch --interval 5 | head -n 12", environment = [ "TZ", "UTC" ])

                    Expect.equal (outcome.Exit, outcome.Err) (0, "") "no complaint"
                    let lines = outcome.Out.Split '\n'

                    let isTime (line: string) =
                        Regex.IsMatch(line, @"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$")

                    Expect.isTrue (isTime lines[0]) "the time of the reading"
                    Expect.equal lines[1] "personal, alice@example.com, plus, current" "whose"

                    Expect.isMatch lines[2] @"^  5h: 58% left, resets in (2h 0m|1h 59m) \(\d\d:\d\d\)$" "what is left"

                    Expect.isFalse (outcome.Out.Contains '\u001b') "plain"
                    Expect.equal (lines |> Array.filter isTime |> Array.length) 2 "one block for each reading")

            serviced "--once reads once, and ends" [ "personal", alice; "work", bob ] (fun person service ->
                let outcome = person.Shell("$router watch --once", environment = [ "TZ", "UTC" ])
                Expect.equal (outcome.Exit, outcome.Err) (0, "") "no complaint"
                let lines = outcome.Out.Split '\n'
                Expect.isMatch lines[0] @"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$" "the time of the reading"
                Expect.contains lines "personal, alice@example.com, plus, current" "one profile"
                Expect.exists lines _.StartsWith("work, bob@") "and the other"
                Expect.equal service.Requests.Length 2 "each was asked once"

                person.Run [ "watch"; "--once"; "--interval"; "9" ]
                |> Outcome.isFailure 2 [ "do not go together" ])

            promise "the pace is in the lines too" (fun person ->
                let outcome = person.Shell(WatchRoles.command "sample-lines 3" + " | head -n 11")
                let lines = outcome.Out.Split '\n'
                Expect.equal lines[0] "2026-03-10 14:17:00" "the made-up profiles have a clock of their own"

                Expect.contains
                    lines
                    "  5h: 19% left, resets in 1h 23m (15:40); at this rate empty at 14:58, resets 15:40"
                    "when nothing is left")

            promise "it ends when nobody reads any more, though the next reading is a day away" (fun person ->
                person.Asks nowhere
                person.Has both

                let outcome = person.Shell "$router watch --interval 86400 | head -n 1; echo ended"

                Expect.stringEnds outcome.Out "ended\n" "it ended"
                Expect.equal outcome.Err "" "quietly")

            inTerminalOf
                [ "personal", alice ]
                [ "TERM", "dumb" ]
                (100, 30)
                "a terminal that can only write gets the plain lines"
                (fun terminal ->
                    terminal.Type watch
                    terminal.Shows "personal, alice@example.com, plus, current" |> ignore
                    Expect.equal (terminal.State "alternate_on") "0" "on the same screen"
                    terminal.Press "C-c")

            promise "one's own profiles are shown, with the reason where nothing is known" (fun person ->
                person.Asks nowhere
                person.Has both
                let outcome = person.Shell "$router watch | head -n 6"
                Expect.stringContains outcome.Out "alice, alice@example.com, current" "alice"
                Expect.stringContains outcome.Out "bob, bob@work.example" "bob"
                Expect.stringContains outcome.Out "Not available" "no figures yet")

            serviced
                "another account in a profile never has the former one's figures"
                [ "alice", alice ]
                (fun person _ ->
                    person.Does [ "quota" ] |> ignore

                    let source = own person

                    let isKnown () =
                        (source.Read DateTimeOffset.UtcNow).Head.Quota.IsSome

                    Expect.isTrue (isKnown ()) "alice's"
                    person.Write(person.In "profiles/alice/auth.json", Person.SignInOf carol)
                    Expect.isFalse (isKnown ()) "carol's are not known")

            serviced "what is stale is so by the person's settings" [ "alice", alice ] (fun person _ ->
                person.Does [ "quota" ] |> ignore
                let later = DateTimeOffset.UtcNow.AddMinutes 8.0

                let isStale () =
                    let row = (own person).Read(later).Head
                    WatchFigures.isStale later row row.Quota.Value

                Expect.isTrue (isStale ()) "after five minutes, as a rule"
                person.Write(person.In "router/config.toml", "stale_after_minutes = 30\n")
                Expect.isFalse (isStale ()) "after half an hour, where the settings say so")

            serviced
                "where nothing can be stored, what was answered is shown all the same"
                [ "alice", alice ]
                (fun person _ ->
                    let quota = person.In "router/quota"

                    if Directory.Exists quota then
                        Directory.Delete(quota, recursive = true)

                    person.Write(quota, "in the way")
                    let outcome = person.Shell "$router watch --interval 5 | sed '/left/q'"
                    Expect.stringContains outcome.Out "left" "the figures")

            promise "an interval below five seconds is refused" (fun person ->
                for interval in [ "4"; "0"; "-5"; "5.5"; "x"; "99999999999" ] do
                    person.Run [ "watch"; "--interval"; interval ] |> Outcome.isFailure 2 [])
        ]

let tests = testList "Watch" [ picture; ending; stopping; plain ]
