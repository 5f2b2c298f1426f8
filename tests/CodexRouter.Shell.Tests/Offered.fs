namespace CodexRouter.Shell.Tests

open System

/// What TAB offers behind a command line in the sandbox, in every shell alike.
[<RequireQualifiedAccess>]
module Offered =

    let private words (text: string) =
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries) |> Set.ofArray

    /// The command lines, each with the words.
    let all =
        [
            "codex-router ",
            "save login list current switch delete rename alias restore pin unpin allow deny which use exec sessions resume quota watch guard wait refresh doctor hooks protect share config init completion"
            "codex-router sw", "switch"
            "codex-router switch ", "work personal w -"
            "codex-router use ", "work personal w -"
            "codex-router delete w", "work w"
            "codex-router doctor --", "--json --fix --deep --help"
            "codex-router exec --", "--or-plain --when-left --help"
            "codex-router exec work -- codex-router do", "doctor"
            "codex-router init ", "zsh bash fish"
            "codex-router quota --", "--all --offline --format --json --help"
            "codex-router quota work ", "work personal w"
            "codex-router guard --window ", "5h week any"
            "codex-router guard --", "--min-left --lasts --window --max-age --offline --json --help"
            "codex-router guard --min-left 20 w", "work w"
            "codex-router watch --", "--interval --once --help"
            "codex-router refresh w", "work w"
        ]
        |> List.map (fun (line, offered) -> line, words offered)

    /// The command lines alone.
    let lines = all |> List.map fst

    /// Gives what a script that completes printed: a line for each command line, with the words behind a colon.
    let read (output: string) =
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        |> Array.map (fun line ->
            let at = line.LastIndexOf ":"
            line.Substring(0, at), words (line.Substring(at + 1)))
        |> Map.ofArray
