namespace CodexRouter.Core

open System

/// Where a figure was read.
[<RequireQualifiedAccess>]
type Source =
    /// The provider's usage service, asked by the router.
    | Service
    /// Codex's own app-server, which asks the same service.
    | AppServer
    /// What Codex wrote into a session's log while it worked.
    | SessionLog

[<RequireQualifiedAccess>]
module Source =

    /// All of them, the surest first.
    let all = [ Source.Service; Source.AppServer; Source.SessionLog ]

    /// Gives the word for files and programs.
    let word source =
        match source with
        | Source.Service -> "service"
        | Source.AppServer -> "app-server"
        | Source.SessionLog -> "session-log"

/// How much is left, as a colour tells it.
[<RequireQualifiedAccess>]
type Headroom =
    | Good
    | Low
    | Bad

[<RequireQualifiedAccess>]
module Headroom =

    /// The least that is good, in percent.
    [<Literal>]
    let Good = 30.0

    /// The least that is no cause for alarm, in percent.
    [<Literal>]
    let Low = 10.0

    /// Judges what is left, in percent.
    let ofLeft left =
        if left >= Good then Headroom.Good
        elif left >= Low then Headroom.Low
        else Headroom.Bad

/// One window of one limit. It is known by its duration, never by the position in which it was told.
type Window =
    {
        /// The family of limits: `codex`, or the name of an extra one.
        Limit: string
        /// How long it lasts. Nothing when nobody said.
        Minutes: int option
        /// Percent used, from 0 to 100. Nothing when nobody said.
        Used: float option
        ResetsAt: DateTimeOffset option
    }

/// What a window's figure means at some moment.
[<RequireQualifiedAccess>]
type WindowState =
    /// Percent used, from 0 to 100.
    | Current of used: float
    /// It has begun anew since the figure was read; what was used since is not known.
    | Reset
    | Unknown

[<RequireQualifiedAccess>]
module WindowState =

    /// Gives the word for programs.
    let word state =
        match state with
        | WindowState.Current _ -> "current"
        | WindowState.Reset -> "reset"
        | WindowState.Unknown -> "unknown"

    /// The words that there are.
    let words =
        [ WindowState.Current 0.0; WindowState.Reset; WindowState.Unknown ]
        |> List.map word

/// Paid credits beside the plan.
type Credits =
    {
        /// As the provider writes it: a number, or a text.
        Balance: string option
        Unlimited: bool
    }

/// A limit on what may be spent, in the provider's units.
type Spend =
    {
        Reached: bool
        Limit: string option
        Used: string option
        /// Percent used, from 0 to 100.
        UsedPercent: float option
        ResetsAt: DateTimeOffset option
    }

/// What one source said at one moment about what is left of an account's plan.
type Quota =
    {
        Source: Source
        FetchedAt: DateTimeOffset
        Plan: string option
        AccountId: string option
        /// The source said that nothing is left.
        LimitReached: bool
        /// The provider's word for which limit that was.
        ReachedType: string option
        /// The plan's own first, then the extra ones; the shorter before the longer.
        Windows: Window list
        Credits: Credits option
        Spend: Spend option
        /// How often the person may still reset the windows.
        ResetCredits: int option
    }

/// Percentages as others write them.
[<RequireQualifiedAccess>]
module Percent =

    /// Brings a figure between 0 and 100.
    let clamp (percent: float) =
        if Double.IsNaN percent then
            None
        else
            // Adding nothing turns a negative zero, which would be printed as such, into zero.
            Some(Math.Clamp(percent, 0.0, 100.0) + 0.0)

    /// Gives a whole percentage for people. It is never more than there is, and 0 only when nothing is left.
    let whole (left: float) =
        if left <= 0.0 then 0
        elif left < 1.0 then 1
        else int (Math.Floor left)

[<RequireQualifiedAccess>]
module Window =

    /// The family that counts for Codex itself.
    [<Literal>]
    let Codex = "codex"

    /// The window of five hours, in minutes.
    [<Literal>]
    let FiveHours = 300

    /// The window of a week, in minutes.
    [<Literal>]
    let Week = 10_080

    [<Literal>]
    let private Day = 1_440

    /// Months have 28 to 31 days.
    let private isMonth minutes =
        minutes >= 28 * Day - 60 && minutes <= 31 * Day + 60

    /// Gives the word for a duration in minutes: `5h`, `week`, `month`, `12h`, `3d`, `30m`.
    let labelOf minutes =
        let isNear whole = abs (minutes - whole) <= whole / 100

        if isNear Week then
            "week"
        elif isMonth minutes then
            "month"
        elif minutes < 60 then
            string<int> minutes + "m"
        elif minutes < 2 * Day then
            string<int>((minutes + 30) / 60) + "h"
        else
            string<int>(minutes / Day + (minutes % Day) / (Day / 2)) + "d"

    /// Gives the word for a window's duration; `?` when nobody said how long it is.
    let label (window: Window) =
        match window.Minutes with
        | Some minutes -> labelOf minutes
        | None -> "?"

    /// Gives what a window's figure means now.
    let state (now: DateTimeOffset) (window: Window) =
        match window.Used, window.ResetsAt with
        | _, Some resets when resets <= now -> WindowState.Reset
        | Some used, _ -> WindowState.Current used
        | None, _ -> WindowState.Unknown

    /// Gives the percentage that is left now, from 0 to 100, if it is known.
    let left now window =
        match state now window with
        | WindowState.Current used -> Some(100.0 - used)
        | WindowState.Reset
        | WindowState.Unknown -> None

    /// Releases of Codex wrote 299 and 10079 minutes for windows that others give 300 and 10080.
    let private nominal minutes =
        if minutes < 60 then minutes else (minutes + 2) / 5 * 5

    /// What makes two readings readings of one window: its family, and its duration to the nearest five minutes.
    let key (window: Window) =
        window.Limit, window.Minutes |> Option.map nominal

