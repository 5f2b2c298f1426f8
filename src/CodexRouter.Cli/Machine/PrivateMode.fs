namespace CodexRouter.Cli

open System.IO

/// The modes of all that the program makes: nobody else reads, writes or looks into it.
[<RequireQualifiedAccess>]
module PrivateMode =

    /// For a file: 0600.
    let file = UnixFileMode.UserRead ||| UnixFileMode.UserWrite

    /// For a directory: 0700.
    let directory = file ||| UnixFileMode.UserExecute
