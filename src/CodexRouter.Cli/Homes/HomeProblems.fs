namespace CodexRouter.Cli

open CodexRouter.Core

/// What it means that Codex's app-server gave no answer about a home.
[<RequireQualifiedAccess>]
module HomeProblems =

    /// Gives the problem. `what` is what was asked for, in words, and the command that asks again; `whose` is the home.
    let notTold (what: string * string) (whose: string) fault : Problem =
        let asked, again = what

        match fault with
        | NoHomeAnswer.NotStarted ->
            Problem.refused ProblemCode.CodexNotRun "the Codex program cannot be run" "codex-router doctor"
        | NoHomeAnswer.Silent -> Problem.refused ProblemCode.CodexSilent ("Codex did not answer in " + whose) again
        | NoHomeAnswer.NotWhole ->
            Problem.refused ProblemCode.NotWhole ("links are missing in " + whose) "codex-router doctor --fix"
        | NoHomeAnswer.Refused ->
            Problem.refused
                ProblemCode.CodexRefused
                ("this Codex does not tell " + asked + " in " + whose)
                "codex --version"
