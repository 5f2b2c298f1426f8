namespace CodexRouter.Cli.Watch

open System
open System.IO
open System.Text
open CodexRouter.Platform
open Spectre.Console

/// Puts pictures on the screen, by writing only the lines that are others than before.
[<Sealed>]
type WatchScreen(screen: FullScreen, colour: bool) =

    let mutable last: Fragment list array = [||]

    let settings =
        AnsiWriterSettings(
            Ansi = AnsiSupport.Yes,
            ColorSystem =
                (if colour then
                     ColorSystemSupport.Standard
                 else
                     ColorSystemSupport.NoColors)
        )

    let style ink =
        match ink with
        | Ink.Plain -> Style.Plain
        | Ink.Strong -> Style(decoration = Decoration.Bold)
        | Ink.Good -> Style(foreground = Color.Green)
        | Ink.Low -> Style(foreground = Color.Olive)
        | Ink.Bad -> Style(foreground = Color.Maroon)
        | Ink.Faint -> Style(foreground = Color.Grey)

    let write (writer: AnsiWriter) columns row (line: Fragment list) =
        writer.CursorPosition(row + 1, 1) |> ignore

        for part in line do
            writer.Write(part.Text, style part.Ink, Unchecked.defaultof<Link>) |> ignore

        // Behind a full line the cursor is still on its last character.
        if Line.width line < columns then
            writer.EraseInLine 0 |> ignore

    /// Forgets what is on the screen: the next picture is written in full.
    member _.Forget() = last <- [||]

    /// Shows a picture on a screen of so many columns. One that is the same as before writes nothing.
    member _.Show(columns, picture: Fragment list list) =
        let picture = Array.ofList picture

        let changed =
            [
                for row in 0 .. picture.Length - 1 do
                    if last.Length <> picture.Length || last[row] <> picture[row] then
                        row
            ]

        if not changed.IsEmpty then
            use text = new StringWriter()
            let writer = AnsiWriter(text, AnsiCapabilities.Create(text, settings))

            if last.Length <> picture.Length then
                writer.EraseInDisplay 2 |> ignore

            for row in changed do
                write writer columns row picture[row]

            screen.Write(ReadOnlySpan(Encoding.UTF8.GetBytes(text.ToString())))

        last <- picture
