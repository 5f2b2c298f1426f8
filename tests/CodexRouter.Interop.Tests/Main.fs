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
                StandInTests.tests
                AuthShapeTests.tests
                RefreshTests.tests
                LoginTests.tests
                SharedFilesTests.tests
                HomeEntryTests.tests
                DaemonTests.tests
                RouterTests.tests
                ResumeTests.tests
                StoryTests.tests
                ParityTests.tests
                ProtectTests.tests
                PreflightTests.tests
                AdversaryTests.tests
                QuotaSourceTests.tests
                QuotaRenewalTests.tests
                RaceLabTests.tests
            ])
    |> fun exit ->
        RaceLabTests.tell ()
        exit
