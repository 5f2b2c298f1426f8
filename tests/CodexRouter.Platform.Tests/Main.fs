module CodexRouter.Platform.Tests.Main

open Expecto

let private tests =
    testList
        "Platform"
        [
            FileStatusTests.tests
            AtomicFileTests.tests
            AtomicLinkTests.tests
            MountPointTests.tests
            RenameTests.tests
            FolderTests.tests
            TreeCopyTests.tests
            DurabilityTests.tests
            BoundedFileTests.tests
            LogLinesTests.tests
            RecentFilesTests.tests
            AdvisoryLockTests.tests
            ProcessTableTests.tests
            PsListingTests.tests
            ReplacementTests.tests
            ChildTests.tests
            JsonLinesChildTests.tests
            HttpAnswerTests.tests
            HttpTryTests.tests
            HttpSecrecyTests.tests
            TerminalTests.tests
        ]

[<EntryPoint>]
let main arguments =
    match Roles.play arguments with
    | Some exitCode -> exitCode
    | None -> runTestsWithCLIArgs [] arguments tests
