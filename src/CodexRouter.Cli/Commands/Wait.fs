namespace CodexRouter.Cli.Commands

open System
open System.Threading
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type WaitArguments =
    | [<MainCommand; Last>] Name of name: string
    | [<Mandatory>] Min_Left of percent: string
    | Window of label: string
    | Timeout of time: string
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Name _ -> "the profile or alias; without one, the active profile"
            | Min_Left _ -> "how much must be left, in percent"
            | Window _ -> "the window that counts: 5h, week, … ; 'any' (the default) is the one with the least left"
            | Timeout _ -> "the longest time to wait: 8h, 90m, 1h30m, 2d (default: no limit)"
            | Json -> "answer in JSON, at the end"

/// Waits until enough is left.
[<RequireQualifiedAccess>]
module Wait =

    let private timeout (word: string option) : Result<DateTimeOffset option, Problem> =
        match word with
        | None -> Ok None
        | Some word ->
            match Duration.parse word with
            | Some time -> Ok(Some(DateTimeOffset.UtcNow + time))
            | None ->
                Problem.usage
                    ("--timeout must be a time like 8h, 90m or 1h30m, not '" + Inert.text word + "'")
                    "codex-router wait --help"
                |> Error

    /// What is waited for, and until when.
    let private told (reply: GuardReply) (until: DateTimeOffset) now =
        let due =
            reply.Answer.Believed
            |> Option.bind (fun believed -> Waiting.due reply.Question.Needed reply.Question.Window believed.Quota)
            |> Option.filter (fun due -> due > now)

        GuardQuestion.sentence reply
        + match due with
          | Some due ->
              "; resets "
              + TimeWords.clock TimeZoneInfo.Local now due
              + " (in "
              + TimeWords.remaining (due - now)
              + ")"
          | None -> "; asking again in " + TimeWords.remaining (until - now)

    /// How often the countdown is written anew on a terminal, and the clock looked at elsewhere: a machine that slept is not
    /// to sleep on.
    let private tick isLive =
        TimeSpan.FromSeconds(if isLive then 1.0 else 5.0)

    let private pause (context: Context) reply (until: DateTimeOffset) =
        let isLive = context.Terminal.HasProgress
        let mutable now = DateTimeOffset.UtcNow

        while now < until do
            context.Terminal.Progress("waiting: " + told reply until now)
            Thread.Sleep(min (tick isLive) (until - now))
            now <- DateTimeOffset.UtcNow

        context.Terminal.Progress ""

    let private work (context: Context) (arguments: WaitArguments list) : Ending =
        result {
            let settings = RouterSettings.read context.Surroundings.Root
            let pick choose = arguments |> List.tryPick choose
            let json = List.contains Json arguments

            let! question =
                GuardQuestion.ofWords
                    "codex-router wait --help"
                    settings
                    (arguments
                     |> List.pick (function
                         | Min_Left percent -> Some percent
                         | _ -> None))
                    (pick (function
                        | Window label -> Some label
                        | _ -> None))
                    None
                    false

            let! deadline =
                pick (function
                    | Timeout time -> Some time
                    | _ -> None)
                |> timeout

            let names =
                arguments
                |> List.choose (function
                    | Name name -> Some name
                    | _ -> None)

            // The same one to the end, whatever is pinned or switched meanwhile.
            let! meant = GuardQuestion.profile context names
            let name = ProfileName.value meant.Name
            Current.overridden context.Surroundings |> List.iter context.Terminal.Note

            let rec ask isFirst doubts =
                result {
                    // A sign-in that ends meanwhile is not waited for.
                    let! profile = GuardQuestion.profile context [ name ]
                    let enough = if isFirst then GuardQuestion.young else TimeSpan.Zero
                    let reply = GuardQuestion.ask context settings question enough profile
                    let now = DateTimeOffset.UtcNow

                    let step =
                        Waiting.next
                            now
                            (Random.Shared.NextDouble())
                            doubts
                            question.Needed
                            question.Window
                            reply.Answer.Believed
                            reply.Decision

                    match step, reply.Answer.NoPlan with
                    | (WaitStep.Begin | WaitStep.GiveUp), _
                    | WaitStep.AskAgain _, Some _ -> return reply
                    | WaitStep.AskAgain after, None ->
                        let wish = reply.Answer.RetryAfter |> Option.defaultValue TimeSpan.Zero
                        let until = now + max after wish

                        match deadline with
                        | Some deadline when now >= deadline -> return reply
                        | deadline ->
                            if isFirst && not context.Terminal.HasProgress then
                                context.Terminal.Note("waiting: " + told reply until now)

                            pause context reply (deadline |> Option.fold min until)

                            let doubts =
                                match reply.Decision with
                                | GuardAnswer.Doubtful _ -> doubts + 1
                                | GuardAnswer.Enough _
                                | GuardAnswer.NotEnough _
                                | GuardAnswer.LimitReached -> 0

                            return! ask false doubts
                }

            let! reply = ask true 0
            GuardQuestion.tell context json reply
            return GuardQuestion.ending reply
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "wait"
                Names = "--min-left PERCENT [NAME]"
                Shown = ""
                Summary = "wait until enough is left"
                Does =
                    "Waits until enough is left, and exits with the same codes as `guard`. It asks when a window "
                    + "resets, and about every ten minutes; Ctrl-C ends it at once."
                Examples =
                    [
                        "codex-router wait --min-left 20 && codex exec 'long job'", ""
                        "codex-router wait work --min-left 50 --window week --timeout 8h", ""
                    ]
                Ends =
                    [
                        ExitCode.Done, "enough is left"
                        ExitCode.Refused, "the timeout passed, and less is left"
                        ExitCode.NoSuchProfile, ExitCode.words ExitCode.NoSuchProfile
                        ExitCode.NotSignedIn, ExitCode.words ExitCode.NotSignedIn
                        ExitCode.QuotaUnavailable, "not known, or there is no such window"
                    ]
                Offers = [ Offer.Profile ]
            }
            work
