namespace CodexRouter.Cli

open System
open CodexRouter.Core

/// What the system's libraries say of a failure, as a message.
[<RequireQualifiedAccess>]
module FailureText =

    /// Gives the text. What this program's own calls say is a message already; .NET's are sentences, with a full stop.
    let ofException (failure: exn) =
        let text = failure.Message.TrimEnd '.'

        if text <> "" && Char.IsUpper text[0] then
            "reading or writing failed: " + Inert.text text
        else
            Inert.text text
