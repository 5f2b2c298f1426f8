module CodexRouter.Shell.Tests.Main

open Expecto

[<EntryPoint>]
let main arguments =
    runTestsWithCLIArgs
        []
        arguments
        (testList
            "Shell"
            [
                LoadingTests.tests
                CommandTests.tests
                MessageTests.tests
                MannersTests.tests
                ChangingFilesTests.tests
                HookNoteTests.tests
                PromptFileTests.tests
                PromptSafetyTests.tests
                PromptToolTests.tests
                RefreshTests.tests
                OptionTests.tests
                ProcessTests.tests
                TerminalTests.tests
                OtherShellTests.tests
                DifferentialTests.tests
            ])
