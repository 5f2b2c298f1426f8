namespace CodexRouter.Cli.Watch

open System.IO
open Spectre.Console

/// Says what to write to a terminal so that it shows a picture.
[<RequireQualifiedAccess>]
module WatchScreen =

    // Told, not found out: looking for them would ask System.Console, which sets the terminal up in its own way.
    let private capabilities colour =
        AnsiCapabilities(
            Ansi = true,
            Links = false,
            AlternateBuffer = true,
            ColorSystem =
                (if colour then
                     ColorSystem.Standard
                 else
                     ColorSystem.NoColors)
        )

    let private style ink =
        match ink with
        | Ink.Plain -> Style.Plain
        | Ink.Strong -> Style(decoration = Decoration.Bold)
        | Ink.Good -> Style(foreground = Color.Green)
        | Ink.Low -> Style(foreground = Color.Olive)
        | Ink.Bad -> Style(foreground = Color.Maroon)
        | Ink.Faint -> Style(foreground = Color.Grey)

    let private write (writer: AnsiWriter) columns row (line: Fragment list) =
        writer.CursorPosition(row + 1, 1) |> ignore

        for part in line do
            writer.Write(part.Text, style part.Ink, Unchecked.defaultof<Link>) |> ignore

        // Behind a full line the cursor is still on its last character.
        if Line.width line < columns then
            writer.EraseInLine 0 |> ignore

    /// Gives the text that turns one picture on a screen of so many columns into another: the lines that are others than
    /// before, and nothing when none is. An empty picture stands for a screen that may hold anything.
    let changes colour columns (before: Fragment list array) (after: Fragment list array) =
        let isNew = before.Length <> after.Length

        let changed =
            [
                for row in 0 .. after.Length - 1 do
                    if isNew || before[row] <> after[row] then
                        row
            ]

        if changed.IsEmpty then
            ""
        else
            use text = new StringWriter()
            let writer = AnsiWriter(text, capabilities colour)

            if isNew then
                writer.EraseInDisplay 2 |> ignore

            for row in changed do
                write writer columns row after[row]

            text.ToString()
