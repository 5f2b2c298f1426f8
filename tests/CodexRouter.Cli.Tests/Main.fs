module CodexRouter.Cli.Tests.Main

open CodexRouter.Testing
open Expecto

[<EntryPoint>]
let main arguments =
    if not (System.IO.File.Exists Project.program) then
        failwith ("there is no native program to test; build it first: " + Project.program)

    testList
        "Cli"
        [
            SaveTests.tests
            LoginTests.tests
            SwitchTests.tests
            ProfileTests.tests
            PinTests.tests
            ExecTests.tests
        ]
    |> runTestsWithCLIArgs [] arguments
