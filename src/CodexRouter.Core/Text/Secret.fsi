namespace CodexRouter.Core

/// A token or key. It cannot be printed, compared by accident or serialised: it has no public property, no equality,
/// and its text is always the same three dots.
[<Sealed; NoEquality; NoComparison>]
type Secret =

    /// Wraps a token as it was read.
    static member Of: text: string -> Secret

    /// Tells whether two secrets hold the same text, in a time that does not depend on where they differ.
    static member Same: one: Secret -> other: Secret -> bool

    /// Gives the text itself, for the one place that has to send it.
    static member Reveal: secret: Secret -> string
