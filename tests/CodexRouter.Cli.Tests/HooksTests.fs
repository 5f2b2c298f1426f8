module CodexRouter.Cli.Tests.HooksTests

open System
open System.IO
open CodexRouter.Testing
open Expecto

let private off =
    "codex-router: 1 hook that runs at the root is off in 'bob'; to turn it on: codex-router hooks bob --trust\n"

/// Two profiles, and a Codex whose hook is trusted at the root only.
let private hooked (person: Person) =
    person.Has both
    FakeHooks.install person

let private states (person: Person) =
    FakeHooks.states (person.Run([ "hooks"; "--json" ])).Out

let private asking =
    testList
        "asked of Codex"
        [
            promise "what runs at the root and not in a profile is shown, with what turns it on" (fun person ->
                hooked person
                let outcome = person.Run [ "hooks"; "bob" ]
                Expect.equal (outcome.Exit, outcome.Err) (0, off) "told"
                Expect.stringContains outcome.Out "notify-me" "the hook"
                Expect.stringContains outcome.Out "trusted at the root only" "why"
                Expect.equal (FakeHooks.told person) 0 "and nothing is changed"

                Expect.equal
                    (states person)
                    [ "alice", [ "not_trusted_here" ]; "bob", [ "not_trusted_here" ] ]
                    "the same for programs")

            promise "--trust turns on in the profiles that are named what runs at the root, once" (fun person ->
                hooked person
                let said = person.Does [ "hooks"; "bob"; "--trust"; "--yes" ]
                Expect.stringContains said "to be trusted in bob, as at the root: stop: notify-me" "what is changed"
                Expect.equal (states person) [ "alice", [ "not_trusted_here" ]; "bob", [ "on" ] ] "afterwards"
                Expect.equal (FakeHooks.told person) 1 "once"
                person.Does [ "hooks"; "bob"; "--trust"; "--yes" ] |> ignore
                Expect.equal (FakeHooks.told person) 1 "nothing is left to do")

            promise "--trust changes nothing without a yes" (fun person ->
                hooked person
                let outcome = person.Run [ "hooks"; "bob"; "--trust" ]
                Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                Expect.stringContains outcome.Out "to be trusted in bob" "what it would be"
                Expect.stringEnds outcome.Err "\ntry: codex-router hooks bob --trust --yes\n" "what to type"
                let json = person.Run [ "hooks"; "--trust"; "--json" ]
                Expect.equal json.Exit 1 "nor for a program"
                Expect.stringContains json.Out "\"not_confirmed\"" "which is told"
                Expect.equal (FakeHooks.told person) 0 "nothing is changed")

            promise "what the root does not trust is never trusted in a profile" (fun person ->
                hooked person
                person.Write(person.File "told", "nothing\n")
                let said = person.Does [ "hooks"; "--trust"; "--yes" ]
                Expect.stringContains said "where it is not trusted" "why it is off"
                Expect.equal (FakeHooks.told person) 0 "and stays off")

            promise "every Codex that is asked has no sign-in, so that none is renewed" (fun person ->
                hooked person
                FakeHooks.started person |> ignore
                person.Does [ "hooks"; "--trust"; "--yes" ] |> ignore
                let started = FakeHooks.started person
                // The root, both homes, and for each a Codex that writes and one that is asked afterwards.
                Expect.equal started.Length 7 "how often"

                for words in started do
                    Expect.equal words "app-server -c cli_auth_credentials_store=\"ephemeral\"" "without")

            promise "a Codex that takes the change and does not trust all the same is not believed" (fun person ->
                person.Has both

                FakeHooks.installAnswering
                    person
                    "config/batchWrite"
                    "echo \"{\\\"id\\\":$id,\\\"result\\\":{\\\"status\\\":\\\"ok\\\"}}\""

                let outcome = person.Run [ "hooks"; "bob"; "--trust"; "--yes" ]
                Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                Expect.stringContains outcome.Err "still does not trust 1 hook in 'bob'" "told"
                let json = person.Run [ "hooks"; "bob"; "--trust"; "--yes"; "--json" ]
                Expect.stringContains json.Out "\"changed\":false" (Outcome.describe json))

            promise "a Codex that refuses the change, does not know hooks, or is not there is told" (fun person ->
                person.Has both

                let refusal =
                    "echo \"{\\\"id\\\":$id,\\\"error\\\":{\\\"code\\\":1,\\\"message\\\":\\\"FAKE\\\"}}\""

                FakeHooks.installAnswering person "config/batchWrite" refusal
                let outcome = person.Run [ "hooks"; "bob"; "--trust"; "--yes" ]
                Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                Expect.stringContains outcome.Err "did not write the trust" "refused"
                FakeHooks.installAnswering person "hooks/list" refusal

                person.Run [ "hooks" ]
                |> Outcome.isFailure 1 [ "does not tell which hooks"; "codex --version" ]

                person.CodexDoes "exit 3"
                person.Run [ "hooks" ] |> Outcome.isFailure 1 [ "did not answer" ]
                File.Delete(Path.Combine(person.Tools, "codex"))
                person.Run [ "hooks" ] |> Outcome.isFailure 1 [ "was not found" ])

            promise "a token in a hook's command is hidden" (fun person ->
                person.Has both
                FakeHooks.installWith person "curl -H sk-FAKE7abcdefghij0123456789 x"

                for words in [ [ "hooks" ]; [ "hooks"; "--json" ]; [ "hooks"; "--trust"; "--yes" ] ] do
                    let outcome = person.Run words
                    Expect.stringContains outcome.Out "curl -H [hidden] x" (Outcome.describe outcome))

            promise "without profiles there is nothing to ask for" (fun person ->
                FakeHooks.install person
                person.Does [ "hooks" ] |> ignore)
        ]

