namespace CodexRouter.Core

open System

/// What to do next for somebody who waits until enough is left.
[<RequireQualifiedAccess>]
type WaitStep =
    /// Enough is left.
    | Begin
    /// Ask again after this time.
    | AskAgain of after: TimeSpan
    /// No answer to come can be enough.
    | GiveUp

/// Decides when to ask again for what is left.
[<RequireQualifiedAccess>]
module Waiting =

    /// However far off a reset is: windows can begin anew before their time, by a reset credit or another plan.
    let longest = TimeSpan.FromMinutes 10.0

    /// Nobody is asked more often. A figure that was not to be had is asked for again after this time, and each further time after
    /// twice as long.
    let least = TimeSpan.FromMinutes 1.0

    /// A reset is asked about this much after its time at the earliest, so that it has happened by the provider's clock.
    let margin = TimeSpan.FromSeconds 1.0

    /// And this much later at the latest: not everybody asks in the same second.
    let spread = TimeSpan.FromSeconds 30.0

    /// Gives when what is missing may be there: when the last of the windows resets that hold less than is needed. It may have
    /// passed since the figure was read. Nothing when nobody said.
    let due (needed: float) asked (quota: Quota) : DateTimeOffset option =
        let counts (window: Window) =
            match asked with
            | GuardedWindow.Any -> true
            | GuardedWindow.Labelled label -> Window.label window = label

        let short =
            Quota.plan quota
            |> List.filter (fun window ->
                counts window
                && window.Used |> Option.exists (fun used -> 100.0 - used < needed))

        match short with
        | _ when Quota.isLimitReached quota.FetchedAt quota ->
            match Quota.left quota.FetchedAt quota with
            | Quota.Left.Nothing window -> window |> Option.bind _.ResetsAt
            | Quota.Left.Some _
            | Quota.Left.Unlimited
            | Quota.Left.Unknown -> None
        | [] -> None
        | short when short |> List.forall _.ResetsAt.IsSome -> short |> List.choose _.ResetsAt |> List.max |> Some
        | _ -> None

    let private atMost random =
        longest * (1.0 + 0.1 * (2.0 * random - 1.0))

    /// Later each time that there was no figure, up to the longest.
    let private afterDoubt (random: float) doubts =
        min (least * Math.Pow(2.0, float (min doubts 20))) (atMost random)

    let private untilReset (random: float) now (due: DateTimeOffset option) =
        match due with
        | None -> atMost random
        | Some due ->
            let left = max TimeSpan.Zero (due - now)
            min (max least (left + margin + random * min spread (left / 20.0))) (atMost random)

    /// Gives the next step after an answer. `random` is a number from 0 to 1, and `doubts` how often in a row no figure was to
    /// be had.
    let next now random doubts needed asked (believed: Believed option) (answer: GuardAnswer) : WaitStep =
        match answer, believed with
        | (GuardAnswer.Enough _ | GuardAnswer.Unlimited), _ -> WaitStep.Begin
        | GuardAnswer.Doubtful(GuardDoubt.NoSuchWindow _), _ -> WaitStep.GiveUp
        | GuardAnswer.Doubtful(GuardDoubt.NoFigure | GuardDoubt.TooOld _ | GuardDoubt.WindowNotKnown _), _ ->
            WaitStep.AskAgain(afterDoubt random doubts)
        // A drop before its time counts when a second reading agrees: that one is soon asked for.
        | (GuardAnswer.NotEnough _ | GuardAnswer.LimitReached | GuardAnswer.TooFast _), Some { Doubted = Some _ } ->
            WaitStep.AskAgain least
        | (GuardAnswer.NotEnough _ | GuardAnswer.LimitReached | GuardAnswer.TooFast _), Some { Quota = quota } ->
            due needed asked quota |> untilReset random now |> WaitStep.AskAgain
        | (GuardAnswer.NotEnough _ | GuardAnswer.LimitReached | GuardAnswer.TooFast _), None ->
            WaitStep.AskAgain(atMost random)
