namespace CodexRouter.Cli.Commands

open System
open CodexRouter.Cli
open CodexRouter.Core

/// The table of all that a Codex home holds, with what profiles share of it.
[<RequireQualifiedAccess>]
module ShareTable =

    let private part entry =
        HomeEntry.group entry |> Option.map HomeGroup.word |> Option.defaultValue "-"

    let private row (entry: HomeEntry) =
        [
            Piece.strong entry.Name
            Piece.plain (HomeEntry.owner entry)
            Piece.plain (HomeEntry.sharing entry)
            Piece.plain (part entry)
            Piece.plain entry.What
            Piece.faint entry.Why
        ]

    let private ways =
        let name, owner, sharing, group, what, why = 0, 1, 2, 3, 4, 5

        [
            GiveWay.Shorten(why, 24)
            GiveWay.Leave why
            GiveWay.Shorten(what, 16)
            GiveWay.Leave owner
            GiveWay.Leave what
            GiveWay.Shorten(sharing, 6)
            GiveWay.Leave group
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
            + (HomeEntry.group entry
               |> Option.map (fun group -> "`" + HomeGroup.word group + "`")
               |> Option.defaultValue "")
            + " | "
            + entry.Why
            + " |\n"

        "# What a Codex home holds\n\n"
        + "Each profile is a separate Codex home, `~/.codex/profiles/NAME`. The table lists what Codex keeps in a home, who or what each entry belongs to,\n"
        + "and whether it is shared: `shared` means that the profile has a link to the root's entry; `shared unless own` means the same, unless you give the profile\n"
        + "its own; and `own` means that each home has its own. `codex-router share` shows this table too. A test runs Codex 0.160, 0.163, 0.166\n"
        + "and 0.169, lists the resulting homes, and fails if it finds a name that is not in the table.\n\n"
        + "In these commands, WHAT is a word from the column `part`: `codex-router share NAME --own WHAT` gives a profile its own, `codex-router share NAME --common WHAT`\n"
        + "shares it again, and `codex-router share NAME` shows what the profile has; see [the guide](guide.md#what-a-profile-shares). A profile made with\n"
        + "`--separate-history` has its own sessions, history and memories; every new profile has its own memories.\n\n"
        + "Generated from the program's table by build/reference.sh. One `*` stands for one character or more; if several rows match a name, the first one applies.\n\n"
        + "| entry | what it is | belongs to | shared? | part | why |\n|---|---|---|---|---|---|\n"
        + String.Join("", HomeEntry.all |> List.map row)
        + "\n## What links cannot share\n\n"
        + "Codex keeps three things separately for each home, no matter what is linked:\n\n"
        + "| what | why it is not shared | what to do |\n|---|---|---|\n"
        + "| trust in hooks | Codex stores your trust under the path of the home, and silently skips untrusted hooks | "
        + "`codex-router hooks NAME --trust` |\n"
        + "| sign-ins to MCP servers | their tokens are single-use, and the keyring stores them under the home's path | "
        + "`codex-router exec NAME -- codex mcp login SERVER` |\n"
        + "| the list of sessions that the picker shows | it holds paths that lead through the home | nothing: `exec` and `resume` bring it up to date |\n\n"
        + "`codex-router doctor --deep` asks the real Codex the same questions in the root and in each profile, and reports every difference.\n"

    /// Shows the table.
    let show (context: Context) isJson : Ending =
        if isJson then
            let answer: HomeEntriesDto =
                {
                    Schema = Answer.Schema
                    Entries = HomeEntry.all
                }

            context.Terminal.Raw(Answer.text HomeShapes.share answer)
        else
            context.Terminal.Table(
                [ "ENTRY"; "BELONGS TO"; "SHARED?"; "PART"; "WHAT IT IS"; "WHY" ],
                ways,
                HomeEntry.all |> List.map row
            )

        Ok ExitCode.Done
