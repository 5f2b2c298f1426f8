namespace CodexRouter.Cli.Commands

open System
open System.Globalization
open System.Threading.Tasks
open Argu
open CodexRouter.Cli
open CodexRouter.Cli.Watch
open CodexRouter.Core

type WatchArguments =
    | Interval of seconds: string

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Interval _ -> "seconds between readings (default 30, at least 5)"

/// Shows what is left of every profile, live.
[<RequireQualifiedAccess>]
module Watch =

    /// A day.
    [<Literal>]
    let private MostSeconds = 86_400

    /// Argu's own reading of numbers is generic over a value type: the native program has no code for it.
    let private number (word: string) =
        match Int32.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture) with
        | true, number when number >= RefetchSchedule.LeastSeconds && number <= MostSeconds -> Ok number
        | _ ->
            Error(
                Problem.usage
                    ("the interval in seconds must be an integer from "
                     + string<int> RefetchSchedule.LeastSeconds
                     + " to "
                     + string<int> MostSeconds
                     + ", not '"
                     + Inert.text word
                     + "'")
                    (CommandLine.Program + " watch --help")
            )

    /// The seconds between readings.
    let private request _ (given: WatchArguments list) : Result<int, Problem> =
        match given with
        | Interval seconds :: _ -> number seconds
        | [] -> Ok RefetchSchedule.UsualSeconds

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

    let private work (context: Context) (interval: int) : Ending =
        let plan =
            {
                Source = OwnProfiles.source context.Surroundings (note context.Surroundings.Root)
                Interval = TimeSpan.FromSeconds(float interval)
                Look =
                    {
                        Unicode = context.Surroundings.HasUnicode
                        Zone = TimeZoneInfo.Local
                    }
                Colour = context.Surroundings.Colour
                Clock = TimeProvider.System
                Random = Random.Shared.NextDouble
            }

        if canDraw context.Surroundings then
            WatchLoop.live plan
        else
            WatchLoop.plain plan

        Ok ExitCode.Done

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "watch"
                Names = ""
                Shown = "[--interval SECONDS]"
                Summary = "show how much is left in every profile, live"
                Does =
                    "Shows how much is left in every profile, and updates the figures regularly, until Ctrl-C. In a "
                    + "pipe it prints a line for each change."
                Examples = [ "codex-router watch", ""; "codex-router watch --interval 60", "" ]
                Ends = Ends.reading
                Offers = []
            }
            request
            work
