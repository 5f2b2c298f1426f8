module CodexRouter.Scripts.Tests.Main

open Expecto
open CodexRouter.Scripts.Tests

[<EntryPoint>]
let main arguments =
    runTestsWithCLIArgs
        []
        arguments
        (testList
            "Scripts"
            [
                BuildTests.tests
                TallyTests.tests
                MutantTests.tests
                InstallTests.tests
                ReleaseTests.tests
                FirstMinutesTests.tests
            ])
