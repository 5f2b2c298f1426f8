namespace CodexRouter.Core

open System

[<Sealed; NoEquality; NoComparison>]
type Secret private (text: string) =

    static member Of text = Secret text

    static member Same (one: Secret) (other: Secret) = one.IsSame other

    static member Reveal(secret: Secret) = secret.Text

    member private _.Text = text

    member private _.IsSame(other: Secret) =
        let mine, theirs = text, other.Text
        let mutable difference = mine.Length ^^^ theirs.Length

        for i in 0 .. Math.Min(mine.Length, theirs.Length) - 1 do
            difference <- difference ||| (int mine[i] ^^^ int theirs[i])

        difference = 0

    /// Always the same, whatever the secret is.
    override _.ToString() = "..."
