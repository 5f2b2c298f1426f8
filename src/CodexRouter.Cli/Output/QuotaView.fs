namespace CodexRouter.Cli

open System
open System.Globalization
open CodexRouter.Core

/// How figures are shown, to people and to programs.
[<RequireQualifiedAccess>]
module QuotaView =

    /// What people read where no figure is known.
    [<Literal>]
    let NotAvailable = "Not available"

    let private round (percent: float) = Math.Round(percent, 1)

    let private moment now time =
        TimeWords.clock TimeZoneInfo.Local now time

    let private windowDto now quota (window: Window) : WindowDto =
        let used =
            match Window.state now window with
            | WindowState.Current used -> Some(round used)
            | WindowState.Reset
            | WindowState.Unknown -> None

        {
            Limit = window.Limit
            Label = Window.label window
            Minutes = window.Minutes
            UsedPercent = used
            LeftPercent = Quota.leftOf now quota window |> Option.map round
            ResetsAt = window.ResetsAt |> Option.map OwnJson.time
            State = WindowState.word (Window.state now window)
        }

    /// Gives figures for programs. `isFresh` tells that they were fetched just now, and do not come from the store.
    let dto now (settings: RouterSettings) isFresh (quota: Quota) : QuotaDto =
        let blocking =
            match Quota.left now quota with
            | Quota.Left.Nothing window -> window
            | Quota.Left.Some _
            | Quota.Left.Unlimited
            | Quota.Left.Unknown -> None

        {
            Plan = quota.Plan
            Source =
                if isFresh then
                    Source.word quota.Source
                else
                    AnswerWords.Cache
            FetchedAt = OwnJson.time quota.FetchedAt
            AgeSeconds = int64 (Quota.age now quota).TotalSeconds
            Stale = Quota.isStale settings.StaleAfter now quota
            LeftPercent = Quota.leftPercent now quota |> Option.map round
            Unlimited = (Quota.left now quota = Quota.Left.Unlimited)
            LimitReached = Quota.isLimitReached now quota
            ReachedType = quota.ReachedType
            BlockedBy = blocking |> Option.map Window.label
            BlockedUntil = blocking |> Option.bind _.ResetsAt |> Option.map OwnJson.time
            Windows = quota.Windows |> List.map (windowDto now quota)
            Credits =
                quota.Credits
                |> Option.map (fun credits ->
                    {
                        Balance = credits.Balance
                        Unlimited = credits.Unlimited
                    })
            Spend =
                quota.Spend
                |> Option.map (fun spend ->
                    {
                        Reached = spend.Reached
                        Limit = spend.Limit
                        Used = spend.Used
                        UsedPercent = spend.UsedPercent |> Option.map round
                        ResetsAt = spend.ResetsAt |> Option.map OwnJson.time
                    })
            ResetCredits = quota.ResetCredits
        }

    /// Colours a text by how much is left.
    let byLevel (left: float option) text =
        match Option.map Headroom.ofLeft left with
        | None -> Piece.faint text
        | Some Headroom.Good -> Piece.good text
        | Some Headroom.Low -> Piece.warn text
        | Some Headroom.Bad -> Piece.bad text

    /// Gives a window in a few characters: `5h 58%`.
    let private short now quota (window: Window) =
        let left = Quota.leftOf now quota window

        let figure =
            match Window.state now window, left with
            | WindowState.Reset, _ -> "reset"
            | _, Some left -> string<int>(Percent.whole left) + "%"
            | _, None -> "?"

        byLevel left (Window.label window + " " + figure)

    /// Gives the plan's windows for a cell of a table, the worst deciding the colour; `~` marks stale figures.
    let cell now (settings: RouterSettings) (believed: Believed option) =
        let told (quota: Quota) =
            let texts =
                Quota.plan quota |> List.map (fun window -> (short now quota window).Text)

            match Quota.left now quota with
            | Quota.Left.Unlimited -> [ "unlimited" ], Some 100.0
            // No window shows it.
            | Quota.Left.Nothing None -> "limit reached" :: texts, Some 0.0
            | Quota.Left.Nothing(Some _)
            | Quota.Left.Some _
            | Quota.Left.Unknown -> texts, Quota.leftPercent now quota

        match believed |> Option.map (fun believed -> believed.Quota, told believed.Quota) with
        | Some(quota, (_ :: _ as texts, left)) ->
            let mark =
                if Quota.isStale settings.StaleAfter now quota then
                    "~"
                else
                    ""

            byLevel left (mark + String.Join("  ", texts))
        | _ -> Piece.faint NotAvailable

    [<Literal>]
    let private BarWidth = 20

    let private bar (left: float) =
        let full =
            if left <= 0.0 then
                0
            else
                Math.Clamp(int (Math.Round(left / 100.0 * float BarWidth)), 1, BarWidth)

        String('█', full) + String('░', BarWidth - full)

    /// Gives a window's name: of a limit that is not the plan's own, with the limit's.
    let name (window: Window) =
        match window.Limit with
        | Window.Codex
        | Window.Spend -> Window.label window
        | limit -> limit + " " + Window.label window

    let private windowLine now isDrawn width quota (window: Window) =
        let left = Quota.leftOf now quota window

        let resets =
            match window.ResetsAt with
            | Some time when time > now ->
                "resets " + moment now time + " (in " + TimeWords.remaining (time - now) + ")"
            | _ -> ""

        [
            Piece.faint ("  " + (name window).PadRight width + " ")
            match Window.state now window, left with
            | WindowState.Reset, _ ->
                Piece.plain ("reset at " + moment now (Option.defaultValue now window.ResetsAt))
                Piece.faint "; what was used since is not known"
            | _, Some figure ->
                if isDrawn then
                    byLevel left (bar figure + " ")

                byLevel left ((string<int>(Percent.whole figure) + "% left").PadRight 11)
                Piece.faint resets
            | _, None ->
                Piece.plain (NotAvailable.PadRight 16)
                Piece.faint resets
        ]

    /// Gives the words for where a figure was read.
    let source (source: Source) =
        match source with
        | Source.SessionLog -> "session log"
        | Source.Service
        | Source.AppServer -> Source.word source

    /// Says where figures come from, and how old they are.
    let origin now (settings: RouterSettings) (quota: Quota) =
        let age = Quota.age now quota

        let told =
            if age < TimeSpan.FromSeconds 5.0 then
                source quota.Source + ", just now"
            else
                source quota.Source + ", " + TimeWords.ago age

        if Quota.isStale settings.StaleAfter now quota then
            told + ", stale"
        else
            told

    let private creditLines (quota: Quota) =
        [
            match quota.Credits with
            | Some { Unlimited = true } -> "credits", "unlimited"
            | Some { Balance = Some balance } -> "credits", balance
            | _ -> ()
            match quota.Spend with
            | Some spend ->
                let figures =
                    [
                        match spend.Used, spend.Limit with
                        | Some used, Some limit -> used + " of " + limit + " used"
                        | Some used, None -> used + " used"
                        | None, Some limit -> "limit " + limit
                        | None, None -> ()
                    ]

                if not figures.IsEmpty then
                    "spent", String.Join(", ", figures)
            | None -> ()
            match quota.ResetCredits with
            | Some count when count > 0 ->
                "resets", string<int> count + " left: with each, you can reset a window in Codex"
            | _ -> ()
        ]

    /// Gives the lines about a profile's figures, below its heading.
    let lines now isDrawn (believed: Believed) =
        let quota = believed.Quota
        let windows = Quota.windows quota

        // As wide as the longest name: a limit has any name.
        let width =
            windows |> List.map (fun window -> (name window).Length) |> List.fold max 7

        [
            for window in windows do
                windowLine now isDrawn width quota window
            if Quota.left now quota = Quota.Left.Unlimited then
                [ Piece.good "  unlimited" ]
            for label, text in creditLines quota do
                [ Piece.faint ("  " + label.PadRight width + " "); Piece.plain text ]
            if Quota.isLimitReached now quota then
                [
                    Piece.bad "  the limit is reached"
                    match quota.ReachedType with
                    | Some kind -> Piece.faint (" (" + kind + ")")
                    | None -> ()
                    match Quota.left now quota with
                    | Quota.Left.Nothing(Some { ResetsAt = Some until }) when until > now ->
                        Piece.plain (", until " + moment now until)
                    | Quota.Left.Nothing _
                    | Quota.Left.Some _
                    | Quota.Left.Unlimited
                    | Quota.Left.Unknown -> ()
                ]
            match believed.Doubted with
            | Some doubted ->
                [
                    Piece.faint (
                        "  a reading at "
                        + moment now doubted.FetchedAt
                        + " showed less used; it counts when another agrees"
                    )
                ]
            | None -> ()
        ]
