module CodexRouter.Build.Tests.Main

open Expecto

[<EntryPoint>]
let main arguments =
    runTestsWithCLIArgs
        []
        arguments
        (testList
            "Build"
            [
                SpecialNameFlagTests.tests
                TaskTests.tests
                ArchitectureTests.tests
                WorkflowTests.tests
            ])
