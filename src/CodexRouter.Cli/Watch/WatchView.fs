namespace CodexRouter.Cli.Watch

open System
open CodexRouter.Cli
open CodexRouter.Core

/// What the view tells about itself.
type WatchStatus =
    {
        /// When figures are asked for next; nothing while that is going on.
        NextRefetch: DateTimeOffset option
        /// The last complaint, until all is well again.
        Problem: (string * DateTimeOffset) option
        /// Keys are read.
        HasKeys: bool
    }

/// Makes the picture of a moment. The same facts, size and second give the same picture.
[<RequireQualifiedAccess>]
module WatchView =

    let private part = Line.part

    let private headings (columns: WatchColumns) =
        let pad = CellText.padRight
        let gap = String(' ', columns.Gap)

        let resets =
            if columns.Gap + WatchColumns.Resets >= 9 then
                "RESETS"
            else
                ""

        [
            part
                Ink.Faint
                (String(' ', WatchColumns.Marks)
                 + pad columns.Name "PROFILE"
                 + (if columns.Account > 0 then
                        gap + pad columns.Account "ACCOUNT"
                    else
                        "")
                 + gap
                 + pad (columns.Label + (if columns.Bar > 0 then 1 + columns.Bar else 0)) ""
                 + " "
                 + CellText.padLeft WatchColumns.Left "LEFT"
                 + gap
                 + pad WatchColumns.Resets resets
                 + (if columns.Spark > 0 then
                        gap + pad columns.Spark "LAST DAY"
                    else
                        "")
                 + (if columns.Source > 0 then gap + "READ" else ""))
        ]

    let private footer look width now (status: WatchStatus) =
        let next =
            match status.NextRefetch with
            | None -> "reading …"
            | Some next -> "next reading in " + TimeWords.remaining (next - now)

        let next = if look.Unicode then next else next.Replace("…", "...")

        let legend =
            if look.Unicode then
                "● current  ▸ pinned here"
            else
                "* current  > pinned here"

        let keys =
            if status.HasKeys then
                "r read now  q end"
            else
                "Ctrl-C ends"

        let right =
            if width >= 80 then
                [ part Ink.Faint (legend + "    " + keys) ]
            else
                [ part Ink.Faint keys ]

        Line.spread width [ part Ink.Faint next ] right

    let private problem look now (status: WatchStatus) =
        status.Problem
        |> Option.map (fun (text, since) ->
            let at = TimeWords.clock look.Zone now since
            part Ink.Low ("no answer as asked at " + at + ": " + CellText.inert look.Unicode text))
        |> Option.toList

    /// The pinned and the current one first, then those of which the least is left, then those that nothing is known of.
    let private urgency now (row: WatchRow) =
        let left =
            row.Quota |> Option.bind (Quota.leftPercent now) |> Option.defaultValue 101.0

        not row.IsPinned, not row.IsCurrent, left, row.Name

    /// As many of the most urgent profiles as fit, and how many there are besides.
    let private choose look width now room (told: WatchRow -> Fragment list list) (rows: WatchRow list) =
        let urgent = rows |> List.sortBy (urgency now)

        let rec take room (rows: WatchRow list) =
            match rows with
            | [] -> []
            | row :: rest ->
                let lines = told row

                if lines.Length <= room then
                    lines :: take (room - lines.Length) rest
                else
                    []

        let shown =
            match take (room - 1) urgent with
            | [] -> [ told urgent.Head |> List.truncate (max 1 (room - 1)) ]
            | shown -> shown

        let more = rows.Length - shown.Length
        let mark = if look.Unicode then "… and " else "... and "

        List.concat shown
        @ [
            if more > 0 then
                Line.cut look.Unicode width [ part Ink.Faint ("   " + mark + string<int> more + " more") ]
        ]

    /// What there is to tell of the profiles, in at most so many lines: airy, dense, brief, or a choice.
    let private body look columns width now room (rows: WatchRow list) =
        let everything =
            rows |> List.map (WatchProfile.lines look columns now WatchDetail.Everything)

        let lines = List.sumBy List.length everything

        if lines + rows.Length - 1 <= room then
            everything |> List.reduce (fun one next -> one @ [] :: next)
        elif lines <= room then
            List.concat everything
        else
            let brief =
                rows |> List.map (WatchProfile.lines look columns now WatchDetail.Windows)

            if List.sumBy List.length brief <= room then
                List.concat brief
            else
                choose look width now room (WatchProfile.lines look columns now WatchDetail.Windows) rows

    /// Gives the picture: exactly `height` lines, none wider than `width`.
    let frame (look: WatchLook) (width: int, height: int) (now: DateTimeOffset) (status: WatchStatus) rows =
        let isTall = height >= 14
        let columns = WatchColumns.fit width (WatchProfile.wishes look rows)
        let across = min width (max 80 (WatchColumns.total columns))

        let bottom =
            [ problem look now status; footer look across now status ]
            |> List.filter (List.isEmpty >> not)


        let top =
            if isTall && not (List.isEmpty rows) then
                [ headings columns ]
            else
                []

        let air = if isTall then 1 else 0
        let room = height - top.Length - bottom.Length - air

        let middle =
            match rows with
            | [] ->
                [
                    [
                        part Ink.Plain "no profiles yet: codex-router save NAME keeps the present sign-in"
                    ]
                ]
            | rows -> body look columns width now room rows

        let above = top @ middle |> List.truncate (max 0 (height - bottom.Length))
        let between = List.replicate (max 0 (height - above.Length - bottom.Length)) []

        above @ between @ bottom
        |> List.truncate height
        |> List.map (Line.cut look.Unicode width)
