module CodexRouter.Core.Tests.GuardTests

open System
open CodexRouter.Core
open Expecto

let private now = DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero)

let private window minutes used : Window =
    {
        Limit = Window.Codex
        Minutes = Some minutes
        Used = used
        ResetsAt = Some(now.AddHours 2.0)
    }

let private fiveHours used = window Window.FiveHours (Some used)
let private week used = window Window.Week (Some used)

let private over (window: Window) = { window with ResetsAt = Some now }

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

let private fiveMinutes = TimeSpan.FromMinutes 5.0

let private decide needed asked quota =
    Guard.decide now fiveMinutes needed asked (Some quota)

let private any needed windows =
    decide needed GuardedWindow.Any (quota windows)

let private labelled label needed windows =
    decide needed (GuardedWindow.Labelled label) (quota windows)

let tests =
    testList
        "Guard"
        [
            testCase "exactly as much as is needed is enough, and the smallest bit less is not" (fun () ->
                let exact = fiveHours 90.0
                Expect.equal (any 10.0 [ exact ]) (GuardAnswer.Enough(exact, 10.0)) "equal"
                let less = fiveHours 90.0001

                match any 10.0 [ less ] with
                | GuardAnswer.NotEnough(window, left) ->
                    Expect.equal window less "the window"
                    Expect.isLessThan left 10.0 "what is left"
                | other -> failtest (string<GuardAnswer> other)

                Expect.equal (any 0.0 [ fiveHours 100.0 ]) (GuardAnswer.Enough(fiveHours 100.0, 0.0)) "nothing needed"

                Expect.equal
                    (any 100.0 [ fiveHours 0.0 ])
                    (GuardAnswer.Enough(fiveHours 0.0, 100.0))
                    "everything needed")

            testCase "of all windows the one with the least left decides" (fun () ->
                for windows in [ [ fiveHours 10.0; week 95.0 ]; [ week 95.0; fiveHours 10.0 ] ] do
                    Expect.equal (any 10.0 windows) (GuardAnswer.NotEnough(week 95.0, 5.0)) "the week"
                    Expect.equal (any 5.0 windows) (GuardAnswer.Enough(week 95.0, 5.0)) "the week"
                    Expect.equal (labelled "5h" 10.0 windows) (GuardAnswer.Enough(fiveHours 10.0, 90.0)) "five hours")

            testCase "a window of unknown use is a doubt, unless another has too little anyway" (fun () ->
                let unknown = window Window.Week None

                Expect.equal
                    (any 10.0 [ fiveHours 10.0; unknown ])
                    (GuardAnswer.Doubtful(GuardDoubt.WindowNotKnown unknown))
                    "doubt"

                Expect.equal
                    (any 10.0 [ unknown; fiveHours 95.0 ])
                    (GuardAnswer.NotEnough(fiveHours 95.0, 5.0))
                    "too little"

                Expect.equal
                    (labelled "5h" 10.0 [ fiveHours 10.0; unknown ])
                    (GuardAnswer.Enough(fiveHours 10.0, 90.0))
                    "not asked for")

            testCase "an empty window whose time has passed is neither empty nor full" (fun () ->
                let begun = over (fiveHours 100.0)

                Expect.equal
                    (any 10.0 [ begun ])
                    (GuardAnswer.Doubtful(GuardDoubt.WindowNotKnown begun))
                    "the old figure says nothing"

                Expect.equal
                    (decide
                        10.0
                        GuardedWindow.Any
                        { quota [ begun ] with
                            LimitReached = true
                        })
                    (GuardAnswer.Doubtful(GuardDoubt.WindowNotKnown begun))
                    "nor does it with the source's word"

                let full = over (fiveHours 0.0)

                Expect.equal
                    (any 10.0 [ full ])
                    (GuardAnswer.Doubtful(GuardDoubt.WindowNotKnown full))
                    "nor a full one")

            testCase "a figure counts until it is older than accepted" (fun () ->
                let aged (age: TimeSpan) =
                    Guard.decide
                        now
                        fiveMinutes
                        10.0
                        GuardedWindow.Any
                        (Some
                            { quota [ fiveHours 10.0 ] with
                                FetchedAt = now - age
                            })

                Expect.equal (aged fiveMinutes) (GuardAnswer.Enough(fiveHours 10.0, 90.0)) "just so old"
                let more = fiveMinutes + TimeSpan.FromTicks 1L
                Expect.equal (aged more) (GuardAnswer.Doubtful(GuardDoubt.TooOld more)) "older"

                Expect.equal
                    (aged (TimeSpan.FromMinutes -1.0))
                    (GuardAnswer.Enough(fiveHours 10.0, 90.0))
                    "by a clock that was set back"

                Expect.equal
                    (Guard.decide
                        now
                        fiveMinutes
                        10.0
                        GuardedWindow.Any
                        (Some
                            { quota [ fiveHours 100.0 ] with
                                FetchedAt = now - more
                                LimitReached = true
                            }))
                    (GuardAnswer.Doubtful(GuardDoubt.TooOld more))
                    "an old bad figure is no answer either")

            testCase "a limit that the source says is reached outweighs the windows" (fun () ->
                for windows in [ []; [ fiveHours 10.0 ]; [ fiveHours 100.0 ] ] do
                    for asked in [ GuardedWindow.Any; GuardedWindow.Labelled "5h" ] do
                        Expect.equal
                            (decide
                                0.0
                                asked
                                { quota windows with
                                    LimitReached = true
                                    ReachedType = Some "workspace_member_credits_depleted"
                                })
                            GuardAnswer.LimitReached
                            "reached")

            testCase "a window that the plan has not is a doubt, and the ones it has are told" (fun () ->
                Expect.equal
                    (labelled "month" 10.0 [ fiveHours 10.0; week 20.0 ])
                    (GuardAnswer.Doubtful(GuardDoubt.NoSuchWindow [ "5h"; "week" ]))
                    "the others")

            testCase "extra limits do not count" (fun () ->
                let extra =
                    { fiveHours 100.0 with
                        Limit = "GPT-X-Mini"
                    }

                Expect.equal
                    (any 10.0 [ fiveHours 10.0; extra ])
                    (GuardAnswer.Enough(fiveHours 10.0, 90.0))
                    "the plan's own"

                Expect.equal (any 10.0 [ extra ]) (GuardAnswer.Doubtful GuardDoubt.NoFigure) "and nothing else"

                Expect.equal
                    (labelled "5h" 10.0 [ extra ])
                    (GuardAnswer.Doubtful(GuardDoubt.NoSuchWindow []))
                    "also by its label")

            testCase "without any figure there is no answer" (fun () ->
                Expect.equal
                    (Guard.decide now fiveMinutes 0.0 GuardedWindow.Any None)
                    (GuardAnswer.Doubtful GuardDoubt.NoFigure)
                    "no quota"

                Expect.equal (any 0.0 []) (GuardAnswer.Doubtful GuardDoubt.NoFigure) "no windows")

            testCase "that lasts long enough at its pace stays enough, and else is too fast" (fun () ->
                let asked = quota [ fiveHours 40.0; week 20.0 ]
                let enough = decide 10.0 GuardedWindow.Any asked

                let lasting (hours: float) empty =
                    Guard.lasting now (TimeSpan.FromHours hours) GuardedWindow.Any empty (Some asked) enough

                let inHours (hours: float) window =
                    if Window.label window = "5h" then
                        Some(now.AddHours hours)
                    else
                        None

                Expect.equal (lasting 1.0 (inHours 1.0)) enough "exactly as long"

                Expect.equal
                    (lasting 1.01 (inHours 1.0))
                    (GuardAnswer.TooFast(fiveHours 40.0, now.AddHours 1.0))
                    "less"

                Expect.equal (lasting 9_999.0 (fun _ -> None)) enough "a window that resets before is no limit"

                Expect.equal
                    (Guard.lasting
                        now
                        (TimeSpan.FromHours 3.0)
                        (GuardedWindow.Labelled "week")
                        (inHours 1.0)
                        (Some asked)
                        enough)
                    enough
                    "another window was not asked about")

            testCase "that is not enough anyway is not made better by its pace" (fun () ->
                let asked = quota [ fiveHours 99.0 ]

                for answer in
                    [
                        decide 10.0 GuardedWindow.Any asked
                        GuardAnswer.LimitReached
                        GuardAnswer.Doubtful GuardDoubt.NoFigure
                    ] do
                    Expect.equal
                        (Guard.lasting now TimeSpan.Zero GuardedWindow.Any (fun _ -> None) (Some asked) answer)
                        answer
                        "as it was")
        ]
