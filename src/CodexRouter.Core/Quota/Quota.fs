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

    /// Gives percent used, if that is known at this moment.
    let used state =
        match state with
        | WindowState.Current used -> Some used
        | WindowState.Reset
        | WindowState.Unknown -> None

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

    /// The limit on code reviews, which only the service tells: Codex itself does not use it up.
    [<Literal>]
    let CodeReview = "code_review"

    /// The limit on spending, which counts as a window of its own.
    [<Literal>]
    let Spend = "spend"

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

    /// Gives the word for a window's duration; `?` when nobody said how long it is. The limit on spending has a word of its own.
    let label (window: Window) =
        match window.Limit, window.Minutes with
        | Spend, _ -> Spend
        | _, Some minutes -> labelOf minutes
        | _, None -> "?"

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

    /// Gives the limit on spending as a window, if it is known how much of it is used.
    let spending (quota: Quota) : Window option =
        let used (spend: Spend) =
            if spend.Reached then Some 100.0 else spend.UsedPercent

        quota.Spend
        |> Option.bind (fun spend ->
            used spend
            |> Option.map (fun used ->
                {
                    Limit = Window.Spend
                    Minutes = None
                    Used = Some used
                    ResetsAt = spend.ResetsAt
                }))

    /// Gives everything that is told of a window: those of all limits, and the limit on spending.
    let windows (quota: Quota) =
        quota.Windows @ Option.toList (spending quota)

    /// Gives what limits Codex: the windows of the plan itself and the limit on spending. In a session's log, where a line tells
    /// of one limit only, an extra one stands for them if neither is told of.
    let plan (quota: Quota) =
        let ofLimits isOne =
            windows quota |> List.filter (fun window -> isOne window.Limit)

        match ofLimits (fun limit -> limit = Window.Codex || limit = Window.Spend) with
        | [] when quota.Source = Source.SessionLog ->
            match ofLimits ((<>) Window.CodeReview) with
            | [] -> []
            | extra :: _ -> ofLimits ((=) extra.Limit)
        | own -> own

    /// The provider's words for a limit that is no window's, such as `workspace_owner_credits_depleted`.
    let private isOfNoWindow (reachedType: string) =
        reachedType.Contains("credit", StringComparison.OrdinalIgnoreCase)
        || reachedType.Contains("spend", StringComparison.OrdinalIgnoreCase)

    /// The window before whose reset nothing can be used: the last to reset of those that are empty. A session's log tells the
    /// windows of before a refusal: where none was empty, it is the one that was used most.
    let private blocker (quota: Quota) =
        let lastsLongest (window: Window) =
            window.ResetsAt |> Option.defaultValue DateTimeOffset.MaxValue

        match plan quota |> List.filter _.Used.IsSome |> List.sortByDescending _.Used with
        | [] -> None
        | most :: _ as used ->
            match used |> List.filter (fun window -> window.Used >= Some 100.0) with
            | [] when
                quota.Source = Source.SessionLog
                && not (quota.ReachedType |> Option.exists isOfNoWindow)
                ->
                Some most
            | [] -> None
            | empty -> Some(List.maxBy lastsLongest empty)

    /// Tells whether nothing is left now, by what the source said. The word is taken back when what was empty has begun anew
    /// since.
    let isLimitReached now (quota: Quota) =
        let isSaid =
            quota.LimitReached || quota.Spend |> Option.exists (fun spend -> spend.Reached)

        isSaid
        && (blocker quota
            |> Option.forall (fun window -> Window.state now window <> WindowState.Reset))

    /// What is left, by everything that limits Codex.
    [<RequireQualifiedAccess>]
    type Left =
        /// Nobody said.
        | Unknown
        /// Nothing limits it.
        | Unlimited
        /// Percent, of the window of which the least is left; of several, the one that lasts longest.
        | Some of percent: float * window: Window
        /// Codex would refuse to work: because of this window, where one is known.
        | Nothing of window: Window option

    /// Gives what is left now. Every command speaks by this.
    let left now (quota: Quota) : Left =
        let known =
            plan quota
            |> List.choose (fun window -> Window.left now window |> Option.map (fun left -> left, window))
            |> List.sortBy (fun (left, window) ->
                left, -(window.ResetsAt |> Option.map _.Ticks |> Option.defaultValue Int64.MaxValue))

        let isUnlimited = quota.Credits |> Option.exists (fun credits -> credits.Unlimited)

        match known with
        | _ when isLimitReached now quota -> Left.Nothing(blocker quota)
        | (percent, window) :: _ when percent <= 0.0 -> Left.Nothing(Some window)
        | (percent, window) :: _ -> Left.Some(percent, window)
        | [] when isUnlimited && (plan quota).IsEmpty -> Left.Unlimited
        | [] -> Left.Unknown

    /// Gives the percentage that is left now, of the window of which the least is, if it is known.
    let leftPercent now quota : float option =
        match left now quota with
        | Left.Some(percent, _) -> Some percent
        | Left.Nothing _ -> Some 0.0
        | Left.Unlimited
        | Left.Unknown -> None

    /// Gives the percentage that is left of one of the windows now, if it is known: nothing of one because of which Codex would
    /// refuse to work.
    let leftOf now quota (window: Window) : float option =
        match left now quota, Window.state now window with
        | Left.Nothing(Some blocking), WindowState.Current _ when Window.key blocking = Window.key window -> Some 0.0
        | _ -> Window.left now window
