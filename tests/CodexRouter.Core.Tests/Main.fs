module CodexRouter.Core.Tests.Main

open Expecto

[<EntryPoint>]
let main arguments =
    runTestsWithCLIArgs
        []
        arguments
        (testList
            "Core"
            [
                HomeEntryTests.tests
                HookTrustLaws.tests
                SessionLaws.tests
                SessionListTests.tests
                NameTests.tests
                NearMissLaws.tests
                SignInTests.tests
                PreflightLaws.tests
                PinTests.tests
                TrustTests.tests
                TrustTests.otherFiles
                LookupLaws.tests
                SegmentTests.tests
                PlanLaws.tests
                AdversaryLaws.tests
                UsageEndpointTests.tests
                GuardTests.tests
                WaitingLaws.tests
                UsageTests.tests
                UsageFuzz.tests
                QuotaLaws.tests
                QuotaHistoryTests.tests
                FallbackLaws.tests
            ])
