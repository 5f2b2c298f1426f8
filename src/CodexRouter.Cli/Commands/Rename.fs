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
            | Stop_Daemon -> "stop Codex's background daemons of the profile first"
            | Force -> "rename even if a Codex is running in the profile"
            | Json -> "answer in JSON"

/// Gives a profile another name.
[<RequireQualifiedAccess>]
module Rename =

    let private work (context: Context) (arguments: RenameArguments list) : Ending =
        result {
            let root = context.Surroundings.Root
            let json = List.contains Json arguments

            let oldWord, newWord =
                arguments
                |> List.pick (function
                    | Names(oldName, newName) -> Some(oldName, newName)
                    | _ -> None)

            let! name = CommandLine.name oldWord
            let! newName = CommandLine.name newWord

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
                        Force = List.contains Force arguments
                        HasForce = true
                        StopDaemonsOf =
                            if List.contains Stop_Daemon arguments then
                                [ root; Layout.home root name ]
                            else
                                []
                        IsSilent = json
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

            if json then
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
                    "Gives a profile another name. Programs already running under the old name can keep running until "
                    + "they end."
                Examples = [ "codex-router rename work acme", "" ]
                Ends = Ends.changing
                Offers = [ Offer.Profile; Offer.Free "new name" ]
            }
            work
