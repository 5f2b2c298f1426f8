namespace CodexRouter.Cli.Commands

open System
open System.Globalization
open System.Threading.Tasks
open Argu
open CodexRouter.Cli
open CodexRouter.Cli.Watch
open CodexRouter.Core
open FsToolkit.ErrorHandling

type WatchArguments =
    | Interval of seconds: string
    | [<Hidden>] Sample of profiles: string

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Interval _ -> "seconds between two readings (default 30, at least 5)"
            | Sample _ -> "shows so many made-up profiles in place of yours, to try it out"

/// Shows what is left of every profile, live.
[<RequireQualifiedAccess>]
module Watch =

    /// Argu's own reading of numbers is generic over a value type: the native program has no code for it.
    let private number (least: int) most (what: string) (word: string) =
        match Int32.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture) with
        | true, number when number >= least && number <= most -> Ok number
        | _ ->
            Error(
                Problem.usage
                    (what
                     + " is a whole number from "
                     + string<int> least
                     + " to "
                     + string<int> most
                     + ", not '"
                     + Inert.text word
                     + "'")
                    (CommandLine.Program + " watch --help")
            )

    let private seconds (arguments: WatchArguments list) =
        arguments
        |> List.tryPick (fun argument ->
            match argument with
            | Interval seconds -> Some(number RefetchSchedule.LeastSeconds 86_400 "the interval in seconds" seconds)
            | Sample _ -> None)
        |> Option.defaultValue (Ok RefetchSchedule.UsualSeconds)

    let private samples (arguments: WatchArguments list) =
        arguments
        |> List.tryPick (fun argument ->
            match argument with
            | Sample count -> Some(number 0 1_000 "the number of made-up profiles" count |> Result.map Some)
            | Interval _ -> None)
        |> Option.defaultValue (Ok None)

    let private canDraw (surroundings: Surroundings) =
        surroundings.OutputIsTerminal
        && match surroundings.Variables.TryGetValue "TERM" with
           | true, ("dumb" | "") -> false
           | known, _ -> known

    let private note root (profile: Profile) =
        match ProfileHealth.ofOne root [] profile, profile.Stored with
        | Health.SignedOut, _ -> "Not logged in: codex-router login " + ProfileName.value profile.Name
        | Health.Ok, Stored.SignIn(_, signIn) ->
            QuotaView.NotAvailable
            + ": "
            + (Sources.noPlan signIn.Kind |> Option.defaultValue "no figures yet")
        | health, _ ->
            QuotaView.NotAvailable
            + ": the sign-in is "
            + HealthView.words health
            + " (codex-router doctor)"

    let private work (context: Context) (arguments: WatchArguments list) : Ending =
        result {
            let! interval = seconds arguments
            let! samples = samples arguments

            let clock, source, random =
                match samples with
                | Some count ->
                    let clock = SampleClock()
                    // Made-up profiles look the same each time, chance included.
                    clock :> TimeProvider, SampleWatch.source clock count, (fun () -> 0.5)
                | None ->
                    TimeProvider.System,
                    OwnProfiles.source context.Surroundings (note context.Surroundings.Root),
                    Random.Shared.NextDouble

            let plan =
                {
                    Source = source
                    Interval = TimeSpan.FromSeconds(float interval)
                    Look =
                        {
                            Unicode = context.Surroundings.HasUnicode
                            Zone = TimeZoneInfo.Local
                        }
                    Colour = context.Surroundings.Colour
                    Clock = clock
                    Random = random
                }

            if canDraw context.Surroundings then
                WatchLoop.live plan
            else
                WatchLoop.plain plan

            return ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "watch"
                Names = ""
                Shown = "[--interval SECONDS]"
                Summary = "what is left of every profile, live"
                Does =
                    "Shows what is left of every profile, and asks anew from time to time, until Ctrl-C. Into a "
                    + "pipe it writes a line for each change."
                Examples = [ "codex-router watch", ""; "codex-router watch --interval 60", "" ]
                Ends = Ends.reading
                Offers = []
            }
            work
