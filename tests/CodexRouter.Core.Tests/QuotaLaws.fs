/// What a window's figure means at a moment, and which figures are believed.
module CodexRouter.Core.Tests.QuotaLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Testing

let private law name generator property = Law.over name generator property

/// The moment that times are told from, in minutes.
let private start = DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)

let private minute (minutes: int) = start.AddMinutes(float minutes)

let private window limit minutes used resets : Window =
    {
        Limit = limit
        Minutes = minutes
        Used = used
        ResetsAt = resets
    }

let private quota time windows : Quota =
    {
        Source = Source.Service
        FetchedAt = minute time
        Plan = None
        AccountId = Some "acct-1"
        LimitReached = false
        ReachedType = None
        Windows = windows
        Credits = None
        Spend = None
        ResetCredits = None
    }

let private fiveHours used resets =
    window Window.Codex (Some Window.FiveHours) (Some used) (Some(minute resets))

let private week used =
    window Window.Codex (Some Window.Week) (Some used) (Some(minute 9_000))

let private percent =
    Gen.choose (0, 1_000) |> Gen.map (fun tenths -> float tenths / 10.0)

let private someWindow =
    gen {
        let! limit =
            Gen.frequency [ 3, Gen.constant Window.Codex; 1, Gen.elements [ "a"; "b" ] ]

        let! minutes = Gen.elements [ Some 300; Some 299; Some 10_080; Some 43_200; None ]
        let! used = Gen.frequency [ 5, Gen.map Some percent; 1, Gen.constant None ]

        let! resets =
            Gen.frequency [ 4, Gen.choose (-60, 600) |> Gen.map (minute >> Some); 1, Gen.constant None ]

        return window limit minutes used resets
    }

let private someQuota =
    gen {
        let! time = Gen.choose (0, 300)

        let! account =
            Gen.frequency [ 6, Gen.constant (Some "acct-1"); 1, Gen.elements [ None; Some "acct-2" ] ]

        let! reached = Gen.elements [ false; false; true ]
        let! count = Gen.choose (0, 4)
        let! windows = Gen.listOfLength count someWindow

        return
            { quota time (UsageFields.tidy windows) with
                AccountId = account
                LimitReached = reached
            }
    }

/// What is believed after some readings.
let private after readings =
    (None, readings)
    ||> List.fold (fun believed reading -> Some(Believed.next believed reading))

let private believed readings =
    match after readings with
    | Some believed -> believed
    | None -> failwith "no reading"

/// What is believed of the window of five hours.
let private used readings =
    (believed readings).Quota.Windows
    |> List.tryFind (fun window -> Window.key window = (Window.Codex, Some Window.FiveHours))
    |> Option.bind _.Used

let private reading time figure resets = quota time [ fiveHours figure resets ]

