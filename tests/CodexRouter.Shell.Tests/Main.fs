module CodexRouter.Shell.Tests.Main

open Expecto

[<EntryPoint>]
let main arguments =
    runTestsWithCLIArgs [] arguments (testList "Shell" [ DifferentialTests.tests ])