[<RequireQualifiedAccess>]
module Quota =

    /// The order in which windows are told.
    let order (windows: Window list) =
        windows
        |> List.sortBy (fun window ->
            window.Limit <> Window.Codex, window.Limit, window.Minutes |> Option.defaultValue Int32.MaxValue)

    /// Gives how old the figures are, never less than nothing.
    let age (now: DateTimeOffset) (quota: Quota) =
        let age = now - quota.FetchedAt
        if age < TimeSpan.Zero then TimeSpan.Zero else age

    /// Tells whether the figures are too old to be relied on. `staleAfter` is the setting `stale_after_minutes`.
    let isStale (staleAfter: TimeSpan) now quota = age now quota >= staleAfter

    /// Gives the windows of the plan itself.
    let plan (quota: Quota) =
        quota.Windows |> List.filter (fun window -> window.Limit = Window.Codex)

    /// Gives the plan's window of which the least is left now, with that percentage, if any is known.
    let tightest now (quota: Quota) =
        plan quota
        |> List.choose (fun window -> Window.left now window |> Option.map (fun left -> window, left))
        |> function
            | [] -> None
            | known -> Some(List.minBy snd known)

    /// Tells whether nothing is left now, by what the source said. A window that was empty and has begun anew since takes
    /// the source's word back.
    let isLimitReached now (quota: Quota) =
        let empty =
            plan quota
            |> List.filter (fun window -> window.Used |> Option.exists (fun used -> used >= 100.0))

        quota.LimitReached
        && (empty.IsEmpty
            || empty
               |> List.exists (fun window -> Window.state now window <> WindowState.Reset))

/// The figures that are believed, and a reading that is not yet: services waver, so a figure that drops before its reset
/// time counts when a second reading agrees.
type Believed = { Quota: Quota; Doubted: Quota option }

[<RequireQualifiedAccess>]
module Believed =

    /// Less than this much less, in percent, is rounding and no drop.
    let private tolerance = 1.0

    /// Two tellings of one reset time differ by less than this.
    let private sameReset = TimeSpan.FromMinutes 2.0

    /// The windows of a reading that dropped before their time.
    let private drops (before: Quota) (reading: Quota) =
        reading.Windows
        |> List.filter (fun window ->
            before.Windows
            |> List.exists (fun known ->
                Window.key known = Window.key window
                && match Window.state reading.FetchedAt known, window.Used with
                   | WindowState.Current used, Some now -> now < used - tolerance
                   | _ -> false))

    /// A window that nobody uses yet has a reset time that goes with the clock: as much later as the reading.
    let private agree (gap: TimeSpan) (one: Window) (later: Window) =
        let sameTime =
            match one.ResetsAt, later.ResetsAt with
            | Some one, Some other -> other - one >= -sameReset && other - one <= gap + sameReset
            | None, None -> true
            | _ -> false

        match one.Used, later.Used with
        | Some one, Some later -> sameTime && later >= one - tolerance
        | _ -> false

    /// Tells whether a window's drop was in the doubted reading too.
    let private isConfirmed (doubted: Quota option) (reading: Quota) (dropped: Window) =
        doubted
        |> Option.exists (fun doubted ->
            doubted.FetchedAt < reading.FetchedAt
            && doubted.Windows
               |> List.exists (fun first ->
                   Window.key first = Window.key dropped
                   && agree (reading.FetchedAt - doubted.FetchedAt) first dropped))

    /// A reading in which some windows keep what was believed of them; and, with a window of the plan's own, what was said
    /// of its limit.
    let private holding (before: Quota) (held: Window list) (reading: Quota) =
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

    let private isOfAnother (one: Quota) (other: Quota) =
        match one.AccountId, other.AccountId with
        | Some one, Some other -> one <> other
        | _ -> false

    /// Believes a reading as it is.
    let certain quota = { Quota = quota; Doubted = None }

    /// Gives what is believed after one more reading. What is older than what is known changes nothing, unless it is of
    /// another account: whoever asks means the account of the reading. A drop of one window keeps no rise of another back.
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
