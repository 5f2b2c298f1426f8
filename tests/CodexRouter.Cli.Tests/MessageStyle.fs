namespace CodexRouter.Cli.Tests

open System
open Expecto

/// How messages are written. Every run of the program in these tests is held against it, so that every message that a test
/// meets is.
[<RequireQualifiedAccess>]
module MessageStyle =

    /// What a `try:` line can begin with: it is to be typed as it stands.
    let private programs =
        [
            "codex-router "
            "codex "
            "npm install "
            "export "
            "eval "
            "unset "
            "find "
            "cd "
            "command -v "
            "mv "
            "ls "
            "df "
            "ps "
            "chmod "
            "sudo "
            "su "
            "${EDITOR:-vi} "
        ]

    /// What may begin with a capital letter: names, words that stand for something, and two texts that scripts look for.
    let private capitals =
        [
            "Codex"
            "CODEX_"
            "NAME "
            "OLD "
            "NEW "
            "ALIAS "
            "SHELL "
            "Not logged in"
            "Profile not found"
        ]

    let private begins (starts: string list) (text: string) =
        starts
        |> List.exists (fun start -> text.StartsWith(start, StringComparison.Ordinal))

    let private faults (line: string) =
        match line.Split(": ", 2) with
        | [| "try"; command |] ->
            [
                if not (begins programs command || command = "df -h") then
                    "cannot be typed as it stands"
                if command.EndsWith '.' || command.Contains "  " then
                    "is no command line"
            ]
        | [| "codex-router"; message |] ->
            [
                if message = "" then
                    "says nothing"
                elif Char.IsUpper message[0] && not (begins capitals message) then
                    "begins with a capital letter"
                if message.EndsWith '.' && not (message.EndsWith "'.'") then
                    "ends with a full stop"
            ]
        | _ -> []

    /// Fails if a line of these is not written as messages are. What `doctor` advises is held to the same, on standard output.
    let check (errors: string) (output: string) =
        let advice =
            output.Split '\n'
            |> Array.filter _.StartsWith("     try: ")
            |> Array.map _.Trim()

        for line in Array.append (errors.Split '\n') advice do
            match faults line with
            | [] -> ()
            | faults -> failtest (line + "\n" + String.Join("; ", faults) + "\nin:\n" + errors)
