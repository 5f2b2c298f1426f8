module CodexRouter.Cli.Tests.WatchViewTests

open System
open CodexRouter.Cli.Watch
open CodexRouter.Cli.Tests.WatchRows
open CodexRouter.Cli
open CodexRouter.Core
open Expecto
open FsCheck
open FsCheck.FSharp

let private contains (text: string) (lines: string list) =
    Expect.exists lines (fun line -> line.Contains(text, StringComparison.Ordinal)) (String.Join('\n', lines))

let private lacks (text: string) (lines: string list) =
    Expect.isFalse
        (lines |> List.exists (fun line -> line.Contains(text, StringComparison.Ordinal)))
        (text + " is not in:\n" + String.Join('\n', lines))

let private inks size rows (text: string) =
    WatchView.frame look size now status rows
    |> List.concat
    |> List.filter (fun part -> part.Text.Contains(text, StringComparison.Ordinal))
    |> List.map _.Ink

/// Twenty profiles, of which the third is current and the fourth pinned; the tenth has the least left.
let private twenty =
    List.init 20 (fun index ->
        let used = if index = 9 then 95.0 else float (index + 10)

        { reading ("p" + string<int>(index + 1)) [ window Window.FiveHours (Some used) (Some(later 0 1 0)) ] with
            IsCurrent = index = 2
            IsPinned = index = 3
        })

let private pictures =
    testList
        "what a picture shows"
        [
            testCase "80 by 24: each window has its bar, what is left and the time to its reset"
            <| fun () ->
                let picture = lines (80, 24) [ reading "personal" usual ]

                Expect.equal
                    (List.truncate 3 picture)
                    [
                        "   PROFILE                                    LEFT  RESETS   READ"
                        "   personal  5h   ━━━━━━━━━━━━━━━───────────   58%  1h 23m   service, 12 s ago"
                        "   plus      week ━━━━━━━━━━━━━━━━━━━━━━━━──   93%  3d 4h"
                    ]
                    "the picture"

            testCase "200 by 50: nothing is left out"
            <| fun () ->
                let picture = lines (200, 50) [ reading "personal" usual |> withHistory None ]
                let heading = picture.Head

                for word in [ "PROFILE"; "ACCOUNT"; "LEFT"; "RESETS"; "LAST DAY"; "READ" ] do
                    Expect.stringContains heading word "each column has its heading"

                contains "58%  1h 23m   ███ ▇▇▇▆▆▆▅▅▅▄▄▄▃▃▃▂▂▂▁▁  service, 12 s ago" picture

            testCase "40 by 12: the name, the bar, what is left and the reset remain"
            <| fun () ->
                let picture = lines (40, 12) [ reading "personal" usual |> withHistory None ]
                Expect.equal picture[0] "   personal 5h   ━━━━━────   58% 1h 23m" "no heading, no other column"

            testCase
                "as the terminal becomes narrower, the sparkline gives way first, then the account, then the source"
            <| fun () ->
                let heading width =
                    (lines (width, 24) [ reading "personal" usual |> withHistory None ]).Head

                let columns =
                    [
                        for width in 130..-1..61 do
                            let heading = heading width

                            String.Join(
                                ' ',
                                [ "LAST DAY"; "ACCOUNT"; "READ" ]
                                |> List.filter (fun word -> heading.Contains(word, StringComparison.Ordinal))
                            )
                    ]
                    |> List.fold (fun seen columns -> if List.contains columns seen then seen else columns :: seen) []
                    |> List.rev

                Expect.equal columns [ "LAST DAY ACCOUNT READ"; "ACCOUNT READ"; "READ"; "" ] "in this order"

            testCase
                "more profiles than fit: the pinned, the current and the tightest come first, and the rest is counted"
            <| fun () ->
                let picture = lines (40, 12) twenty

                let named =
                    picture
                    |> List.filter (fun line -> line.Contains("5h", StringComparison.Ordinal))
                    |> List.map (fun line -> line.Substring(0, 7))

                Expect.equal (List.truncate 4 named) [ " ▸ p4  "; "●  p3  "; "   p10 "; "   p20 " ] "the order"
                contains "   … and 10 more" picture
                Expect.equal named.Length 10 "all lines are used"

            testCase "when all fit, they stay in their order, whatever is left of them"
            <| fun () ->
                let names =
                    lines (80, 24) twenty
                    |> List.filter (fun line -> line.Contains("5h", StringComparison.Ordinal))
                    |> List.map (fun line -> line.Substring(3, 3).Trim())

                Expect.equal names [ for index in 1..20 -> "p" + string<int> index ] "as they came"

            testCase "the last line tells when the next reading comes, the line above it the last problem"
            <| fun () ->
                let picture =
                    WatchView.frame
                        look
                        (80, 24)
                        now
                        { status with
                            Problem = Some("too many requests", now - TimeSpan.FromMinutes 2.0)
                        }
                        [ reading "personal" usual ]
                    |> List.map Line.text

                Expect.stringStarts picture[23] "next reading in 18s" "the last line"
                Expect.equal picture[22] "no answer as asked at 14:15: too many requests" "the line above"
        ]

