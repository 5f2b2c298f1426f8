namespace CodexRouter.Cli.Tests

open System
open CodexRouter.Cli

/// The pages about all commands, from their table. A test compares them with the files: docs/commands.md and
/// docs/codex-router.1.
[<RequireQualifiedAccess>]
module Reference =

    let private help (command: Command) =
        CommandHelp.render command.About (command.Words())

    /// Gives the page for people who read Markdown.
    let markdown (commands: Command list) (whole: string) =
        let section (command: Command) =
            "\n## " + command.About.Name + "\n\n```text\n" + help command + "```\n"

        "# Commands\n\n"
        + "What `codex-router --help` and `codex-router COMMAND --help` print. Generated from the program's table of commands by\n"
        + "build/reference.sh.\n\n"
        + "```text\n"
        + whole
        + "```\n"
        + String.Join("", commands |> List.map section)

    /// Text as man(7) shows it: a backslash, and a dot or quote that begins a line, would be read as requests.
    let private roff (text: string) =
        text.Replace("\\", "\\e").Replace("-", "\\-").Split '\n'
        |> Array.map (fun line ->
            if line.StartsWith '.' || line.StartsWith '\'' then
                "\\&" + line
            else
                line)
        |> String.concat "\n"

    /// Gives the page for man(1).
    let man (commands: Command list) (whole: string) =
        let section (command: Command) =
            ".SS " + roff command.About.Name + "\n.nf\n" + roff (help command) + ".fi\n"

        ".TH CODEX\\-ROUTER 1\n"
        + ".SH NAME\ncodex\\-router \\- several Codex sign\\-ins side by side, and the right one in each directory\n"
        + ".SH SYNOPSIS\n.B codex\\-router\n[COMMAND] [\\-\\-help]\n"
        + ".SH DESCRIPTION\n.nf\n"
        + roff whole
        + ".fi\n"
        + ".SH COMMANDS\n"
        + String.Join("", commands |> List.map section)
