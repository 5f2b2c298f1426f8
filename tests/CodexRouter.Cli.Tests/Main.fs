module CodexRouter.Cli.Tests.Main

open CodexRouter.Testing
open Expecto

[<EntryPoint>]
let main arguments =
    match WatchRoles.play arguments with
    | Some exit -> exit
    | None ->

        // As in every environment that a test gives: nobody listens there, so what forgets to say where to ask reaches no provider.
        System.Environment.SetEnvironmentVariable("https_proxy", "http://127.0.0.1:1")

        if not (System.IO.File.Exists Project.program) then
            failwith ("there is no native program to test; build it first: " + Project.program)

        testList
            "Cli"
            [
                SaveTests.tests
                SealedTests.tests
                LoginTests.tests
                SwitchTests.tests
                ProfileTests.tests
                ShareTests.tests
                PinTests.tests
                ExecTests.tests
                SessionTests.tests
                HooksTests.tests
                ProtectTests.tests
                DoctorTests.tests
                ShellTests.tests
                DemoTests.tests
                JsonTests.tests
                PinJsonTests.tests
                MessageTests.tests
                ConfigTests.tests
                AnswerTests.tests
                ReferenceTests.tests
                DocsTests.tests
                BadSignInTests.tests
                SafetyTests.tests
                DoneTests.tests
                UnreadableTests.tests
                PreflightTests.tests
                InForceTests.tests
                HealthTests.tests
                LockTests.tests
                RunningCodexTests.tests
                DaemonTests.tests
                RenewingCodexTests.tests
                CrashTests.tests
                CrashLabTests.tests
                ReaderTests.tests
                HostileLabTests.tests
                DiskModelTests.tests
                TableFitTests.tests
                OutputTests.tests
                EndingTests.tests
                QuotaServiceTests.tests
                AppServerTests.tests
                SessionLogTests.tests
                QuotaShapeTests.tests
                SpeakerTests.tests
                StoredRecordTests.tests
                QuotaStoreTests.tests
                QuotaRefreshTests.tests
                QuotaCommandTests.tests
                QuotaFormatTests.tests
                GuardCommandTests.tests
                WaitTests.tests
                WaitClockTests.tests
                FallbackTests.tests
                WatchViewTests.tests
                WatchSafetyTests.tests
                WatchTimeTests.tests
                WatchTests.tests
            ]
        // Many wait for a lock or for a program to end: more than one for each processor can go on.
        |> runTestsWithCLIArgs [ Parallel_Workers 6 ] arguments
        |> fun exit ->
            CrashLabTests.tell ()
            HostileLabTests.tell ()
            exit
