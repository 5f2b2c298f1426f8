namespace CodexRouter.Core

open System

/// What is told of one window.
[<RequireQualifiedAccess>]
type WindowField =
    /// Whole percent left.
    | Left
    /// Whole percent used.
    | Used
    /// When it resets, by the clock.
    | Resets
    /// The time until it resets.
    | In

/// What a format's braces can name.
[<RequireQualifiedAccess>]
type FormatField =
    | Name
    | Account
    | Plan
    /// Whole percent left, of the window of which the least is.
    | Left
    /// The label of that window.
    | Window
    | Age
    | Source
    /// Of the window with this label.
    | Of of label: string * field: WindowField

/// A piece of a format.
[<RequireQualifiedAccess>]
type FormatPart =
    | Text of string
    | Field of FormatField

/// Why a text is no format.
[<RequireQualifiedAccess>]
type FormatFault =
    | UnknownField of name: string
    /// A brace has no partner.
    | Unpaired

/// How a person wants figures written on one line: text with fields in braces, as `{name} {5h.left}%`. A brace itself is written
/// twice.
[<RequireQualifiedAccess>]
module QuotaFormat =

    let private plainFields =
        [
            "name", FormatField.Name
            "account", FormatField.Account
            "plan", FormatField.Plan
            "left", FormatField.Left
            "window", FormatField.Window
            "age", FormatField.Age
            "source", FormatField.Source
        ]

    let private windowFields =
        [
            "left", WindowField.Left
            "used", WindowField.Used
            "resets", WindowField.Resets
            "in", WindowField.In
        ]

    /// The names that braces may hold, for people; `5h` stands for any window's label.
    let fieldNames =
        (plainFields |> List.map fst)
        @ (windowFields |> List.map (fun (name, _) -> "5h." + name))

    let private find (name: string) known =
        known |> List.tryFind (fst >> (=) name) |> Option.map snd

    let private field (name: string) : Result<FormatPart, FormatFault> =
        let found =
            match name.IndexOf '.' with
            | -1 -> find name plainFields
            | 0 -> None
            | dot ->
                find (name.Substring(dot + 1)) windowFields
                |> Option.map (fun field -> FormatField.Of(name.Substring(0, dot), field))

        match found with
        | Some field -> Ok(FormatPart.Field field)
        | None -> Error(FormatFault.UnknownField name)

    /// Understands a format.
    let parse (format: string) : Result<FormatPart list, FormatFault> =
        let text (pending: string) parts =
            if pending = "" then
                parts
            else
                FormatPart.Text pending :: parts

        let rec from place pending parts =
            if place >= format.Length then
                Ok(List.rev (text pending parts))
            else
                let next =
                    if place + 1 < format.Length then
                        Some format[place + 1]
                    else
                        None

                match format[place], next with
                | '{', Some '{'
                | '}', Some '}' -> from (place + 2) (pending + string format[place]) parts
                | '}', _ -> Error FormatFault.Unpaired
                | '{', _ ->
                    match format.IndexOf('}', place) with
                    | -1 -> Error FormatFault.Unpaired
                    | close ->
                        match field (format.Substring(place + 1, close - place - 1)) with
                        | Ok part -> from (close + 1) "" (part :: text pending parts)
                        | Error fault -> Error fault
                | other, _ -> from (place + 1) (pending + string other) parts

        from 0 "" []

    /// Writes a format's text; what a field has no value for is `?`.
    let render (value: FormatField -> string option) (parts: FormatPart list) : string =
        parts
        |> List.map (fun part ->
            match part with
            | FormatPart.Text text -> text
            | FormatPart.Field field -> value field |> Option.defaultValue "?")
        |> String.Concat
