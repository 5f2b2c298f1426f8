namespace CodexRouter.Cli.Commands

open System
open System.Globalization
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

/// What somebody needs to begin something: so much left, in which window, by figures how old at most.
type GuardQuestion =
    {
        /// Percent that must be left.
        Needed: float
        /// For how long it must last at the pace of the last hour.
        Lasts: TimeSpan option
        Window: GuardedWindow
        MaximumAge: TimeSpan
        /// Nobody is asked.
        IsOffline: bool
    }

/// What was typed of such a question.
type GuardWords =
    {
        /// Percent.
        MinLeft: string option
        /// A length of time.
        Lasts: string option
        /// A window's label, or `any`.
        Window: string option
        /// Minutes.
        MaxAge: string option
        IsOffline: bool
    }

[<RequireQualifiedAccess>]
module GuardWords =

    /// Nothing was typed.
    let none =
        {
            MinLeft = None
            Lasts = None
            Window = None
            MaxAge = None
            IsOffline = false
        }

/// What came of asking it about a profile.
[<NoEquality; NoComparison>]
type GuardReply =
    {
        Question: GuardQuestion
        Answer: QuotaAnswer
        Decision: GuardAnswer
        At: DateTimeOffset
    }

/// Asks whether enough is left, and words the reply.
[<RequireQualifiedAccess>]
module GuardQuestion =

    /// A figure this young is not asked for again, unless somebody waits for the next one.
    let young = TimeSpan.FromMinutes 1.0

    let private number help what least most (text: string) : Result<float, Problem> =
        match Double.TryParse(text.TrimEnd '%', NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, number when number >= least && number <= most -> Ok number
        | _ ->
            Problem.usage
                (what
                 + " must be a number from "
                 + string<float> least
                 + " to "
                 + string<float> most
                 + ", not '"
                 + Inert.text text
                 + "'")
                help
            |> Error

    /// Understands a length of time that was given to an option.
    let time help option (word: string) : Result<TimeSpan, Problem> =
        match Duration.parse word with
        | Some time -> Ok time
        | None ->
            Problem.usage (option + " must be a time like 8h, 90m or 1h30m, not '" + Inert.text word + "'") help
            |> Error

    /// Understands the words of a command. `help` is the command to try when they are wrong.
    let ofWords help (settings: RouterSettings) (words: GuardWords) : Result<GuardQuestion, Problem> =
        result {
            // Something is left, when only a time is asked about.
            let! needed =
                words.MinLeft |> Option.defaultValue "0" |> number help "--min-left" 0.0 100.0

            let! lasts = words.Lasts |> Option.traverseResult (time help "--lasts")

            let! maximumAge =
                words.MaxAge
                |> Option.map (number help "--max-age" 0.0 10_080.0 >> Result.map TimeSpan.FromMinutes)
                |> Option.defaultValue (Ok settings.StaleAfter)

            return
                {
                    Needed = needed
                    Lasts = lasts
                    Window =
                        match words.Window with
                        | None
                        | Some "any" -> GuardedWindow.Any
                        | Some label -> GuardedWindow.Labelled label
                    MaximumAge = maximumAge
                    IsOffline = words.IsOffline
                }
        }

    /// Gives the profile that is meant, if something can be begun with it: its figures may be known all the same.
    let profile (context: Context) (names: string list) : Result<Profile, Problem> =
        result {
            let! profiles = Quota.profiles context names false
            let profile = profiles.Head

            let health =
                ProfileHealth.ofOne context.Surroundings.Root context.Surroundings.Overriding profile

            if Health.isUsable health then
                return profile
            else
                let words =
                    match health with
                    | Health.SignedOut -> ""
                    | health ->
                        HealthView.sentence health
                        |> Option.map (fun words -> ": " + words)
                        |> Option.defaultValue ""

                return!
                    Problem.notSignedIn
                        (ProfileName.value profile.Name + words)
                        (HealthView.remedy (Changes.situation context.Surroundings.Root) profile health)
                    |> Error
        }

    /// Asks about a profile; figures younger than `enough` are not asked for again.
    let ask (context: Context) settings (question: GuardQuestion) (enough: TimeSpan) (profile: Profile) : GuardReply =
        // Before asking: what is read from now on is of no age.
        let now = context.Surroundings.Clock.Now()

        let answer =
            match QuotaStore.read context.Surroundings.Root profile with
            | Some believed when
                not question.IsOffline
                && CodexRouter.Core.Quota.age now believed.Quota < min enough question.MaximumAge
                ->
                Sources.ofStore profile believed
            | _ -> (Sources.ask context.Surroundings settings question.IsOffline [ profile ]).Head

        let quota = answer.Believed |> Option.map _.Quota

        let decision =
            Guard.decide now question.MaximumAge question.Needed question.Window quota

        {
            Question = question
            Answer = answer
            Decision =
                match question.Lasts with
                | None -> decision
                | Some time ->
                    let history = QuotaStore.history context.Surroundings.Root profile

                    let emptyAt window =
                        Pace.emptyAt now window (QuotaHistory.ofWindow (Window.key window) history)

                    Guard.lasting now time question.Window emptyAt quota decision
            At = now
        }

    let private explain now (doubt: GuardDoubt) (answer: QuotaAnswer) =
        let why =
            match answer.NoPlan, answer.Problem, doubt with
            | Some reason, _, _ -> reason
            | None, _, GuardDoubt.NoSuchWindow labels when labels.IsEmpty -> "the plan has no windows"
            | None, _, GuardDoubt.NoSuchWindow labels -> "the plan has other windows: " + String.Join(", ", labels)
            | None, _, GuardDoubt.WindowNotKnown window ->
                match Window.state now window with
                | WindowState.Reset ->
                    "the "
                    + Window.label window
                    + " window has reset, and it is not known how much was used since"
                | WindowState.Current _
                | WindowState.Unknown -> "no source says how much of the " + Window.label window + " window is used"
            | None, Some problem, _ -> problem.Message
            | None, None, GuardDoubt.TooOld age -> "the last figure is " + TimeWords.remaining age + " old"
            | None, None, GuardDoubt.NoFigure -> "no figure is known"

        ProfileName.value answer.Profile.Name + ": quota unknown: " + why

    /// To a tenth, and never more than there is: what is not enough must not look as if it were. The least part is noise of
    /// the subtraction.
    let private tenths (percent: float) =
        Math.Floor(percent * 10.0 + 1e-6) / 10.0

    let private text (percent: float) =
        percent.ToString CultureInfo.InvariantCulture + "%"

    /// Gives the reply in words.
    let sentence (reply: GuardReply) =
        let name = ProfileName.value reply.Answer.Profile.Name

        let left window percent =
            name + ": " + Window.label window + " " + text (tenths percent) + " left"

        match reply.Decision with
        | GuardAnswer.Enough(window, percent) -> left window percent
        | GuardAnswer.NotEnough(window, percent) -> left window percent + ", " + text reply.Question.Needed + " needed"
        | GuardAnswer.Unlimited -> name + ": unlimited"
        | GuardAnswer.LimitReached -> name + ": the limit is reached"
        | GuardAnswer.TooFast(window, empty) ->
            name
            + ": "
            + Window.label window
            + " is empty at "
            + TimeWords.clock TimeZoneInfo.Local reply.At empty
            + " at this rate (in "
            + TimeWords.remaining (empty - reply.At)
            + ")"
        | GuardAnswer.Doubtful doubt -> explain reply.At doubt reply.Answer

    /// Gives the reply for programs.
    let dto (context: Context) (reply: GuardReply) : GuardDto =
        let word =
            match reply.Question.Window with
            | GuardedWindow.Any -> "any"
            | GuardedWindow.Labelled label -> label

        let enough, window, percent =
            match reply.Decision with
            | GuardAnswer.Enough(window, left) -> Some true, Window.label window, Some left
            | GuardAnswer.NotEnough(window, left) -> Some false, Window.label window, Some left
            | GuardAnswer.Unlimited -> Some true, word, None
            | GuardAnswer.LimitReached -> Some false, word, Some 0.0
            | GuardAnswer.TooFast(window, _) -> Some false, Window.label window, Window.left reply.At window
            | GuardAnswer.Doubtful _ -> None, word, None

        {
            Schema = Answer.Schema
            Profile = ProfileName.value reply.Answer.Profile.Name
            Enough = enough
            LeftPercent = percent |> Option.map tenths
            NeededPercent = reply.Question.Needed
            Window = window
            EmptyAt =
                match reply.Decision with
                | GuardAnswer.TooFast(_, empty) -> Some(OwnJson.time empty)
                | GuardAnswer.Enough _
                | GuardAnswer.NotEnough _
                | GuardAnswer.Unlimited
                | GuardAnswer.LimitReached
                | GuardAnswer.Doubtful _ -> None
            Reason =
                match reply.Decision with
                | GuardAnswer.Doubtful doubt -> Some(explain reply.At doubt reply.Answer)
                | GuardAnswer.Enough _
                | GuardAnswer.NotEnough _
                | GuardAnswer.Unlimited
                | GuardAnswer.LimitReached
                | GuardAnswer.TooFast _ -> None
            OverriddenBy = context.Surroundings.Overriding
        }

    /// Gives how a command ends that a reply answers.
    let ending (reply: GuardReply) =
        match reply.Decision with
        | GuardAnswer.Enough _
        | GuardAnswer.Unlimited -> ExitCode.Done
        | GuardAnswer.NotEnough _
        | GuardAnswer.TooFast _
        | GuardAnswer.LimitReached -> ExitCode.Refused
        | GuardAnswer.Doubtful _ -> ExitCode.QuotaUnavailable

    /// Tells the reply.
    let tell (context: Context) isJson (reply: GuardReply) =
        if isJson then
            context.Terminal.Raw(Answer.text AnswerShapes.guard (dto context reply))
        else
            match reply.Decision with
            | GuardAnswer.Doubtful _ -> context.Terminal.Note(sentence reply)
            | GuardAnswer.Enough _
            | GuardAnswer.NotEnough _
            | GuardAnswer.Unlimited
            | GuardAnswer.TooFast _
            | GuardAnswer.LimitReached -> context.Terminal.Line(sentence reply)
