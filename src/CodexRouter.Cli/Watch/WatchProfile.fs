namespace CodexRouter.Cli.Watch

open System
open CodexRouter.Cli
open CodexRouter.Core

/// Makes the lines of one profile: its marks, its name, whose it is, its windows, and where they were read.
[<RequireQualifiedAccess>]
module WatchProfile =

    let private part = Line.part

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
            let text = CellText.fit look.Unicode columns (CellText.inert look.Unicode text)
            part (if index = 0 then ink else Ink.Faint) (CellText.padRight columns text))

    let private sourceTexts now (row: WatchRow) =
        match row.Quota with
        | None -> []
        | Some quota ->
            [
                QuotaView.source quota.Source + ", " + TimeWords.ago (Quota.age now quota)
                if WatchFigures.isStale now row quota then
                    "stale"
            ]

    /// The plan, and what there is beside its windows.
    let private planText (row: WatchRow) =
        match row.Quota with
        | None -> None
        | Some quota ->
            match Option.toList quota.Plan @ WatchWords.extras quota with
            | [] -> None
            | told -> Some(String.concat ", " told)

    /// Gives the lines of one profile.
    let lines look (columns: WatchColumns) now detail (row: WatchRow) =
        let plan = row.Quota |> Option.bind _.Plan |> Option.toList

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
                stack look columns.Account Ink.Plain (row.Account :: Option.toList (planText row))

        let sources =
            if columns.Source = 0 then
                []
            else
                stack look columns.Source Ink.Faint (sourceTexts now row)

        let figures = WatchFigures.lines look columns now detail row
        let block = WatchColumns.block columns
        let gap = part Ink.Plain (String(' ', columns.Gap))

        let cell index width (parts: Fragment list) =
            match List.tryItem index parts with
            | Some found -> found
            | None -> part Ink.Plain (String(' ', width))

        let height =
            match detail with
            | WatchDetail.Everything -> List.max [ names.Length; accounts.Length; figures.Length; sources.Length ]
            | WatchDetail.Windows -> figures.Length

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

    /// Gives how wide the columns of all profiles would like to be.
    let wishes look (rows: WatchRow list) : WatchWishes =
        let widest texts =
            texts |> Seq.map CellText.width |> Seq.append [ 0 ] |> Seq.max

        let quotas = rows |> List.choose _.Quota

        {
            Name = max 7 (rows |> Seq.map (fun row -> ProfileName.value row.Name) |> widest)
            Account =
                rows
                |> Seq.collect (fun row -> row.Account :: Option.toList (planText row))
                |> Seq.map (CellText.inert look.Unicode)
                |> widest
                |> fun widest -> Math.Clamp(widest, 16, 32)
            Label = quotas |> Seq.collect _.Windows |> Seq.map Window.label |> widest |> max 4
            Spark =
                if look.Unicode && rows |> List.exists (fun row -> not row.History.IsEmpty) then
                    WatchFigures.SparkColumns
                else
                    0
            Source =
                quotas
                |> Seq.map (fun quota -> QuotaView.source quota.Source + ", 59 min ago")
                |> widest
        }
