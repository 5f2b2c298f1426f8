namespace CodexRouter.Cli.Watch

open System
open System.Globalization
open CodexRouter.Cli
open CodexRouter.Core

/// The same facts in plain lines, one block for each reading, for a pipe, a file or a terminal that can only write.
[<RequireQualifiedAccess>]
module WatchPlain =

    let private window look now stale (row: WatchRow) quota (window: Window) =
        let resets =
            match window.ResetsAt with
            | Some resets ->
                ", resets in "
                + TimeWords.remaining (resets - now)
                + " ("
                + TimeWords.clock look.Zone now resets
                + ")"
            | None -> ""

        let figure =
            match Window.state now window, Quota.leftOf now quota window with
            | WindowState.Reset, _ -> "reset since"
            | _, Some left ->
                (if stale then "~" else "")
                + string<int>(Percent.whole left)
                + "% left"
                + resets
            | _, None -> "not known" + resets

        let pace =
            Map.tryFind (Window.key window) row.History
            |> Option.filter (fun _ -> not stale)
            |> Option.map (WatchWords.pace look.Zone now window)
            |> Option.bind List.tryHead
            |> Option.map (fun pace -> "; " + pace)
            |> Option.defaultValue ""

        "  " + QuotaView.name window + ": " + figure + pace

    let private profile look now (row: WatchRow) =
        let marks =
            [
                if row.IsCurrent then
                    "current"
                if row.IsPinned then
                    "pinned here"
            ]

        let heading =
            [
                ProfileName.value row.Name
                row.Account
                yield! row.Quota |> Option.bind _.Plan |> Option.toList
                yield! marks
            ]

        [
            String.concat ", " heading
            match row.Quota with
            | None -> "  " + Option.defaultValue "no figures yet" row.Note
            | Some quota ->
                let stale = WatchFigures.isStale now row quota
                yield! Quota.windows quota |> List.map (window look now stale row quota)

                if Quota.left now quota = Quota.Left.Unlimited then
                    "  unlimited"

                match WatchWords.reached now quota with
                | Some reached -> "  " + reached
                | None -> ()

                match WatchWords.extras quota with
                | [] -> ()
                | extras -> "  " + String.concat ", " extras

                "  "
                + (if stale then "stale: " else "")
                + QuotaView.source quota.Source
                + ", "
                + TimeWords.ago (Quota.age now quota)

                match row.Note with
                | Some note -> "  " + note
                | None -> ()
        ]

    /// Gives the block of one reading, ended by an empty line.
    let block (look: WatchLook) (now: DateTimeOffset) (problem: string option) (rows: WatchRow list) =
        let time =
            TimeZoneInfo.ConvertTime(now, look.Zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)

        [
            time
            match problem with
            | Some problem -> "no answer as asked: " + problem
            | None -> ()
            if rows.IsEmpty then
                "no profiles yet: codex-router save NAME keeps the present sign-in"
            yield! rows |> List.collect (profile look now)
        ]
        |> List.map (fun line -> CellText.inert look.Unicode line + "\n")
        |> fun lines -> String.Concat lines + "\n"
