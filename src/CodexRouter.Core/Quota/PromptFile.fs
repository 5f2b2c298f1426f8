namespace CodexRouter.Core

open System.Text

/// One profile's file for the prompt: the prompt line, then perhaps a line of advice.
[<RequireQualifiedAccess>]
module PromptFile =

    /// What zsh reads at most; a longer file counts as broken.
    [<Literal>]
    let MaximumBytes = 1024

    /// Gives the file's text.
    let write (line: PromptLine) (advice: Advice option) =
        Segment.write line
        + "\n"
        + match advice with
          | Some advice -> Advice.write advice + "\n"
          | None -> ""

    /// Reads a file as the zsh hook does. Advice counts only below a whole prompt line; what follows the two lines is for
    /// later versions.
    let read (bytes: byte[]) : PromptLine option * Advice option =
        if bytes.Length > MaximumBytes then
            None, None
        else
            match Encoding.Latin1.GetString(bytes).Split '\n' |> List.ofArray with
            | first :: rest ->
                match Segment.read first with
                | Some line -> Some line, rest |> List.tryHead |> Option.bind Advice.read
                | None -> None, None
            | [] -> None, None
