namespace CodexRouter.Cli.Commands

open System
open Argu
open CodexRouter.Cli
open CodexRouter.Core

type ShareArguments =
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Json -> "answer in JSON"

/// Shows what of a Codex home the profiles share.
[<RequireQualifiedAccess>]
module Share =

    let private row (entry: HomeEntry) =
        [
            Piece.strong entry.Name
            Piece.plain (HomeEntry.owner entry)
            Piece.plain (HomeEntry.sharing entry)
            Piece.plain entry.What
            Piece.faint entry.Why
        ]

    let private ways =
        let name, owner, sharing, what, why = 0, 1, 2, 3, 4

        [
            GiveWay.Shorten(why, 24)
            GiveWay.Leave why
            GiveWay.Shorten(what, 16)
            GiveWay.Leave owner
            GiveWay.Leave what
            GiveWay.Shorten(sharing, 6)
            GiveWay.Shorten(name, 12)
            GiveWay.Leave sharing
            GiveWay.Shorten(name, 1)
        ]

    /// Gives the page of the docs, made from the table. A test compares them.
    let markdown () =
        let row (entry: HomeEntry) =
            "| `"
            + entry.Name
            + (if entry.Kind = EntryKind.Folder then "/" else "")
            + "` | "
            + entry.What
            + " | "
            + HomeEntry.owner entry
            + " | "
            + HomeEntry.sharing entry
            + " | "
            + entry.Why
            + " |\n"

        "# What a Codex home holds\n\n"
        + "A profile is a Codex home of its own, `~/.codex/profiles/NAME`. This is what Codex keeps in one, whom each entry belongs to, and\n"
        + "what the router does with it: `shared` is a link to the root's entry, `shared unless separate` is the same, except in a profile made\n"
        + "with `--separate-history`, and `own` means that each home has its own. `codex-router share` shows this table too. A test lists the homes after real\n"
        + "work of Codex 0.160, 0.163, 0.166 and 0.169, and fails on a name that is not here.\n\n"
        + "Generated from the program's table by build/reference.sh. One `*` stands for one character or more; if several rows match a name, the first one applies.\n\n"
        + "| entry | what it is | belongs to | here | why |\n|---|---|---|---|---|\n"
        + String.Join("", HomeEntry.all |> List.map row)
        + "\n## What links cannot share\n\n"
        + "Codex keeps three things separately for each home, no matter what is linked:\n\n"
        + "| what | why it is not shared | what to do |\n|---|---|---|\n"
        + "| trust in hooks | Codex stores your trust under the path of the home, and skips other hooks silently | "
        + "`codex-router hooks NAME --trust` |\n"
        + "| sign-ins to MCP servers | they are single-use tokens, and the keyring knows them by the home | "
        + "`codex-router exec NAME -- codex mcp login SERVER` |\n"
        + "| the list of sessions that the picker shows | it holds paths through the home | nothing: `exec` and `resume` bring it up to date |\n\n"
        + "`codex-router doctor --deep` asks the real Codex the same questions in the root and in each profile, and reports every difference.\n"

    let private work (context: Context) isJson : Ending =
        if isJson then
            let answer: HomeEntriesDto =
                {
                    Schema = Answer.Schema
                    Entries = HomeEntry.all
                }

            context.Terminal.Raw(Answer.text HomeShapes.share answer)
        else
            context.Terminal.Table(
                [ "ENTRY"; "BELONGS TO"; "HERE"; "WHAT IT IS"; "WHY" ],
                ways,
                HomeEntry.all |> List.map row
            )

        Ok ExitCode.Done

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "share"
                Names = ""
                Shown = ""
                Summary = "show what profiles share of a Codex home, and what they do not"
                Does =
                    "Shows what Codex keeps in a home, who or what each entry belongs to, and whether a profile "
                    + "shares it with the root through a link or has its own."
                Examples = [ "codex-router share", ""; "codex-router share --json", "for programs" ]
                Ends = []
                Offers = []
            }
            (fun _ given -> Ok(Given.has Json given))
            work
