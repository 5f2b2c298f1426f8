namespace CodexRouter.Cli.Commands

open System
open CodexRouter.Cli
open CodexRouter.Core

/// How a command goes about a Codex that runs and could lose its sign-in by a change.
[<NoEquality; NoComparison>]
type Beside =
    {
        /// The command as it was typed, without options, for what is proposed: `codex-router switch work`.
        Command: string
        /// The person said that nothing is to be asked and nothing waited for.
        Force: bool
        /// There is an option by which the person could have said so.
        HasForce: bool
        /// The daemons in these homes are to be stopped first.
        StopDaemonsOf: string list
        /// Nobody is asked: the answer is read by a program.
        IsSilent: bool
    }

/// The one caution of all commands that change a sign-in's place: wait where that helps, ask on a terminal, refuse
/// elsewhere.
[<RequireQualifiedAccess>]
module BesideCodex =

    let private stop (context: Context) home =
        if (CodexProgram.daemon home).IsSome then
            context.Terminal.Note(
                match CodexProgram.stopDaemon context.Surroundings home with
                | Ok true ->
                    "stopped Codex's background daemon; Codex windows that are open may have to be started again"
                | Ok false -> "Codex's background daemon could not be stopped: codex app-server daemon stop"
                | Error problem -> "Codex's background daemon could not be stopped: " + problem.Message
            )

    let private refused (beside: Beside) refusal =
        let problem = Refusals.problem refusal

        // Which Codex that is, so that a person can end it.
        let look =
            match Refusal.processes refusal with
            | Some processes -> Remedy.forProcesses processes
            | None -> "codex-router doctor"

        let stop =
            if beside.StopDaemonsOf.IsEmpty then
                " --stop-daemon"
            else
                ""

        { problem with
            Try =
                match stop, beside.HasForce with
                | "", true -> look + ", or " + beside.Command + " --force"
                | "", false -> look
                | stop, true -> beside.Command + stop + ", or " + look + ", or " + beside.Command + " --force"
                | stop, false -> beside.Command + stop + ", or " + look
        }

    /// Gives the reason not to carry out what is decided, if a running Codex is one. Another refusal is told by whoever
    /// carries it out.
    let private reason (context: Context) decide =
        let root = context.Surroundings.Root
        let situation = Changes.situation root
        let running = lazy (CodexProgram.running root)

        match decide situation (fun () -> running.Value) false with
        | Error(Refusal.InUse _ as refusal) -> Some(situation, refusal)
        | Error _ -> None
        | Ok plan ->
            Caution.ofPlan situation (fun () -> running.Value) plan
            |> Option.map (fun refusal -> situation, refusal)

    let rec private settle (context: Context) (beside: Beside) decide (deadline: DateTimeOffset) isFirst =
        match reason context decide with
        | None -> Ok false
        | Some(situation, refusal) when
            Caution.isWorthWaiting situation refusal
            && context.Surroundings.Clock.Now() < deadline
            ->
            if isFirst then
                context.Terminal.Note "Codex may be renewing the old sign-in; waiting a moment"

            context.Surroundings.Clock.Sleep(TimeSpan.FromMilliseconds 250.0)
            settle context beside decide deadline false
        | Some(_, refusal) ->
            let problem = refused beside refusal

            if
                context.Surroundings.InputIsTerminal
                && not beside.IsSilent
                && context.Terminal.Confirm(problem.Message + "; continue anyway?")
            then
                Ok true
            else
                Error problem

    /// Stops daemons if that is asked for, and gives whether to go on whatever runs. `decide` makes the plan, given what runs
    /// and whether that is no obstacle.
    let agree
        (context: Context)
        (beside: Beside)
        (decide: Situation -> (unit -> Running) -> bool -> Result<Plan, Refusal>)
        : Result<bool, Problem> =
        beside.StopDaemonsOf |> List.iter (stop context)

        if beside.Force then
            Ok true
        else
            settle context beside decide (context.Surroundings.Clock.Now() + Caution.patience) true

    /// Gives what speaks against a plan at the last moment: a Codex that was started since it was agreed to, while another
    /// change was waited for. `isAgreed` says that the person wants it whatever runs.
    let lastLook (context: Context) (beside: Beside) isAgreed : Situation -> Plan -> Problem option =
        fun situation plan ->
            if isAgreed then
                None
            else
                Caution.ofPlan situation (fun () -> CodexProgram.running context.Surroundings.Root) plan
                |> Option.map (refused beside)
