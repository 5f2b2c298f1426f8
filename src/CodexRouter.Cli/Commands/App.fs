namespace CodexRouter.Cli.Commands

open System.IO
open CodexRouter.Cli
open CodexRouter.Core

/// Understands a command line and does what it says: all of the program but the process around it.
[<RequireQualifiedAccess>]
module App =

    /// The one place where failures become text and exit codes.
    let private report (terminal: Terminal) words json (problem: Problem) =
        let problem =
            { problem with
                Try = Inert.text (Again.resolve words problem.Try)
            }

        if json then
            terminal.Raw(Answer.text AnswerShapes.error (Answer.problem problem))
        else
            terminal.Problem problem

        problem.Exit

    let private asksForJson (words: string list) =
        words |> List.takeWhile ((<>) "--") |> List.contains "--json"

    let private dispatch (context: Context) (words: string list) : Ending =
        match words with
        | [] -> Status.run context
        | ("--help" | "-h" | "help") :: name :: _ when name <> "--help" && name <> "-h" ->
            match Table.find name with
            | Some command -> command.Run context [ "--help" ]
            | None -> Error(Table.noCommand name [ "--help" ])
        | ("--help" | "-h" | "help") :: _ ->
            context.Terminal.Raw(Table.help ())
            Ok ExitCode.Done
        | "--version" :: _ ->
            context.Terminal.Raw(CommandLine.Program + " " + Version.text + "\n")
            Ok ExitCode.Done
        | name :: rest ->
            match Table.find name with
            | Some command -> command.Run context rest
            | None -> Error(Table.noCommand name rest)

    /// Runs a command line, and gives the exit code.
    let run (start: Start) (streams: Streams) (words: string list) : int =
        let surroundings = Surroundings.ofStart start
        let terminal = Terminal(surroundings, streams)

        let context =
            {
                Surroundings = surroundings
                Terminal = terminal
                Commands = Table.all
            }

        let mutable exit = ExitCode.Done

        try
            exit <-
                match Refusals.ofSystem surroundings.Root (fun () -> dispatch context words) with
                | Ok exit -> exit
                | Error problem ->
                    exit <- problem.Exit
                    report terminal words (asksForJson words) problem

            terminal.Flush()
            ExitCode.number exit
        with
        // A full disk behind the output, say. (That whoever read it has gone is no failure, and the runtime tells of none.)
        | :? IOException as failure ->
            terminal.Problem(Problem.refused ProblemCode.Io (FailureText.ofException failure) "df -h")
            // What failed before that is what the exit code says.
            ExitCode.number (if exit = ExitCode.Done then ExitCode.Refused else exit)
        | fault ->
            // A fault's own text may hold anything that was in memory: only its kind is told.
            terminal.Problem
                {
                    Exit = ExitCode.Fault
                    Code = ProblemCode.Fault
                    Message = "a fault in the program: " + fault.GetType().Name
                    Try = "report what you did; nothing half-done stays (codex-router doctor)"
                }

            ExitCode.number ExitCode.Fault
