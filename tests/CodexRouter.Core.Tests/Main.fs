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
                ProtectionLaws.tests
                SessionLaws.tests
                SessionListTests.tests
                NameTests.tests
                NearMissLaws.tests
                SignInTests.tests
                IdentityTests.tests
                PreflightLaws.tests
                PinTests.tests
                TrustTests.tests
                TrustTests.otherFiles
                LookupLaws.tests
                ShellStateLaws.tests
                AdviceLaws.tests
                SegmentTests.tests
                PlanLaws.tests
                ShareLaws.tests
                RecoveryLaws.tests
                SwitchLaws.tests
                SaveLaws.tests
                RenameLaws.tests
                DeleteLaws.tests
                RunningCodexLaws.tests
                AdversaryLaws.tests
                UsageEndpointTests.tests
                GuardTests.tests
                WaitingLaws.tests
                UsageTests.tests
                SessionOwnerTests.tests
                SessionFiguresTests.tests
                LeftLaws.tests
                QuotaFormatTests.tests
                UsageFuzz.tests
                QuotaLaws.tests
                QuotaHistoryTests.tests
                FallbackTests.tests
                FallbackLaws.tests
                RoomTests.tests
                AdviceLineTests.tests
            ])
