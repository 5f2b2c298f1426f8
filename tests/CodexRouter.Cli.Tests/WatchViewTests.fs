/// The picture of the live view: what it shows at each size, and what its figures mean.
module CodexRouter.Cli.Tests.WatchViewTests

open System
open CodexRouter.Cli.Watch
open CodexRouter.Cli.Tests.WatchRows
open CodexRouter.Cli
open CodexRouter.Core
open Expecto

let private lacks (text: string) (lines: string list) =
    Expect.isFalse
        (lines |> List.exists (fun line -> line.Contains(text, StringComparison.Ordinal)))
        (text + " is not in:\n" + String.Join('\n', lines))

let private inks size rows (text: string) =
    WatchView.frame look size now status rows
    |> List.concat
    |> List.filter (fun part -> part.Text.Contains(text, StringComparison.Ordinal))
    |> List.map _.Ink

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

let tests = testList "Watch, its picture" [ pictures; figures ]
