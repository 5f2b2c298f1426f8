/// What is left is one notion: by everything that limits an account, at one moment.
module CodexRouter.Core.Tests.LeftLaws

open System
open CodexRouter.Core
open Expecto
open FsCheck.FSharp

let private now = DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero)

let private hours (count: float) = now.AddHours count

let private window limit minutes used resets : Window =
    {
        Limit = limit
        Minutes = Some minutes
        Used = Some used
        ResetsAt = Some resets
    }

let private fiveHours used =
    window Window.Codex Window.FiveHours used (hours 2.0)

let private week used =
    window Window.Codex Window.Week used (hours 70.0)

let private quota windows : Quota =
    {
        Source = Source.Service
        FetchedAt = now
        Plan = None
        AccountId = None
        LimitReached = false
        ReachedType = None
        Windows = windows
        Credits = None
        Spend = None
        ResetCredits = None
    }

let private spend reached percent : Spend =
    {
        Reached = reached
        Limit = Some "2500"
        Used = Some "2400"
        UsedPercent = percent
        ResetsAt = Some(hours 400.0)
    }

let private spent reached percent =
    { quota [] with
        Spend = Some(spend reached percent)
    }

let private unlimited =
    { quota [] with
        Credits = Some { Balance = None; Unlimited = true }
    }

let private someQuota =
    gen {
        let used =
            Gen.frequency
                [
                    6, Gen.choose (0, 1_000) |> Gen.map (fun tenths -> Some(float tenths / 10.0))
                    1, Gen.constant (Some 100.0)
                    1, Gen.constant None
                ]

        let! windows =
            Gen.elements [ Window.Codex; Window.Codex; "extra"; Window.CodeReview ]
            |> Gen.map3
                (fun minutes used limit ->
                    { window limit minutes 0.0 (hours (float minutes / 60.0 - 3.0)) with
                        Used = used
                    })
                (Gen.elements [ 60; Window.FiveHours; Window.Week ])
                used
            |> Gen.listOf
            |> Gen.map UsageFields.tidy

        let! source = Gen.elements Source.all
        let! reached = Gen.elements [ false; false; true ]
        let! isUnlimited = Gen.elements [ false; false; true ]

        let! spend =
            Gen.frequency
                [
                    2, Gen.constant None
                    1, Gen.map2 (fun reached used -> Some(spend reached used)) (Gen.elements [ true; false ]) used
                ]

        return
            { quota windows with
                Source = source
                LimitReached = reached
                Spend = spend
                Credits =
                    if isUnlimited then
                        Some { Balance = None; Unlimited = true }
                    else
                        None
            }
    }

let private law name property = Law.over name someQuota property

