namespace CodexRouter.Cli.Watch

open System
open System.Text
open CodexRouter.Core
open Spectre.Console

/// How a piece of the view stands out.
[<RequireQualifiedAccess>]
type Ink =
    | Plain
    | Strong
    | Good
    | Low
    | Bad
    | Faint

/// A piece of a line.
[<Struct>]
type Fragment = { Text: string; Ink: Ink }

/// Text by the columns that it takes on a terminal.
[<RequireQualifiedAccess>]
module WatchText =

    /// Gives how many columns a text takes.
    let width (text: string) = text.GetCellWidth()

    /// Gives a text that others chose, safe for the terminal; without Unicode, what it cannot show becomes `?`.
    let inert unicode (text: string) =
        let text = Inert.text text

        if unicode || Ascii.IsValid text then
            text
        else
            text.EnumerateRunes()
            |> Seq.map (fun rune -> if rune.IsAscii then rune.ToString() else "?")
            |> String.Concat

    /// Gives as much of a text as fits, without a mark.
    let private take columns (text: string) =
        let taken = StringBuilder()
        let mutable used = 0
        let mutable full = false

        for rune in text.EnumerateRunes() do
            if not full then
                let next = width (rune.ToString())

                if used + next <= columns then
                    taken.Append(rune.ToString()) |> ignore
                    used <- used + next
                else
                    full <- true

        taken.ToString()

    /// Gives the text if it fits, and otherwise its beginning with a mark for what is missing.
    let fit unicode columns (text: string) =
        if columns <= 0 then
            ""
        elif width text <= columns then
            text
        else
            let mark = if unicode then "…" else "~"
            take (columns - 1) text + mark

    /// Fills a text up to a number of columns, on its right.
    let padRight columns (text: string) =
        text + String(' ', max 0 (columns - width text))

    /// Fills a text up to a number of columns, on its left.
    let padLeft columns (text: string) =
        String(' ', max 0 (columns - width text)) + text

/// One line of the view.
[<RequireQualifiedAccess>]
module Line =

    let part ink text = { Text = text; Ink = ink }

    /// Gives how many columns a line takes.
    let width (line: Fragment list) =
        line |> List.sumBy (fun part -> WatchText.width part.Text)

    /// Cuts a line off at a number of columns: what keeps any line from wrapping.
    let rec cut unicode columns (line: Fragment list) =
        match line with
        | [] -> []
        | first :: rest ->
            let taken = WatchText.width first.Text

            if taken <= columns then
                first :: cut unicode (columns - taken) rest
            else
                [
                    { first with
                        Text = WatchText.fit unicode columns first.Text
                    }
                ]

    /// A line with one part at its left end and another at its right, if both fit; else the left one.
    let spread columns (left: Fragment list) (right: Fragment list) =
        let space = columns - width left - width right

        if right.IsEmpty || space < 2 then
            left
        else
            left @ [ part Ink.Plain (String(' ', space)) ] @ right

    /// Gives the line without its styles.
    let text (line: Fragment list) =
        line |> List.map _.Text |> String.Concat
