namespace CodexRouter.Core

open System

/// What was known of the windows at one moment.
type QuotaPoint =
    {
        At: DateTimeOffset
        /// Those whose figure was known, each with when it resets.
        Windows: Window list
    }

/// The readings of a bit more than the last day, the oldest first.
type QuotaHistory = { Points: QuotaPoint list }

/// One window's figure at one moment.
type QuotaFigure =
    {
        At: DateTimeOffset
        /// Percent used, from 0 to 100.
        Used: float
        ResetsAt: DateTimeOffset option
    }

[<RequireQualifiedAccess>]
module QuotaHistory =

    /// One hour more than a day, so that a day's picture has a figure to begin with.
    let kept = TimeSpan.FromHours 25.0

    /// At most one reading is kept of each such stretch of time.
    let slot = TimeSpan.FromMinutes 5.0

    /// The most points that a history has.
    let maximumPoints = int (kept / slot) + 2

    let empty: QuotaHistory = { Points = [] }

    let private slotOf (time: DateTimeOffset) = time.UtcTicks / slot.Ticks

    /// A clock that was put back leaves points in the future; they would never grow old.
    let private isKept (now: DateTimeOffset) (time: DateTimeOffset) =
        now - time <= kept && time - now <= slot

    /// Adds a reading's figures. In its five minutes the newest reading counts; what is a day old goes, and so does what a
    /// wrong clock dated into the future.
    let add (now: DateTimeOffset) (quota: Quota) (history: QuotaHistory) : QuotaHistory =
        let point =
            {
                At = quota.FetchedAt
                Windows =
                    quota.Windows
                    |> List.filter (fun window ->
                        match Window.state quota.FetchedAt window with
                        | WindowState.Current _ -> true
                        | WindowState.Reset
                        | WindowState.Unknown -> false)
            }

        {
            Points =
                (if point.Windows.IsEmpty then [] else [ point ]) @ history.Points
                |> List.filter (fun point -> isKept now point.At)
                |> List.groupBy (fun point -> slotOf point.At)
                |> List.map (snd >> List.maxBy _.At)
                |> List.sortBy _.At
        }

    /// Gives a window's figures, the oldest first.
    let ofWindow (key: string * int option) (history: QuotaHistory) : QuotaFigure list =
        history.Points
        |> List.choose (fun point ->
            point.Windows
            |> List.tryFind (fun window -> Window.key window = key)
            |> Option.bind (fun window ->
                window.Used
                |> Option.map (fun used ->
                    {
                        At = point.At
                        Used = used
                        ResetsAt = window.ResetsAt
                    })))
