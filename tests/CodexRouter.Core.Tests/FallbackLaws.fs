/// What holds of each proposal, whatever the rules and the rooms are.
module CodexRouter.Core.Tests.FallbackLaws

open System
open Expecto
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Core.Tests.FallbackRooms

let private law name generator property = Law.over name generator property

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

let tests = testList "fallback" [ laws ]
