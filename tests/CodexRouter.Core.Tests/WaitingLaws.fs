module CodexRouter.Core.Tests.WaitingLaws

open System
open CodexRouter.Core
open Expecto
open FsCheck.FSharp

let private now = DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero)

let private window minutes used resets : Window =
    {
        Limit = Window.Codex
        Minutes = Some minutes
        Used = Some used
        ResetsAt = resets
    }

let private inMinutes (minutes: float) = Some(now.AddMinutes minutes)

let private quota windows : Quota =
    {
        Source = Source.Service
        FetchedAt = now
        Plan = Some "plus"
        AccountId = None
        LimitReached = false
        ReachedType = None
        Windows = windows
        Credits = None
        Spend = None
        ResetCredits = None
    }

let private next random doubts windows =
    let believed = Believed.certain (quota windows)

    let answer =
        Guard.decide now (TimeSpan.FromMinutes 5.0) 20.0 GuardedWindow.Any (Some believed.Quota)

    Waiting.next now random doubts 20.0 GuardedWindow.Any (Some believed) answer

let private isWithin (least: float) (most: float) step =
    match step with
    | WaitStep.AskAgain after ->
        Expect.isGreaterThanOrEqual after.TotalSeconds least "not before"
        Expect.isLessThanOrEqual after.TotalSeconds most "not later"
    | WaitStep.Begin
    | WaitStep.GiveUp -> failtest (string<WaitStep> step)

let private randoms = [ 0.0; 0.25; 0.5; 0.75; 1.0 ]

let tests =
    testList
        "waiting"
        [
            testCase "with enough left nobody waits" (fun () ->
                Expect.equal (next 0.5 0 [ window 300 80.0 (inMinutes 5.0) ]) WaitStep.Begin "exactly enough")

            testCase "a reset is asked about when it has happened, and not by all at once" (fun () ->
                for random in randoms do
                    next random 0 [ window 300 99.0 (inMinutes 5.0) ]
                    |> isWithin 301.0 (301.0 + 15.0)

                    next random 0 [ window 300 99.0 (inMinutes 0.05) ] |> isWithin 60.0 60.0)

            testCase "the last reset counts of the windows that hold it up, and no other" (fun () ->
                let short = window 300 99.0 (inMinutes 2.0)
                let week = window 10_080 95.0 (inMinutes 4.0)
                let full = window 10_080 10.0 (inMinutes 4.0)
                Expect.equal (Waiting.due 20.0 GuardedWindow.Any (quota [ short; week ])) (inMinutes 4.0) "both"
                Expect.equal (Waiting.due 20.0 GuardedWindow.Any (quota [ short; full ])) (inMinutes 2.0) "one"

                Expect.equal
                    (Waiting.due 20.0 (GuardedWindow.Labelled "5h") (quota [ short; week ]))
                    (inMinutes 2.0)
                    "the one that was asked about"

                Expect.equal
                    (Waiting.due 20.0 GuardedWindow.Any (quota [ short; window 10_080 95.0 None ]))
                    None
                    "nobody said when")

            testCase "a reset that comes while the question is asked is asked about as soon as may be" (fun () ->
                let believed = Believed.certain (quota [ window 300 99.0 (inMinutes 1.0) ])
                let fiveMinutes = TimeSpan.FromMinutes 5.0

                let answer =
                    Guard.decide now fiveMinutes 20.0 GuardedWindow.Any (Some believed.Quota)

                Waiting.next (now.AddMinutes 1.5) 0.5 0 20.0 GuardedWindow.Any (Some believed) answer
                |> isWithin 60.0 60.0)

            testCase "however far off a reset is, it is asked again in ten minutes or so" (fun () ->
                for random in randoms do
                    for resets in [ inMinutes 3_000.0; None ] do
                        next random 0 [ window 300 99.0 resets ] |> isWithin 540.0 660.0)

            testCase "without a figure it asks soon, then less and less often" (fun () ->
                let ask doubts =
                    match next 0.5 doubts [ window 300 99.0 (inMinutes -1.0) ] with
                    | WaitStep.AskAgain after -> after.TotalSeconds
                    | WaitStep.Begin
                    | WaitStep.GiveUp -> failtest "no figure is no answer"

                Expect.equal ([ 0..5 ] |> List.map ask) [ 60.0; 120.0; 240.0; 480.0; 600.0; 600.0 ] "seconds"

                Expect.equal (ask 1_000) 600.0 "for ever")

            testCase "a window that the plan does not have is not waited for" (fun () ->
                let answer = GuardAnswer.Doubtful(GuardDoubt.NoSuchWindow [ "5h"; "week" ])

                Expect.equal
                    (Waiting.next now 0.5 0 20.0 (GuardedWindow.Labelled "month") None answer)
                    WaitStep.GiveUp
                    "it gives up")

            testCase "a drop that nobody confirmed is asked about again soon" (fun () ->
                let spent = quota [ window 300 99.0 (inMinutes 200.0) ]

                let believed =
                    Believed.next
                        (Some(Believed.certain spent))
                        { quota [ window 300 5.0 (inMinutes 200.0) ] with
                            FetchedAt = now.AddSeconds 1.0
                        }

                Expect.isSome believed.Doubted "not believed yet"

                let answer =
                    Guard.decide now (TimeSpan.FromMinutes 5.0) 20.0 GuardedWindow.Any (Some believed.Quota)

                Waiting.next now 0.5 0 20.0 GuardedWindow.Any (Some believed) answer
                |> isWithin 60.0 60.0)

            Law.over
                "it asks once a minute at most, and never waits much longer than ten minutes"
                (gen {
                    let! used = Gen.choose (0, 100)
                    let! minutes = Gen.choose (-600, 6_000)
                    let! isKnown = Gen.elements [ true; false ]
                    let! doubts = Gen.choose (0, 100)
                    let! random = Gen.choose (0, 1_000)

                    return
                        float used,
                        (if isKnown then inMinutes (float minutes) else None),
                        doubts,
                        float random / 1_000.0
                })
                (fun (used, resets, doubts, random) ->
                    match next random doubts [ window 300 used resets ] with
                    | WaitStep.AskAgain after -> after >= Waiting.least && after <= Waiting.longest * 1.1
                    | WaitStep.Begin -> used <= 80.0 && resets <> inMinutes 0.0
                    | WaitStep.GiveUp -> false)

            testCase "lengths of time are read as people type them" (fun () ->
                for text, expected in
                    [
                        "8h", Some(TimeSpan.FromHours 8.0)
                        "90m", Some(TimeSpan.FromMinutes 90.0)
                        "1h30m", Some(TimeSpan.FromMinutes 90.0)
                        "2d12h", Some(TimeSpan.FromHours 60.0)
                        "45s", Some(TimeSpan.FromSeconds 45.0)
                        "0s", Some TimeSpan.Zero
                        "365d", Some(TimeSpan.FromDays 365.0)
                        "366d", None
                        "364d48h", None
                        "99999999d", None
                        "999999999s", None
                        "", None
                        "8", None
                        "h", None
                        "8 h", None
                        "-8h", None
                        "30m1h", None
                        "1h1h", None
                        "8H", None
                        "1.5h", None
                        "٣h", None
                    ] do
                    Expect.equal (Duration.parse text) expected text)
        ]
