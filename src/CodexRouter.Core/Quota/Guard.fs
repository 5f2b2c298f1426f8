namespace CodexRouter.Core

open System

/// Which window a script asks about.
[<RequireQualifiedAccess>]
type GuardedWindow =
    /// The plan's window of this label.
    | Labelled of label: string
    /// Whichever of the plan's windows has the least left.
    | Any

/// Why a script is told neither yes nor no.
[<RequireQualifiedAccess>]
type GuardDoubt =
    | NoFigure
    /// The figures are older than the script accepts.
    | TooOld of age: TimeSpan
    /// The plan has no such window; these are the ones it has.
    | NoSuchWindow of labels: string list
    /// The window has begun anew, or nobody said how much of it is used.
    | WindowNotKnown of window: Window

[<RequireQualifiedAccess>]
type GuardAnswer =
    /// Percent left in the window that decides.
    | Enough of window: Window * left: float
    | NotEnough of window: Window * left: float
    /// Nothing limits the account.
    | Unlimited
    /// The source says that nothing is left, whatever the windows say.
    | LimitReached
    /// At the pace of the last hour the window is empty too early: then.
    | TooFast of window: Window * emptyAt: DateTimeOffset
    | Doubtful of GuardDoubt

/// Decides whether enough is left for a script to begin.
[<RequireQualifiedAccess>]
module Guard =

    let private judge now (needed: float) (windows: Window list) =
        let known =
            windows
            |> List.choose (fun window -> Window.left now window |> Option.map (fun left -> window, left))

        let least = if known.IsEmpty then None else Some(List.minBy snd known)

        match least, windows |> List.tryFind (fun window -> (Window.left now window).IsNone) with
        // One window with too little decides, whatever the others hold.
        | Some(window, left), _ when left < needed -> GuardAnswer.NotEnough(window, left)
        | _, Some unknown -> GuardAnswer.Doubtful(GuardDoubt.WindowNotKnown unknown)
        | Some(window, left), None -> GuardAnswer.Enough(window, left)
        | None, None -> GuardAnswer.Doubtful GuardDoubt.NoFigure

    /// Tells whether at least `needed` percent are left, by figures that are at most so old.
    let decide (now: DateTimeOffset) (maximumAge: TimeSpan) (needed: float) asked (quota: Quota option) =
        match quota with
        | None -> GuardAnswer.Doubtful GuardDoubt.NoFigure
        | Some quota when Quota.age now quota > maximumAge ->
            GuardAnswer.Doubtful(GuardDoubt.TooOld(Quota.age now quota))
        | Some quota when Quota.isLimitReached now quota -> GuardAnswer.LimitReached
        | Some quota ->
            match asked with
            | GuardedWindow.Any when Quota.left now quota = Quota.Left.Unlimited -> GuardAnswer.Unlimited
            | GuardedWindow.Any -> judge now needed (Quota.plan quota)
            | GuardedWindow.Labelled label ->
                match Quota.plan quota |> List.filter (fun window -> Window.label window = label) with
                | [] ->
                    Quota.plan quota
                    |> List.map Window.label
                    |> GuardDoubt.NoSuchWindow
                    |> GuardAnswer.Doubtful
                | windows -> judge now needed windows

    /// Tells whether what is left lasts for a time too, if it goes on as in the last hour: of the windows that were asked about,
    /// `emptyAt` gives when each would be empty, unless it resets before. What is not enough anyway stays so.
    let lasting
        (now: DateTimeOffset)
        (time: TimeSpan)
        asked
        (emptyAt: Window -> DateTimeOffset option)
        (quota: Quota option)
        (answer: GuardAnswer)
        =
        let isAsked (window: Window) =
            match asked with
            | GuardedWindow.Any -> true
            | GuardedWindow.Labelled label -> Window.label window = label

        match answer, quota with
        | GuardAnswer.Enough _, Some quota ->
            let early =
                Quota.plan quota
                |> List.filter isAsked
                |> List.choose (fun window -> emptyAt window |> Option.map (fun empty -> window, empty))
                |> List.filter (fun (_, empty) -> empty < now + time)

            match early with
            | [] -> answer
            | early -> GuardAnswer.TooFast(List.minBy snd early)
        | GuardAnswer.Enough _, None
        | GuardAnswer.NotEnough _, _
        | GuardAnswer.Unlimited, _
        | GuardAnswer.LimitReached, _
        | GuardAnswer.TooFast _, _
        | GuardAnswer.Doubtful _, _ -> answer
