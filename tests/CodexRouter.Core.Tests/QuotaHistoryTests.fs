/// A day of figures: what is kept of them, the pace they tell, and the picture they make.
module CodexRouter.Core.Tests.QuotaHistoryTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Testing

let private law name generator property = Law.over name generator property

let private start = DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)

let private minute (minutes: float) = start.AddMinutes minutes

let private window used resets : Window =
    {
        Limit = Window.Codex
        Minutes = Some Window.FiveHours
        Used = used
        ResetsAt = resets |> Option.map minute
    }

let private quota time windows : Quota =
    {
        Source = Source.Service
        FetchedAt = minute time
        Plan = None
        AccountId = None
        LimitReached = false
        ReachedType = None
        Windows = windows
        Credits = None
        Spend = None
        ResetCredits = None
    }

let private key = Window.Codex, Some Window.FiveHours

/// Readings at these minutes, each added when it was made.
let private historyOf (readings: (float * float) list) =
    (QuotaHistory.empty, readings)
    ||> List.fold (fun history (time, used) ->
        QuotaHistory.add (minute time) (quota time [ window (Some used) None ]) history)

let private times (history: QuotaHistory) =
    QuotaHistory.ofWindow key history
    |> List.map (fun figure -> (figure.At - start).TotalMinutes, figure.Used)

let private figures resets (readings: (float * float) list) : QuotaFigure list =
    readings
    |> List.map (fun (time, used) ->
        {
            At = minute time
            Used = used
            ResetsAt = resets |> Option.map minute
        })

let private readings =
    Gen.listOf (Gen.zip (Gen.choose (0, 4_000) |> Gen.map float) (Gen.choose (0, 100) |> Gen.map float))

let private history =
    testList
        "history"
        [
            law
                "however often it is read, a day of it is bounded, in order, and one reading in five minutes"
                readings
                (fun readings ->
                    let history = historyOf (readings |> List.sortBy fst)
                    let times = history.Points |> List.map _.At

                    times.Length <= QuotaHistory.maximumPoints
                    && times = List.sort times
                    && (times |> List.distinctBy (fun time -> time.UtcTicks / QuotaHistory.slot.Ticks)).Length =
                        times.Length)

            law "the order in which readings come does not matter" readings (fun readings ->
                let now = minute 4_000.0

                let add history (time, used) =
                    QuotaHistory.add now (quota time [ window (Some used) None ]) history

                let distinct = List.distinctBy fst readings

                List.fold add QuotaHistory.empty distinct = List.fold add QuotaHistory.empty (List.rev distinct))

            testCase "a reading each second for a day and a half fills it to its bound"
            <| fun () ->
                let history = historyOf [ for second in 0..10..129_600 -> float second / 60.0, 1.0 ]

                Expect.isLessThanOrEqual history.Points.Length QuotaHistory.maximumPoints "bounded"
                Expect.isGreaterThan history.Points.Length 295 "full"

            testCase "in its five minutes the newest reading counts, however late an older one comes"
            <| fun () ->
                Expect.equal
                    (times (historyOf [ 0.0, 1.0; 4.0, 2.0; 3.0, 9.0; 5.0, 3.0 ]))
                    [ 4.0, 2.0; 5.0, 3.0 ]
                    "kept"

            testCase "what is 25 hours old goes"
            <| fun () ->
                Expect.equal (times (historyOf [ 0.0, 1.0; 1_500.0, 2.0 ])) [ 0.0, 1.0; 1_500.0, 2.0 ] "on the edge"
                Expect.equal (times (historyOf [ 0.0, 1.0; 1_501.0, 2.0 ])) [ 1_501.0, 2.0 ] "beyond it"

            testCase "what a wrong clock dated into the future goes when the clock is right"
            <| fun () -> Expect.equal (times (historyOf [ 500_000.0, 1.0; 10.0, 2.0 ])) [ 10.0, 2.0 ] "only the present"

            testCase "a window without a figure, or that has begun anew, leaves no point"
            <| fun () ->
                let added =
                    QuotaHistory.empty
                    |> QuotaHistory.add (minute 0.0) (quota 0.0 [ window None None ])
                    |> QuotaHistory.add (minute 9.0) (quota 9.0 [ window (Some 90.0) (Some 8.0) ])

                Expect.isEmpty added.Points "nothing"

            testCase "a window is found by its duration, whatever others stand beside it"
            <| fun () ->
                let other =
                    { window (Some 77.0) None with
                        Limit = "extra"
                    }

                let short =
                    { window (Some 5.0) None with
                        Minutes = Some 299
                    }

                let history =
                    QuotaHistory.empty
                    |> QuotaHistory.add (minute 0.0) (quota 0.0 [ other; window (Some 1.0) None ])
                    |> QuotaHistory.add (minute 9.0) (quota 9.0 [ other ])
                    |> QuotaHistory.add (minute 15.0) (quota 15.0 [ short ])

                Expect.equal (times history) [ 0.0, 1.0; 15.0, 5.0 ] "its own figures"
        ]

let private perHour now readings =
    Pace.perHour (minute now) (window (Some 50.0) None) (figures None readings)

let private steady =
    gen {
        let! rate = Gen.choose (1, 60)
        let! used = Gen.choose (0, 60)
        let! count = Gen.choose (3, 10)
        return float rate, float used, count
    }

