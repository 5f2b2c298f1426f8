module CodexRouter.Interop.Tests.Main

open Expecto

[<EntryPoint>]
let main arguments =
    runTestsWithCLIArgs
        []
        arguments
        (testList
            "Interop"
            [
                AuthShapeTests.tests
                RefreshTests.tests
                LoginTests.tests
                SharedFilesTests.tests
                DaemonTests.tests
            ])
