namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type RenameArguments =
    | [<MainCommand; ExactlyOnce>] Names of old: string * ``new``: string
    | Stop_Daemon
    | Force
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Names _ -> "the profile's current name, and the new one"
            | Stop_Daemon -> "first stop Codex's background daemons in the profile"
            | Force -> "rename even if Codex is running in the profile"
            | Json -> "answer in JSON"

type RenameRequest =
    {
        /// As it was typed: the profile may be spelled otherwise, where names ignore case.
        Old: ProfileName
        New: ProfileName
        StopDaemons: bool
        Force: bool
        IsJson: bool
    }

/// Gives a profile another name.
[<RequireQualifiedAccess>]
module Rename =

    let private request _ (given: RenameArguments list) : Result<RenameRequest, Problem> =
        result {
            let oldWord, newWord =
                given
                |> Given.value (function
                    | Names(oldName, newName) -> Some(oldName, newName)
                    | Stop_Daemon
                    | Force
                    | Json -> None)

            let! oldName = CommandLine.name oldWord
            let! newName = CommandLine.name newWord

            return
                {
                    Old = oldName
                    New = newName
                    StopDaemons = Given.has Stop_Daemon given
                    Force = Given.has Force given
                    IsJson = Given.has Json given
                }
        }

    let private work (context: Context) (request: RenameRequest) : Ending =
        result {
            let root = context.Surroundings.Root
            let name, newName = request.Old, request.New

            let canExchange =
                lazy (CodexRouter.Platform.Rename.CanExchange(Layout.profiles root))

            let decide situation running force =
                Rename.plan situation (running ()) force canExchange.Value name newName

            let! force =
                BesideCodex.agree
                    context
                    {
                        Command =
                            "codex-router rename "
                            + ProfileName.value name
                            + " "
                            + ProfileName.value newName
                        Force = request.Force
                        HasForce = true
                        StopDaemonsOf =
                            if request.StopDaemons then
                                [ root; Layout.home root name ]
                            else
                                []
                        IsSilent = request.IsJson
                    }
                    decide

            let name = Observed.spelled Disk.files root name |> Option.defaultValue name

            let isPossible =
                Observed.exists Disk.files root name
                && not (Observed.exists Disk.files root newName)

            // The root's link may still have the old name, if that leads on.
            let isDone () =
                isPossible
                && Observed.exists Disk.files root newName
                && not (Observed.exists Disk.files root name)
                && (Observed.current Disk.files root <> Some name
                    || Observed.forwarded Disk.files root name = Some newName)

            // As it was decided last, under the locks.
            let decided = ref []

            let! _ =
                Changes.unlessDone root isDone context.Terminal.Note (fun () ->
                    Changes.make context.Terminal.Note root (fun situation ->
                        decide situation (fun () -> CodexProgram.running root) force
                        |> Result.map (fun plan ->
                            decided.Value <- plan
                            plan)))

            if request.IsJson then
                context.Terminal.Raw(Answer.text AnswerShapes.change (Answer.change newName decided.Value))
            else
                context.Terminal.Line("renamed profile " + ProfileName.value name + " to " + ProfileName.value newName)

                context.Terminal.Line(
                    "Pins that say "
                    + ProfileName.value name
                    + " no longer find it; to keep them working: codex-router alias "
                    + ProfileName.value newName
                    + " "
                    + ProfileName.value name
                )

            return ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "rename"
                Names = "OLD NEW"
                Shown = ""
                Summary = "give a profile another name"
                Does =
                    "Gives a profile another name. Programs that were started under the old name can keep running until "
                    + "they end."
                Examples = [ "codex-router rename work acme", "" ]
                Ends = Ends.changing
                Offers = [ Offer.Profile; Offer.Free "new name" ]
            }
            request
            work
