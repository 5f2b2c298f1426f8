namespace CodexRouter.Core

open System

/// A service's own word for a thing: for a plan, or for the limit that was reached. It is stored and shown, so that anything
/// else than such a word is as if the service had said nothing.
[<RequireQualifiedAccess>]
module ServiceWord =

    /// The most characters; the longest that was seen is `self_serve_business_usage_based`.
    [<Literal>]
    let MaximumLength = 40

    let private isInner character =
        Char.IsAsciiLetterOrDigit character
        || character = '_'
        || character = '-'
        || character = '.'
        || character = ' '

    /// Gives the word without the space around it.
    let ofText (text: string) =
        let text = text.Trim()

        if text.Length > 0 && text.Length <= MaximumLength && Seq.forall isInner text then
            Some text
        else
            None
