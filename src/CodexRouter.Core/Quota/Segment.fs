namespace CodexRouter.Core

open System

/// One window of a prompt line.
type SegmentWindow =
    {
        /// Short: `5h`, `wk`, `mo`, `3d`.
        Label: string
        /// Whole percent left, from 0 (empty) to 100.
        Left: int option
        /// Seconds since 1970.
        ResetsAt: int64 option
    }

/// What the program writes for the prompt of a profile: facts, and no text that depends on the time.
type PromptLine =
    {
        /// Seconds since 1970.
        FetchedAt: int64
        /// Seconds since 1970; from then on the figures are stale.
        StaleAt: int64
        /// At most three.
        Windows: SegmentWindow list
    }

/// How good things are, for the segment's colour.
[<RequireQualifiedAccess>]
type Level =
    /// Nothing is known.
    | None
    /// 30 percent or more are left.
    | Good
    /// 10 percent or more.
    | Low
    /// Less than 10 percent, or nothing.
    | Bad
    /// The figures are old.
    | Stale

/// The segment at one moment.
type SegmentText =
    {
        Text: string
        Level: Level
        /// The next second at which it may be another, if nothing new is read until then.
        Changes: int64 option
    }

/// The few characters in the prompt. `write` is what the program leaves for zsh; `show` is what zsh makes of it, and the
/// specification that the plugin is tested against.
[<RequireQualifiedAccess>]
module Segment =

    [<Literal>]
    let private Most = 3

    /// The first word of a prompt line: its version.
    [<Literal>]
    let private Version = "1"

    let private day = 86_400L

    /// The last second of year 9999.
    let private lastSecond = 253_402_300_799L

    let private shortLabel window =
        match Window.label window with
        | "week" -> "wk"
        | "month" -> "mo"
        | label -> label

    /// Gives the prompt line for figures; they count as stale after this time.
    let ofQuota (staleAfter: TimeSpan) (quota: Quota) : PromptLine =
        let fetched = quota.FetchedAt.ToUnixTimeSeconds()

        // A window that is over by now says so by its time: what counts here is what was said when the figures were read.
        let left (window: Window) =
            match window.Used with
            | Some used -> Quota.leftOf quota.FetchedAt quota window |> Option.orElse (Some(100.0 - used))
            | None -> None

        {
            FetchedAt = fetched
            StaleAt = fetched + int64 staleAfter.TotalSeconds
            Windows =
                [
                    // A limit that no window shows.
                    if Quota.left quota.FetchedAt quota = Quota.Left.Nothing None then
                        {
                            Label = "limit"
                            Left = Some 0
                            ResetsAt = None
                        }
                    for window in Quota.plan quota do
                        if window.Minutes.IsSome || window.Limit = Window.Spend then
                            {
                                Label = shortLabel window
                                Left = left window |> Option.map Percent.whole
                                ResetsAt = window.ResetsAt |> Option.map _.ToUnixTimeSeconds()
                            }
                ]
                |> List.truncate Most
        }

    let private orDash (value: 'a option) =
        match value with
        | Some value -> string value
        | None -> "-"

    /// Gives the line's text: `1 FETCHED STALE`, then `LABEL LEFT RESETS` for each window; `-` is what is not known.
    let write (line: PromptLine) =
        [
            Version
            string<int64> line.FetchedAt
            string<int64> line.StaleAt
            for window in line.Windows do
                window.Label
                orDash window.Left
                orDash window.ResetsAt
        ]
        |> String.concat " "

    let private isLabel (word: string) =
        word.Length >= 1
        && word.Length <= 6
        && word |> Seq.forall (fun c -> Char.IsAsciiLetterLower c || Char.IsAsciiDigit c)

    /// A whole number as the line has it: up to 12 digits.
    let private number (word: string) =
        if word.Length >= 1 && word.Length <= 12 && word |> Seq.forall Char.IsAsciiDigit then
            Some(Int64.Parse(word, Globalization.CultureInfo.InvariantCulture))
        else
            None

    let private perhaps (read: string -> 'a option) word =
        if word = "-" then
            Some None
        else
            read word |> Option.map Some

    /// Reads a line's text; nothing unless every word is as `write` makes it.
    let read (text: string) : PromptLine option =
        let rec windows (words: string list) found =
            match words with
            | [] -> Some(List.rev found)
            | label :: left :: resets :: rest when isLabel label && List.length found < Most ->
                let left = perhaps (number >> Option.filter (fun left -> left <= 100L)) left

                let resets =
                    perhaps (number >> Option.filter (fun time -> time <= lastSecond)) resets

                match left, resets with
                | Some left, Some resets ->
                    windows
                        rest
                        ({
                            Label = label
                            Left = Option.map int left
                            ResetsAt = resets
                         }
                         :: found)
                | _ -> None
            | _ -> None

        match text.Split ' ' |> List.ofArray with
        | Version :: fetched :: stale :: rest ->
            match number fetched, number stale, windows rest [] with
            | Some fetched, Some stale, Some windows ->
                Some
                    {
                        FetchedAt = fetched
                        StaleAt = stale
                        Windows = windows
                    }
            | _ -> None
        | _ -> None

    let private level (now: int64) (line: PromptLine) =
        let left =
            line.Windows
            |> List.filter (fun window -> window.ResetsAt |> Option.forall (fun resets -> resets > now))
            |> List.choose _.Left

        match left with
        | [] -> Level.None
        | _ when now >= line.StaleAt -> Level.Stale
        | _ ->
            match Headroom.ofLeft (float (List.min left)) with
            | Headroom.Good -> Level.Good
            | Headroom.Low -> Level.Low
            | Headroom.Bad -> Level.Bad

    /// Gives the segment now, in seconds since 1970. `clock` writes a time of day, or a day with it when it is a day or more
    /// away.
    let show (now: int64) (clock: bool -> int64 -> string) (name: ProfileName) (line: PromptLine option) : SegmentText =
        let name = ProfileName.value name

        match line with
        | None
        | Some { Windows = [] } ->
            {
                Text = name
                Level = Level.None
                Changes = None
            }
        | Some line ->
            let window (window: SegmentWindow) =
                window.Label
                + " "
                + match window.Left, window.ResetsAt with
                  | _, Some resets when resets <= now -> "reset"
                  | Some 0, Some resets -> "0% until " + clock (resets - now >= day) resets
                  | Some left, _ -> string<int> left + "%"
                  | None, _ -> "?"

            let mark = if now >= line.StaleAt then "~" else ""

            let moments =
                line.StaleAt
                :: (line.Windows
                    |> List.collect (fun window ->
                        match window.ResetsAt with
                        | Some resets -> [ resets; resets - day + 1L ]
                        | None -> []))

            {
                Text = name + " " + mark + String.Join(' ', line.Windows |> List.map window)
                Level = level now line
                Changes = moments |> List.filter (fun moment -> moment > now) |> List.sort |> List.tryHead
            }

    /// Gives the segment of a shell: that of the profile in force there, or nothing at all without one. Of a sign-in that
    /// something is wrong with, that is what counts.
    let inShell now clock states (lines: ProfileName -> PromptLine option) (profile: ProfileName option) =
        match profile, profile |> Option.bind (fun name -> StateIndex.find name states) with
        | Some profile, Some word ->
            {
                Text = ProfileName.value profile + " " + word.Replace('_', ' ')
                Level = Level.Bad
                Changes = None
            }
        | Some profile, None -> show now clock profile (lines profile)
        | None, _ ->
            {
                Text = ""
                Level = Level.None
                Changes = None
            }
