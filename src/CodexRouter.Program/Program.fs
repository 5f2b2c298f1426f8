module CodexRouter.Program.Main

open CodexRouter.Cli
open CodexRouter.Cli.Commands
open CodexRouter.Platform

[<EntryPoint>]
let main arguments =
    // Before anything secret is read, and before a file that is opened could become the standard output of a closed one.
    CoreDumps.Prevent()
    StandardStream.KeepPlaces()
    App.run (Start.ofProcess ()) Streams.ofProcess (List.ofArray arguments)
