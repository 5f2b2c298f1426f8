namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
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
            | Name _ -> "the profile or alias; without one, the active profile"
            | Min_Left _ -> "how much must be left, in percent"
            | Window _ -> "the window that counts: 5h, week, … ; 'any' (the default) is the one with the least left"
            | Max_Age _ -> "how old a figure may be, in minutes (default: stale_after_minutes of the settings, 5)"
            | Offline -> "ask no service: use what was read last and Codex's session logs"
            | Json -> "answer in JSON"

/// Answers a script by its exit code: 0 enough is left, 1 it is not, 5 nobody knows.
[<RequireQualifiedAccess>]
module Guard =

    let private work (context: Context) (arguments: GuardArguments list) : Ending =
        result {
            let settings = RouterSettings.read context.Surroundings.Root
            let pick choose = arguments |> List.tryPick choose
            let json = List.contains Json arguments

            let! question =
                GuardQuestion.ofWords
                    "codex-router guard --help"
                    settings
                    (arguments
                     |> List.pick (function
                         | Min_Left percent -> Some percent
                         | _ -> None))
                    (pick (function
                        | Window label -> Some label
                        | _ -> None))
                    (pick (function
                        | Max_Age minutes -> Some minutes
                        | _ -> None))
                    (List.contains Offline arguments)

            let! profile =
                arguments
                |> List.choose (function
                    | Name name -> Some name
                    | _ -> None)
                |> GuardQuestion.profile context

            if not json then
                Current.overridden context.Surroundings |> List.iter context.Terminal.Note

            let reply = GuardQuestion.ask context settings question GuardQuestion.young profile
            GuardQuestion.tell context json reply
            return GuardQuestion.ending reply
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "guard"
                Names = "--min-left PERCENT [NAME]"
                Shown = ""
                Summary = "exit code for scripts: 0 enough is left, 1 not enough, 5 unknown"
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
                        ExitCode.QuotaUnavailable, "not known, or the figure is too old"
                    ]
                Offers = [ Offer.Profile ]
            }
            work
