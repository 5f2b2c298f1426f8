namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type SaveArguments =
    | [<MainCommand; ExactlyOnce>] Name of name: string
    | From of file: string
    | Force
    | Stop_Daemon
    | Separate_History
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Name _ -> "the profile's name"
            | From _ ->
                "move the sign-in from this file into the profile, instead of the current one, and do not switch to it"
            | Force -> "replace another account in the profile; the old sign-in is moved to router/kept"
            | Stop_Daemon -> "first stop Codex's background daemon in the profile"
            | Separate_History -> "the profile keeps its own sessions, history and memories"
            | Json -> "answer in JSON"

type SaveCommandRequest =
    {
        Save: SaveRequest
        /// The file to take the sign-in from, absolute, if it is not the current one.
        File: string option
        StopDaemon: bool
        IsJson: bool
    }

/// Keeps the present sign-in of the root as a profile and makes it current.
[<RequireQualifiedAccess>]
module Save =

    let private request (context: Context) (given: SaveArguments list) : Result<SaveCommandRequest, Problem> =
        result {
            let! name =
                given
                |> Given.value (function
                    | Name name -> Some name
                    | From _
                    | Force
                    | Stop_Daemon
                    | Separate_History
                    | Json -> None)
                |> CommandLine.name

            return
                {
                    Save =
                        {
                            Name = name
                            Force = Given.has Force given
                            Own = HomeGroup.ofProfile (Given.has Separate_History given)
                        }
                    File =
                        given
                        |> Given.tryValue (function
                            | From file -> Some(System.IO.Path.GetFullPath(file, context.Surroundings.Folder))
                            | Name _
                            | Force
                            | Stop_Daemon
                            | Separate_History
                            | Json -> None)
                    StopDaemon = Given.has Stop_Daemon given
                    IsJson = Given.has Json given
                }
        }

    let private work (context: Context) (given: SaveCommandRequest) : Ending =
        result {
            let root = context.Surroundings.Root
            let request, file = given.Save, given.File
            let name = request.Name

            OtherRoot.hint context.Surroundings |> Option.iter context.Terminal.Note
            do! CodexSettings.needFiles root

            // From a file nobody is put on it: it is refused when somebody would be.
            if file.IsNone then
                do! CodexSettings.needAccepted root root ""

            let decide situation =
                match file with
                | Some file -> Save.from situation request file
                | None -> Save.plan situation request

            // `--force` says which identity may go, not that a Codex may lose its sign-in.
            let beside =
                {
                    Command =
                        CommandLine.Program
                        + " save "
                        + ProfileName.value name
                        + (if request.Force then " --force" else "")
                    Force = false
                    HasForce = false
                    StopDaemonsOf = if given.StopDaemon then [ Layout.home root name ] else []
                    IsSilent = given.IsJson
                }

            let! isAgreed =
                BesideCodex.agree context beside (fun situation _ _ -> decide situation)

            // What cannot be taken from where it is would be a second live copy: the profile needs a sign-in of its own.
            let orLogin (problem: Problem) =
                match file with
                | Some file when
                    problem.Code = ProblemCode.Failed
                    && problem.Message.StartsWith("cannot remove " + Inert.text file, System.StringComparison.Ordinal)
                    ->
                    { problem with
                        Message =
                            problem.Message
                            + " (a copy beside it would end it at the first renewal, so nothing was changed)"
                        Try = CommandLine.Program + " login " + ProfileName.value name
                    }
                | Some _ when problem.Code = ProblemCode.Damaged ->
                    { problem with
                        Try = CommandLine.Program + " login " + ProfileName.value name
                    }
                | _ -> problem

            let! plan =
                Changes.makeUnless (BesideCodex.lastLook context beside isAgreed) context.Terminal.Note root decide
                |> Result.mapError orLogin

            if not plan.IsEmpty then
                Changes.makePrivate (Layout.signIn root name)

            let profile = Observed.profile Disk.files root name

            let what =
                match plan, file with
                | [], _ -> "nothing to do: profile "
                | _, Some _ -> "saved as profile "
                | _, None -> "saved, and current: profile "

            if given.IsJson then
                context.Terminal.Raw(Answer.text AnswerShapes.change (Answer.change name plan))
            else
                context.Terminal.Line
                    [
                        Piece.plain what
                        Piece.strong (ProfileName.value name)
                        Piece.plain (" (" + ProfileView.account profile + ")")
                    ]

                if not plan.IsEmpty then
                    context.Terminal.Line(NextStep.after context.Surroundings name)

            return ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "save"
                Names = "NAME"
                Shown = ""
                Summary = "save Codex's current sign-in as profile NAME"
                Does =
                    "Saves Codex's current sign-in as profile NAME and makes it the current profile. If NAME holds "
                    + "another account, it is replaced only with --force, and the old sign-in is moved to router/kept."
                Examples =
                    [
                        "codex-router save work", "save the current sign-in"
                        "codex-router save old --from ~/old/auth.json", "save one from a file"
                    ]
                Ends = Ends.changing |> Ends.also ExitCode.NotSignedIn
                Offers = [ Offer.Profile ]
            }
            request
            work