let private figures =
    testList
        "what a figure means"
        [
            testCase "green from 30 percent, yellow from 10, red below"
            <| fun () ->
                let ink used =
                    inks (80, 24) [ reading "a" [ window 300 (Some used) (Some(later 0 1 0)) ] ] "%"
                    |> List.exactlyOne

                let shown = [ for used in [ 0.0; 70.0; 70.5; 90.0; 90.5; 100.0 ] -> ink used ]

                Expect.equal shown [ Ink.Good; Ink.Good; Ink.Low; Ink.Low; Ink.Bad; Ink.Bad ] "by what is left"

            testCase "a window whose reset time has passed is reset, and its old figure is nowhere"
            <| fun () ->
                let picture =
                    lines (80, 24) [ reading "a" [ window 300 (Some 42.0) (Some(later 0 0 -1)) ] ]

                contains "reset" picture
                lacks "58" picture

                Expect.equal
                    (inks (80, 24) [ reading "a" [ window 300 (Some 42.0) (Some now) ] ] "━")
                    []
                    "nothing in its bar"

            testCase "a window without a figure is unknown, not empty"
            <| fun () ->
                let picture = lines (80, 24) [ reading "a" [ window 300 None (Some(later 0 1 0)) ] ]
                contains "?" picture
                lacks "0%" picture

            testCase "what is older than five minutes is stale, in words and with its mark"
            <| fun () ->
                let read (age: TimeSpan) =
                    let quota =
                        { quota usual with
                            FetchedAt = now - age
                        }

                    lines (80, 24) [ row "a" (Some quota) ]

                lacks "stale" (read (TimeSpan.FromSeconds 299.0))
                lacks "~" (read (TimeSpan.FromSeconds 299.0))
                contains "service, 5 min ago" (read (TimeSpan.FromSeconds 300.0))
                contains "stale" (read (TimeSpan.FromSeconds 300.0))
                contains "~58%" (read (TimeSpan.FromSeconds 300.0))

            testCase "the pace is told when the window would be empty before it resets, and only then"
            <| fun () ->
                let read emptyAt =
                    lines (100, 24) [ reading "a" [ usual.Head ] |> withHistory emptyAt ]

                contains "at this rate empty at 15:10, resets 15:40" (read (Some(later 0 0 53)))
                lacks "empty" (read (Some(later 0 1 23)))
                lacks "empty" (read (Some(later 0 0 -1)))
                lacks "empty" (read None)

            testCase "a narrow terminal has shorter words for the pace"
            <| fun () ->
                let read width =
                    lines (width, 24) [ reading "a" [ usual.Head ] |> withHistory (Some(later 0 0 53)) ]

                contains "  empty at 15:10, resets 15:40" (read 42)
                lacks "at this rate" (read 42)

            testCase "credits, resets and extra limits are told when there are any"
            <| fun () ->
                let rich =
                    { quota (
                          usual
                          @ [
                              { window 300 (Some 3.0) (Some(later 0 2 0)) with
                                  Limit = "codex_spark"
                              }
                          ]
                      ) with
                        Credits =
                            Some
                                {
                                    Balance = Some "9.99"
                                    Unlimited = false
                                }
                        ResetCredits = Some 2
                    }

                let picture = lines (120, 24) [ row "a" (Some rich) ]
                contains "plus, 9.99 credits, 2 reset cre" picture
                contains "codex_spark" picture
                contains "97%" picture

            testCase "where nothing is known, the reason stands in words"
            <| fun () ->
                let picture =
                    lines
                        (80, 24)
                        [
                            { row "ci" None with
                                Note = Some "API key: no plan quota"
                            }
                            row "new" None
                        ]

                contains "API key: no plan quota" picture
                contains "no figures yet" picture
        ]

