namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type SwitchArguments =
    | [<MainCommand; ExactlyOnce>] Name of name: string
    | Dry_Run
    | Stop_Daemon
    | Force
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Name _ -> "a profile or alias; '-' means the previous profile"
            | Dry_Run -> "show the steps, but change nothing"
            | Stop_Daemon -> "first stop Codex's background daemon, because it keeps the account that it started with"
            | Force -> "switch even if a running Codex may renew the old sign-in"
            | Json -> "answer in JSON"

type SwitchRequest =
    {
        Name: ProfileName
        IsDryRun: bool
        StopDaemon: bool
        Force: bool
        IsJson: bool
    }

/// Makes a profile current everywhere.
[<RequireQualifiedAccess>]
module Switch =

    /// The profile that a word means; `-` is the one before.
    let private target root (word: string) =
        if word = "-" then
            Observed.previous Disk.files root
            |> Option.filter (Observed.exists Disk.files root)
            |> Result.requireSome (
                Problem.refused ProblemCode.NoPrevious "no other profile was current before" "codex-router switch NAME"
            )
        else
            CommandLine.profile root word

    let private tellOfDaemon (context: Context) =
        CodexProgram.daemon context.Surroundings.Root
        |> Option.iter (fun pid ->
            context.Terminal.Note(
                "Codex's background daemon (process "
                + string<int> pid
                + ") and its windows keep the account that they started with; to stop it: codex-router switch --stop-daemon, or codex app-server daemon stop"
            ))

    let private show (context: Context) (request: SwitchRequest) (before: ProfileName option) (plan: Plan) =
        let name = request.Name

        if request.IsJson then
            let answer: SwitchDto =
                {
                    Schema = Answer.Schema
                    From = before |> Option.map ProfileName.value
                    To = ProfileName.value name
                    Changed = not request.IsDryRun && not plan.IsEmpty
                    Steps = Answer.steps plan
                }

            context.Terminal.Raw(Answer.text AnswerShapes.switch answer)
        elif request.IsDryRun then
            if plan.IsEmpty then
                context.Terminal.Line("nothing to do: " + ProfileName.value name + " is current")

            for step in plan do
                context.Terminal.Line [ Piece.plain (PlanText.step step.Action); Piece.faint ("  # " + step.Why) ]
        else
            let profile = Observed.profile Disk.files context.Surroundings.Root name

            context.Terminal.Line
                [
                    Piece.plain (if plan.IsEmpty then "already current: " else "switched to ")
                    Piece.strong (ProfileName.value name)
                    Piece.plain (" (" + ProfileView.account profile + ")")
                ]

    let private request (context: Context) (given: SwitchArguments list) : Result<SwitchRequest, Problem> =
        result {
            let! name =
                given
                |> Given.value (function
                    | Name name -> Some name
                    | Dry_Run
                    | Stop_Daemon
                    | Force
                    | Json -> None)
                |> target context.Surroundings.Root

            return
                {
                    Name = name
                    IsDryRun = Given.has Dry_Run given
                    StopDaemon = Given.has Stop_Daemon given
                    Force = Given.has Force given
                    IsJson = Given.has Json given
                }
        }

    let private work (context: Context) (request: SwitchRequest) : Ending =
        result {
            let root = context.Surroundings.Root
            let name = request.Name
            do! CodexSettings.needFiles root
            do! CodexSettings.needProfileAccepted root name "codex-router switch OTHER, or "
            let before = Observed.current Disk.files root

            if request.IsDryRun then
                let! plan =
                    Switch.plan (Changes.situation root) name |> Result.mapError Refusals.problem

                show context request before plan
            else
                let beside =
                    {
                        Command = "codex-router switch " + ProfileName.value name
                        Force = request.Force
                        HasForce = true
                        StopDaemonsOf = if request.StopDaemon then [ root ] else []
                        IsSilent = request.IsJson
                    }

                let! isAgreed =
                    BesideCodex.agree context beside (fun situation _ _ -> Switch.plan situation name)

                let! plan =
                    Changes.makeUnless
                        (BesideCodex.lastLook context beside isAgreed)
                        context.Terminal.Note
                        root
                        (fun situation -> Switch.plan situation name)

                show context request before plan

                if not plan.IsEmpty then
                    tellOfDaemon context

                // Only a terminal with a home of its own can stay where it is.
                if context.Surroundings.CodexHome <> Held.Unset && not request.IsJson then
                    let inForce = InForce.here context.Surroundings

                    match inForce.Applying.Plain with
                    | _, Because.Current -> ()
                    | plain, _ ->
                        context.Terminal.Note(
                            "this terminal stays on "
                            + (plain |> Option.map ProfileName.value |> Option.defaultValue inForce.CodexHome)
                            + ": "
                            + Current.reason context.Surroundings inForce
                        )

            return ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "switch"
                Names = "NAME | -"
                Shown = ""
                Summary = "make a profile current everywhere; - means the previous one"
                Does =
                    "Makes a profile the current one: every terminal and program uses its account unless a pin or "
                    + "`codex-router use` says otherwise."
                Examples =
                    [
                        "codex-router switch work", "for every program started from now on"
                        "codex-router switch -", "go back"
                        "codex-router switch work --dry-run", "show the steps only"
                    ]
                Ends = Ends.changing |> Ends.also ExitCode.NotSignedIn
                Offers = [ Offer.ProfileOrBack ]
            }
            request
            work
