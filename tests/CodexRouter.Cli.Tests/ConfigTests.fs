module CodexRouter.Cli.Tests.ConfigTests

open System.Text.Json
open CodexRouter.Core
open Expecto

let private sets (person: Person) (lines: string list) =
    person.Write(Layout.settings person.Root, String.concat "\n" lines + "\n")

/// The rows below the headings, each as its words.
let private rows (text: string) =
    text.Split('\n', System.StringSplitOptions.RemoveEmptyEntries)
    |> Array.skip 1
    |> Array.map (fun line -> line.Split(' ', System.StringSplitOptions.RemoveEmptyEntries) |> List.ofArray)
    |> List.ofArray

let tests =
    testList
        "config"
        [
            promise "shows every setting as it applies, without a file too" (fun person ->
                Expect.equal
                    (rows (person.Does [ "config" ]))
                    [
                        [ "hook"; "shell"; "default" ]
                        [ "stale_after_minutes"; "5"; "default" ]
                        [ "sealed_copies"; "true"; "default" ]
                        [ "sources"; "service,"; "codex,"; "logs"; "default" ]
                        [ "on_limit"; "tell"; "default" ]
                        [ "fallback_cooldown_minutes"; "15"; "default" ]
                    ]
                    "the defaults")

            promise "says what comes from the file" (fun person ->
                person.Has both

                sets
                    person
                    [
                        "hook = \"global\""
                        "stale_after_minutes = 5"
                        "sealed_copies = false"
                        "[fallback.alice]"
                        "to = [\"bob\"]"
                        "below = 20"
                    ]

                let file = "~/.codex/router/config.toml"
                let rows = rows (person.Does [ "config" ])
                Expect.contains rows [ "hook"; "global"; file ] "one that is set"
                Expect.contains rows [ "stale_after_minutes"; "5"; file ] "one that is set to the default"
                Expect.contains rows [ "sealed_copies"; "false"; file ] "one that is off"
                Expect.contains rows [ "on_limit"; "tell"; "default" ] "one that is not set"
                Expect.contains rows [ "fallback.alice"; "bob"; "below"; "20"; "%"; file ] "a rule")

            promise "a name that is no setting is told with the nearest, here and by doctor" (fun person ->
                person.Has both

                for line, told in
                    [
                        "stale_after_minuts = 9",
                        "there is no setting 'stale_after_minuts'; the nearest is stale_after_minutes"
                        "sealed_copie = false", "there is no setting 'sealed_copie'; the nearest is sealed_copies"
                        "sources = [\"logs\", \"net\"]",
                        "sources should be a list of \"service\", \"codex\" and \"logs\""
                        "sources = []", "sources should be a list of \"service\", \"codex\" and \"logs\""
                        "colour = 1", "there is no setting 'colour'"
                        "[fallback.alice]\nto = [\"bob\"]\nbelwo = 3",
                        "there is no setting 'fallback.alice.belwo'; the nearest is fallback.alice.below"
                        "[fallbak.alice]\nto = [\"bob\"]", "there is no setting 'fallbak'; the nearest is fallback"
                    ] do
                    sets person [ line ]
                    let outcome = person.Run [ "config" ]
                    Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                    Expect.stringContains outcome.Err ("codex-router: " + told + " (") line
                    let doctor = person.Run [ "doctor" ]
                    Expect.stringContains doctor.Out told line

                sets person [ "stale_after_minutes = \"soon\"" ]
                let outcome = person.Run [ "config" ]
                Expect.equal outcome.Exit 1 "one that cannot be used"
                Expect.contains (rows outcome.Out) [ "stale_after_minutes"; "5"; "default" ] "has no effect")

            promise "answers in JSON as the docs say" (fun person ->
                sets person [ "on_limit = \"stay\""; "nothing = 1" ]
                let outcome = person.Run [ "config"; "--json" ]
                Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                use document = JsonDocument.Parse outcome.Out
                Expect.equal (document.RootElement.GetProperty("faults").GetArrayLength()) 1 "what is wrong"
                sets person [ "on_limit = \"stay\"" ]

                JsonAnswer.only (person.Run [ "config"; "--json" ]) 0 (fun root ->
                    let found =
                        [
                            for setting in root.GetProperty("settings").EnumerateArray() do
                                setting.GetProperty("key").GetString(), setting.GetProperty("is_set").GetBoolean()
                        ]

                    Expect.contains found ("on_limit", true) "set"
                    Expect.contains found ("hook", false) "not set"))
        ]
