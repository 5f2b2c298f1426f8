namespace CodexRouter.Core

open System

/// Finds what a misspelt word was to be.
[<RequireQualifiedAccess>]
module NearMiss =

    /// A longer word is no slip of the fingers.
    [<Literal>]
    let private MostLetters = 80

    /// Gives how many letters were left out, added, changed or exchanged with the next one.
    let distance (one: string) (other: string) =
        let one, other = one.ToLowerInvariant(), other.ToLowerInvariant()
        let table = Array2D.zeroCreate (one.Length + 1) (other.Length + 1)

        for i in 0 .. one.Length do
            table[i, 0] <- i

        for j in 0 .. other.Length do
            table[0, j] <- j

        for i in 1 .. one.Length do
            for j in 1 .. other.Length do
                let change = if one[i - 1] = other[j - 1] then 0 else 1

                let least =
                    min (table[i - 1, j - 1] + change) (1 + min table[i - 1, j] table[i, j - 1])

                table[i, j] <-
                    if i > 1 && j > 1 && one[i - 1] = other[j - 2] && one[i - 2] = other[j - 1] then
                        min least (table[i - 2, j - 2] + 1)
                    else
                        least

        table[one.Length, other.Length]

    /// One slip in a short word, more in a long one.
    let private mostSlips (word: string) = Math.Clamp(word.Length / 3, 1, 3)

    /// Gives the word that was probably meant: the one with the fewest slips, or the only one that begins so.
    let find (known: string seq) (word: string) : string option =
        if word.Length < 2 || word.Length > MostLetters then
            None
        else
            let near =
                known
                |> Seq.filter (fun other -> other <> word && abs (other.Length - word.Length) <= mostSlips word)
                |> Seq.map (fun other -> distance word other, other)
                |> Seq.filter (fun (slips, other) -> slips <= mostSlips word && slips < other.Length)
                |> Seq.sort
                |> Seq.tryHead
                |> Option.map snd

            let begun () =
                match
                    known
                    |> Seq.filter (fun other -> other.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                    |> List.ofSeq
                with
                | [ only ] when word.Length > 2 && only <> word -> Some only
                | _ -> None

            near |> Option.orElseWith begun
