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
            | Shell _ -> "the shell: zsh"

/// What both commands share: there is one shell.
[<RequireQualifiedAccess>]
module private ForZsh =

    let run name (work: Context -> Ending) (context: Context) (words: ShellArguments list) : Ending =
        match words with
        | [ Shell "zsh" ] -> work context
        | _ -> Error(Problem.usage "zsh is the only shell there is a hook for" ("codex-router " + name + " zsh"))

/// Gives the line that loads the hook.
[<RequireQualifiedAccess>]
module Init =

    let private work (context: Context) : Ending =
        ShellFiles.find "codex-router.plugin.zsh"
        |> Result.map (fun plugin ->
            context.Terminal.Raw(
                "# To load the hook in every terminal, put this line into ~/.zshrc, or: eval \"$(codex-router init zsh)\"\n"
            )

            context.Terminal.Raw("source " + ShellFiles.quoted plugin + "\n")
            ExitCode.Done)

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "init"
                Names = "zsh"
                Shown = ""
                Summary = "the line for ~/.zshrc that loads the hook"
                Does = "Prints the line for ~/.zshrc that loads the hook."
                Examples =
                    [
                        "codex-router init zsh >>~/.zshrc", "keep the line"
                        "eval \"$(codex-router init zsh)\"", "for this terminal"
                    ]
                Ends = Ends.reading
                Offers = [ Offer.OneOf [ "zsh" ] ]
            }
            (ForZsh.run "init" work)

/// Gives the completion's text.
[<RequireQualifiedAccess>]
module Completion =

    let private work (context: Context) : Ending =
        context.Terminal.Raw(ZshCompletion.text context.Commands)
        Ok ExitCode.Done

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "completion"
                Names = "zsh"
                Shown = ""
                Summary = "the completion for zsh"
                Does = "Prints the completion for zsh, for a directory in $fpath."
                Examples = [ "codex-router completion zsh >~/.zfunc/_codex-router", "" ]
                Ends = Ends.reading
                Offers = [ Offer.OneOf [ "zsh" ] ]
            }
            (ForZsh.run "completion" work)

/// Stands for the shell function of the same name, where the hook is not loaded.
[<RequireQualifiedAccess>]
module Use =

    let private run (_: Context) (_: string list) : Ending =
        Problem.refused
            "no_hook"
            "`use` changes the terminal that it is typed in, which only the zsh hook can do; it is not loaded here"
            "eval \"$(codex-router init zsh)\", or codex-router exec NAME -- COMMAND"
        |> Error

    /// The command.
    let command =
        CommandLine.plain
            {
                Name = "use"
                Names = "NAME | -"
                Shown = ""
                Summary = "this terminal only, until left with use -"
                Does =
                    "Puts this terminal on a profile, whatever pins say, until `codex-router use -` or the "
                    + "terminal's end. The zsh hook does this; elsewhere use codex-router exec."
                Examples =
                    [
                        "codex-router use work", ""
                        "codex-router use -", "back to what applies here"
                    ]
                Ends =
                    [
                        ExitCode.Refused, "the hook is not loaded"
                        ExitCode.NoSuchProfile, ExitCode.words ExitCode.NoSuchProfile
                    ]
                Offers = [ Offer.ProfileOrBack ]
            }
            run
