module CodexRouter.Core.Tests.SegmentTests

open System
open System.Text
open CodexRouter.Core
open CodexRouter.Core.Tests.PinTests
open Expecto
open FsCheck
open FsCheck.FSharp

let private work = profileName "work"

/// Shows a time as a number, so that the tests say which second is meant.
let private clock (withDay: bool) (time: int64) =
    (if withDay then "day " else "") + "@" + string<int64> time

let private window label left resets =
    {
        Label = label
        Left = left
        ResetsAt = resets
    }

let private line windows =
    {
        FetchedAt = 1_000L
        StaleAt = 1_300L
        Windows = windows
    }

let private show now windows =
    Segment.show now clock work (Some(line windows))

let private lines: Gen<PromptLine> =
    let moment =
        Gen.elements [ 0L; 900L; 1_300L; 2_000L; 90_000L; 200_000L; 253_402_300_799L ]

    gen {
        let! fetched = moment
        let! stale = moment

        let! windows =
            Gen.listOfLength
                3
                (gen {
                    let! label = Gen.elements [ "5h"; "wk"; "mo"; "3d"; "30m"; "abcdef" ]
                    let! left = Gen.optionOf (Gen.choose (0, 100))
                    let! resets = Gen.optionOf moment
                    return window label left resets
                })

        let! count = Gen.choose (0, 3)

        return
            {
                FetchedAt = fetched
                StaleAt = stale
                Windows = List.truncate count windows
            }
    }

let private advice: Gen<Advice> =
    gen {
        let! mode = Gen.elements [ AdviceMode.Tell; AdviceMode.Switch ]
        let! other = Gen.elements names
        let! until = Gen.optionOf (Gen.elements [ 0L; 1_300L; 999_999_999_999L ])

        let! text =
            Gen.elements
                [
                    "little is left"
                    "  two  blanks "
                    "~"
                    String('x', 160)
                    "$(touch x) `y` %F{red}"
                ]

        return
            {
                Mode = mode
                Other = other
                Until = until
                Text = text
            }
    }

let private forAll generator property =
    Prop.forAll (Arb.fromGen generator) property

let private latin (text: string) = Encoding.Latin1.GetBytes text

let private shown =
    testList
        "What the prompt shows"
        [
            for what, now, windows, due, level in
                [
                    "what is left in each window",
                    1_100L,
                    [ window "5h" (Some 58) (Some 2_000L); window "wk" (Some 93) (Some 90_000L) ],
                    "work 5h 58% wk 93%",
                    Level.Good
                    "a mark when the figures are old",
                    1_300L,
                    [ window "5h" (Some 58) (Some 2_000L); window "wk" (Some 93) None ],
                    "work ~5h 58% wk 93%",
                    Level.Stale
                    "until when an empty window stays empty",
                    1_100L,
                    [ window "5h" (Some 0) (Some 2_000L) ],
                    "work 5h 0% until @2000",
                    Level.Bad
                    "the day, too, when that is a day away",
                    1_100L,
                    [ window "wk" (Some 0) (Some 87_500L) ],
                    "work wk 0% until day @87500",
                    Level.Bad
                    "no day when that is a second less",
                    1_101L,
                    [ window "wk" (Some 0) (Some 87_500L) ],
                    "work wk 0% until @87500",
                    Level.Bad
                    "reset, and not the old figure, when the time has come",
                    1_200L,
                    [ window "5h" (Some 0) (Some 1_200L); window "wk" (Some 40) None ],
                    "work 5h reset wk 40%",
                    Level.Good
                    "a question mark for what nobody said",
                    1_100L,
                    [ window "5h" None (Some 2_000L); window "wk" None None ],
                    "work 5h ? wk ?",
                    Level.None
                    "the name alone when nothing is known", 1_100L, [], "work", Level.None
                    "nothing but resets has no colour",
                    5_000L,
                    [ window "5h" (Some 3) (Some 2_000L) ],
                    "work ~5h reset",
                    Level.None
                    "30 percent are good", 1_100L, [ window "5h" (Some 30) None ], "work 5h 30%", Level.Good
                    "29 percent are low", 1_100L, [ window "5h" (Some 29) None ], "work 5h 29%", Level.Low
                    "10 percent are low", 1_100L, [ window "5h" (Some 10) None ], "work 5h 10%", Level.Low
                    "9 percent are bad", 1_100L, [ window "5h" (Some 9) None ], "work 5h 9%", Level.Bad
                    "the least of all windows counts",
                    1_100L,
                    [ window "5h" (Some 80) None; window "wk" (Some 4) None ],
                    "work 5h 80% wk 4%",
                    Level.Bad
                ] do
                testCase what
                <| fun () ->
                    let shown = show now windows
                    Expect.equal shown.Text due "the text"
                    Expect.equal shown.Level level "the level"

            law "it changes at the second that was foretold, and at none before"
            <| forAll (Gen.zip lines (Gen.elements [ 0L; 899L; 1_299L; 1_999L; 3_599L; 150_000L ])) (fun (line, now) ->
                let at now = Segment.show now clock work (Some line)
                let shown = at now

                let same (later: SegmentText) =
                    later.Text = shown.Text && later.Level = shown.Level

                match shown.Changes with
                | Some change -> change > now && same (at (change - 1L)) && same (at ((now + change) / 2L))
                | None -> same (at 253_402_300_800L))

            law "it holds nothing but letters, digits and a few signs, whatever the figures"
            <| forAll (Gen.zip lines (Gen.choose (0, 300_000))) (fun (line, now) ->
                let time _ _ = "Mon 18:05"

                (Segment.show (int64 now) time work (Some line)).Text
                |> Seq.forall (fun c -> Char.IsAsciiLetterOrDigit c || " ~%?:._-".Contains c))
        ]

