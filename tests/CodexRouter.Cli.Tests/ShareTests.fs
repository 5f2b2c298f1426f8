module CodexRouter.Cli.Tests.ShareTests

open System.IO
open System.Text.Json
open Expecto

let private homeOf (person: Person) name = person.In("profiles/" + name)

let private linkOf (person: Person) (path: string) =
    FileInfo(person.In path).LinkTarget |> Option.ofObj

let private sharedConfig = "../../config.toml"

let private text (person: Person) (path: string) = File.ReadAllText(person.In path)

let private modeOf (path: string) =
    int (CodexRouter.Platform.FileStatus.Look path).Mode

let private recordOf (person: Person) name =
    JsonDocument.Parse(File.ReadAllText(Path.Combine(homeOf person name, "profile.json"))).RootElement

let private showing =
    testList
        "shown"
        [
            promise "share NAME tells what the profile has of its own, and list --long too" (fun person ->
                person.Has both
                person.Does [ "share"; "bob"; "--own"; "config,sessions" ] |> ignore

                let line (word: string) =
                    (person.Does [ "share"; "bob" ]).Split '\n'
                    |> Array.find (fun line -> line.StartsWith word)

                Expect.stringContains (line "config") "own" "its settings"
                Expect.stringContains (line "sessions") "own" "its sessions"
                Expect.stringContains (line "rules") "shared" "its rules"
                Expect.stringContains (person.Does [ "list"; "--long" ]) "config, memories, sessions" "in the list"
                Expect.isFalse ((person.Does [ "list" ]).Contains "sessions") "not in the short list"

                use answer = JsonDocument.Parse(person.Does [ "share"; "bob"; "--json" ])

                let own =
                    [
                        for part in answer.RootElement.GetProperty("parts").EnumerateArray() do
                            if part.GetProperty("own").GetBoolean() then
                                string (part.GetProperty("part").GetString())
                    ]

                Expect.equal own [ "config"; "memories"; "sessions" ] "for programs")

            promise "a word that means nothing is told with the nearest, or with all" (fun person ->
                person.Has both
                Outcome.isRefused person 2 [ "confg"; "nearest is config" ] [ "share"; "bob"; "--own"; "confg" ]
                Outcome.isRefused person 2 [ "instructions, hooks" ] [ "share"; "bob"; "--own"; "everything" ]
                Outcome.isRefused person 2 [ "both" ] [ "share"; "bob"; "--own"; "config"; "--common"; "config" ]
                Outcome.isRefused person 2 [ "NAME" ] [ "share"; "--own"; "config" ]
                Outcome.isRefused person 3 [ "nobody" ] [ "share"; "nobody"; "--own"; "config" ])
        ]

