namespace CodexRouter.Cli.Watch

open System
open CodexRouter.Cli
open CodexRouter.Core

/// What the terminal can show, and where the person is.
type WatchLook = { Unicode: bool; Zone: TimeZoneInfo }

/// How much of a profile is told.
[<RequireQualifiedAccess>]
type WatchDetail =
    | Everything
    /// What is left, what is wrong, and no line more.
    | Windows

/// Makes the lines that tell of a profile's windows.
[<RequireQualifiedAccess>]
module WatchFigures =

    /// How many columns a sparkline takes: one for each hour.
    [<Literal>]
    let SparkColumns = 24

    let private part = Line.part

    /// Tells whether a profile's figures are too old to be relied on.
    let isStale now (row: WatchRow) (quota: Quota) = Quota.isStale row.StaleAfter now quota

    /// How good what is left is, as the prompt's segment has it.
    let private inkOf stale left =
        match Option.map Headroom.ofLeft left with
        | _ when stale -> Ink.Faint
        | Some Headroom.Good -> Ink.Good
        | Some Headroom.Low -> Ink.Low
        | Some Headroom.Bad -> Ink.Bad
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
    let private windowLine look (columns: WatchColumns) now stale (row: WatchRow) quota (window: Window) =
        let state = Window.state now window
        let left = Quota.leftOf now quota window
        let ink = inkOf stale left

        let figure =
            match state, left with
            | WindowState.Reset, _ -> "reset"
            | _, Some left -> (if stale then "~" else "") + string<int>(Percent.whole left) + "%"
            | _, None -> "?"

        let resets =
            match state, window.ResetsAt with
            | WindowState.Reset, _
            | _, None -> ""
            | _, Some resets -> TimeWords.remaining (resets - now)

        [
            part (if stale then Ink.Faint else Ink.Plain) (CellText.padRight columns.Label (Window.label window))
            if columns.Bar > 0 then
                part Ink.Plain " "
                yield! bar look columns.Bar ink left
            part ink (" " + CellText.padLeft WatchColumns.Left figure)
            part
                (if stale then Ink.Faint else Ink.Plain)
                (String(' ', columns.Gap) + CellText.padRight WatchColumns.Resets resets)
            match history row window with
            | Some history when columns.Spark > 0 ->
                part Ink.Faint (String(' ', columns.Gap) + sparkline history.LastDay)
            | _ -> ()
        ]

    /// A window of another family than Codex's own gets a line when there is room, or little left.
    let private isTold now detail (window: Window) =
        window.Limit = Window.Codex
        || window.Limit = Window.Spend
        || detail = WatchDetail.Everything
        || (Window.left now window |> Option.exists (fun left -> left < Headroom.Good))

    let private words look ink room text =
        [ part ink (CellText.fit look.Unicode room (CellText.inert look.Unicode text)) ]

    /// Gives the lines of a profile's windows, and of what is to be said of them.
    let lines look columns now detail (row: WatchRow) =
        let room = WatchColumns.block columns
        let words ink text = words look ink room text

        match row.Quota with
        | None -> [ words Ink.Faint (row.Note |> Option.defaultValue "no figures yet") ]
        | Some quota ->
            let stale = isStale now row quota

            let pace window =
                history row window
                |> Option.map (WatchWords.pace look.Zone now window)
                |> Option.defaultValue []
                |> List.filter (fun _ -> not stale)

            let family (limit, windows: Window list) =
                [
                    if limit <> Window.Codex && limit <> Window.Spend then
                        words Ink.Faint limit
                    for window in windows do
                        windowLine look columns now stale row quota window

                        match pace window with
                        | [] -> ()
                        | ways ->
                            ways
                            |> List.tryFind (fun way -> CellText.width way <= room)
                            |> Option.defaultValue (List.last ways)
                            |> words Ink.Low
                ]

            [
                yield!
                    Quota.windows quota
                    |> List.filter (isTold now detail)
                    |> List.groupBy _.Limit
                    |> List.collect family
                match (Quota.windows quota).IsEmpty, Quota.left now quota with
                | true, Quota.Left.Unlimited -> words Ink.Good "unlimited"
                | true, _ -> words Ink.Faint "no windows are told of"
                | false, _ -> ()
                match WatchWords.reached now quota with
                | Some reached -> words (if stale then Ink.Faint else Ink.Bad) reached
                | None -> ()
                match row.Note with
                | Some note -> words Ink.Low note
                | None -> ()
                if columns.Account = 0 && detail = WatchDetail.Everything then
                    match WatchWords.extras quota with
                    | [] -> ()
                    | extras -> words Ink.Faint (String.concat ", " extras)
            ]
