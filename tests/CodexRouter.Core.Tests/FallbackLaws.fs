/// Which profile is proposed when one has little left.
module CodexRouter.Core.Tests.FallbackLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Testing

let private law name generator property = Law.over name generator property

let private start = DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)

let private minute (minutes: int) = start.AddMinutes(float minutes)

let private name text =
    match ProfileName.create text with
    | Ok name -> name
    | Error fault -> failwith (ProfileName.explain fault)

let private work, private personal, private key, private spare =
    name "work", name "personal", name "key", name "spare"

let private all = [ work; personal; key; spare ]

let private left percent = Room.Known(percent, Some "5h", None)

let private rule targets below = { To = targets; Below = below }

let private settings rules =
    { Fallback.settings with
        Rules = Map.ofList rules
    }

let private simple = settings [ work, rule [ personal; key ] 10.0 ]

let private roomsOf (rooms: (ProfileName * Room) list) profile =
    rooms
    |> List.tryFind (fun (known, _) -> known = profile)
    |> Option.map snd
    |> Option.defaultValue Room.Unknown

/// Where advice leads from `work` as time goes on: minute and rooms, one after the other.
let private follow settings (moments: (int * (ProfileName * Room) list) list) =
    (Fallback.undecided, moments)
    ||> List.mapFold (fun state (time, rooms) ->
        let advice, state =
            Fallback.decide settings (minute time) work (roomsOf rooms) state

        advice |> Option.map _.To, state)
    |> fst

let private advised settings rooms =
    Fallback.decide settings start work (roomsOf rooms) Fallback.undecided |> fst

let private target settings rooms =
    advised settings rooms |> Option.map _.To

let private percent = Gen.choose (0, 100) |> Gen.map float

let private someRoom =
    Gen.frequency
        [
            8, Gen.map left percent
            1, Gen.constant Room.Unlimited
            1, Gen.constant Room.Unknown
            1,
            Gen.map2 (fun percent until -> Room.Known(percent, None, Some(minute until))) percent (Gen.choose (0, 300))
        ]

let private someRooms =
    Gen.listOfLength all.Length someRoom |> Gen.map (List.zip all)

let private someRules =
    Gen.listOfLength all.Length (Gen.zip (Gen.subListOf all) (Gen.elements [ 5.0; 10.0; 30.0; 90.0 ]))
    |> Gen.map (fun rules ->
        settings (List.map2 (fun profile (targets, below) -> profile, rule targets below) all rules))

/// A person who follows each advice, while rooms change: at each moment where they were, and the advice there.
let private person settings (moments: (int * (ProfileName * Room) list) list) =
    let rec walk at state moments =
        match moments with
        | [] -> []
        | (time, rooms) :: rest ->
            let advice, state = Fallback.decide settings (minute time) at (roomsOf rooms) state

            let next = advice |> Option.map _.To |> Option.defaultValue at
            (time, rooms, at, advice) :: walk next state rest

    walk work Fallback.undecided moments

let private moments =
    Gen.nonEmptyListOf (Gen.zip (Gen.choose (0, 7)) someRooms)
    |> Gen.map (fun steps ->
        (0, steps)
        ||> List.mapFold (fun time (pause, rooms) -> (time + pause, rooms), time + pause)
        |> fst)

/// Rooms that change little, about the thresholds.
let private nearMoments =
    Gen.nonEmptyListOf (Gen.zip (Gen.choose (0, 7)) (Gen.listOfLength all.Length (Gen.choose (0, 24) |> Gen.map float)))
    |> Gen.map (fun steps ->
        (0, steps)
        ||> List.mapFold (fun time (pause, rooms) -> (time + pause, List.zip all (List.map left rooms)), time + pause)
        |> fst)

/// A person who stays where they are.
let private stayer settings (moments: (int * (ProfileName * Room) list) list) =
    (Fallback.undecided, moments)
    ||> List.mapFold (fun state (time, rooms) ->
        let advice, state =
            Fallback.decide settings (minute time) work (roomsOf rooms) state

        (time, rooms, work, advice), state)
    |> fst

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

