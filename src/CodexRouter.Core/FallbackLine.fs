namespace CodexRouter.Core

open System

/// What the prompt's file says about a fallback: `tell|switch NAME UNTIL TEXT`.
type FallbackLine =
    {
        IsSwitch: bool
        To: ProfileName
        /// Seconds since 1970.
        Until: int64 option
        /// Printable ASCII.
        Text: string
    }

[<RequireQualifiedAccess>]
module FallbackLine =

    /// The most characters of the text.
    [<Literal>]
    let MaximumText = 160

    /// The last second of year 9999.
    let private lastSecond = 253_402_300_799L

    let private isPrintable (text: string) =
        text |> Seq.forall (fun character -> character >= ' ' && character <= '~')

    /// The longest wording that has room. The last one always has: names have 64 characters.
    let private text (advice: Advice) =
        let command =
            match advice.OnLimit with
            | OnLimit.Switch -> ""
            | OnLimit.Stay
            | OnLimit.Tell -> ": codex-router use " + ProfileName.value advice.To

        [ advice.Reason + command; advice.Reason ]
        |> List.tryFind (fun text -> text.Length <= MaximumText && isPrintable text)
        |> Option.defaultValue (ProfileName.value advice.To + " has more room")

    /// Gives the line for advice: seconds since 1970 or `-`, then words for people.
    let ofAdvice (advice: Advice) : FallbackLine =
        {
            IsSwitch = (advice.OnLimit = OnLimit.Switch)
            To = advice.To
            Until =
                advice.Until
                |> Option.map _.ToUnixTimeSeconds()
                |> Option.filter (fun seconds -> seconds >= 0L)
            Text = text advice
        }

    /// Gives the line's text.
    let write (line: FallbackLine) =
        String.Join(
            ' ',
            [
                (if line.IsSwitch then "switch" else "tell")
                ProfileName.value line.To
                (match line.Until with
                 | Some until -> string<int64> until
                 | None -> "-")
                line.Text
            ]
        )

    let private until (word: string) =
        if word = "-" then
            Some None
        elif word.Length >= 1 && word.Length <= 12 && word |> Seq.forall Char.IsAsciiDigit then
            let seconds = Int64.Parse(word, Globalization.CultureInfo.InvariantCulture)
            if seconds <= lastSecond then Some(Some seconds) else None
        else
            None

    /// Reads a line's text; nothing unless every word is as `write` makes it.
    let read (line: string) : FallbackLine option =
        match line.Split(' ', 4) with
        | [| word; name; time; text |] when
            (word = "tell" || word = "switch")
            && text.Length >= 1
            && text.Length <= MaximumText
            && isPrintable text
            ->
            match ProfileName.create name, until time with
            | Ok name, Some until ->
                Some
                    {
                        IsSwitch = (word = "switch")
                        To = name
                        Until = until
                        Text = text
                    }
            | _ -> None
        | _ -> None
