namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Platform

/// Files of figures: private, whole at any moment, and no loss, because what is in them can be fetched again.
[<RequireQualifiedAccess>]
module CacheFiles =

    /// Does something whose failure is not worth a word: the figures were shown, or will be fetched again.
    let bestEffort (work: unit -> unit) =
        try
            work ()
        with
        | :? IOException
        | :? UnauthorizedAccessException -> ()

    /// Replaces or makes a file, and the folders above it.
    let write (path: string) (bytes: byte[]) =
        Folders.Create(Path.GetDirectoryName path |> string, PrivateMode.directory)
        AtomicFile.ReplaceUnsynced(path, ReadOnlySpan bytes, PrivateMode.file)

    /// The same with a text, in UTF-8.
    let writeText path (text: string) =
        write path (Text.Encoding.UTF8.GetBytes text)