/// Rows with everything that others may choose: long names, wide and hostile texts, any windows.
let private anyRow =
    let text =
        Gen.elements
            [
                "a"
                "山田太郎@とても長い会社の名前.example.jp"
                "\u001b[2Jevil@example.com"
                "e\u0301\u0301\u0301@example.com"
                "👩‍👩‍👧‍👦@family.example"
                "\u202egnp.exe"
                String('x', 300)
                ""
            ]

    gen {
        let! length = Gen.choose (1, 64)
        let! account = text
        let! plan = text
        let! note = Gen.optionOf text
        let! hasQuota = Gen.elements [ true; true; false ]
        let! age = Gen.choose (-10, 100_000)

        let! windows =
            gen {
                let! limit = Gen.elements [ Window.Codex; "codex_spark"; String('y', 90); "限" ]
                let! minutes = Gen.optionOf (Gen.choose (0, 5_000_000))
                let! used = Gen.optionOf (Gen.choose (0, 100))
                let! resets = Gen.optionOf (Gen.choose (-100_000, 100_000_000))

                return
                    {
                        Limit = limit
                        Minutes = minutes
                        Used = used |> Option.map float
                        ResetsAt = resets |> Option.map (fun seconds -> now.AddSeconds(float seconds))
                    }
            }
            |> Gen.listOf

        let! points = Gen.choose (0, 100) |> Gen.map float |> Gen.optionOf |> Gen.listOf
        let! emptyIn = Gen.choose (-1000, 1_000_000)
        let! isCurrent = Gen.elements [ true; false ]
        let! isPinned = Gen.elements [ true; false ]

        let quota =
            { quota windows with
                FetchedAt = now.AddSeconds(float -age)
                Plan = Some plan
                LimitReached = isPinned
                ReachedType = note
                Credits =
                    Some
                        {
                            Balance = Some account
                            Unlimited = isCurrent
                        }
            }

        return
            {
                Name = name (String('n', length))
                Account = account
                Quota = if hasQuota then Some quota else None
                StaleAfter = TimeSpan.FromMinutes 5.0
                History =
                    windows
                    |> List.map (fun window ->
                        Window.key window,
                        {
                            LastDay = points
                            EmptyAt = Some(now.AddSeconds(float emptyIn))
                        })
                    |> Map.ofList
                Note = note
                IsCurrent = isCurrent
                IsPinned = isPinned
            }
    }

let private anyPicture =
    gen {
        let! rows = Gen.listOf anyRow
        let! width = Gen.frequency [ 3, Gen.choose (1, 60); 2, Gen.choose (60, 250) ]
        let! height = Gen.choose (1, 60)
        let! unicode = Gen.elements [ true; false ]
        return rows, (width, height), unicode
    }
    |> Arb.fromGen

let private safety =
    testList
        "whatever the rows and the size"
        [
            testCase "no line is wider than the terminal, and there are exactly as many as it has"
            <| fun () ->
                Prop.forAll anyPicture (fun (rows, (width, height), unicode) ->
                    let picture =
                        WatchView.frame { look with Unicode = unicode } (width, height) now status rows

                    picture.Length = height
                    && picture |> List.forall (fun line -> Line.width line <= width))
                |> Check.QuickThrowOnFailure

            testCase "nothing that others chose acts on the terminal"
            <| fun () ->
                Prop.forAll anyPicture (fun (rows, size, unicode) ->
                    WatchView.frame { look with Unicode = unicode } size now status rows
                    |> List.forall (fun line ->
                        let text = Line.text line

                        Inert.text text = text
                        && (unicode || text |> Seq.forall (fun character -> character < '\u007f'))))
                |> Check.QuickThrowOnFailure

            testCase "the pinned and the current profile are always there, if two lines are"
            <| fun () ->
                for height in 2..40 do
                    let picture = lines (80, height) twenty
                    contains "p4" picture

            testCase "a wide character is not cut in two, and the columns after it are where they were"
            <| fun () ->
                let account text =
                    { reading "a" usual with
                        Account = text
                    }

                let picture =
                    lines (120, 24) [ account "山田太郎@example.co.jp"; account "bob@work.example.co.jp" ]

                let column (line: string) =
                    CellText.width (line.Substring(0, line.IndexOf("5h", StringComparison.Ordinal)))

                let columns =
                    picture
                    |> List.filter (fun line -> line.Contains("5h", StringComparison.Ordinal))
                    |> List.map column

                Expect.equal columns[0] columns[1] "the same column"
                Expect.equal (CellText.fit true 4 "山田太郎") "山…" "three of four columns"
        ]

let private changes =
    testList
        "what is written"
        [
            testCase "a picture that is the same as before writes nothing"
            <| fun () ->
                let picture = WatchView.frame look (80, 24) now status twenty |> Array.ofList
                Expect.equal (WatchScreen.changes true 80 picture picture) "" "nothing"

            testCase "a line that changed is written alone"
            <| fun () ->
                let picture = WatchView.frame look (80, 24) now status twenty |> Array.ofList

                let next =
                    WatchView.frame
                        look
                        (80, 24)
                        now
                        { status with
                            NextRefetch = Some(now.AddSeconds 17.0)
                        }
                        twenty
                    |> Array.ofList

                let written = WatchScreen.changes true 80 picture next
                Expect.stringContains written "\u001b[24;1H" "the last line"
                Expect.equal (written.Split("H").Length) 2 "and no other"

            testCase "without colours there are none"
            <| fun () ->
                let picture = WatchView.frame look (80, 24) now status twenty |> Array.ofList

                for colour in [ "[32m"; "[90m" ] do
                    Expect.isFalse
                        ((WatchScreen.changes false 80 [||] picture).Contains(colour, StringComparison.Ordinal))
                        "no colour, not even grey"

                Expect.stringContains (WatchScreen.changes true 80 [||] picture) "[32m" "the test can tell"
        ]

