namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// One thing that was looked at.
[<NoEquality; NoComparison>]
type Check =
    {
        Id: string
        Ok: bool
        Message: string
        /// What to do about it, in words.
        Fix: string option
        Mended: bool
    }

/// What a look comes to.
[<RequireQualifiedAccess>]
module Check =

    /// All is well.
    let good id message =
        {
            Id = id
            Ok = true
            Message = message
            Fix = None
            Mended = false
        }

    /// Something is not, and this helps.
    let bad id message fix =
        {
            Id = id
            Ok = false
            Message = message
            Fix = Some fix
            Mended = false
        }

    /// Something was not, and has been put right.
    let mended id message = { good id message with Mended = true }

    /// Looks at one thing, and survives it: what fails there is what is wrong.
    let survive id (look: unit -> Check list) =
        try
            look ()
        with
        | :? SystemCallException as failure -> [ bad id (FailureText.ofException failure) (Remedy.forFailure failure) ]
        | :? IOException as failure -> [ bad id (FailureText.ofException failure) "df -h ." ]
        | :? UnauthorizedAccessException as failure -> [ bad id (FailureText.ofException failure) "ls -l" ]
