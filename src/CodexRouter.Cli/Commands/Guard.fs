namespace CodexRouter.Cli.Commands

open System
open System.Globalization
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type GuardArguments =
    | [<MainCommand; Last>] Name of name: string
    | [<Mandatory>] Min_Left of percent: string
    | Window of label: string
    | Max_Age of minutes: string
    | Offline
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Name _ -> "the profile or alias; without one, the profile in force here"
            | Min_Left _ -> "how much must be left, in percent"
            | Window _ -> "the window that counts: 5h, week, … ; 'any' (the default) is the one with the least left"
            | Max_Age _ -> "how old a figure may be, in minutes (default: stale_after_minutes of the settings, 5)"
            | Offline -> "ask nobody: what was read last, and what Codex's session logs say"
            | Json -> "answer in JSON"

/// Answers a script by its exit code: 0 enough is left, 1 it is not, 5 nobody knows.
[<RequireQualifiedAccess>]
module Guard =

    /// A figure this young is not asked for again.
    let private young = TimeSpan.FromMinutes 1.0

    let private number what least most (text: string) : Result<float, Problem> =
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
                "codex-router guard --help"
            |> Error

    let private pick choose (arguments: GuardArguments list) = arguments |> List.tryPick choose

    let private explain now (doubt: GuardDoubt) (answer: QuotaAnswer) =
        let why =
            match answer.NoPlan, answer.Problem, doubt with
            | Some reason, _, _ -> reason
            | None, _, GuardDoubt.NoSuchWindow labels when labels.IsEmpty -> "the plan has no windows"
            | None, _, GuardDoubt.NoSuchWindow labels -> "the plan has other windows: " + String.Join(", ", labels)
            | None, _, GuardDoubt.WindowNotKnown window ->
                match CodexRouter.Core.Window.state now window with
                | WindowState.Reset ->
                    "the "
                    + CodexRouter.Core.Window.label window
                    + " window has begun anew, and what was used since is not known"
                | _ ->
                    "nobody said how much of the "
                    + CodexRouter.Core.Window.label window
                    + " window is used"
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

    let private work (context: Context) (arguments: GuardArguments list) : Ending =
        result {
            let settings = RouterSettings.read context.Surroundings.Root

            let! needed =
                arguments
                |> List.pick (function
                    | Min_Left percent -> Some percent
                    | _ -> None)
                |> number "--min-left" 0.0 100.0

            let! maximumAge =
                arguments
                |> pick (function
                    | Max_Age minutes -> Some minutes
                    | _ -> None)
                |> Option.map (number "--max-age" 0.0 10_080.0 >> Result.map TimeSpan.FromMinutes)
                |> Option.defaultValue (Ok settings.StaleAfter)

            let word =
                arguments
                |> pick (function
                    | Window label -> Some label
                    | _ -> None)
                |> Option.defaultValue "any"

            let asked =
                if word = "any" then
                    GuardedWindow.Any
                else
                    GuardedWindow.Labelled word

            let names =
                arguments
                |> List.choose (function
                    | Name name -> Some name
                    | _ -> None)

            let! profiles = Quota.profiles context names false

            if not (List.contains Json arguments) then
                Current.overridden context.Surroundings |> List.iter context.Terminal.Note

            let profile = profiles.Head

            // Its figures may be known, but nothing can be begun with it.
            let health =
                ProfileHealth.ofOne context.Surroundings.Root context.Surroundings.Overriding profile

            if not (Health.isUsable health) then
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

            // Before asking: what is read from now on is of no age.
            let now = DateTimeOffset.UtcNow
            let isOffline = List.contains Offline arguments

            let answer =
                match QuotaStore.read context.Surroundings.Root profile with
                | Some believed when
                    not isOffline
                    && CodexRouter.Core.Quota.age now believed.Quota < min young maximumAge
                    ->
                    Sources.ofStore profile believed
                | _ -> (Sources.ask context.Surroundings settings isOffline [ profile ]).Head

            let decision =
                answer.Believed
                |> Option.map _.Quota
                |> Guard.decide now maximumAge needed asked

            let enough, window, percent =
                match decision with
                | GuardAnswer.Enough(window, left) -> Some true, CodexRouter.Core.Window.label window, Some left
                | GuardAnswer.NotEnough(window, left) -> Some false, CodexRouter.Core.Window.label window, Some left
                | GuardAnswer.LimitReached -> Some false, word, Some 0.0
                | GuardAnswer.Doubtful _ -> None, word, None

            if List.contains Json arguments then
                let dto: GuardDto =
                    {
                        Schema = Answer.Schema
                        Profile = ProfileName.value profile.Name
                        Enough = enough
                        LeftPercent = percent |> Option.map tenths
                        NeededPercent = needed
                        Window = window
                        Reason =
                            match decision with
                            | GuardAnswer.Doubtful doubt -> Some(explain now doubt answer)
                            | _ -> None
                        OverriddenBy = context.Surroundings.Overriding
                    }

                context.Terminal.Raw(Answer.text AnswerShapes.guard dto)

            let name = ProfileName.value profile.Name

            match decision with
            | GuardAnswer.Enough(window, percent) ->
                if not (List.contains Json arguments) then
                    context.Terminal.Line(
                        name
                        + ": "
                        + CodexRouter.Core.Window.label window
                        + " "
                        + text (tenths percent)
                        + " left"
                    )

                return ExitCode.Done
            | GuardAnswer.NotEnough(window, percent) ->
                if not (List.contains Json arguments) then
                    context.Terminal.Line(
                        name
                        + ": "
                        + CodexRouter.Core.Window.label window
                        + " "
                        + text (tenths percent)
                        + " left, "
                        + text needed
                        + " needed"
                    )

                return ExitCode.Refused
            | GuardAnswer.LimitReached ->
                if not (List.contains Json arguments) then
                    context.Terminal.Line(name + ": the limit is reached")

                return ExitCode.Refused
            | GuardAnswer.Doubtful doubt ->
                if not (List.contains Json arguments) then
                    context.Terminal.Note(explain now doubt answer)

                return ExitCode.QuotaUnavailable
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "guard"
                Names = "--min-left PERCENT [NAME]"
                Shown = ""
                Summary = "for scripts: 0 enough is left, 1 it is not, 5 unknown"
                Does = "Tells a script whether enough is left, by its exit code."
                Examples =
                    [
                        "codex-router guard --min-left 20 && codex exec 'long job'", ""
                        "codex-router guard work --min-left 50 --window week", ""
                    ]
                Ends =
                    [
                        ExitCode.Done, "enough is left"
                        ExitCode.Refused, "less is left, or the limit is reached"
                        ExitCode.NoSuchProfile, ExitCode.words ExitCode.NoSuchProfile
                        ExitCode.QuotaUnavailable, "nobody knows, or the figure is too old"
                    ]
                Offers = [ Offer.Profile ]
            }
            work
