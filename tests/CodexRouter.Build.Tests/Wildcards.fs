module CodexRouter.Build.Tests.Wildcards

open System
open System.Text.RegularExpressions

/// The unions that a source declares, by name.
let unions (source: string) =
    [
        for found in
            Regex.Matches(
                source,
                @"(?m)^ *type (?:private |internal )?(\w+)(?:<[^>\n]*>)? =(?: private)?\n(?: *///[^\n]*\n)* *\| "
            ) do
            found.Groups[1].Value
    ]

let private indent (line: string) =
    line.Length - line.TrimStart(' ').Length

/// The lines, counted from one, of a source where `| _ ->` follows arms of the same match that name a case of one of the
/// unions: whoever adds a case does not hear of that match from the compiler.
let places (unions: Set<string>) (source: string) =
    let lines = source.Split '\n'

    let isOwn (arm: string) =
        let found = Regex.Match(arm, @"^\| \(*(?:\w+\.)*(\w+)\.[A-Z]")
        found.Success && unions.Contains found.Groups[1].Value

    /// The arms above a line that are as far from the margin.
    let rec arms at number found =
        if number < 0 then
            found
        else
            match lines[number].Trim(), indent lines[number] with
            | "", _ -> arms at (number - 1) found
            | _, column when column > at -> arms at (number - 1) found
            | text, column when column = at && text.StartsWith '|' -> arms at (number - 1) (text :: found)
            | text, column when column = at && text.StartsWith "//" -> arms at (number - 1) found
            | _ -> found

    [
        for number, line in Array.indexed lines do
            if
                line.TrimStart(' ').StartsWith("| _ ->", StringComparison.Ordinal)
                && arms (indent line) (number - 1) [] |> List.exists isOwn
            then
                number + 1
    ]
