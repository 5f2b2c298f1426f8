/// How much room a profile has, by what is known of its quota.
module CodexRouter.Core.Tests.RoomTests

open Expecto
open CodexRouter.Core
open CodexRouter.Core.Tests.FallbackRooms

let private quota windows : Quota =
    {
        Source = Source.Service
        FetchedAt = start
        Plan = None
        AccountId = None
        LimitReached = false
        ReachedType = None
        Windows = windows
        Credits = None
        Spend = None
        ResetCredits = None
    }

let private window minutes used resets : Window =
    {
        Limit = Window.Codex
        Minutes = Some minutes
        Used = used
        ResetsAt = Some(minute resets)
    }

let private rooms =
    testList
        "rooms"
        [
            testCase "a profile's room is its tightest window's"
            <| fun () ->
                let plan = quota [ window 300 (Some 42.0) 60; window 10_080 (Some 93.0) 900 ]
                Expect.equal (Room.ofQuota start plan) (Room.Known(7.0, Some "week", Some(minute 900))) "the week's"

                let extra =
                    { plan with
                        Windows =
                            plan.Windows
                            @ [
                                { window 300 (Some 100.0) 60 with
                                    Limit = "extra"
                                }
                            ]
                    }

                Expect.equal (Room.ofQuota start extra) (Room.ofQuota start plan) "extra limits do not count"

            testCase "of two empty windows the one that lasts counts"
            <| fun () ->
                let plan = quota [ window 300 (Some 100.0) 60; window 10_080 (Some 100.0) 900 ]
                Expect.equal (Room.ofQuota start plan) (Room.Known(0.0, Some "week", Some(minute 900))) "the week"

                Expect.equal
                    (Room.ofQuota (minute 60) plan)
                    (Room.ofQuota start plan)
                    "and still when the other began anew"

                Expect.equal (Room.ofQuota (minute 900) plan) Room.Unknown "until it begins anew itself"

            testCase "what the source said is reached has no room, whatever the windows say"
            <| fun () ->
                let plan = quota [ window 300 (Some 10.0) 60 ]

                Expect.equal
                    (Room.ofQuota start { plan with LimitReached = true })
                    (Room.Known(0.0, None, None))
                    "credits used up"

                let spend resets =
                    Some
                        {
                            Reached = true
                            Limit = None
                            Used = None
                            UsedPercent = None
                            ResetsAt = Some(minute resets)
                        }

                Expect.equal
                    (Room.ofQuota start { plan with Spend = spend 30 })
                    (Room.Known(0.0, None, Some(minute 30)))
                    "spending limit"

                Expect.equal
                    (Room.ofQuota (minute 30) { plan with Spend = spend 30 })
                    (Room.Known(90.0, Some "5h", Some(minute 60)))
                    "which began anew"

            testCase "without a figure nothing is known"
            <| fun () ->
                Expect.equal (Room.ofQuota start (quota [])) Room.Unknown "no window"
                Expect.equal (Room.ofQuota start (quota [ window 300 None 60 ])) Room.Unknown "no figure"
        ]

let tests = testList "fallback" [ rooms ]
