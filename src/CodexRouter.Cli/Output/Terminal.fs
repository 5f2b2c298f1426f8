namespace CodexRouter.Cli

open System
open System.IO
open System.Text
open CodexRouter.Core
open CodexRouter.Platform
open Spectre.Console

/// How a piece of text stands out, where there is colour.
[<RequireQualifiedAccess>]
type Emphasis =
    | Plain
    | Strong
    | Good
    | Warning
    | Bad
    | Faint

/// A piece of text for people. What others chose is made inert on the way out.
type Piece = { Text: string; Emphasis: Emphasis }

[<RequireQualifiedAccess>]
module Piece =
    let plain text =
        {
            Text = text
            Emphasis = Emphasis.Plain
        }

    let strong text =
        {
            Text = text
            Emphasis = Emphasis.Strong
        }

    let good text =
        {
            Text = text
            Emphasis = Emphasis.Good
        }

    let warn text =
        {
            Text = text
            Emphasis = Emphasis.Warning
        }

    let bad text =
        { Text = text; Emphasis = Emphasis.Bad }

    let faint text =
        {
            Text = text
            Emphasis = Emphasis.Faint
        }

/// What a command reads from and writes to.
[<NoEquality; NoComparison>]
type Streams =
    {
        /// Gives the next line of the input, or nothing at its end.
        ReadLine: unit -> string option
        Output: Stream
        Errors: Stream
    }

[<RequireQualifiedAccess>]
module Streams =

    /// This process's own. Not System.Console for output: it changes the terminal's settings, and costs as much as the rest of
    /// a short command.
    let ofProcess: Streams =
        {
            ReadLine = fun () -> Option.ofObj (Console.In.ReadLine())
            Output = StandardStream.Output
            Errors = StandardStream.Error
        }

/// Writes for people: to a terminal with colours and to its width, else plainly and to any width.
[<Sealed>]
type Terminal(surroundings: Surroundings, streams: Streams) =

    /// Wider than any line: what reads a pipe wants whole lines.
    let unlimited = 100_000

    /// What a terminal has at least, as most do.
    let usualColumns = 80

    let width =
        lazy
            (if surroundings.OutputIsTerminal then
                 TerminalSize.OfOutput().Columns
             else
                 unlimited)

    let writer =
        new StreamWriter(streams.Output, UTF8Encoding false, 4096, AutoFlush = false)

    let errors =
        new StreamWriter(streams.Errors, UTF8Encoding false, 256, AutoFlush = true)

    let style emphasis =
        match emphasis with
        | Emphasis.Plain -> Style.Plain
        | Emphasis.Strong -> Style(decoration = Decoration.Bold)
        | Emphasis.Good -> Style(foreground = Color.Green)
        | Emphasis.Warning -> Style(foreground = Color.Yellow)
        | Emphasis.Bad -> Style(foreground = Color.Red)
        | Emphasis.Faint -> Style(foreground = Color.Grey)

    let console =
        lazy
            (let output = AnsiConsoleOutput writer

             let settings =
                 AnsiConsoleSettings(
                     Out = output,
                     Ansi =
                         (if surroundings.Colour then
                              AnsiSupport.Yes
                          else
                              AnsiSupport.No),
                     ColorSystem =
                         (if surroundings.Colour then
                              ColorSystemSupport.Standard
                          else
                              ColorSystemSupport.NoColors),
                     Interactive = InteractionSupport.No
                 )

             let console = AnsiConsole.Create settings

             console.Profile.Width <- width.Value
             console)

    /// Writes a line of pieces.
    member _.Line(pieces: Piece list) =
        if surroundings.Colour then
            let paragraph = Paragraph()

            for piece in pieces do
                paragraph.Append(Inert.text piece.Text, style piece.Emphasis) |> ignore

            console.Value.Write paragraph
            console.Value.WriteLine()
        else
            for piece in pieces do
                writer.Write(Inert.text piece.Text)

            writer.Write '\n'

    /// Writes a plain line.
    member terminal.Line(text: string) = terminal.Line [ Piece.plain text ]

    /// Writes a table without borders, one row a line; on a narrow terminal, columns give way in this order.
    member terminal.Table(headings: string list, ways: GiveWay list, rows: Piece list list) =
        let rows =
            (headings |> List.map Piece.faint) :: rows
            |> List.map (
                List.map (fun piece ->
                    { piece with
                        Text = Inert.text piece.Text
                    })
            )

        let widths =
            rows
            |> List.map (List.map (fun piece -> CellText.width piece.Text))
            |> List.reduce (List.map2 max)
            |> TableFit.widths width.Value ways

        let last = widths |> List.tryLast |> Option.map fst

        let cell (row: Piece list) (column, width) =
            let piece = row[column]
            let text = CellText.fit surroundings.HasUnicode width piece.Text

            [
                { piece with Text = text }
                if Some column <> last then
                    Piece.plain (System.String(' ', width + TableFit.Gap - CellText.width text))
            ]

        for row in rows do
            terminal.Line(widths |> List.collect (cell row))

    /// Writes text that is made already, as it is: JSON, a shell script.
    member _.Raw(text: string) = writer.Write text

    /// Writes a line for people beside the output proper.
    member _.Note(text: string) =
        errors.Write("codex-router: " + Inert.text text + "\n")

    /// Writes a failure and what to do about it.
    member terminal.Problem(problem: Problem) =
        terminal.Note problem.Message

        // Each line can be typed as it stands.
        for command in problem.Try.Split ", or " do
            errors.Write("try: " + Inert.text command + "\n")

    /// Asks a question that is answered by y or n; without a terminal the answer is no.
    member _.Confirm(question: string) =
        if surroundings.InputIsTerminal then
            writer.Flush()
            errors.Write(Inert.text question + " [y/N] ")

            match streams.ReadLine() with
            | None -> false
            | Some answer ->
                answer.Trim().ToLowerInvariant() = "y"
                || answer.Trim().ToLowerInvariant() = "yes"
        else
            false

    /// Whether a line that changes can be shown: the error output is a terminal that can go back on a line.
    member _.HasProgress =
        surroundings.ErrorIsTerminal
        && surroundings.Variables.TryGetValue "TERM" <> (true, "dumb")

    /// Shows a line in the place of the one before, on a terminal; the empty one takes it away.
    member terminal.Progress(text: string) =
        if terminal.HasProgress then
            // One column less than there are: a line that is full would be broken into two.
            let columns =
                if surroundings.OutputIsTerminal then
                    width.Value
                else
                    usualColumns

            errors.Write(
                "\r"
                + CellText.fit surroundings.HasUnicode (columns - 1) (Inert.text text)
                + "\u001b[K"
            )

    /// Hands over what was written.
    member _.Flush() = writer.Flush()
