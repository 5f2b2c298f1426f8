// Makes a picture of what a terminal shows: reads the screen with its colour codes (ECMA-48 SGR, as tmux captures it) from
// the standard input and writes SVG. `dotnet fsi svg.fsx COLUMNS TITLE <screen >picture.svg`

open System
open System.Globalization
open System.Text

type Style = { Colour: string; Bold: bool }

/// A piece of a line, and the column at which it begins.
type Run =
    {
        Column: int
        Columns: int
        Text: string
        Style: Style
    }

let plain = { Colour = "#d0d7de"; Bold = false }

/// The sixteen colours of a terminal, calm ones for a dark ground.
let palette =
    [|
        "#545d68"; "#f47067"; "#6bc46d"; "#daaa3f"; "#6cb6ff"; "#dcbdfb"; "#56d4dd"; "#adbac7"
        "#768390"; "#ff938a"; "#8ddb8c"; "#e3b94f"; "#96d0ff"; "#eedcff"; "#76e3ea"; "#ffffff"
    |]

let rec apply style (codes: int list) =
    match codes with
    | [] -> style
    | 0 :: rest -> apply plain rest
    | 1 :: rest -> apply { style with Bold = true } rest
    | 22 :: rest -> apply { style with Bold = false } rest
    | 39 :: rest -> apply { style with Colour = plain.Colour } rest
    | 38 :: 5 :: colour :: rest when colour < 16 -> apply { style with Colour = palette[colour] } rest
    | code :: rest when code >= 30 && code <= 37 -> apply { style with Colour = palette[code - 30] } rest
    | code :: rest when code >= 90 && code <= 97 -> apply { style with Colour = palette[code - 90 + 8] } rest
    | _ :: rest -> apply style rest

/// How many columns a character takes: the wide blocks of East Asian scripts two, marks that join the one before none.
let columnsOf (rune: Rune) =
    let value = rune.Value

    match Rune.GetUnicodeCategory rune with
    | UnicodeCategory.NonSpacingMark
    | UnicodeCategory.EnclosingMark -> 0
    | _ when
        (value >= 0x1100 && value <= 0x115f)
        || (value >= 0x2e80 && value <= 0xa4cf)
        || (value >= 0xac00 && value <= 0xd7a3)
        || (value >= 0xf900 && value <= 0xfaff)
        || (value >= 0xff00 && value <= 0xff60)
        || (value >= 0x1f300 && value <= 0x1faff)
        || (value >= 0x20000 && value <= 0x3fffd)
        ->
        2
    | _ -> 1

/// Cuts a line into runs of one style; drawn characters are runs of their own kind.
let isDrawn (rune: Rune) =
    (rune.Value >= 0x2581 && rune.Value <= 0x2588) || rune.Value = 0x2500 || rune.Value = 0x2501

let runs style (line: string) =
    let found = ResizeArray<Run>()
    let text = StringBuilder()
    let mutable style = style
    let mutable start = 0
    let mutable column = 0
    let mutable last = Rune ' '

    let finish () =
        if text.Length > 0 then
            found.Add
                {
                    Column = start
                    Columns = column - start
                    Text = text.ToString()
                    Style = style
                }

        text.Clear() |> ignore
        start <- column

    let mutable index = 0

    while index < line.Length do
        if line[index] = '\u001b' && index + 1 < line.Length && line[index + 1] = '[' then
            let ending = line.IndexOf('m', index)
            finish ()

            let codes =
                line.Substring(index + 2, ending - index - 2).Split([| ';'; ':' |])
                |> Array.map (fun code -> if code = "" then 0 else int code)

            style <- apply style (List.ofArray codes)
            index <- ending + 1
        else
            let rune = Rune.GetRuneAt(line, index)
            let isOther = isDrawn rune <> isDrawn last || (isDrawn rune && rune <> last)

            // A wide character may come from another font: each is put where it belongs.
            if isOther || columnsOf rune = 2 || columnsOf last = 2 then
                finish ()

            text.Append(rune.ToString()) |> ignore
            column <- column + columnsOf rune
            last <- rune
            index <- index + rune.Utf16SequenceLength

    finish ()
    List.ofSeq found, style

let cellWidth = 8.4
let cellHeight = 18.0
let margin = 14.0

let number (value: float) =
    value.ToString("0.##", CultureInfo.InvariantCulture)

let escaped (text: string) =
    text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace(' ', '\u00a0')

let rectangle (x: float) y width height colour =
    $"""<rect x="{number x}" y="{number y}" width="{number width}" height="{number height}" fill="{colour}"/>"""

/// Bars and sparklines are drawn, so that they join whatever the font; all else is text.
let draw row (run: Run) =
    let x = margin + float run.Column * cellWidth
    let y = margin + float row * cellHeight
    let width = float run.Columns * cellWidth
    let first = Rune.GetRuneAt(run.Text, 0)

    if String.IsNullOrWhiteSpace run.Text then
        ""
    elif first.Value = 0x2501 then
        rectangle x (y + cellHeight / 2.0 - 3.0) width 6.0 run.Style.Colour
    elif first.Value = 0x2500 then
        rectangle x (y + cellHeight / 2.0 - 1.0) width 2.0 "#444c56"
    elif isDrawn first then
        let height = float (first.Value - 0x2580) / 8.0 * (cellHeight - 5.0)
        rectangle x (y + cellHeight - 3.0 - height) width height run.Style.Colour
    else
        let weight = if run.Style.Bold then " font-weight=\"bold\"" else ""

        $"""<text x="{number x}" y="{number (y + cellHeight - 5.0)}" fill="{run.Style.Colour}"{weight} textLength="{number width}" lengthAdjust="spacingAndGlyphs">{escaped run.Text}</text>"""

let columns, title =
    match fsi.CommandLineArgs with
    | [| _; columns; title |] -> int columns, title
    | _ ->
        eprintfn "usage: dotnet fsi svg.fsx COLUMNS TITLE <screen >picture.svg"
        exit 2

Console.InputEncoding <- UTF8Encoding false
Console.OutputEncoding <- UTF8Encoding false

let lines = Console.In.ReadToEnd().TrimEnd('\n').Split '\n'
let width = 2.0 * margin + float columns * cellWidth
let height = 2.0 * margin + float lines.Length * cellHeight

printfn
    """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">"""
    (number width)
    (number height)
    (number width)
    (number height)

printfn "<title>%s</title>" (escaped title)
printfn """<rect width="100%%" height="100%%" rx="8" fill="#1c2128"/>"""

let mutable style = plain

for row, line in Array.indexed lines do
    let found, next = runs style line
    style <- next

    for run in found do
        match draw row run with
        | "" -> ()
        | drawn -> printfn "%s" drawn

printfn "</svg>"