let private file =
    testList
        "The file for the prompt"
        [
            law "what was written is read again"
            <| forAll (Gen.zip lines (Gen.optionOf advice)) (fun (line, advice) ->
                PromptFile.read (latin (PromptFile.write line advice)) = (Some line, advice))

            law "it is never longer than what zsh reads"
            <| forAll (Gen.zip lines advice) (fun (line, advice) ->
                let advice =
                    { advice with
                        Text = String('x', 5_000)
                    }

                (latin (PromptFile.write line (Some advice))).Length <= PromptFile.MaximumBytes)

            law "no bytes at all raise anything, and what is read holds nothing that was not asked for"
            <| forAll
                (Gen.zip3 lines advice (Gen.listOf (Gen.zip (Gen.choose (0, 200)) (Gen.choose (0, 255)))))
                (fun (line, advice, spots) ->
                    let bytes = latin (PromptFile.write line (Some advice))

                    for place, value in spots do
                        if place < bytes.Length then
                            bytes[place] <- byte value

                    match PromptFile.read bytes with
                    | None, None -> true
                    | None, Some _ -> false
                    | Some line, advice ->
                        line.Windows.Length <= 3
                        && line.Windows
                           |> List.forall (fun window ->
                               window.Label |> Seq.forall Char.IsAsciiLetterOrDigit
                               && window.Left |> Option.forall (fun left -> left >= 0 && left <= 100))
                        && advice
                           |> Option.forall (fun advice -> advice.Text |> Seq.forall (fun c -> c >= ' ' && c <= '~')))

            testCase "a text that others could obey is written so that nobody does"
            <| fun () ->
                let advice =
                    {
                        Mode = AdviceMode.Tell
                        Other = work
                        Until = None
                        Text = "a\nb\027[31m\u202Ec\u00E9"
                    }

                Expect.equal (Advice.write advice) "tell work - a?b?[31m?c?" "one inert line"

            for text in
                [
                    ""
                    "1"
                    "1 5"
                    "2 5 6"
                    "1 5 6 "
                    " 1 5 6"
                    "1  5 6"
                    "1\t5 6"
                    "1 5 6 5h"
                    "1 5 6 5h 58"
                    "1 5 6 5h 58 9 wk"
                    "1 5 6 5h 101 9"
                    "1 5 6 5h -1 9"
                    "1 5 6 5h 58 253402300800"
                    "1 5 6 5H 58 9"
                    "1 5 6 5h% 58 9"
                    "1 5 6 $(x) 58 9"
                    "1 5 6 abcdefg 58 9"
                    "1 5 6 5h 58 9 5h 58 9 5h 58 9 5h 58 9"
                    "1 1234567890123 6"
                    "1 5 6\r"
                    "1 5 6 5h 5\u0660 9"
                ] do
                testCase ("is refused as a whole: " + text.Replace("\r", "\\r").Replace("\t", "\\t"))
                <| fun () ->
                    Expect.equal
                        (PromptFile.read (Encoding.UTF8.GetBytes(text + "\ntell work - text\n")))
                        (None, None)
                        "nothing"

            for text in
                [
                    ""
                    "tell"
                    "tell work"
                    "tell work -"
                    "tell work - "
                    "say work - text"
                    "tell ../work - text"
                    "tell none - text"
                    "tell work soon text"
                    "tell work 1234567890123 text"
                    "tell  work - text"
                    "tell work - te\u00E9xt"
                    "tell work - te\txt"
                    "tell work - " + String('x', 161)
                ] do
                testCase ("advice that is not whole is none: " + text.Replace("\t", "\\t"))
                <| fun () ->
                    let line, advice = PromptFile.read (Encoding.UTF8.GetBytes("1 5 6\n" + text + "\n"))
                    Expect.isSome line "the line above it counts"
                    Expect.isNone advice "no advice"

            testCase "a file that is too long is refused"
            <| fun () ->
                let padded count =
                    latin ("1 5 6\n\n" + String('x', count - 7))

                Expect.isSome (fst (PromptFile.read (padded PromptFile.MaximumBytes))) "as long as may be"
                Expect.isNone (fst (PromptFile.read (padded (PromptFile.MaximumBytes + 1)))) "one byte more"
        ]

let tests = testList "Segment" [ shown; file ]
