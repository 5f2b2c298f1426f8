/// The live view whatever the rows and the size are, and how little of it is written anew.
module CodexRouter.Cli.Tests.WatchSafetyTests

open System
open CodexRouter.Cli.Watch
open CodexRouter.Cli.Tests.WatchRows
open CodexRouter.Cli
open CodexRouter.Core
open Expecto
open FsCheck
open FsCheck.FSharp

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

let tests = testList "Watch, its picture" [ safety; changes ]
