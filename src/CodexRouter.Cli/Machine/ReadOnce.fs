namespace CodexRouter.Cli

open System.Collections.Generic
open CodexRouter.Core

/// A file system that is read once: what a decision was made from does not change while it is made, and no file is opened
/// twice for it.
[<RequireQualifiedAccess>]
module ReadOnce =

    let private remembering (forgetters: List<unit -> unit>) (read: string -> 'a) : string -> 'a =
        let known = Dictionary<string, 'a>()
        forgetters.Add known.Clear

        fun path ->
            match known.TryGetValue path with
            | true, value -> value
            | _ ->
                let value = read path
                known[path] <- value
                value

    /// Gives a file system that remembers what it has read, until it changes something itself. What another program changes
    /// meanwhile is not seen: take a new one for each look that must be a new one, as under each kind of lock.
    let over (files: FileSystem) : FileSystem =
        let forgetters = List<unit -> unit>()

        {
            Look = remembering forgetters files.Look
            Follow = remembering forgetters files.Follow
            SameBytes = files.SameBytes
            ReadSignIn = remembering forgetters files.ReadSignIn
            ReadRecord = remembering forgetters files.ReadRecord
            ReadText = remembering forgetters files.ReadText
            Names = remembering forgetters files.Names
            ReplacedBy = files.ReplacedBy
            Do =
                fun action ->
                    // One change can be seen at many paths: by links, and in the folders above it.
                    for forget in forgetters do
                        forget ()

                    files.Do action
        }
