namespace CodexRouter.Core

open System

/// The profiles that something is wrong with, and a word for it: one small file that the shell reads in place of all the
/// sign-ins.
type StateIndex =
    private
        {
            Words: Map<ProfileName, string>
        }

/// Reads and writes the list of states: one line is the profile's name, a space and the word.
[<RequireQualifiedAccess>]
module StateIndex =

    /// The word for a sign-in that Codex would delete at its next start: the shell puts no terminal on such a profile.
    [<Literal>]
    let Blocked = "blocked"

    /// The longest word, in characters.
    [<Literal>]
    let private Longest = 20

    /// Holds no profile.
    let empty: StateIndex = { Words = Map.empty }

    /// Gives the list of these pairs of name and word.
    let ofPairs (pairs: seq<ProfileName * string>) : StateIndex = { Words = Map.ofSeq pairs }

    /// Gives the word for what is wrong with a profile, if anything is.
    let find name (index: StateIndex) = Map.tryFind name index.Words

    /// Tells whether Codex would delete the profile's sign-in.
    let isBlocked name index = find name index = Some Blocked

    let private isWord (word: string) =
        word.Length >= 1
        && word.Length <= Longest
        && word
           |> Seq.forall (fun character -> Char.IsAsciiLetterLower character || character = '_')

    let private pair (line: string) =
        match line.Split ' ' with
        | [| name; word |] when isWord word ->
            ProfileName.create name
            |> Result.toOption
            |> Option.map (fun name -> name, word)
        | _ -> None

    /// Reads the list; lines that it does not know count for nothing.
    let parse (text: string) =
        text.Split '\n' |> Seq.choose pair |> ofPairs

    /// Writes the list.
    let render (index: StateIndex) =
        Map.toSeq index.Words
        |> Seq.map (fun (name, word) -> ProfileName.value name + " " + word + "\n")
        |> String.Concat
