namespace CodexRouter.Cli.Commands

open System
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
            | Window _ -> "the window to check: 5h, week, …; 'any' (the default) is the one with the least left"
            | Timeout _ -> "the longest time to wait: 8h, 90m, 1h30m, 2d (default: no limit)"
            | Json -> "answer in JSON, at the end"

type WaitRequest =
    {
        Question: GuardQuestion
        /// Names or aliases; none means the active profile.
        Names: string list
        /// The longest time to wait.
        Timeout: TimeSpan option
        Settings: RouterSettings
        IsJson: bool
    }

/// Waits until enough is left.
[<RequireQualifiedAccess>]
module Wait =

    let private timeout = GuardQuestion.time "codex-router wait --help" "--timeout"

    /// What was typed, before any of it is understood; the last is the timeout.
    let private words (given: WaitArguments list) : GuardWords * string list * string option =
        (given, (GuardWords.none, [], None))
        ||> List.foldBack (fun argument (words, names, time) ->
            match argument with
            | Name name -> words, name :: names, time
            | Min_Left percent -> { words with MinLeft = Some percent }, names, time
            | Window label -> { words with Window = Some label }, names, time
            | Timeout time -> words, names, Some time
            | Json -> words, names, time)

    let private request (context: Context) (given: WaitArguments list) : Result<WaitRequest, Problem> =
        result {
            let settings = RouterSettings.read context.Surroundings.Root
            let words, names, time = words given
            let! question = GuardQuestion.ofWords "codex-router wait --help" settings words
            let! time = time |> Option.traverseResult timeout

            return
                {
                    Question = question
                    Names = names
                    Timeout = time
                    Settings = settings
                    IsJson = Given.has Json given
                }
        }

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
        let mutable now = context.Surroundings.Clock.Now()

        while now < until do
            context.Terminal.Progress("waiting: " + told reply until now)
            context.Surroundings.Clock.Sleep(min (tick isLive) (until - now))
            now <- context.Surroundings.Clock.Now()

        context.Terminal.Progress ""

    /// Nothing that is still to come can be enough: there is no plan, or a reason not to know that does not pass by itself.
    let private isHopeless (reply: GuardReply) =
        match reply.Answer.Problem with
        | Some problem when reply.Decision.IsDoubtful -> ProblemCode.isLasting problem.Code
        | Some _
        | None -> reply.Answer.NoPlan.IsSome

    /// Waits until enough is left of a profile, at most for a time, and gives the last reply. The names are names or aliases; none
    /// means the active profile.
    let forEnough
        (context: Context)
        (settings: RouterSettings)
        (question: GuardQuestion)
        (names: string list)
        (time: TimeSpan option)
        : Result<GuardReply, Problem> =
        result {
            let deadline =
                time |> Option.map (fun time -> context.Surroundings.Clock.Now() + time)

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
                    let now = context.Surroundings.Clock.Now()

                    let step =
                        Waiting.next
                            now
                            (Random.Shared.NextDouble())
                            doubts
                            question.Needed
                            question.Window
                            reply.Answer.Believed
                            reply.Decision

                    match step, isHopeless reply with
                    | (WaitStep.Begin | WaitStep.GiveUp), _
                    | WaitStep.AskAgain _, true -> return reply
                    | WaitStep.AskAgain after, false ->
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
                                | GuardAnswer.Unlimited
                                | GuardAnswer.LimitReached
                                | GuardAnswer.TooFast _ -> 0

                            return! ask false doubts
                }

            return! ask true 0
        }

    let private work (context: Context) (request: WaitRequest) : Ending =
        result {
            let! reply =
                forEnough context request.Settings request.Question request.Names request.Timeout

            GuardQuestion.tell context request.IsJson reply
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
                    "Waits until enough quota is left, and exits with the same codes as `guard`. It checks again after a window "
                    + "resets, and about every ten minutes. Ctrl-C stops it at once."
                Examples =
                    [
                        "codex-router wait --min-left 20 && codex exec 'long job'", ""
                        "codex-router wait work --min-left 50 --window week --timeout 8h", ""
                    ]
                Ends =
                    [
                        ExitCode.Done, "enough is left"
                        ExitCode.Refused, "the timeout has passed, and not enough is left"
                        ExitCode.NoSuchProfile, ExitCode.words ExitCode.NoSuchProfile
                        ExitCode.NotSignedIn, ExitCode.words ExitCode.NotSignedIn
                        ExitCode.QuotaUnavailable, "unknown, or there is no such window"
                    ]
                Offers = [ Offer.Profile ]
            }
            request
            work