let private own =
    testList
        "--own"
        [
            promise "settings begin as a private copy of the shared ones, and change nobody else's" (fun person ->
                person.Has both
                person.Write(person.In "config.toml", "model = \"shared\"\n")
                File.SetUnixFileMode(person.In "config.toml", enum 0o644)
                person.Does [ "share"; "bob"; "--own"; "config" ] |> ignore
                Expect.equal (linkOf person "profiles/bob/config.toml") None "no link"
                Expect.equal (text person "profiles/bob/config.toml") "model = \"shared\"\n" "the same"
                Expect.equal (modeOf (person.In "profiles/bob/config.toml")) 0o600 "private"
                Expect.equal (linkOf person "profiles/alice/config.toml") (Some sharedConfig) "alice shares it"
                Expect.isEmpty (Directory.GetFileSystemEntries(person.In "router/trash")) "nothing half-done"
                let doctor = person.Run [ "doctor" ]
                Expect.isFalse (doctor.Out.Contains "sharing.") (Outcome.describe doctor)
                Expect.isFalse (doctor.Out.Contains "in place of the shared one") (Outcome.describe doctor))

            promise "a folder is copied deep; links in it stay links, and lead to the same" (fun person ->
                person.Has both
                person.Write(person.File "elsewhere/note", "outside")
                person.Write(person.In "skills/one/SKILL.md", "a skill")
                person.Write(person.In "skills/one/run.sh", "#!/bin/sh\n")
                File.SetUnixFileMode(person.In "skills/one/run.sh", enum 0o755)
                File.CreateSymbolicLink(person.In "skills/inside", "one/SKILL.md") |> ignore
                File.CreateSymbolicLink(person.In "skills/outside", "../../elsewhere") |> ignore
                person.Does [ "share"; "bob"; "--own"; "skills" ] |> ignore
                Expect.equal (text person "profiles/bob/skills/one/SKILL.md") "a skill" "copied"
                Expect.equal (modeOf (person.In "profiles/bob/skills/one/run.sh")) 0o755 "its mode"
                Expect.equal (linkOf person "profiles/bob/skills/inside") (Some "one/SKILL.md") "as it is"

                Expect.equal
                    (text person "profiles/bob/skills/outside/note")
                    "outside"
                    "a link out of the folder leads to the same"

                Expect.equal
                    (linkOf person "profiles/bob/skills/outside")
                    (Some(person.File "elsewhere"))
                    "and is a link")

            promise "what the root does not have is not copied: only the link goes" (fun person ->
                person.Has both
                person.Does [ "share"; "bob"; "--own"; "instructions" ] |> ignore
                Expect.isFalse (Path.Exists(person.In "profiles/bob/AGENTS.md")) "none"
                Expect.equal (linkOf person "profiles/bob/AGENTS.md") None "no link"
                // The next change makes no link either.
                person.Does [ "alias"; "bob"; "office" ] |> ignore
                Expect.equal (linkOf person "profiles/bob/AGENTS.md") None "still none")

            promise "sessions, history and memories begin empty, and what was shared stays" (fun person ->
                person.Has both
                person.Write(person.In "sessions/2030/06/01/rollout-a.jsonl", "{}")
                person.Write(person.In "history.jsonl", "{}\n")
                person.Write(Path.Combine(homeOf person "bob", "state_5.sqlite"), "a list")
                person.Does [ "share"; "bob"; "--own"; "sessions,history" ] |> ignore
                Expect.isFalse (Path.Exists(person.In "profiles/bob/sessions")) "empty"
                Expect.isFalse (Path.Exists(person.In "profiles/bob/history.jsonl")) "empty"
                Expect.equal (text person "sessions/2030/06/01/rollout-a.jsonl") "{}" "stays"
                Expect.isFalse (Path.Exists(person.In "profiles/bob/state_5.sqlite")) "its list is made anew"

                Expect.isTrue
                    ((recordOf person "bob").GetProperty("separate_history").GetBoolean())
                    "for older versions")

            promise "twice is nothing to do" (fun person ->
                person.Has both
                person.Write(person.In "config.toml", "model = \"shared\"\n")
                person.Does [ "share"; "bob"; "--own"; "config" ] |> ignore
                let before = person.Tree
                Expect.stringContains (person.Does [ "share"; "bob"; "--own"; "config" ]) "nothing to do" "said"
                Expect.isEmpty (Tree.changes before person.Tree) "nothing changed")

            promise "is refused while a Codex runs in that home" (fun person ->
                person.Has both
                let codex, pid = RunningCodex.startCodex person false (Some(homeOf person "bob"))
                use _ = codex

                Outcome.isRefused
                    person
                    1
                    [ "'bob'"; string<int> pid; "--stop-daemon" ]
                    [ "share"; "bob"; "--own"; "config" ])

            promise "takes what the profile has in place of the shared one for its own" (fun person ->
                person.Has both
                File.Delete(person.In "profiles/bob/hooks.json")
                person.Write(person.In "profiles/bob/hooks.json", "{}")
                let doctor = person.Run [ "doctor" ]
                Expect.stringContains doctor.Out "codex-router share bob --common hooks" (Outcome.describe doctor)
                person.Does [ "share"; "bob"; "--own"; "hooks" ] |> ignore
                Expect.equal (text person "profiles/bob/hooks.json") "{}" "as it was"
                let doctor = person.Run [ "doctor" ]
                Expect.isFalse (doctor.Out.Contains "in place of the shared one") (Outcome.describe doctor))
        ]

let private common =
    testList
        "--common"
        [
            promise "gives the link back; an equal copy goes, another one is kept aside and told" (fun person ->
                person.Has both
                person.Write(person.In "config.toml", "model = \"shared\"\n")
                person.Write(person.In "AGENTS.md", "be brief")
                person.Does [ "share"; "bob"; "--own"; "config,instructions" ] |> ignore
                person.Write(person.In "profiles/bob/config.toml", "model = \"own\"\n")
                let said = person.Does [ "share"; "bob"; "--common"; "config,instructions" ]
                let aside = person.In "profiles/bob/before-share-config.toml"
                Expect.stringContains said aside "where"
                Expect.equal (File.ReadAllText aside) "model = \"own\"\n" "kept"
                Expect.equal (linkOf person "profiles/bob/config.toml") (Some sharedConfig) "the link"
                Expect.equal (text person "config.toml") "model = \"shared\"\n" "the shared one is untouched"
                Expect.equal (linkOf person "profiles/bob/AGENTS.md") (Some "../../AGENTS.md") "the link"
                Expect.isFalse (said.Contains "AGENTS") "nothing of it was kept aside")

            promise "what the root does not have becomes everybody's" (fun person ->
                person.Has both
                person.Does [ "share"; "bob"; "--own"; "rules,instructions" ] |> ignore
                person.Write(person.In "profiles/bob/rules/mine.rules", "allow")
                person.Write(person.In "profiles/bob/AGENTS.md", "be brief")
                person.Does [ "share"; "bob"; "--common"; "rules,instructions" ] |> ignore
                Expect.equal (text person "rules/mine.rules") "allow" "at the root"
                Expect.equal (text person "profiles/alice/AGENTS.md") "be brief" "alice has it too")

            promise "brings the logs of sessions to the shared ones, and replaces none" (fun person ->
                person.Has both
                person.Write(person.In "sessions/2030/06/01/rollout-a.jsonl", "the root's")
                person.Does [ "share"; "bob"; "--own"; "sessions" ] |> ignore
                person.Write(person.In "profiles/bob/sessions/2030/06/01/rollout-a.jsonl", "bob's")
                person.Write(person.In "profiles/bob/sessions/2030/06/01/rollout-b.jsonl", "bob's too")
                person.Write(person.In "profiles/bob/sessions/2030/07/01/rollout-c.jsonl", "of July")
                person.Write(person.In "profiles/bob/session_index.jsonl", "{\"id\":\"b\"}\n")
                person.Write(person.In "session_index.jsonl", "{\"id\":\"a\"}\n")
                let said = person.Does [ "share"; "bob"; "--common"; "sessions" ]
                Expect.equal (text person "sessions/2030/06/01/rollout-a.jsonl") "the root's" "not replaced"
                Expect.equal (text person "sessions/2030/06/01/rollout-b.jsonl") "bob's too" "joined"
                Expect.equal (text person "sessions/2030/07/01/rollout-c.jsonl") "of July" "joined"

                Expect.equal
                    (text person "profiles/bob/before-share-sessions/2030/06/01/rollout-a.jsonl")
                    "bob's"
                    "kept aside"

                Expect.stringContains said "before-share-sessions" "told"
                Expect.stringContains said "cat " "how to add the names"
                Expect.equal (linkOf person "profiles/bob/sessions") (Some "../../sessions") "the link")
        ]

