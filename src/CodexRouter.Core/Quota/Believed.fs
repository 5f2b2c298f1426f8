namespace CodexRouter.Core

open System

type Believed = { Quota: Quota; Doubted: Quota option }

[<RequireQualifiedAccess>]
module Believed =

    /// Less than this much less, in percent, is rounding and no drop.
    let tolerance = 1.0

    /// Two tellings of one reset time differ by less than this.
    let sameReset = TimeSpan.FromMinutes 2.0

    /// The windows of a reading that dropped before their time.
    let drops (before: Quota) (reading: Quota) =
        reading.Windows
        |> List.filter (fun window ->
            before.Windows
            |> List.exists (fun known ->
                Window.key known = Window.key window
                && match WindowState.used (Window.state reading.FetchedAt known), window.Used with
                   | Some used, Some now -> now < used - tolerance
                   | None, _
                   | _, None -> false))

    /// A window that nobody uses yet has a reset time that goes with the clock: as much later as the reading.
    let agree (gap: TimeSpan) (one: Window) (later: Window) =
        let sameTime =
            match one.ResetsAt, later.ResetsAt with
            | Some one, Some other -> other - one >= -sameReset && other - one <= gap + sameReset
            | None, None -> true
            | _ -> false

        match one.Used, later.Used with
        | Some one, Some later -> sameTime && later >= one - tolerance
        | _ -> false

    /// Tells whether a window's drop was in the doubted reading too.
    let isConfirmed (doubted: Quota option) (reading: Quota) (dropped: Window) =
        doubted
        |> Option.exists (fun doubted ->
            doubted.FetchedAt < reading.FetchedAt
            && doubted.Windows
               |> List.exists (fun first ->
                   Window.key first = Window.key dropped
                   && agree (reading.FetchedAt - doubted.FetchedAt) first dropped))

    /// A reading in which some windows keep what was believed of them; and, with a window of the plan's own, what was said
    /// of its limit.
    let holding (before: Quota) (held: Window list) (reading: Quota) =
        let known window =
            before.Windows |> List.find (fun known -> Window.key known = Window.key window)

        let isHeld window = List.contains window held

        let windows =
            reading.Windows
            |> List.map (fun window -> if isHeld window then known window else window)

        if held |> List.exists (fun window -> window.Limit = Window.Codex) then
            { reading with
                Windows = windows
                LimitReached = reading.LimitReached || before.LimitReached
                ReachedType = reading.ReachedType |> Option.orElse before.ReachedType
            }
        else
            { reading with Windows = windows }

    let isOfAnother (one: Quota) (other: Quota) =
        match one.AccountId, other.AccountId with
        | Some one, Some other -> one <> other
        | _ -> false

    let certain quota = { Quota = quota; Doubted = None }

    let next (before: Believed option) (reading: Quota) =
        match before with
        | None -> certain reading
        | Some before when isOfAnother before.Quota reading -> certain reading
        | Some before when reading.FetchedAt < before.Quota.FetchedAt -> before
        | Some { Doubted = Some doubted } & Some before when doubted.FetchedAt = reading.FetchedAt -> before
        | Some before ->
            match
                drops before.Quota reading
                |> List.filter (isConfirmed before.Doubted reading >> not)
            with
            | [] -> certain reading
            | doubtful ->
                {
                    Quota = holding before.Quota doubtful reading
                    Doubted = Some reading
                }
