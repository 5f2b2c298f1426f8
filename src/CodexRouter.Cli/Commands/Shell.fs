namespace CodexRouter.Cli.Commands

open System
open System.IO
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

/// The files that the shell loads, which are installed beside the program.
[<RequireQualifiedAccess>]
module private ShellFiles =

    let private folders () =
        match Environment.ProcessPath with
        | null -> []
        | program ->
            // The program may be reached by a link; its files are beside the real one.
            let real =
                match File.ResolveLinkTarget(program, returnFinalTarget = true) with
                | null -> program
                | target -> target.FullName

            [ program; real ]
            |> List.distinct
            |> List.map (fun program ->
                Path.GetFullPath(Path.Combine(Path.GetDirectoryName program |> string, "..", "share", "codex-router")))

    /// Gives the path of one of them.
    let find (name: string) : Result<string, Problem> =
        folders ()
        |> List.map (fun folder -> Path.Combine(folder, name))
        |> List.tryFind File.Exists
        |> Result.requireSome (
            Problem.refused
                "not_installed"
                (name + " is not installed beside the program")
                "./install.sh in codex-router's sources"
        )

    let quoted (path: string) = "'" + path.Replace("'", "'\\''") + "'"

type ShellArguments =
    | [<MainCommand; ExactlyOnce>] Shell of shell: string

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Shell _ -> "zsh."

/// What both commands share: there is one shell.
[<RequireQualifiedAccess>]
module private ForZsh =

    let run (context: Context) name words work =
        CommandLine.run context name words (fun arguments ->
            match arguments with
            | [ Shell "zsh" ] -> work ()
            | _ -> Error(Problem.usage "zsh is the only shell there is a hook for" ("codex-router " + name + " zsh")))

/// Gives the line that loads the hook.
[<RequireQualifiedAccess>]
module Init =

    let private work (context: Context) () : Ending =
        ShellFiles.find "codex-router.plugin.zsh"
        |> Result.map (fun plugin ->
            context.Terminal.Raw(
                "# To load the hook in every terminal, put this line into ~/.zshrc, or: eval \"$(codex-router init zsh)\"\n"
            )

            context.Terminal.Raw("source " + ShellFiles.quoted plugin + "\n")
            ExitCode.Done)

    /// The command.
    let command =
        {
            Name = "init"
            Words = "zsh"
            Summary = "the line for ~/.zshrc that loads the hook"
            Run = fun context words -> ForZsh.run context "init" words (work context)
        }

/// Gives the completion's text.
[<RequireQualifiedAccess>]
module Completion =

    let private work (context: Context) () : Ending =
        ShellFiles.find "_codex-router"
        |> Result.map (fun completion ->
            context.Terminal.Raw(File.ReadAllText completion)
            ExitCode.Done)

    /// The command.
    let command =
        {
            Name = "completion"
            Words = "zsh"
            Summary = "the completion for zsh"
            Run = fun context words -> ForZsh.run context "completion" words (work context)
        }

/// Stands for the shell function of the same name, where the hook is not loaded.
[<RequireQualifiedAccess>]
module Use =

    let private run (context: Context) (words: string list) : Ending =
        if List.contains "--help" words || List.contains "-h" words then
            context.Terminal.Raw
                "USAGE: codex-router use NAME | -\n\nPuts this terminal on a profile, until codex-router use - or its end. The zsh hook does this.\n"

            Ok ExitCode.Done
        else
            Problem.refused
                "no_hook"
                "`use` changes the terminal that it is typed in, which only the zsh hook can do; it is not loaded here"
                "eval \"$(codex-router init zsh)\", or codex-router exec NAME -- COMMAND"
            |> Error

    /// The command.
    let command =
        {
            Name = "use"
            Words = "NAME | -"
            Summary = "this terminal only, until left with use -"
            Run = run
        }