let private laws =
    testList
        "laws"
        [
            law
                "advice leads only to listed profiles that have more room, for who follows it and for who does not"
                (Gen.zip someRules (Gen.oneof [ moments; nearMoments ]))
                (fun (settings, moments) ->
                    person settings moments @ stayer settings moments
                    |> List.forall (fun (time, rooms, at, advice) ->
                        match advice with
                        | None -> true
                        | Some advice ->
                            let own = Room.at (minute time) (roomsOf rooms at)
                            let other = Room.at (minute time) (roomsOf rooms advice.To)

                            advice.From = at
                            && advice.To <> at
                            && List.contains advice.To settings.Rules[at].To
                            && (match own, other with
                                | Room.Known(own, _, _), Room.Known(other, _, _) ->
                                    other > own && advice.LeftTo = Some other
                                | Room.Known _, Room.Unlimited -> advice.LeftTo = None
                                | _ -> false)))

            law
                "nobody who follows is sent back within the cooldown, whatever the rooms do"
                (Gen.zip someRules moments)
                (fun (settings, moments) ->
                    let steps = person settings moments

                    let moves =
                        steps
                        |> List.choose (fun (time, _, at, advice) ->
                            advice |> Option.map (fun advice -> time, at, advice.To))

                    List.allPairs (List.indexed moves) (List.indexed moves)
                    |> List.forall (fun ((first, (time, left, _)), (second, (later, _, target))) ->
                        second <= first
                        || target <> left
                        || later - time >= int settings.Cooldown.TotalMinutes))

            law
                "while rooms stay as they are, nobody who follows comes to a profile twice"
                (Gen.zip someRules someRooms)
                (fun (settings, rooms) ->
                    // No window begins anew meanwhile.
                    let lasting =
                        rooms
                        |> List.map (fun (profile, room) ->
                            match room with
                            | Room.Known(percent, _, _) -> profile, left percent
                            | room -> profile, room)

                    let visited =
                        person settings [ for step in 0..20 -> step * 20, lasting ]
                        |> List.map (fun (_, _, at, _) -> at)

                    let moves = visited |> List.pairwise |> List.filter (fun (one, next) -> one <> next)

                    (moves |> List.map snd |> List.distinct).Length = moves.Length
                    && moves |> List.forall (fun (_, next) -> next <> work))

            law
                "one profile's noise of half the hysteresis changes the advice once at most"
                (Gen.zip3
                    (Gen.zip percent percent)
                    (Gen.elements [ work; personal ])
                    (Gen.nonEmptyListOf (Gen.choose (-49, 49) |> Gen.map (fun tenths -> float tenths / 10.0))))
                (fun ((own, other), noisy, noise) ->
                    let shaken profile percent shake =
                        profile, left (Math.Clamp((if profile = noisy then percent + shake else percent), 0.0, 100.0))

                    let advice =
                        follow
                            (settings [ work, rule [ personal ] 10.0 ])
                            (noise
                             |> List.mapi (fun index shake ->
                                 index * 5, [ shaken work own shake; shaken personal other shake ]))

                    (advice |> List.pairwise |> List.filter (fun (one, next) -> one <> next)).Length
                    <= 1)

            law
                "noise of a quarter of it in every profile at once does so too"
                (Gen.zip
                    (Gen.listOfLength 4 percent)
                    (Gen.nonEmptyListOf (
                        Gen.listOfLength 4 (Gen.choose (-24, 24) |> Gen.map (fun tenths -> float tenths / 10.0))
                    )))
                (fun (rooms, noise) ->
                    let advice =
                        follow
                            (settings [ work, rule [ personal; key; spare ] 10.0 ])
                            (noise
                             |> List.mapi (fun index shakes ->
                                 index * 5,
                                 List.map3
                                     (fun profile room shake -> profile, left (Math.Clamp(room + shake, 0.0, 100.0)))
                                     all
                                     rooms
                                     shakes))

                    (advice |> List.pairwise |> List.filter (fun (one, next) -> one <> next)).Length
                    <= 1)

            law
                "within the cooldown no third profile is proposed, unless the second has less than the first"
                (Gen.zip someRules moments)
                (fun (settings, moments) ->
                    let steps =
                        (Fallback.undecided, moments)
                        ||> List.mapFold (fun state (time, rooms) ->
                            let advice, state =
                                Fallback.decide settings (minute time) work (roomsOf rooms) state

                            (time, rooms, advice |> Option.map _.To), state)
                        |> fst

                    let given =
                        steps
                        |> List.choose (fun (time, rooms, target) ->
                            target |> Option.map (fun target -> time, rooms, target))

                    // The times since which each proposal has held.
                    (None, given)
                    ||> List.fold (fun before (time, rooms, target) ->
                        match before with
                        | Some(since, proposed) when proposed = target -> Some(since, proposed)
                        | Some(since, proposed) when time - since < int settings.Cooldown.TotalMinutes ->
                            match
                                Room.at (minute time) (roomsOf rooms work),
                                Room.at (minute time) (roomsOf rooms proposed)
                            with
                            | Room.Known(own, _, _), Room.Known(other, _, _) when other < own -> Some(time, target)
                            | _ -> failtest "changed too soon"
                        | _ -> Some(time, target))
                    |> ignore)

            law
                "what is remembered is about the profiles there are, and no more"
                (Gen.zip someRules moments)
                (fun (settings, moments) ->
                    (Fallback.undecided, moments)
                    ||> List.fold (fun state (time, rooms) ->
                        (state, all)
                        ||> List.fold (fun state from ->
                            Fallback.decide settings (minute time) from (roomsOf rooms) state |> snd))
                    |> fun state -> state.Decisions.Count <= all.Length)
        ]

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

