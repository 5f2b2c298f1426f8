/// Which profile is proposed when one has little left, and for how long.
module CodexRouter.Core.Tests.FallbackTests

open Expecto
open CodexRouter.Core
open CodexRouter.Core.Tests.FallbackRooms

let private choices =
    testList
        "choices"
        [
            testCase "the first listed one with room to spare is proposed"
            <| fun () ->
                Expect.equal
                    (target simple [ work, left 4.0; personal, left 80.0; key, left 90.0 ])
                    (Some personal)
                    "first"

                Expect.equal (target simple [ work, left 4.0; personal, left 19.9; key, left 90.0 ]) (Some key) "enough"

                Expect.equal
                    (target simple [ work, left 4.0; personal, left 20.0; key, left 90.0 ])
                    (Some personal)
                    "edge"

                Expect.equal (target simple [ work, left 4.0; key, Room.Unlimited ]) (Some key) "without a limit"
                Expect.isNone (target simple [ work, left 4.0; spare, left 90.0 ]) "not listed"
                Expect.isNone (target simple [ work, left 4.0 ]) "nothing known"

            testCase "at the threshold there is no advice, below it there is"
            <| fun () ->
                Expect.isNone (target simple [ work, left 10.0; personal, left 80.0 ]) "exactly equal"
                Expect.isSome (target simple [ work, left 9.9; personal, left 80.0 ]) "below"

            testCase "a profile without figures, without a limit or whose window has begun anew gets no advice"
            <| fun () ->
                for room in [ Room.Unknown; Room.Unlimited; Room.Known(0.0, None, Some start) ] do
                    Expect.isNone (target simple [ work, room; personal, left 80.0 ]) "stay"

            testCase "nobody is sent to a profile whose figure is of a window that has begun anew"
            <| fun () ->
                Expect.isNone
                    (target simple [ work, left 4.0; personal, Room.Known(80.0, None, Some start) ])
                    "nothing is known of it"

            testCase "what is proposed once stays proposed, though a better one comes"
            <| fun () ->
                Expect.equal
                    (follow
                        simple
                        [
                            0, [ work, left 4.0; personal, left 15.0; key, left 50.0 ]
                            60, [ work, left 4.0; personal, left 95.0; key, left 50.0 ]
                            61, [ work, left 4.0; personal, left 95.0; key, left 11.0 ]
                        ])
                    [ Some key; Some key; Some key ]
                    "stable"

            testCase "after the proposed one fell below the threshold another waits for the cooldown"
            <| fun () ->
                let rooms proposed =
                    [ work, left 4.0; personal, left proposed; key, left 50.0 ]

                Expect.equal
                    (follow simple [ 0, rooms 50.0; 14, rooms 9.0; 15, rooms 9.0 ])
                    [ Some personal; None; Some key ]
                    "fifteen minutes"

            testCase "if the proposed one has less than the profile itself, another comes at once"
            <| fun () ->
                let rooms proposed =
                    [ work, left 4.0; personal, left proposed; key, left 50.0 ]

                Expect.equal (follow simple [ 0, rooms 50.0; 1, rooms 3.0 ]) [ Some personal; Some key ] "no waiting"

            testCase "nobody is kept sent to a profile that has less by now"
            <| fun () ->
                let rooms own other =
                    [ work, left own; personal, left other ]

                Expect.equal
                    (follow
                        simple
                        [
                            0, rooms 9.0 25.0
                            1, rooms 15.0 16.0
                            2, rooms 15.0 15.0
                            3, rooms 15.0 14.0
                        ])
                    [ Some personal; Some personal; None; None ]
                    "more, not as much"

            testCase "advice ends when the profile has recovered, or its window has begun anew"
            <| fun () ->
                let rooms own = [ work, own; personal, left 80.0 ]

                Expect.equal
                    (follow
                        simple
                        [
                            0, rooms (left 4.0)
                            1, rooms (left 19.9)
                            2, rooms (left 20.0)
                            3, rooms (left 12.0)
                            4, rooms (left 4.0)
                            5, rooms Room.Unknown
                        ])
                    [ Some personal; Some personal; None; None; Some personal; None ]
                    "ten percent above the threshold"

            testCase "a profile that was just left is not gone back to"
            <| fun () ->
                let mutual = settings [ work, rule [ personal ] 10.0; personal, rule [ work ] 10.0 ]

                let moments =
                    [
                        0, [ work, left 4.0; personal, left 80.0 ]
                        1, [ work, left 90.0; personal, left 4.0 ]
                        14, [ work, left 90.0; personal, left 4.0 ]
                        15, [ work, left 90.0; personal, left 4.0 ]
                    ]

                Expect.equal
                    (person mutual moments |> List.map (fun (_, _, at, _) -> at))
                    [ work; personal; personal; personal ]
                    "it stays for the cooldown"

                Expect.equal
                    (person mutual moments
                     |> List.last
                     |> fun (_, _, _, advice) -> advice |> Option.map _.To)
                    (Some work)
                    "then what has room is proposed again"

            testCase "with on_limit = \"stay\" nothing is said"
            <| fun () ->
                Expect.isNone
                    (target { simple with OnLimit = OnLimit.Stay } [ work, left 0.0; personal, left 80.0 ])
                    "nothing"

            testCase "a profile that is no longer listed is not kept to"
            <| fun () ->
                let rooms = roomsOf [ work, left 4.0; personal, left 80.0; key, left 90.0 ]
                let _, state = Fallback.decide simple start work rooms Fallback.undecided
                let changed = settings [ work, rule [ key ] 10.0 ]

                Expect.equal
                    (Fallback.decide changed (minute 1) work rooms state |> fst |> Option.map _.To)
                    (Some key)
                    "the rule as it is now"
        ]

let tests = testList "fallback" [ choices ]
