namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open FsToolkit.ErrorHandling

type GuardArguments =
    | [<MainCommand; Last>] Name of name: string
    | Min_Left of percent: string
    | Lasts of time: string
    | Window of label: string
    | Max_Age of minutes: string
    | Offline
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Name _ -> "the profile or alias; without one, the active profile"
            | Min_Left _ -> "how much must be left, in percent"
            | Lasts _ -> "how long the quota must last at the pace of the last hour: 3h, 90m, 1h30m"
            | Window _ -> "the window to check: 5h, week, …; 'any' (the default) is the one with the least left"
            | Max_Age _ -> "how old a figure may be, in minutes (default: the setting stale_after_minutes, 5)"
            | Offline -> "contact no service; use the last figures read and Codex's session logs"
            | Json -> "answer in JSON"

type GuardRequest =
    {
        Question: GuardQuestion
        /// Names or aliases; none means the active profile.
        Names: string list
        Settings: RouterSettings
        IsJson: bool
    }

/// Answers a script by its exit code: 0 enough is left, 1 it is not, 5 nobody knows.
[<RequireQualifiedAccess>]
module Guard =

    /// What was typed, before any of it is understood.
    let private words (given: GuardArguments list) : GuardWords * string list =
        (given, (GuardWords.none, []))
        ||> List.foldBack (fun argument (words, names) ->
            match argument with
            | Name name -> words, name :: names
            | Min_Left percent -> { words with MinLeft = Some percent }, names
            | Lasts time -> { words with Lasts = Some time }, names
            | Window label -> { words with Window = Some label }, names
            | Max_Age minutes -> { words with MaxAge = Some minutes }, names
            | Offline -> { words with IsOffline = true }, names
            | Json -> words, names)

    let private request (context: Context) (given: GuardArguments list) : Result<GuardRequest, Problem> =
        result {
            let settings = RouterSettings.read context.Surroundings.Root
            let words, names = words given

            if words.MinLeft.IsNone && words.Lasts.IsNone then
                return! Error(Problem.usage "--min-left PERCENT or --lasts TIME is missing" "codex-router guard --help")

            let! question = GuardQuestion.ofWords "codex-router guard --help" settings words

            return
                {
                    Question = question
                    Names = names
                    Settings = settings
                    IsJson = Given.has Json given
                }
        }

    let private work (context: Context) (request: GuardRequest) : Ending =
        result {
            let! profile = GuardQuestion.profile context request.Names

            if not request.IsJson then
                Current.overridden context.Surroundings |> List.iter context.Terminal.Note

            let reply =
                GuardQuestion.ask context request.Settings request.Question GuardQuestion.young profile

            GuardQuestion.tell context request.IsJson reply
            return GuardQuestion.ending reply
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "guard"
                Names = "--min-left PERCENT | --lasts TIME [NAME]"
                Shown = ""
                Summary = "exit code for scripts: 0 if enough is left, 1 if not, 5 if unknown"
                Does = "Tells a script, by its exit code, whether enough quota is left."
                Examples =
                    [
                        "codex-router guard --min-left 20 && codex exec 'long job'", ""
                        "codex-router guard work --min-left 50 --window week", ""
                        "codex-router guard --lasts 3h", "check that it lasts three hours"
                    ]
                Ends =
                    [
                        ExitCode.Done, "enough is left"
                        ExitCode.Refused, "less is left, or the limit is reached"
                        ExitCode.NoSuchProfile, ExitCode.words ExitCode.NoSuchProfile
                        ExitCode.QuotaUnavailable, "unknown, or the figure is too old"
                    ]
                Offers = [ Offer.Profile ]
            }
            request
            work