let private windows =
    testList
        "windows"
        [
            law
                "a window whose reset time has passed never shows its old figure"
                (Gen.zip someWindow (Gen.choose (-60, 700)))
                (fun (window, time) ->
                    let now = minute time

                    match window.ResetsAt with
                    | Some resets when resets <= now ->
                        Window.state now window = WindowState.Reset && Window.left now window = None
                    | _ ->
                        Window.state now window =
                            (match window.Used with
                             | Some used -> WindowState.Current used
                             | None -> WindowState.Unknown))

            law "what is left and what is used are a hundred percent together" someWindow (fun window ->
                match window.Used, Window.left (minute -100) window with
                | Some used, Some left -> abs (used + left - 100.0) < 1e-9 && left >= 0.0 && left <= 100.0
                | used, left -> used.IsNone && left.IsNone)

            law "a whole percentage is never more than there is, and 0 only when nothing is left" percent (fun left ->
                let whole = Percent.whole left
                (whole = 0) = (left = 0.0) && (float whole <= left || whole = 1 && left < 1.0))

            law
                "a percentage is brought between 0 and 100"
                (Gen.elements [ -1e300; -0.0; 0.0; 12.5; 100.0; 100.1; infinity; -infinity ])
                (fun figure ->
                    match Percent.clamp figure with
                    | Some percent -> percent >= 0.0 && percent <= 100.0 && not (Double.IsNegative percent)
                    | None -> false)

            testCase "what is not a number is no percentage"
            <| fun () -> Expect.isNone (Percent.clamp nan) "unknown"

            for minutes, label in
                [
                    1, "1m"
                    59, "59m"
                    60, "1h"
                    299, "5h"
                    300, "5h"
                    301, "5h"
                    1_440, "24h"
                    2_879, "48h"
                    2_880, "2d"
                    10_079, "week"
                    10_080, "week"
                    20_160, "14d"
                    40_320, "month"
                    43_200, "month"
                    44_640, "month"
                    46_000, "32d"
                    525_600, "365d"
                    Int32.MaxValue, "1491308d"
                ] do
                testCase (string<int> minutes + " minutes are " + label)
                <| fun () -> Expect.equal (Window.labelOf minutes) label "the word"

            testCase "windows of 299 and 300 minutes are one, and so are 10079 and 10080"
            <| fun () ->
                let key minutes =
                    Window.key (window Window.Codex (Some minutes) None None)

                Expect.equal (key 299) (key 300) "five hours"
                Expect.equal (key 10_079) (key 10_080) "a week"
                Expect.notEqual (key 240) (key 300) "four hours are others"

            testCase "a limit that was reached is so until its empty window begins anew"
            <| fun () ->
                let reached =
                    { quota
                          0
                          [
                              fiveHours 100.0 60
                              week 50.0
                              window "extra" (Some 300) (Some 100.0) (Some(minute 900))
                          ] with
                        LimitReached = true
                    }

                Expect.isTrue (Quota.isLimitReached (minute 59) reached) "before"
                Expect.isFalse (Quota.isLimitReached (minute 60) reached) "an extra limit does not keep the plan empty"

                let depleted = { reached with Windows = [ week 50.0 ] }
                Expect.isTrue (Quota.isLimitReached (minute 59) depleted) "no window tells until when"
        ]