let private records =
    testList
        "the record"
        [
            promise "of an older version means what it meant: no own part, or a history apart" (fun person ->
                person.Has both

                let older isSeparate =
                    let path = Path.Combine(homeOf person "bob", "profile.json")

                    let lines =
                        [
                            "{\"schema\":1,\"name\":\"bob\",\"kind\":\"chatgpt\",\"user_id\":\""
                            + bob.UserId
                            + "\","
                            "\"account_id\":\"" + bob.AccountId + "\",\"email\":\"" + bob.Email + "\","
                            "\"saved_at\":\"2030-01-01T00:00:00Z\",\"aliases\":[],"
                            "\"separate_history\":" + isSeparate + "}"
                        ]

                    person.Write(path, System.String.Join("\n", lines))

                older "false"
                Expect.stringContains (person.Does [ "share"; "bob" ]) "shared" "shown"
                person.Does [ "switch"; "bob" ] |> ignore

                Expect.equal
                    (linkOf person "profiles/bob/memories")
                    (Some "../../memories")
                    "the link comes, as it did"

                Expect.isFalse ((person.Does [ "list"; "--long" ]).Contains "sessions") "nothing own"
                older "true"
                Expect.stringContains (person.Does [ "list"; "--long" ]) "memories, sessions, history" "apart")

            promise "a link that is there stays when a profile's history was always apart" (fun person ->
                person.Has both
                // As a version made it that knew of no part.
                File.CreateSymbolicLink(person.In "profiles/bob/memories", "../../memories")
                |> ignore

                person.Does [ "switch"; "bob" ] |> ignore
                Expect.equal (linkOf person "profiles/bob/memories") (Some "../../memories") "left alone"
                let doctor = person.Run [ "doctor" ]
                Expect.isFalse (doctor.Out.Contains "memories") (Outcome.describe doctor))

            promise
                "a change that was cut off is finished by the next one, and exec does not start before"
                (fun person ->
                    person.Has both
                    person.Write(person.In "config.toml", "model = \"shared\"\n")
                    let path = Path.Combine(homeOf person "bob", "profile.json")

                    File.WriteAllText(
                        path,
                        (File.ReadAllText path)
                            .Replace("\"own\": [", "\"own\": [\"config\",")
                            .Replace("\"unsettled\": []", "\"unsettled\": [\"config\"]")
                    )

                    let ran =
                        person.Run [ "exec"; "bob"; "--"; "cat"; person.In "profiles/bob/config.toml" ]

                    Expect.equal ran.Out "model = \"shared\"\n" (Outcome.describe ran)
                    Expect.equal (linkOf person "profiles/bob/config.toml") None "its own now"
                    Expect.equal ((recordOf person "bob").GetProperty("unsettled").GetArrayLength()) 0 "settled")
        ]

let private advice =
    testList
        "keys of one account in the shared settings"
        [
            promise "the profile that they bother can have settings of its own" (fun person ->
                person.Has both
                person.Write(person.In "config.toml", "forced_login_method = \"api\"\n")
                Outcome.isRefused person 1 [ "codex-router share bob --own config" ] [ "switch"; "bob" ]
                person.Does [ "share"; "bob"; "--own"; "config" ] |> ignore
                Outcome.isRefused person 1 [ "profiles/bob/config.toml" ] [ "switch"; "bob" ]
                person.Write(person.In "profiles/bob/config.toml", "")
                person.Does [ "switch"; "bob" ] |> ignore
                File.Delete(person.In "profiles/bob/config.toml")
                person.Does [ "exec"; "bob"; "--"; "true" ] |> ignore)
        ]

let tests = testList "share" [ showing; own; common; records; advice ]
