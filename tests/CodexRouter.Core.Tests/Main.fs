module CodexRouter.Core.Tests.Main

open Expecto

[<EntryPoint>]
let main arguments =
    runTestsWithCLIArgs [] arguments (testList "Core" [ NameTests.tests; SignInTests.tests; PlanLaws.tests ])
