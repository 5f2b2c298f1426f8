namespace CodexRouter.Cli.Watch

open System
open CodexRouter.Core

/// What the terminal can show, and where the person is.
type WatchLook = { Unicode: bool; Zone: TimeZoneInfo }

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

    /// Figures older than this are called stale.
    let staleAfter = TimeSpan.FromMinutes 5.0

    /// How many columns a sparkline takes: one for each hour.
    [<Literal>]
    let private SparkColumns = 24

    let private part = Line.part

    let private isStale now quota = Quota.age now quota >= staleAfter

    /// How good what is left is, as the prompt's segment has it.
    let private inkOf stale left =
        match left with
        | _ when stale -> Ink.Faint
        | Some left when left >= 30.0 -> Ink.Good
        | Some left when left >= 10.0 -> Ink.Low
        | Some _ -> Ink.Bad
        | None -> Ink.Faint

    /// The bar of what is left: never empty while something is, never full when something is used.
    let private bar look columns ink left =
        let full, rest = if look.Unicode then '━', '─' else '=', '-'

        let filled =
            match left with
            | None -> 0
            | Some left when left <= 0.0 -> 0
            | Some left when left >= 100.0 -> columns
            | Some left -> Math.Clamp(int (Math.Round(left / 100.0 * float columns)), 1, max 1 (columns - 1))

        [
            part ink (String(full, filled))
            part Ink.Faint (String(rest, columns - filled))
        ]

    let private sparkline (points: float option list) =
        let steps = "▁▂▃▄▅▆▇█"

        points
        |> List.map (fun point ->
            match point with
            | Some left -> steps[Math.Clamp(int (left / 100.0 * 8.0), 0, 7)]
            | None -> ' ')
        |> List.skip (max 0 (points.Length - SparkColumns))
        |> Array.ofList
        |> String

    let private history (row: WatchRow) window =
        Map.tryFind (Window.key window) row.History

    /// The line of one window.
    let private windowLine look (columns: WatchColumns) now stale (row: WatchRow) (window: Window) =
        let state = Window.state now window
        let left = Window.left now window
        let ink = inkOf stale left

        let figure =
            match state with
            | WindowState.Current used -> (if stale then "~" else "") + string<int>(Percent.whole (100.0 - used)) + "%"
            | WindowState.Reset -> "reset"
            | WindowState.Unknown -> "?"

        let resets =
            match state, window.ResetsAt with
            | WindowState.Reset, _
            | _, None -> ""
            | _, Some resets -> WatchWords.remaining (resets - now)

        [
            part (if stale then Ink.Faint else Ink.Plain) (WatchText.padRight columns.Label (Window.label window))
            if columns.Bar > 0 then
                part Ink.Plain " "
                yield! bar look columns.Bar ink left
            part ink (" " + WatchText.padLeft WatchColumns.Left figure)
            part
                (if stale then Ink.Faint else Ink.Plain)
                (String(' ', columns.Gap) + WatchText.padRight WatchColumns.Resets resets)
            match history row window with
            | Some history when columns.Spark > 0 ->
                part Ink.Faint (String(' ', columns.Gap) + sparkline history.LastDay)
            | _ -> ()
        ]

    /// How much of a profile is told.
    [<RequireQualifiedAccess>]
    type private Detail =
        | Everything
        /// What is left, what is wrong, and no line more.
        | Windows

    /// A window of another family than Codex's own gets a line when there is room, or little left.
    let private isTold now detail (window: Window) =
        window.Limit = Window.Codex
        || detail = Detail.Everything
        || (Window.left now window |> Option.exists (fun left -> left < 30.0))

    let private words look ink room text =
        [
            part ink (WatchText.fit look.Unicode room (WatchText.inert look.Unicode text))
        ]

    /// The lines of a profile's windows, and what is to be said of them.
    let private figures look columns now detail (row: WatchRow) =
        let room = WatchColumns.block columns
        let words ink text = words look ink room text

        match row.Quota with
        | None -> [ words Ink.Faint (row.Note |> Option.defaultValue "no figures yet") ]
        | Some quota ->
            let stale = isStale now quota

            let pace window =
                history row window
                |> Option.map (WatchWords.pace look.Zone now window)
                |> Option.defaultValue []
                |> List.filter (fun _ -> not stale)

            let family (limit, windows: Window list) =
                [
                    if limit <> Window.Codex then
                        words Ink.Faint limit
                    for window in windows do
                        windowLine look columns now stale row window

                        match pace window with
                        | [] -> ()
                        | ways ->
                            ways
                            |> List.tryFind (fun way -> WatchText.width way <= room)
                            |> Option.defaultValue (List.last ways)
                            |> words Ink.Low
                ]

            [
                yield!
                    quota.Windows
                    |> List.filter (isTold now detail)
                    |> List.groupBy _.Limit
                    |> List.collect family
                if quota.Windows.IsEmpty then
                    words Ink.Faint "no windows are told of"
                match WatchWords.reached now quota with
                | Some reached -> words (if stale then Ink.Faint else Ink.Bad) reached
                | None -> ()
                match row.Note with
                | Some note -> words Ink.Low note
                | None -> ()
                if columns.Account = 0 && detail = Detail.Everything then
                    match WatchWords.extras quota with
                    | [] -> ()
                    | extras -> words Ink.Faint (String.concat ", " extras)
            ]

    let private marks look (row: WatchRow) =
        let current, pinned = if look.Unicode then "●", "▸" else "*", ">"

        [
            part Ink.Good (if row.IsCurrent then current else " ")
            part Ink.Strong (if row.IsPinned then pinned else " ")
            part Ink.Plain " "
        ]

    /// A column of texts, the first line in its own ink.
    let private stack look columns ink (texts: string list) =
        texts
        |> List.mapi (fun index text ->
            let text = WatchText.fit look.Unicode columns (WatchText.inert look.Unicode text)
            part (if index = 0 then ink else Ink.Faint) (WatchText.padRight columns text))

    let private sourceTexts now (row: WatchRow) =
        match row.Quota with
        | None -> []
        | Some quota ->
            [
                WatchWords.source quota.Source + ", " + WatchWords.ago (Quota.age now quota)
                if isStale now quota then
                    "stale"
            ]

    /// The lines of one profile.
    let private profile look (columns: WatchColumns) now detail (row: WatchRow) =
        let plan = row.Quota |> Option.bind _.Plan |> Option.toList
        let extras = row.Quota |> Option.map WatchWords.extras |> Option.defaultValue []

        let names =
            stack
                look
                columns.Name
                (if row.IsCurrent || row.IsPinned then
                     Ink.Strong
                 else
                     Ink.Plain)
                (ProfileName.value row.Name :: (if columns.Account = 0 then plan else []))

        let accounts =
            if columns.Account = 0 then
                []
            else
                stack
                    look
                    columns.Account
                    Ink.Plain
                    [
                        row.Account
                        match plan @ extras with
                        | [] -> ()
                        | told -> String.concat ", " told
                    ]

        let sources =
            if columns.Source = 0 then
                []
            else
                stack look columns.Source Ink.Faint (sourceTexts now row)

        let figures = figures look columns now detail row
        let block = WatchColumns.block columns
        let gap = part Ink.Plain (String(' ', columns.Gap))

        let cell index width (parts: Fragment list) =
            match List.tryItem index parts with
            | Some found -> found
            | None -> part Ink.Plain (String(' ', width))

        let height =
            match detail with
            | Detail.Everything -> List.max [ names.Length; accounts.Length; figures.Length; sources.Length ]
            | Detail.Windows -> figures.Length

        [
            for index in 0 .. height - 1 do
                let figure = List.tryItem index figures |> Option.defaultValue []

                [
                    if index = 0 then
                        yield! marks look row
                    else
                        part Ink.Plain (String(' ', WatchColumns.Marks))
                    cell index columns.Name names
                    if columns.Account > 0 then
                        gap
                        cell index columns.Account accounts
                    gap
                    yield! figure
                    match List.tryItem index sources with
                    | Some source ->
                        part Ink.Plain (String(' ', block - Line.width figure + columns.Gap))
                        source
                    | None -> ()
                ]
        ]

    let private wishes look (rows: WatchRow list) : WatchWishes =
        let widest texts =
            texts |> Seq.map WatchText.width |> Seq.append [ 0 ] |> Seq.max

        let quotas = rows |> List.choose _.Quota

        {
            Name = max 7 (rows |> Seq.map (fun row -> ProfileName.value row.Name) |> widest)
            Account =
                rows
                |> Seq.map (fun row -> WatchText.inert look.Unicode row.Account)
                |> widest
                |> fun widest -> Math.Clamp(widest, 16, 32)
            Label = quotas |> Seq.collect _.Windows |> Seq.map Window.label |> widest |> max 4
            Spark =
                if look.Unicode && rows |> List.exists (fun row -> not row.History.IsEmpty) then
                    SparkColumns
                else
                    0
            Source =
                quotas
                |> Seq.map (fun quota -> WatchWords.source quota.Source + ", 59 min ago")
                |> widest
        }

    let private headings (columns: WatchColumns) =
        let pad = WatchText.padRight
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
                 + WatchText.padLeft WatchColumns.Left "LEFT"
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
            | Some next -> "next reading in " + WatchWords.remaining (next - now)

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
            let at = WatchWords.clock look.Zone now since
            part Ink.Low ("no answer as asked at " + at + ": " + WatchText.inert look.Unicode text))
        |> Option.toList

    /// The pinned and the current one first, then those of which the least is left, then those that nothing is known of.
    let private urgency now (row: WatchRow) =
        let left =
            row.Quota
            |> Option.bind (Quota.tightest now)
            |> Option.map snd
            |> Option.defaultValue 101.0

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
        let everything = rows |> List.map (profile look columns now Detail.Everything)
        let lines = List.sumBy List.length everything

        if lines + rows.Length - 1 <= room then
            everything |> List.reduce (fun one next -> one @ [] :: next)
        elif lines <= room then
            List.concat everything
        else
            let brief = rows |> List.map (profile look columns now Detail.Windows)

            if List.sumBy List.length brief <= room then
                List.concat brief
            else
                choose look width now room (profile look columns now Detail.Windows) rows

    /// Gives the picture: exactly `height` lines, none wider than `width`.
    let frame (look: WatchLook) (width: int, height: int) (now: DateTimeOffset) (status: WatchStatus) rows =
        let isTall = height >= 14
        let columns = WatchColumns.fit width (wishes look rows)
        let across = max (min width 80) (WatchColumns.total columns)

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
