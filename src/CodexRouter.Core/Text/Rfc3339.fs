namespace CodexRouter.Core

open System
open System.Globalization

/// Reads times as Codex does: RFC 3339, any fraction, a zone is a must.
[<RequireQualifiedAccess>]
module Rfc3339 =

    let private formats =
        [| "yyyy-MM-dd'T'HH:mm:ssK"; "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK" |]

    /// .NET knows no leap second and no more than seven digits of a fraction: neither matters here.
    let private simplified (text: string) =
        let text =
            if text.Length >= 20 && text.AsSpan(16, 3).SequenceEqual(":60".AsSpan()) then
                text.Substring(0, 17) + "59" + text.Substring 19
            else
                text

        let isDigit index =
            index < text.Length && Char.IsAsciiDigit text[index]

        if text.Length > 20 && text[19] = '.' then
            let mutable zone = 20

            while isDigit zone do
                zone <- zone + 1

            text.Substring(0, Math.Min(zone, 27)) + text.Substring zone
        else
            text

    /// Gives the time that a text means.
    let parse (text: string) =
        // A zone's letter or sign stands where no date or time has one.
        if
            text.Length < 20
            || not (text.EndsWith 'Z' || text.AsSpan(19).ContainsAny('+', '-'))
        then
            None
        else
            match
                DateTimeOffset.TryParseExact(
                    simplified text,
                    formats,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AdjustToUniversal
                )
            with
            | true, time -> Some time
            | _ -> None