let private entering =
    testList
        "told when a profile is entered"
        [
            promise "exec says once that hooks are off, and asks nobody for it" (fun person ->
                hooked person
                person.Write(person.In "config.toml", FakeHooks.settings person)
                FakeHooks.started person |> ignore
                let codex = Path.Combine(person.Tools, "codex")

                let enter name =
                    person.Run [ "exec"; name; "--"; codex; "features" ]

                let first = enter "bob"
                Expect.equal first.Err off "the first time"
                Expect.equal (FakeHooks.started person) [ "features" ] "nothing else was started"
                Expect.equal (enter "bob").Err "" "the second time"
                Expect.stringContains (enter "alice").Err "off in 'alice'" "each profile for itself"
                let other = person.Run [ "exec"; "alice"; "--"; "sh"; "-c"; "true" ]
                Expect.equal other.Err "" "a command that is no Codex"

                person.Write(
                    person.In "config.toml",
                    FakeHooks.settings person
                    + (FakeHooks.settings person).Replace("stop:0:0", "stop:1:0")
                )

                Expect.stringContains (enter "bob").Err "2 hooks that run at the root are off" "another set of hooks")

            promise "pin says it too, once" (fun person ->
                hooked person
                person.Write(person.In "config.toml", FakeHooks.settings person)
                FakeHooks.started person |> ignore
                Expect.equal (person.Run([ "pin"; "bob" ], directory = person.Home)).Err off "the first time"
                Expect.equal (person.Run([ "pin"; "bob" ], directory = person.Home)).Err "" "the second time"
                Expect.equal (FakeHooks.started person) [] "nobody was asked"

                Expect.equal
                    (person.Run([ "pin"; "alice"; "--json" ], directory = person.Home)).Err
                    ""
                    "not to a program")

            promise "nothing is said where none is off: trusted here, turned off here, or none at all" (fun person ->
                hooked person

                let enter () =
                    (person.Run([ "pin"; "bob" ], directory = person.Home)).Err

                Expect.equal (enter ()) "" "none"
                let trusted = FakeHooks.settings person

                person.Write(
                    person.In "config.toml",
                    trusted + trusted.Replace("hooks.json", "profiles/bob/hooks.json")
                )

                Expect.equal (enter ()) "" "trusted"

                person.Write(
                    person.In "config.toml",
                    trusted
                    + "[hooks.state.\""
                    + person.In "profiles/bob/hooks.json:stop:0:0"
                    + "\"]\nenabled = false\n"
                )

                Expect.equal (enter ()) "" "turned off")

            promise "what hooks has shown is not said again" (fun person ->
                hooked person
                person.Write(person.In "config.toml", FakeHooks.settings person)
                person.Run [ "hooks"; "bob" ] |> ignore
                Expect.equal (person.Run([ "pin"; "bob" ], directory = person.Home)).Err "" "told already"
                person.Run [ "hooks"; "alice"; "--json" ] |> ignore

                Expect.stringContains
                    (person.Run([ "pin"; "alice" ], directory = person.Home)).Err
                    "off in 'alice'"
                    "but not what only a program saw")

            promise
                "pin names the MCP servers that only the root is signed in to, as far as that is known"
                (fun person ->
                    hooked person
                    person.Write(person.In "router/hooks/bob", "1 0 told -\nlinear\n")

                    Expect.equal
                        (person.Run([ "pin"; "bob" ], directory = person.Home)).Err
                        "codex-router: only the root is signed in to the MCP server linear; to sign in from 'bob': codex-router exec bob -- codex mcp login linear\n"
                        "named")

            promise "what is known of a profile goes with it" (fun person ->
                hooked person
                person.Write(person.In "config.toml", FakeHooks.settings person)
                person.Run([ "pin"; "bob" ], directory = person.Home) |> ignore
                Expect.isTrue (File.Exists(person.In "router/hooks/bob")) "there"
                person.Does [ "delete"; "bob"; "--yes" ] |> ignore
                Expect.isFalse (File.Exists(person.In "router/hooks/bob")) "gone")
        ]

let private deep =
    testList
        "doctor --deep"
        [
            promise "tells of hooks that are off, and doctor without it starts no Codex" (fun person ->
                hooked person
                FakeHooks.started person |> ignore
                person.Does [ "doctor" ] |> ignore
                Expect.equal (FakeHooks.started person) [] "nothing was started"
                let outcome = person.Run [ "doctor"; "--deep" ]
                Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                Expect.stringContains outcome.Out "bob: 1 hook that runs at the root is off" "what"
                Expect.stringContains outcome.Out "try: codex-router hooks bob --trust" "what to do"
                person.Does [ "hooks"; "--trust"; "--yes" ] |> ignore
                Expect.stringContains (person.Does [ "doctor"; "--deep" ]) "the same as at the root" "mended"
                let json = person.Does [ "doctor"; "--deep"; "--json" ]
                Expect.stringContains json "\"deep.bob\"" "for programs")

            promise "a Codex that does not answer is told, with a way out" (fun person ->
                hooked person
                person.CodexDoes "exit 3"
                let outcome = person.Run [ "doctor"; "--deep" ]
                Expect.equal outcome.Exit 1 "found"
                Expect.stringContains outcome.Out "Codex did not answer in the root" (Outcome.describe outcome))
        ]

let tests = testList "hooks" [ asking; entering; deep ]