let private beliefs =
    testList
        "belief"
        [
            testCase "one drop before the reset time is not believed; a second reading that agrees is"
            <| fun () ->
                Expect.equal (used [ reading 0 90.0 200; reading 5 20.0 200 ]) (Some 90.0) "one"
                Expect.equal (used [ reading 0 90.0 200; reading 5 20.0 200; reading 6 20.0 200 ]) (Some 20.0) "two"
                Expect.equal (used [ reading 0 90.0 200; reading 5 20.0 200; reading 6 21.0 200 ]) (Some 21.0) "more"

            testCase "a service that wavers is held to the higher figure"
            <| fun () ->
                let wavering =
                    [ for time in 0..20 -> reading time (if time % 2 = 0 then 90.0 else 20.0) 200 ]

                Expect.equal (used wavering) (Some 90.0) "never the lower one"

            testCase "a second reading that drops further, or names another reset time, does not agree"
            <| fun () ->
                Expect.equal (used [ reading 0 90.0 200; reading 5 20.0 200; reading 6 10.0 200 ]) (Some 90.0) "further"
                Expect.equal (used [ reading 0 90.0 200; reading 5 20.0 200; reading 6 20.0 290 ]) (Some 90.0) "other"

            testCase "a window that nobody uses yet resets later with each reading, and agrees"
            <| fun () ->
                Expect.equal (used [ reading 0 90.0 200; reading 5 0.0 305; reading 15 0.0 315 ]) (Some 0.0) "anew"

            testCase "a drop after the reset time is believed at once"
            <| fun () ->
                Expect.equal (used [ reading 0 90.0 10; reading 9 2.0 310 ]) (Some 90.0) "before it"
                Expect.equal (used [ reading 0 90.0 10; reading 10 2.0 310 ]) (Some 2.0) "at it"

            testCase "rounding is no drop"
            <| fun () -> Expect.equal (used [ reading 0 42.9 200; reading 5 42.0 200 ]) (Some 42.0) "at once"

            testCase "a window's drop keeps no other window's rise back, and the limit stays reached"
            <| fun () ->
                let first =
                    { quota 0 [ fiveHours 100.0 200; week 40.0 ] with
                        LimitReached = true
                        ReachedType = Some "rate_limit_reached"
                    }

                let second = quota 5 [ fiveHours 20.0 200; week 60.0 ]
                let held = believed [ first; second ]
                Expect.equal held.Quota.Windows [ fiveHours 100.0 200; week 60.0 ] "one held, one risen"
                Expect.isTrue held.Quota.LimitReached "what was said of the held one holds"
                Expect.equal held.Quota.ReachedType (Some "rate_limit_reached") "with its word"

                Expect.equal
                    (believed [ first; second; { second with FetchedAt = minute 6 } ]).Quota
                    { second with FetchedAt = minute 6 }
                    "the second that agrees is believed whole"

            testCase "a doubt about one window does not confirm another's drop"
            <| fun () ->
                let readings =
                    [
                        quota 0 [ fiveHours 90.0 200; week 80.0 ]
                        quota 5 [ fiveHours 20.0 200; week 80.0 ]
                        quota 6 [ fiveHours 20.0 200; week 10.0 ]
                    ]

                Expect.equal
                    (believed readings).Quota.Windows
                    [ fiveHours 20.0 200; week 80.0 ]
                    "one believed, one held"

            testCase "a drop is not confirmed by a doubted reading that is not older"
            <| fun () ->
                let known =
                    { Believed.certain (quota 0 [ fiveHours 90.0 200 ]) with
                        Doubted = Some(quota 6 [ fiveHours 20.0 200 ])
                    }

                let reading = quota 5 [ fiveHours 20.0 200 ]

                Expect.equal
                    (Believed.next (Some known) reading).Quota.Windows
                    [ fiveHours 90.0 200 ]
                    "what was read later confirms nothing"

            law "a rise is believed at once" (Gen.zip someQuota percent) (fun (quota, more) ->
                let risen =
                    { quota with
                        FetchedAt = quota.FetchedAt.AddMinutes 1.0
                        Windows =
                            quota.Windows
                            |> List.map (fun window ->
                                { window with
                                    Used = window.Used |> Option.map (fun used -> Math.Min(100.0, used + more))
                                })
                    }

                Believed.next (Some(Believed.certain quota)) risen = Believed.certain risen)

            law
                "what is believed of a window is never less than its last reading, and its window's figure before or that"
                (Gen.nonEmptyListOf someQuota)
                (fun readings ->
                    let readings = readings |> List.sortBy _.FetchedAt

                    (None, readings)
                    ||> List.fold (fun before reading ->
                        let after = Believed.next before reading

                        for window in after.Quota.Windows do
                            let same (quota: Quota) =
                                quota.Windows |> List.exists (fun other -> other = window)

                            if not (same reading || before |> Option.exists (fun before -> same before.Quota)) then
                                failtest "a figure that nobody told"

                        Some after)
                    |> Option.isSome)

            law
                "a reading of another account replaces what was known"
                (Gen.zip someQuota someQuota)
                (fun (one, other) ->
                    let one = { one with AccountId = Some "acct-1" }
                    let other = { other with AccountId = Some "acct-2" }
                    Believed.next (Some(Believed.certain one)) other = Believed.certain other)

            law
                "an older reading of the same account changes nothing"
                (Gen.zip (Gen.nonEmptyListOf someQuota) someQuota)
                (fun (readings, late) ->
                    let same (quota: Quota) =
                        { quota with AccountId = Some "acct-1" }

                    let before = believed (readings |> List.map same |> List.sortBy _.FetchedAt)

                    let late =
                        { same late with
                            FetchedAt = before.Quota.FetchedAt.AddSeconds -1.0
                        }

                    Believed.next (Some before) late = before)

            law
                "the same reading twice is one reading"
                (Gen.zip (Gen.listOf someQuota) someQuota)
                (fun (readings, reading) ->
                    let once = Believed.next (after readings) reading
                    Believed.next (Some once) reading = once)
        ]

let tests = testList "quota" [ windows; beliefs ]
