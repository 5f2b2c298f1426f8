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
                ScenarioTests.tests
                HookNoteTests.tests
                PromptTests.tests
                RefreshTests.tests
                OptionTests.tests
                ProcessTests.tests
                TerminalTests.tests
                OtherShellTests.tests
                DifferentialTests.tests
            ])
