namespace CodexRouter.Cli

open System
open System.Text
open CodexRouter.Core
open Spectre.Console

/// Text by the columns that it takes on a terminal.
[<RequireQualifiedAccess>]
module CellText =

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
