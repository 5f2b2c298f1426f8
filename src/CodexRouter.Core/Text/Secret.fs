namespace CodexRouter.Core

open System

/// A token or key. It cannot be printed, compared by accident or serialised: it has no public property, no equality,
/// and its text is always the same three dots.
[<Sealed; NoEquality; NoComparison>]
type Secret private (text: string) =

    /// Wraps a token as it was read.
    static member Of text = Secret text

    /// Tells whether two secrets hold the same text, in a time that does not depend on where they differ.
    static member Same (one: Secret) (other: Secret) = one.IsSame other

    /// Gives the text itself, for the one place that has to send it.
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
