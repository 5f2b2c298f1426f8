namespace CodexRouter.Cli

open System

/// Words as a shell reads them.
[<RequireQualifiedAccess>]
module ShellWord =

    /// Writes a word so that a shell reads it back as it is.
    let quoted (word: string) =
        let isPlain character =
            Char.IsAsciiLetterOrDigit character || "/._-+@%,:=".Contains character

        if word <> "" && Seq.forall isPlain word then
            word
        else
            "'" + word.Replace("'", "'\\''") + "'"

    /// Writes the program with its words.
    let command (words: string list) =
        String.Join(" ", "codex-router" :: List.map quoted words)

/// The command that was typed, once more: as it was, or a little changed. What fails does not know the words, and puts a mark
/// in their place; the mark becomes the command where they are known.
[<RequireQualifiedAccess>]
module Again =

    [<Literal>]
    let private Mark = '\u0001'

    [<Literal>]
    let private Between = '\u0002'

    let private mark (parts: string list) =
        string Mark + String.Join(Between, parts) + string Mark

    /// The same command.
    let asItWas = mark [ "same" ]

    /// The same command with one more option.
    let withOption (option: string) = mark [ "with"; option ]

    /// The same command with another word in the place of one.
    let replacing (word: string) (other: string) = mark [ "replace"; word; other ]

    /// The help of the same command.
    let help = mark [ "help" ]

    let private command (words: string list) (parts: string list) =
        match parts with
        | [ "with"; option ] when not (List.contains option words) ->
            let options, names =
                match List.tryFindIndex ((=) "--") words with
                | Some index -> List.splitAt index words
                | None -> words, []

            ShellWord.command (options @ option :: names)
        | [ "replace"; word; other ] ->
            words
            |> List.map (fun given ->
                if given = word then
                    other
                elif given.StartsWith(word + "=", StringComparison.Ordinal) then
                    other + given.Substring word.Length
                else
                    given)
            |> ShellWord.command
        | [ "help" ] -> ShellWord.command (List.truncate 1 words @ [ "--help" ])
        | _ -> ShellWord.command words

    /// Gives the text with every mark made the command that it stands for.
    let resolve (words: string list) (text: string) =
        text.Split Mark
        |> Array.mapi (fun index part ->
            if index % 2 = 0 then
                part
            else
                command words (List.ofArray (part.Split Between)))
        |> String.concat ""
