namespace CodexRouter.Core

open System.Globalization
open System.Text

/// Makes text that others chose (an e-mail, a plan, a path, a profile's name) safe to print on a terminal.
[<RequireQualifiedAccess>]
module Inert =

    /// Control characters act on the terminal; format characters (bidirectional controls among them) change what
    /// the characters around them seem to be; the rest cannot be shown.
    let private acts (rune: Rune) =
        match Rune.GetUnicodeCategory rune with
        | UnicodeCategory.Control
        | UnicodeCategory.Format
        | UnicodeCategory.Surrogate
        | UnicodeCategory.PrivateUse
        | UnicodeCategory.OtherNotAssigned
        | UnicodeCategory.LineSeparator
        | UnicodeCategory.ParagraphSeparator -> true
        | _ -> false

    /// Gives the text with every character that acts on a terminal written as `\u{1B}`.
    let text (raw: string) =
        if raw |> Seq.forall (fun character -> character >= ' ' && character < '\u007f') then
            raw
        else
            let inert = StringBuilder raw.Length

            for rune in raw.EnumerateRunes() do
                if acts rune || rune = Rune.ReplacementChar then
                    inert.Append("\\u{").Append(rune.Value.ToString "X").Append '}' |> ignore
                else
                    inert.Append(rune.ToString()) |> ignore

            inert.ToString()
