namespace CodexRouter.Cli.Commands

open CodexRouter.Cli
open CodexRouter.Core

/// All commands, in the order in which help shows them.
[<RequireQualifiedAccess>]
module Table =

    let private groups =
        [
            "Profiles", [ Save.command; Login.command; List.command; Current.command; Switch.command ]
            "", [ Delete.command; Rename.command; Alias.command; Restore.command ]
            "Directories",
            [
                Pin.command
                Unpin.command
                Allow.command
                Deny.command
                Which.command
                Use.command
                Exec.command
            ]
            "Sessions", [ Sessions.command; Resume.command ]
            "Quota", [ Quota.command; Watch.command; Guard.command; Wait.command; Refresh.command ]
            "Other commands",
            [
                Doctor.command
                Hooks.command
                Protect.command
                Share.command
                Config.command
                Init.command
                Completion.command
            ]
        ]

    /// All of them.
    let all = groups |> List.collect snd

    /// Gives the command of a name.
    let find name =
        all |> List.tryFind (fun command -> command.About.Name = name)

    /// What people know by another name from elsewhere.
    let private otherNames =
        [
            "ls", [ "list" ]
            "rm", [ "delete" ]
            "remove", [ "delete" ]
            "mv", [ "rename" ]
            "status", [ "current" ]
            "whoami", [ "current" ]
            "history", [ "sessions" ]
            "usage", [ "quota" ]
            "limits", [ "quota" ]
            "settings", [ "config" ]
            "add", [ "save" ]
            "import", [ "save"; "NAME"; "--from" ]
        ]

    /// Says that there is no such command, and which one was probably meant.
    let noCommand (name: string) (rest: string list) : Problem =
        let told = "there is no command '" + Inert.text name + "'"

        match List.tryFind (fst >> (=) name) otherNames with
        | Some(_, ([ _; _; option ] as words)) ->
            let file = if rest.IsEmpty then [ "FILE" ] else List.truncate 1 rest
            Problem.usage (told + "; here it is save " + option) (ShellWord.command (words @ file))
        | Some(_, words) -> Problem.usage (told + "; here it is " + List.head words) (ShellWord.command (words @ rest))
        | None ->
            match NearMiss.find (all |> List.map _.About.Name) name with
            | Some near -> Problem.usage (told + "; the nearest is " + near) (ShellWord.command (near :: rest))
            | None -> Problem.usage told (CommandLine.Program + " --help")

    let private line (command: Command) =
        let about = command.About

        let words =
            [ about.Name; about.Names; about.Shown ]
            |> List.filter ((<>) "")
            |> String.concat " "

        "  " + words.PadRight 47 + about.Summary + "\n"

    let private ends =
        ExitCode.all
        |> List.map (fun code ->
            "  "
            + (string<int>(ExitCode.number code)).PadRight 4
            + ExitCode.words code
            + "\n")
        |> String.concat ""

    /// The help for the whole program.
    let help () =
        let group (title, commands: Command list) =
            (if title = "" then "" else "\n" + title + "\n")
            + System.String.Concat(commands |> List.map line)

        "codex-router: several Codex sign-ins side by side, and the right one in each directory\n\n"
        + "USAGE: codex-router [COMMAND] [--help]\n"
        + System.String.Concat(groups |> List.map group)
        + "\nWithout a command, the program shows a short overview. Commands that read or change something take --json.\n"
        + "\nEnvironment\n"
        + "  CODEX_ROUTER_ROOT      the root directory, instead of ~/.codex\n"
        + "  CODEX_ROUTER_CODEX     the Codex program, instead of the first codex on PATH\n"
        + "  CODEX_ROUTER_DISABLE   if 1, the zsh hook does nothing\n"
        + "  CODEX_ROUTER_QUIET     if 1, the zsh hook prints no messages\n"
        + "  CODEX_ROUTER_REFRESH   if 0, the zsh hook does not fetch figures in the background\n"
        + "  CODEX_HOME, NO_COLOR   as usual\n"
        + "\nExit codes\n"
        + ends
