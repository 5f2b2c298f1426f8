namespace CodexRouter.Cli.Commands

open System
open System.Threading
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
            | Name _ -> "the profile or alias; '-' is the one that was current before."
            | Dry_Run -> "show what would be done, and do nothing."
            | Stop_Daemon -> "stop Codex's background daemon too, which keeps the account that it started with."
            | Force -> "switch even if a Codex may be renewing the outgoing sign-in."
            | Json -> "answer in JSON."

/// Makes a profile current everywhere.
[<RequireQualifiedAccess>]
module Switch =

    /// The profile that a word means; `-` is the one before.
    let private target root (word: string) =
        if word = "-" then
            Observed.previous Disk.files root
            |> Option.filter (Observed.exists Disk.files root)
            |> Result.requireSome (
                Problem.refused "no_previous" "no other profile was current before" "codex-router switch NAME"
            )
        else
            CommandLine.profile root word

    /// Waits until no renewal can be under way, for as long as a person waits without wondering.
    let rec private waitForRenewal (context: Context) name (deadline: DateTime) isFirst =
        let root = context.Surroundings.Root

        match Switch.caution (Changes.situation root) (fun () -> CodexProgram.running root) name with
        | None -> Ok()
        | Some refusal when DateTime.UtcNow >= deadline -> Error(Refusals.problem refusal)
        | Some _ ->
            if isFirst then
                context.Terminal.Note "a Codex may be renewing the outgoing sign-in; waiting a moment"

            Thread.Sleep 250
            waitForRenewal context name deadline false

    let private tellOfDaemon (context: Context) stop =
        match CodexProgram.daemon context.Surroundings.Root with
        | None -> ()
        | Some _ when stop ->
            // The switch is done and told already: that this failed is a note, not the command's answer.
            context.Terminal.Note(
                match CodexProgram.stopDaemon context.Surroundings with
                | Ok true ->
                    "stopped Codex's background daemon; Codex windows that are open may have to be started again"
                | Ok false -> "Codex's background daemon could not be stopped: codex app-server daemon stop"
                | Error problem -> "Codex's background daemon could not be stopped: " + problem.Message
            )
        | Some pid ->
            context.Terminal.Note(
                "Codex's background daemon (process "
                + string<int> pid
                + ") and its windows keep the account that they started with; to stop it: codex-router switch --stop-daemon, or codex app-server daemon stop"
            )

    let private show (context: Context) json (before: ProfileName option) name (plan: Plan) isDryRun =
        if json then
            let answer: SwitchDto =
                {
                    Schema = Answer.Schema
                    From = before |> Option.map ProfileName.value
                    To = ProfileName.value name
                    Changed = not isDryRun && not plan.IsEmpty
                    Steps = Answer.steps plan
                }

            context.Terminal.Raw(Answer.text answer)
        elif isDryRun then
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

    let private work (context: Context) (arguments: SwitchArguments list) : Ending =
        result {
            let root = context.Surroundings.Root
            let json = List.contains Json arguments

            let! name =
                arguments
                |> List.pick (function
                    | Name name -> Some name
                    | _ -> None)
                |> target root

            do! CodexSettings.needFiles root
            do! CodexSettings.needProfileAccepted root name "codex-router switch OTHER, or "
            let before = Observed.current Disk.files root

            if List.contains Dry_Run arguments then
                let! plan =
                    Switch.plan (Changes.situation root) name |> Result.mapError Refusals.problem

                show context json before name plan true
            else
                if not (List.contains Force arguments) then
                    do! waitForRenewal context name (DateTime.UtcNow + Switch.patience) true

                let! plan = Changes.make root (fun situation -> Switch.plan situation name)
                show context json before name plan false

                if not plan.IsEmpty || List.contains Stop_Daemon arguments then
                    tellOfDaemon context (List.contains Stop_Daemon arguments)

                // Only a terminal with a home of its own can stay where it is.
                if context.Surroundings.CodexHome <> Held.Unset && not json then
                    let inForce = InForce.here context.Surroundings

                    if inForce.Because <> Because.Current then
                        context.Terminal.Note(
                            "this terminal stays on "
                            + (inForce.Profile
                               |> Option.map ProfileName.value
                               |> Option.defaultValue inForce.CodexHome)
                            + ": "
                            + Current.reason context.Surroundings inForce
                        )

            return ExitCode.Done
        }

    /// The command.
    let command =
        {
            Name = "switch"
            Words = "NAME | -"
            Summary = "make NAME, or the previous profile, current everywhere"
            Run = fun context words -> CommandLine.run context "switch" words (work context)
        }
