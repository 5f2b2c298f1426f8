namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type DeleteArguments =
    | [<MainCommand; ExactlyOnce>] Name of name: string
    | Yes
    | Stop_Daemon
    | Force
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Name _ -> "the profile's name"
            | Yes -> "do not ask"
            | Stop_Daemon -> "first stop Codex's background daemon in the profile"
            | Force -> "delete even if Codex is running in the profile"
            | Json -> "answer in JSON, without asking; requires --yes"

type DeleteRequest =
    {
        Name: ProfileName
        IsConfirmed: bool
        StopDaemon: bool
        Force: bool
        IsJson: bool
    }

/// Removes a profile, after a question.
[<RequireQualifiedAccess>]
module Delete =

    let private request _ (given: DeleteArguments list) : Result<DeleteRequest, Problem> =
        result {
            // By its own name only: an alias is too easily taken for something else.
            let! name =
                given
                |> Given.value (function
                    | Name name -> Some name
                    | Yes
                    | Stop_Daemon
                    | Force
                    | Json -> None)
                |> CommandLine.name

            return
                {
                    Name = name
                    IsConfirmed = Given.has Yes given
                    StopDaemon = Given.has Stop_Daemon given
                    Force = Given.has Force given
                    IsJson = Given.has Json given
                }
        }

    let private joinsSessions root name (plan: Plan) =
        let own = Layout.(/) (Layout.home root name) ""

        plan
        |> List.choose (fun step -> Action.moved step.Action)
        |> List.exists (fun (from, _) -> from.StartsWith(own, System.StringComparison.Ordinal))

    let private work (context: Context) (request: DeleteRequest) : Ending =
        result {
            let root = context.Surroundings.Root
            let name = request.Name

            let decide situation running force =
                Delete.plan situation (running ()) force name

            let! force =
                BesideCodex.agree
                    context
                    {
                        Command = "codex-router delete " + ProfileName.value name
                        Force = request.Force
                        HasForce = true
                        StopDaemonsOf = if request.StopDaemon then [ Layout.home root name ] else []
                        IsSilent = request.IsJson
                    }
                    decide

            let decide situation =
                decide situation (fun () -> CodexProgram.running root) force

            // What is refused is refused before the question.
            let! _ = decide (Changes.situation root) |> Result.mapError Refusals.problem
            let account = ProfileView.account (Observed.profile Disk.files root name)

            let question =
                "delete profile "
                + ProfileName.value name
                + " ("
                + account
                + ") and its sign-in on this machine?"

            if
                not request.IsConfirmed
                && (request.IsJson || not (context.Terminal.Confirm question))
            then
                return!
                    Problem.refused
                        ProblemCode.NotConfirmed
                        ("profile '" + ProfileName.value name + "' was not deleted")
                        ("codex-router delete " + ProfileName.value name + " --yes")
                    |> Error

            let! plan = Changes.make context.Terminal.Note root decide

            if request.IsJson then
                context.Terminal.Raw(Answer.text AnswerShapes.change (Answer.change name plan))
            else
                context.Terminal.Line("deleted profile " + ProfileName.value name + " (" + account + ")")
                context.Terminal.Line "The account was not signed out at the provider; shared files were left alone."

                if joinsSessions root name plan then
                    context.Terminal.Line
                        "Its own sessions are now with those that profiles share: codex-router sessions"

            return ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "delete"
                Names = "NAME"
                Shown = ""
                Summary = "remove a profile; asks first"
                Does =
                    "Removes a profile with its sign-in and its sealed copy from this machine. It does not sign out "
                    + "at the provider. Everything that the profile shares stays, and its own sessions are added to the shared ones."
                Examples =
                    [
                        "codex-router delete old", "ask first"
                        "codex-router delete old --yes", "in a script"
                    ]
                Ends = Ends.changing
                Offers = [ Offer.Profile ]
            }
            request
            work