let private pace =
    testList
        "pace"
        [
            law "a steady use is continued to where it ends" steady (fun (rate, used, count) ->
                let readings =
                    [
                        for index in 0..count -> float (index * 5), used + rate * float (index * 5) / 60.0
                    ]

                let time, last = List.last readings

                match Pace.emptyAt (minute time) (window (Some last) (Some 299.0)) (figures None readings) with
                | Some empty -> abs ((empty - minute (time + (100.0 - last) / rate * 60.0)).TotalSeconds) < 1.0
                | None -> (100.0 - last) / rate * 60.0 >= 299.0 - time || last >= 100.0)

            law
                "what would be empty only after it resets is not foretold, and nothing is foretold for the past"
                (Gen.zip readings (Gen.choose (0, 4_000)))
                (fun (readings, resets) ->
                    let readings = readings |> List.distinctBy fst |> List.sortBy fst
                    let now = readings |> List.map fst |> List.fold max 0.0
                    let used = readings |> List.map snd |> List.tryLast

                    match Pace.emptyAt (minute now) (window used (Some(float resets))) (figures None readings) with
                    | Some empty -> empty < minute (float resets) && empty >= minute now
                    | None -> true)

            testCase "it is told in percent per hour of the last hour"
            <| fun () ->
                Expect.equal (perHour 60.0 [ 0.0, 10.0; 60.0, 40.0 ]) (Some 30.0) "an hour"
                Expect.equal (perHour 90.0 [ 0.0, 10.0; 60.0, 40.0; 90.0, 41.0 ]) (Some 2.0) "the first is too old"
                Expect.equal (perHour 30.0 [ 0.0, 10.0; 30.0, 10.0 ]) (Some 0.0) "nothing used"

            testCase "one figure, or two within ten minutes, tell no pace"
            <| fun () ->
                Expect.isNone (perHour 60.0 []) "none"
                Expect.isNone (perHour 60.0 [ 60.0, 40.0 ]) "one"
                Expect.isNone (perHour 60.0 [ 51.0, 10.0; 60.0, 40.0 ]) "nine minutes"
                Expect.isSome (perHour 60.0 [ 50.0, 10.0; 60.0, 40.0 ]) "ten minutes"
                Expect.isNone (perHour 300.0 [ 0.0, 10.0; 60.0, 40.0 ]) "long ago"

            testCase "what was used before the window began anew does not count"
            <| fun () ->
                Expect.equal
                    (perHour 60.0 [ 20.0, 80.0; 30.0, 95.0; 40.0, 2.0; 60.0, 12.0 ])
                    (Some 30.0)
                    "after the drop"

                Expect.isNone (perHour 60.0 [ 30.0, 80.0; 60.0, 2.0 ]) "one figure since"

                let crossing =
                    figures (Some 35.0) [ 20.0, 1.0; 30.0, 2.0 ]
                    @ figures (Some 335.0) [ 40.0, 5.0; 60.0, 15.0 ]

                Expect.equal
                    (Pace.perHour (minute 60.0) (window (Some 15.0) (Some 335.0)) crossing)
                    (Some 30.0)
                    "though the new figures are higher than the old ones"

            testCase "a window that began within the hour forgets what was before"
            <| fun () ->
                let readings = figures None [ 10.0, 1.0; 40.0, 5.0; 60.0, 15.0 ]

                Expect.equal
                    (Pace.perHour (minute 60.0) (window (Some 15.0) (Some 335.0)) readings)
                    (Some 30.0)
                    "it began at minute 35"

            testCase "nothing is foretold for a window that is empty, unknown or reset"
            <| fun () ->
                let readings = figures None [ 0.0, 10.0; 60.0, 90.0 ]

                let empty used resets =
                    Pace.emptyAt (minute 60.0) (window used resets) readings

                Expect.isSome (empty (Some 90.0) (Some 300.0)) "a window in use"
                Expect.isSome (empty (Some 90.0) None) "within its five hours"
                Expect.isNone (empty (Some 100.0) (Some 300.0)) "empty"
                Expect.isNone (empty None (Some 300.0)) "unknown"
                Expect.isNone (empty (Some 90.0) (Some 60.0)) "reset"
        ]

let private sparkline =
    testList
        "sparkline"
        [
            testCase "each slice has the figure in force at its end"
            <| fun () ->
                Expect.equal
                    (Sparkline.ofPoints
                        (minute 60.0)
                        (TimeSpan.FromMinutes 60.0)
                        4
                        (figures None [ 10.0, 1.0; 15.0, 2.0; 46.0, 3.0; 60.0, 4.0 ]))
                    [ Some 2.0; Some 2.0; Some 2.0; Some 4.0 ]
                    "four quarters of an hour"

            testCase "before the first figure nothing is known, and a figure from before the picture begins it"
            <| fun () ->
                let line readings =
                    Sparkline.ofPoints (minute 60.0) (TimeSpan.FromMinutes 60.0) 3 (figures None readings)

                Expect.equal (line [ 30.0, 5.0 ]) [ None; Some 5.0; Some 5.0 ] "nothing before"
                Expect.equal (line [ -10.0, 5.0 ]) [ Some 5.0; Some 5.0; Some 5.0 ] "from before"
                Expect.equal (line []) [ None; None; None ] "nothing at all"

            testCase "a figure ends where its window begins anew"
            <| fun () ->
                Expect.equal
                    (Sparkline.ofPoints (minute 60.0) (TimeSpan.FromMinutes 60.0) 3 (figures (Some 40.0) [ 10.0, 90.0 ]))
                    [ Some 90.0; None; None ]
                    "unknown after the reset"

            law
                "it has as many slices as asked for, and only figures that were read"
                (Gen.zip readings (Gen.choose (-2, 80)))
                (fun (readings, count) ->
                    let readings = List.sortBy fst readings

                    let line =
                        Sparkline.ofPoints (minute 2_000.0) (TimeSpan.FromDays 1.0) count (figures None readings)

                    line.Length = max 0 count
                    && line
                       |> List.choose id
                       |> List.forall (fun used -> List.exists (fun (_, read) -> read = used) readings))
        ]

let tests = testList "figures over time" [ history; pace; sparkline ]