let private time =
    testList
        "time"
        [
            testCase "a time that is left is told by its two greatest units"
            <| fun () ->
                let told =
                    [
                        for seconds in [ 0; 45; 60; 310; 3599; 3600; 4980; 86_400; 273_600; 2_678_400 ] ->
                            TimeWords.remaining (TimeSpan.FromSeconds(float seconds))
                    ]

                Expect.equal
                    told
                    [
                        "0s"
                        "45s"
                        "1m 0s"
                        "5m 10s"
                        "59m 59s"
                        "1h 0m"
                        "1h 23m"
                        "1d 0h"
                        "3d 4h"
                        "31d 0h"
                    ]
                    "the words"

            testCase "a minute is told as a minute, and each unit goes to the last moment of it"
            <| fun () ->
                let told =
                    [
                        for seconds in [ 0.0; 59.0; 59.9; 60.0; 61.0; 3599.0; 3600.0; 172_799.0; 172_800.0 ] ->
                            TimeWords.ago (TimeSpan.FromSeconds seconds)
                    ]

                Expect.equal
                    told
                    [
                        "0 s ago"
                        "59 s ago"
                        "59 s ago"
                        "1 min ago"
                        "1 min ago"
                        "59 min ago"
                        "1 h ago"
                        "47 h ago"
                        "2 d ago"
                    ]
                    "the words"

            testCase "the service is asked at the interval, ten percent more or less"
            <| fun () ->
                let interval = TimeSpan.FromSeconds 30.0

                let delays =
                    [
                        for random in [ 0.0; 0.5; 1.0 ] -> (RefetchSchedule.delay interval random 0 None).TotalSeconds
                    ]

                Expect.equal delays [ 27.0; 30.0; 33.0 ] "seconds"

            testCase "while the service complains it is asked half as often each time, at last every ten minutes"
            <| fun () ->
                let interval = TimeSpan.FromSeconds 30.0

                let delays =
                    [
                        for failures in 0..6 -> (RefetchSchedule.delay interval 0.5 failures None).TotalSeconds
                    ]

                Expect.equal delays [ 30.0; 60.0; 120.0; 240.0; 480.0; 600.0; 600.0 ] "seconds"

            testCase "a service that says how long to wait is left alone for so long"
            <| fun () ->
                let wish =
                    Some
                        {
                            Text = "too many requests"
                            RetryAfter = Some(TimeSpan.FromMinutes 20.0)
                        }

                let schedule =
                    RefetchSchedule.start now
                    |> RefetchSchedule.next (TimeSpan.FromSeconds 30.0) 0.0 now wish

                Expect.equal schedule.Due (now.AddMinutes 20.0) "not earlier"
                let well = RefetchSchedule.next (TimeSpan.FromSeconds 30.0) 0.5 now None schedule
                Expect.equal (well.Due, well.Problem) (now.AddSeconds 30.0, None) "and as usual when all is well"

            testCase "a service that asks for days is asked again after six hours"
            <| fun () ->
                for wish in [ 1.0; 30.0; 10_000.0 ] do
                    Expect.equal
                        (RefetchSchedule.delay (TimeSpan.FromSeconds 30.0) 0.5 1 (Some(TimeSpan.FromDays wish)))
                        (TimeSpan.FromHours 6.0)
                        "six hours"

            testCase "a long interval is not made shorter by complaints"
            <| fun () ->
                Expect.equal
                    (RefetchSchedule.delay (TimeSpan.FromHours 1.0) 0.5 3 None)
                    (TimeSpan.FromHours 1.0)
                    "one hour"

            testCase "q, Esc and Ctrl-D end it, r reads now, and an arrow key is none of them"
            <| fun () ->
                let keys (text: string) =
                    WatchLoop.keys (text |> Seq.map byte |> List.ofSeq)

                Expect.equal (keys "q") [ WatchKey.End ] "q"
                Expect.equal (keys "\u001b") [ WatchKey.End ] "Esc"
                Expect.equal (keys "\u0004") [ WatchKey.End ] "Ctrl-D"
                Expect.equal (keys "r") [ WatchKey.ReadNow ] "r"
                Expect.equal (keys "\u001b[A") [] "an arrow"
                Expect.equal (keys "xyz") [] "others"
        ]

let tests =
    testList "Watch, its picture" [ pictures; figures; safety; changes; time ]
