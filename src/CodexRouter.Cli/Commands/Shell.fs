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

    let private folders (surroundings: Surroundings) =
        match surroundings.Program with
        | None -> []
        | Some program ->
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
    let find (surroundings: Surroundings) (name: string) : Result<string, Problem> =
        folders surroundings
        |> List.map (fun folder -> Path.Combine(folder, name))
        |> List.tryFind File.Exists
        |> Result.requireSome (
            Problem.refused
                ProblemCode.NotInstalled
                (name + " is not installed next to the program")
                "./install.sh in codex-router's sources"
        )

    let quoted (path: string) = "'" + path.Replace("'", "'\\''") + "'"

type ShellArguments =
    | [<MainCommand; ExactlyOnce>] Shell of shell: string

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Shell _ -> "the shell: zsh, bash or fish"

/// A shell that something is printed for.
[<RequireQualifiedAccess>]
type KnownShell =
    | Zsh
    | Bash
    | Fish

/// What both commands share.
[<RequireQualifiedAccess>]
module private ForShell =

    let names = [ "zsh"; "bash"; "fish" ]

    let request name _ (given: ShellArguments list) : Result<KnownShell, Problem> =
        match given with
        | [ Shell "zsh" ] -> Ok KnownShell.Zsh
        | [ Shell "bash" ] -> Ok KnownShell.Bash
        | [ Shell "fish" ] -> Ok KnownShell.Fish
        | _ ->
            Error(Problem.usage "there is something for zsh, bash and fish only" ("codex-router " + name + " --help"))

/// Gives what a shell loads: for zsh the line that loads the hook, for the others all of it.
[<RequireQualifiedAccess>]
module Init =

    let private bash (context: Context) =
        "# For every terminal, put this line into ~/.bashrc: eval \"$(codex-router init bash)\"\n"
        + "# A codex that is typed is the one of the profile that applies there. Nothing runs at a prompt.\n"
        + "function codex { command "
        + NextStep.program context.Surroundings
        + " exec --or-plain -- codex \"$@\"; }\n\n"
        + BashCompletion.text context.Commands

    let private fish (context: Context) =
        "# For every terminal, put this line into ~/.config/fish/config.fish: codex-router init fish | source\n"
        + "# A codex that is typed is the one of the profile that applies there. Nothing runs at a prompt.\n"
        + "function codex --description 'codex, on the profile that applies here'\n    command "
        + NextStep.program context.Surroundings
        + " exec --or-plain -- codex $argv\nend\n\n"
        + FishCompletion.text context.Commands

    let private zsh (context: Context) : Ending =
        ShellFiles.find context.Surroundings "codex-router.plugin.zsh"
        |> Result.map (fun plugin ->
            context.Terminal.Raw(
                "# To load the hook in every terminal, put this line into ~/.zshrc, or: eval \"$(codex-router init zsh)\"\n"
            )

            context.Terminal.Raw("source " + ShellFiles.quoted plugin + "\n")
            ExitCode.Done)

    let private work (context: Context) (shell: KnownShell) : Ending =
        match shell with
        | KnownShell.Zsh -> zsh context
        | KnownShell.Bash ->
            context.Terminal.Raw(bash context)
            Ok ExitCode.Done
        | KnownShell.Fish ->
            context.Terminal.Raw(fish context)
            Ok ExitCode.Done

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "init"
                Names = "zsh | bash | fish"
                Shown = ""
                Summary = "print the code for a shell's startup file"
                Does =
                    "Prints the code for a shell's startup file. For zsh it is the line that loads the hook. For bash "
                    + "and fish it is the completion and a function named codex, which starts Codex with the profile "
                    + "that applies in the current directory."
                Examples =
                    [
                        "codex-router init zsh >>~/.zshrc", "add the line permanently"
                        "eval \"$(codex-router init zsh)\"", "for this terminal"
                        "eval \"$(codex-router init bash)\"", "in ~/.bashrc"
                        "codex-router init fish | source", "in ~/.config/fish/config.fish"
                    ]
                Ends = Ends.reading
                Offers = [ Offer.OneOf ForShell.names ]
            }
            (ForShell.request "init")
            work

/// Gives the completion's text.
[<RequireQualifiedAccess>]
module Completion =

    let private work (context: Context) (shell: KnownShell) : Ending =
        // A shell may load it at each start: the file that is installed was made from the same table, which takes 30 ms to make.
        let zsh () =
            match ShellFiles.find context.Surroundings "_codex-router" with
            | Ok file -> File.ReadAllText file
            | Error _ -> ZshCompletion.text context.Commands

        match shell with
        | KnownShell.Zsh -> zsh ()
        | KnownShell.Bash -> BashCompletion.text context.Commands
        | KnownShell.Fish -> FishCompletion.text context.Commands
        |> context.Terminal.Raw

        Ok ExitCode.Done

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "completion"
                Names = "zsh | bash | fish"
                Shown = ""
                Summary = "print a shell's completion script"
                Does =
                    "Prints a shell's completion script. `codex-router init` prints it, too, for bash and fish, and the "
                    + "zsh hook includes it."
                Examples =
                    [
                        "codex-router completion zsh >~/.zfunc/_codex-router", "save it in a directory in $fpath"
                    ]
                Ends = Ends.reading
                Offers = [ Offer.OneOf ForShell.names ]
            }
            (ForShell.request "completion")
            work

/// Stands for the shell function of the same name, where the hook is not loaded.
[<RequireQualifiedAccess>]
module Use =

    let private run (_: Context) (_: string list) : Ending =
        Problem.refused
            ProblemCode.NoHook
            "`use` changes this terminal only, and needs the zsh hook, which is not loaded here"
            "eval \"$(codex-router init zsh)\", or codex-router exec NAME -- COMMAND"
        |> Error

    /// The command.
    let command =
        CommandLine.plain
            {
                Name = "use"
                Names = "NAME | -"
                Shown = ""
                Summary = "make this terminal use a profile, until use -"
                Does =
                    "Makes this terminal use a profile, regardless of pins, until `codex-router use -` or until the "
                    + "terminal closes. This needs the zsh hook; in other shells, use codex-router exec."
                Examples =
                    [
                        "codex-router use work", ""
                        "codex-router use -", "use the profile that applies here again"
                    ]
                Ends =
                    [
                        ExitCode.Refused, "the hook is not loaded"
                        ExitCode.NoSuchProfile, ExitCode.words ExitCode.NoSuchProfile
                    ]
                Offers = [ Offer.ProfileOrBack ]
            }
            []
            run
