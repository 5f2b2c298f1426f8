namespace CodexRouter.Core

open System

/// Lengths of time as people type them.
[<RequireQualifiedAccess>]
module Duration =

    let private unit letter =
        match letter with
        | 's' -> Some(TimeSpan.FromSeconds 1.0)
        | 'm' -> Some(TimeSpan.FromMinutes 1.0)
        | 'h' -> Some(TimeSpan.FromHours 1.0)
        | 'd' -> Some(TimeSpan.FromDays 1.0)
        | _ -> None

    /// The longest that is understood: nobody waits longer than that for a window.
    let longest = TimeSpan.FromDays 365.0

    /// More digits are no number of days, hours, minutes or seconds in a year.
    [<Literal>]
    let private MostDigits = 8

    /// Reads `8h`, `90m`, `1h30m`, `45s` or `2d`: whole numbers, each with its unit, the greater unit first. Nothing when it is
    /// something else, or longer than a year.
    let parse (text: string) : TimeSpan option =
        let rec parts (text: string) below total =
            let digits = text |> Seq.takeWhile Char.IsAsciiDigit |> Seq.length

            if text = "" then
                Some total
            elif digits = 0 || digits > MostDigits || digits = text.Length then
                None
            else
                unit text[digits]
                |> Option.filter (fun unit -> unit < below)
                |> Option.bind (fun unit ->
                    let number = float (text.Substring(0, digits))

                    if number * unit.TotalDays > longest.TotalDays then
                        None
                    else
                        parts (text.Substring(digits + 1)) unit (total + number * unit))

        if text = "" then
            None
        else
            parts text TimeSpan.MaxValue TimeSpan.Zero
            |> Option.filter (fun time -> time <= longest)
