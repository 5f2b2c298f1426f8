namespace CodexRouter.Core

open System
open System.Text

/// The one line that a session is known by. It is what a person typed, so anything may stand in it.
[<RequireQualifiedAccess>]
module SessionTitle =

    /// The most characters of a title.
    [<Literal>]
    let MostCharacters = 120

    /// What stands in the place of something that may be a token or key.
    [<Literal>]
    let Hidden = "[hidden]"

    /// From this length on, letters and digits in one piece are taken for a token.
    [<Literal>]
    let private TokenLength = 20

    /// What tokens and keys begin with that people have around Codex.
    let private beginnings =
        [
            "sk-"
            "at-"
            "rt-"
            "rt_"
            "eyj"
            "ghp_"
            "gho_"
            "ghs_"
            "github_pat_"
            "xox"
            "akia"
            "glpat-"
        ]

    let private isOfToken (character: char) =
        Char.IsAsciiLetterOrDigit character || "-_.+/=~%".Contains character

    /// A path has slashes and a word for a name only letters: neither is a token for its length alone.
    let private mayBeToken (piece: string) =
        let isKnown =
            beginnings
            |> List.exists (fun beginning ->
                piece.Length >= beginning.Length + 4
                && piece.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))

        let isLong (part: string) =
            part.Length >= TokenLength
            && Seq.exists Char.IsAsciiDigit part
            && Seq.exists Char.IsAsciiLetter part

        isKnown || piece.Split '/' |> Array.exists isLong

    /// Gives the text with every piece hidden that may be a token or key.
    let withoutTokens (text: string) =
        let hidden = StringBuilder text.Length
        let mutable start = 0

        while start < text.Length do
            let mutable finish = start

            if isOfToken text[start] then
                while finish < text.Length && isOfToken text[finish] do
                    finish <- finish + 1

                let piece = text.Substring(start, finish - start)
                // What is assigned, as in `KEY=value`, is looked at by itself too.
                let parts = piece.Split '='

                if mayBeToken piece || parts |> Array.exists mayBeToken then
                    hidden.Append Hidden |> ignore
                else
                    hidden.Append piece |> ignore
            else
                finish <- start + 1
                hidden.Append text[start] |> ignore

            start <- finish

        hidden.ToString()

    let private cut (text: string) =
        if text.Length <= MostCharacters then
            text
        else
            // Never in the middle of a character of two halves.
            let most = MostCharacters - 1

            let most =
                if Char.IsHighSurrogate text[most - 1] then
                    most - 1
                else
                    most

            text.Substring(0, most) + "…"

    /// Gives a title from what a person typed: one line, short, harmless on a terminal, without what may be a token.
    /// Nothing if there is nothing to be seen in it.
    let ofText (typed: string) : string option =
        let line =
            typed.Split([| ' '; '\t'; '\n'; '\r'; '\f'; '\v' |], StringSplitOptions.RemoveEmptyEntries)
            |> String.concat " "

        // Tokens first: what is cut off does not look like one any more.
        match line |> withoutTokens |> Inert.text |> cut with
        | "" -> None
        | title -> Some title