let tests =
    testList
        "What is left"
        [
            testCase "of two windows is what the tighter one has" (fun () ->
                Expect.equal
                    (Quota.left now (quota [ fiveHours 10.0; week 93.0 ]))
                    (Quota.Left.Some(7.0, week 93.0))
                    "the week")

            testCase "of an empty week is nothing, whatever the five hours have" (fun () ->
                Expect.equal
                    (Quota.left now (quota [ fiveHours 10.0; week 100.0 ]))
                    (Quota.Left.Nothing(Some(week 100.0)))
                    "blocked by the week")

            testCase "of two empty windows is nothing until the later one resets" (fun () ->
                Expect.equal
                    (Quota.left
                        now
                        { quota [ fiveHours 100.0; week 100.0 ] with
                            LimitReached = true
                        })
                    (Quota.Left.Nothing(Some(week 100.0)))
                    "blocked by the week")

            testCase "by a refusal with no window empty is nothing, because of the one that was used most" (fun () ->
                let refused =
                    { quota [ fiveHours 97.0; week 40.0 ] with
                        Source = Source.SessionLog
                        LimitReached = true
                    }

                Expect.equal (Quota.left now refused) (Quota.Left.Nothing(Some(fiveHours 97.0))) "the five hours"
                Expect.equal (Quota.leftOf now refused (fiveHours 97.0)) (Some 0.0) "nothing of it"
                Expect.equal (Quota.leftOf now refused (week 40.0)) (Some 60.0) "the other as it is"
                Expect.equal (Quota.left (hours 3.0) refused) (Quota.Left.Some(60.0, week 40.0)) "after its reset"

                let byCredits =
                    { refused with
                        ReachedType = Some "workspace_owner_credits_depleted"
                    }

                Expect.equal (Quota.left (hours 3.0) byCredits) (Quota.Left.Nothing None) "credits are no window")

            testCase "of a spending limit is what may still be spent" (fun () ->
                match Quota.left now (spent false (Some 96.0)) with
                | Quota.Left.Some(left, window) ->
                    Expect.floatClose Accuracy.high left 4.0 "percent"
                    Expect.equal (Window.label window) "spend" "its name"
                | other -> failtest (string other)

                match Quota.left now (spent true (Some 96.0)) with
                | Quota.Left.Nothing(Some window) -> Expect.equal window.ResetsAt (Some(hours 400.0)) "until its reset"
                | other -> failtest (string other))

            testCase "of an account without limits is unlimited, and of one that nothing is told of unknown" (fun () ->
                Expect.equal (Quota.left now unlimited) Quota.Left.Unlimited "unlimited"
                Expect.equal (Quota.left now (quota [])) Quota.Left.Unknown "unknown"

                Expect.equal
                    (Quota.left
                        now
                        { unlimited with
                            Windows = [ fiveHours 20.0 ]
                        })
                    (Quota.Left.Some(80.0, fiveHours 20.0))
                    "a window counts all the same")

            testCase
                "by an extra limit counts only where a log does not tell of the plan's own, and code reviews never"
                (fun () ->
                    let logged windows =
                        { quota windows with
                            Source = Source.SessionLog
                        }

                    let extra = window "codex_bengalfox" Window.FiveHours 30.0 (hours 2.0)
                    let review = window Window.CodeReview Window.Week 99.0 (hours 2.0)

                    Expect.equal
                        (Quota.left now (logged [ review; extra ]))
                        (Quota.Left.Some(70.0, extra))
                        "it stands for it"

                    Expect.equal
                        (Quota.left now (quota [ review; extra ]))
                        Quota.Left.Unknown
                        "the service tells all there are"

                    Expect.equal
                        (Quota.left now (logged [ fiveHours 10.0; extra; review ]))
                        (Quota.Left.Some(90.0, fiveHours 10.0))
                        "the plan's own"

                    Expect.equal
                        (Quota.left now (logged [ review ]))
                        Quota.Left.Unknown
                        "reviews are no limit of Codex")

            law "is never more than any window that counts has" (fun quota ->
                match Quota.left now quota with
                | Quota.Left.Some(left, _) ->
                    Quota.plan quota
                    |> List.forall (fun window -> Window.left now window |> Option.forall (fun other -> other >= left))
                | Quota.Left.Nothing _
                | Quota.Left.Unlimited
                | Quota.Left.Unknown -> true)

            law "is the least of what is left of each" (fun quota ->
                match Quota.left now quota with
                | Quota.Left.Some(left, _) ->
                    Quota.plan quota |> List.choose (Quota.leftOf now quota) |> List.min = left
                | Quota.Left.Nothing(Some window) ->
                    Window.state now window <> WindowState.Reset
                    && (Quota.leftOf now quota window |> Option.forall ((=) 0.0))
                | Quota.Left.Nothing None -> quota.LimitReached
                | Quota.Left.Unlimited -> (Quota.plan quota).IsEmpty
                | Quota.Left.Unknown -> Quota.plan quota |> List.forall (fun window -> (Window.left now window).IsNone))

            law "is nothing exactly when guard says no, whatever little is needed" (fun quota ->
                let answer =
                    Guard.decide now (TimeSpan.FromMinutes 5.0) 0.001 GuardedWindow.Any (Some quota)

                match Quota.left now quota, answer with
                | Quota.Left.Nothing _, (GuardAnswer.LimitReached | GuardAnswer.NotEnough _) -> true
                | Quota.Left.Unlimited, GuardAnswer.Unlimited -> true
                | Quota.Left.Some _, (GuardAnswer.Enough _ | GuardAnswer.Doubtful _) -> true
                | Quota.Left.Unknown, GuardAnswer.Doubtful _ -> true
                | _ -> false)

            law "is the room that a fallback goes by" (fun quota ->
                match Quota.left now quota, Room.ofQuota now quota with
                | Quota.Left.Some(left, window), Room.Known(room, _, until) -> left = room && until = window.ResetsAt
                | Quota.Left.Nothing _, Room.Known(room, _, _) -> room = 0.0
                | Quota.Left.Unlimited, Room.Unlimited
                | Quota.Left.Unknown, Room.Unknown -> true
                | _ -> false)
        ]
