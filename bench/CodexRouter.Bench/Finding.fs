namespace CodexRouter.Bench

open System
open System.Globalization
open System.IO

/// What a measurement is held against.
[<RequireQualifiedAccess>]
type Goal =
    | AtMost of limit: float
    | Below of limit: float
    | AtLeast of limit: float

/// One row of the report: what was measured, the figures behind it, the ratio or count that was found, and its goal.
type Finding =
    {
        What: string
        Figures: string
        /// None when it could not be measured here; the figures then say why.
        Value: float option
        Unit: string
        Goal: Goal
    }

[<RequireQualifiedAccess>]
module Finding =

    let private number (value: float) =
        let digits =
            if abs value >= 100.0 then "0"
            elif abs value >= 10.0 then "0.0"
            else "0.00"

        value.ToString(digits, CultureInfo.InvariantCulture)

    /// Gives a duration in the unit that suits its size.
    let duration (microseconds: float) =
        if microseconds < 1000.0 then
            number microseconds + " µs"
        else
            number (microseconds / 1000.0) + " ms"

    /// Says whether the goal is met; nothing is said of what was not measured.
    let isMet finding =
        finding.Value
        |> Option.map (fun value ->
            match finding.Goal with
            | Goal.AtMost limit -> value <= limit
            | Goal.Below limit -> value < limit
            | Goal.AtLeast limit -> value >= limit)

    let private goal finding =
        let mark, limit =
            match finding.Goal with
            | Goal.AtMost limit -> "≤ ", limit
            | Goal.Below limit -> "< ", limit
            | Goal.AtLeast limit -> "≥ ", limit

        mark + limit.ToString(CultureInfo.InvariantCulture) + finding.Unit

    let private verdict finding =
        match isMet finding with
        | Some true -> "ok"
        | Some false -> "**over**"
        | None -> "not measured"

    let private cells finding =
        let value =
            match finding.Value with
            | Some value -> number value + finding.Unit
            | None -> "–"

        [ finding.What; finding.Figures; value; goal finding; verdict finding ]

    /// Gives the findings as a Markdown table, which reads well in a terminal too.
    let table (findings: Finding list) =
        let rows =
            [ "what"; "median figures"; "measured"; "goal"; "" ] :: List.map cells findings

        let widths =
            [
                for column in 0..4 -> rows |> List.map (fun row -> row[column].Length) |> List.max
            ]

        let line row =
            "| "
            + String.Join(" | ", List.map2 (fun (cell: string) (width: int) -> cell.PadRight width) row widths)
            + " |"

        let rule =
            "|"
            + String.Join("|", widths |> List.map (fun width -> String('-', width + 2)))
            + "|"

        String.Join("\n", line rows.Head :: rule :: List.map line rows.Tail)

    let private opening = "<!-- measured by bench.sh: begin -->"
    let private ending = "<!-- measured by bench.sh: end -->"

    /// Puts a text between the two markers of a page, in place of what was there.
    let writeInto (page: string) (text: string) =
        let old = File.ReadAllText page
        let first = old.IndexOf(opening, StringComparison.Ordinal)
        let last = old.IndexOf(ending, StringComparison.Ordinal)

        if first < 0 || last < first then
            failwith (page + " has no place for the table, between " + opening + " and " + ending)

        File.WriteAllText(page, old.Substring(0, first) + opening + "\n" + text + "\n" + old.Substring last)
