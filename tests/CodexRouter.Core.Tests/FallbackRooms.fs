/// Four profiles with room to spare, the rules between them, and where advice leads as time goes on.
module CodexRouter.Core.Tests.FallbackRooms

open System
open FsCheck.FSharp
open CodexRouter.Core

/// When every story begins.
let start = DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)

/// So many minutes later.
let minute (minutes: int) = start.AddMinutes(float minutes)

let name text =
    match ProfileName.create text with
    | Ok name -> name
    | Error fault -> failwith (ProfileName.explain fault)

let work, personal, key, spare =
    name "work", name "personal", name "key", name "spare"

let all = [ work; personal; key; spare ]

/// So many percent are left, for as long as nobody says otherwise.
let left percent = Room.Known(percent, Some "5h", None)

let rule targets below = { To = targets; Below = below }

let settings rules =
    { Fallback.settings with
        Rules = Map.ofList rules
    }

/// From `work` to `personal`, and else to `key`.
let simple = settings [ work, rule [ personal; key ] 10.0 ]

/// Nothing is known of a profile that is not listed.
let roomsOf (rooms: (ProfileName * Room) list) profile =
    rooms
    |> List.tryFind (fun (known, _) -> known = profile)
    |> Option.map snd
    |> Option.defaultValue Room.Unknown

/// Where advice leads from `work` as time goes on: minute and rooms, one after the other.
let follow settings (moments: (int * (ProfileName * Room) list) list) =
    (Fallback.undecided, moments)
    ||> List.mapFold (fun state (time, rooms) ->
        let advice, state =
            Fallback.decide settings (minute time) work (roomsOf rooms) state

        advice |> Option.map _.To, state)
    |> fst

/// The advice for who is at `work` and was never given any.
let advised settings rooms =
    Fallback.decide settings start work (roomsOf rooms) Fallback.undecided |> fst

let target settings rooms =
    advised settings rooms |> Option.map _.To

/// Any percentage.
let percent = Gen.choose (0, 100) |> Gen.map float

/// A person who follows each advice, while rooms change: at each moment where they were, and the advice there.
let person settings (moments: (int * (ProfileName * Room) list) list) =
    let rec walk at state moments =
        match moments with
        | [] -> []
        | (time, rooms) :: rest ->
            let advice, state = Fallback.decide settings (minute time) at (roomsOf rooms) state

            let next = advice |> Option.map _.To |> Option.defaultValue at
            (time, rooms, at, advice) :: walk next state rest

    walk work Fallback.undecided moments
