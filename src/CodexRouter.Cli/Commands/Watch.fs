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
    | Once

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Interval _ -> "seconds between readings (default 30, at least 5)"
            | Once -> "read once, print it as plain lines, and exit"

/// How often to read.
[<RequireQualifiedAccess>]
type WatchRequest =
    | Once
    /// Again and again, with so many seconds between readings.
    | Every of seconds: int

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

    let private request _ (given: WatchArguments list) : Result<WatchRequest, Problem> =
        let interval =
            given
            |> Given.tryValue (function
                | Interval seconds -> Some seconds
                | Once -> None)

        match Given.has Once given, interval with
        | true, Some _ -> Error(Problem.usage "--once and --interval do not go together" Again.help)
        | true, None -> Ok WatchRequest.Once
        | false, Some seconds -> number seconds |> Result.map WatchRequest.Every
        | false, None -> Ok(WatchRequest.Every RefetchSchedule.UsualSeconds)

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

    let private work (context: Context) (request: WatchRequest) : Ending =
        let interval =
            match request with
            | WatchRequest.Once -> RefetchSchedule.UsualSeconds
            | WatchRequest.Every seconds -> seconds

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

        match request with
        | WatchRequest.Once -> WatchLoop.once plan
        | WatchRequest.Every _ when canDraw context.Surroundings -> WatchLoop.live plan
        | WatchRequest.Every _ -> WatchLoop.plain plan

        Ok ExitCode.Done

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "watch"
                Names = ""
                Shown = "[--interval SECONDS | --once]"
                Summary = "show how much is left in every profile, live"
                Does =
                    "Shows how much is left in every profile, and updates the figures regularly, until Ctrl-C. In a "
                    + "pipe it prints a line for each change."
                Examples =
                    [
                        "codex-router watch", ""
                        "codex-router watch --interval 60", ""
                        "codex-router watch --once", "for a script or a status bar"
                    ]
                Ends = Ends.reading
                Offers = []
            }
            request
            work
