namespace CodexRouter.Cli.Watch

open System
open CodexRouter.Cli

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

/// One line of the view.
[<RequireQualifiedAccess>]
module Line =

    let part ink text = { Text = text; Ink = ink }

    /// Gives how many columns a line takes.
    let width (line: Fragment list) =
        line |> List.sumBy (fun part -> CellText.width part.Text)

    /// Cuts a line off at a number of columns: what keeps any line from wrapping.
    let rec cut unicode columns (line: Fragment list) =
        match line with
        | [] -> []
        | first :: rest ->
            let taken = CellText.width first.Text

            if taken <= columns then
                first :: cut unicode (columns - taken) rest
            else
                [
                    { first with
                        Text = CellText.fit unicode columns first.Text
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