let private anyName =
    Gen.elements
        [
            work
            personal
            name (String('a', 64))
            name (String('b', 64))
            name "a.b_c-d"
        ]

let private anyAdvice =
    gen {
        let! from = anyName
        let! target = anyName
        let! how = Gen.elements [ OnLimit.Tell; OnLimit.Switch ]
        let! own = percent
        let! until = Gen.optionOf (Gen.choose (-100_000, 100_000))
        let! label = Gen.elements [ None; Some "5h"; Some "month" ]
        let! other = Gen.oneof [ Gen.constant Room.Unlimited; Gen.constant (left 100.0) ]

        let settings =
            { settings [ from, rule [ target ] 101.0 ] with
                OnLimit = how
            }

        let room profile =
            if profile = from then
                Room.Known(Math.Min(own, 99.0), label, until |> Option.map (fun until -> start.AddDays(float until)))
            else
                other

        let time = start.AddDays -100_001.0
        return Fallback.decide settings time from room Fallback.undecided |> fst
    }

let private lines =
    testList
        "prompt lines"
        [
            testCase "it says who has how much, and the command"
            <| fun () ->
                let line how =
                    advised
                        { simple with OnLimit = how }
                        [ work, Room.Known(4.2, Some "5h", Some(minute 60)); personal, left 80.0 ]
                    |> Option.map (Fallback.advice >> Advice.write)

                let until = string<int64>((minute 60).ToUnixTimeSeconds())
                let reason = "work has 4% left of its 5h window, personal has 80%"

                Expect.equal
                    (line OnLimit.Tell)
                    (Some("tell personal " + until + " " + reason + ": codex-router use personal"))
                    "tell"

                Expect.equal (line OnLimit.Switch) (Some("switch personal " + until + " " + reason)) "switch"

            testCase "without a limit, without a window's name, without an end"
            <| fun () ->
                Expect.equal
                    (advised simple [ work, Room.Known(0.0, None, None); key, Room.Unlimited ]
                     |> Option.map (Fallback.advice >> Advice.write))
                    (Some "tell key - work has 0% left, key has no limit: codex-router use key")
                    "plain words"

            law "a line is short printable ASCII, and is read as it was written" anyAdvice (fun advice ->
                match advice with
                | None -> true
                | Some advice ->
                    let line = Fallback.advice advice
                    let text = Advice.write line

                    Advice.read text = Some line
                    && line.Text.Length <= Advice.MaximumText
                    && line.Text.Contains(ProfileName.value advice.To)
                    && text |> Seq.forall (fun character -> character >= ' ' && character <= '~'))

            testCase "the generated advice is advice, and reaches the longest names"
            <| fun () ->
                let advice = Gen.sample 200 anyAdvice |> Array.choose id
                Expect.isGreaterThan advice.Length 100 "most of it"

            testCase "what is no line is not read as one"
            <| fun () ->
                for text in
                    [
                        ""
                        "tell"
                        "tell personal -"
                        "tell personal - "
                        "stay personal - text"
                        "Tell personal - text"
                        "tell ../x - text"
                        "tell personal -5 text"
                        "tell personal 9999999999999 text"
                        "tell personal 1x text"
                        "tell  personal - text"
                        "tell personal - te\u001bxt"
                        "tell personal - té"
                        "tell personal - " + String('a', Advice.MaximumText + 1)
                    ] do
                    Expect.isNone (Advice.read text) text

                Expect.isSome (Advice.read ("tell personal - " + String('a', Advice.MaximumText))) "the longest"
        ]

let tests = testList "fallback" [ choices; laws; rooms; lines ]
