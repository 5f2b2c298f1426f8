namespace CodexRouter.Core

open System

/// What the shell does with advice.
[<RequireQualifiedAccess>]
type AdviceMode =
    /// It says so, once.
    | Tell
    /// It puts the terminal on the other profile, if a pin chose the first.
    | Switch

/// That a profile is near its limit, and which other has room.
type Advice =
    {
        Mode: AdviceMode
        Other: ProfileName
        /// Seconds since 1970; from then on it does not count. Nothing when it counts until it is taken back.
        Until: int64 option
        /// The reason and the command, for a person: printable ASCII.
        Text: string
    }

/// The second line of a prompt file: written by the program, read by the zsh hook.
[<RequireQualifiedAccess>]
module Advice =

    /// How long the text may be, in characters.
    [<Literal>]
    let MaximumText = 160

    let private isText (text: string) =
        text.Length >= 1
        && text.Length <= MaximumText
        && text |> Seq.forall (fun c -> c >= ' ' && c <= '~')

    /// Gives the line: `tell` or `switch`, the other profile, until when (`-` is for ever), and the text. Characters that the
    /// text may not hold become `?`, and what is too long is cut.
    let write (advice: Advice) =
        let text =
            advice.Text
            |> String.map (fun c -> if c >= ' ' && c <= '~' then c else '?')
            |> fun text -> text.Substring(0, min text.Length MaximumText)

        String.Join(
            ' ',
            [
                match advice.Mode with
                | AdviceMode.Tell -> "tell"
                | AdviceMode.Switch -> "switch"
                ProfileName.value advice.Other
                match advice.Until with
                | Some time -> string<int64> time
                | None -> "-"
                text
            ]
        )

    let private mode word =
        match word with
        | "tell" -> Some AdviceMode.Tell
        | "switch" -> Some AdviceMode.Switch
        | _ -> None

    // Up to 12 digits, as in the prompt line.
    let private until (word: string) =
        if word = "-" then
            Some None
        elif word.Length >= 1 && word.Length <= 12 && word |> Seq.forall Char.IsAsciiDigit then
            Some(Some(Int64.Parse(word, Globalization.CultureInfo.InvariantCulture)))
        else
            None

    /// Reads a line; nothing unless every word is as `write` makes it.
    let read (line: string) : Advice option =
        match line.Split(' ', 4) with
        | [| first; name; time; text |] when isText text ->
            match mode first, ProfileName.create name, until time with
            | Some mode, Ok other, Some until ->
                Some
                    {
                        Mode = mode
                        Other = other
                        Until = until
                        Text = text
                    }
            | _ -> None
        | _ -> None

    /// Tells whether advice counts at a time in seconds since 1970.
    let holds (now: int64) (advice: Advice) =
        advice.Until |> Option.forall (fun until -> now < until)
