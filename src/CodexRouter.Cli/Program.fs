module CodexRouter.Cli.Program

[<EntryPoint>]
let main _ = 0
