/// The figures that are kept: whole, each account's own, and not believed when they drop.
module CodexRouter.Cli.Tests.QuotaStoreTests

open System
open System.IO
open System.Text.RegularExpressions
open System.Threading.Tasks
open CodexRouter.StandIn
open Expecto

/// A quota without what depends on when it is looked at.
let private facts quota =
    [
        for name in Told.keys quota do
            if name <> "source" && name <> "age_seconds" && name <> "stale" then
                name, (Told.field name quota).GetRawText()
    ]

let private snapshots =
    testList
        "snapshots"
        [
            serviced "what was read is kept whole, and told again without asking" one (fun person service ->
                service.SetUsageAnswer(
                    alice,
                    Answer.text
                        200
                        "application/json"
                        """{"account_id":"acct-alice","plan_type":"pl\u00fcs","rate_limit":{"allowed":false,"limit_reached":true,
                            "primary_window":{"used_percent":12.5,"limit_window_seconds":18000,"reset_at":4070908800},
                            "secondary_window":{"used_percent":null,"limit_window_seconds":604800}},
                            "additional_rate_limits":[{"limit_name":"GPT-X-Mini","rate_limit":{"primary_window":{"used_percent":3,"limit_window_seconds":18000}}}],
                            "credits":{"has_credits":true,"unlimited":false,"balance":"9.99"},
                            "spend_control":{"reached":true,"individual_limit":{"limit":"25","used":"8","used_percent":32,"reset_at":4070908800}},
                            "rate_limit_reached_type":{"type":"workspace_member_credits_depleted"},"rate_limit_reset_credits":{"available_count":3}}"""
                )

                let fresh = person.Quota []
                let kept = person.Quota [ "--offline" ]
                Expect.equal (source fresh, source kept) ("service", "cache") "sources"
                Expect.equal (facts kept) (facts fresh) "the same facts"
                Expect.equal (Told.windows kept) "5h 87.5, week unknown, GPT-X-Mini 5h 97" "windows"
                Expect.equal (timesAsked service) 1 "asked once")

            serviced "the router's files are the person's alone" one (fun person _ ->
                person.Quota [] |> ignore

                let folderMode =
                    UnixFileMode.UserRead ||| UnixFileMode.UserWrite ||| UnixFileMode.UserExecute

                let fileMode = UnixFileMode.UserRead ||| UnixFileMode.UserWrite

                for path in Directory.GetDirectories(person.In "router", "*", SearchOption.AllDirectories) do
                    Expect.equal (File.GetUnixFileMode path) folderMode path

                for path in Directory.GetFiles(person.In "router", "*", SearchOption.AllDirectories) do
                    Expect.equal (File.GetUnixFileMode path) fileMode path)

            for name, text in
                [
                    "an empty one", ""
                    "text", "no JSON"
                    "a list", "[]"
                    "one of a newer schema", "{\"schema\":2,\"quota\":{\"source\":\"service\"}}"
                    "one without figures", "{\"schema\":1,\"user_id\":\"user-alice\",\"account_id\":\"acct-alice\"}"
                    "one of an unknown source",
                    "{\"schema\":1,\"user_id\":\"user-alice\",\"account_id\":\"acct-alice\",\"quota\":{\"source\":\"rumour\",\"fetched_at\":\"2026-01-01T00:00:00Z\"}}"
                    "a deep one", String.replicate 10_000 "["
                    "a huge one", "{\"x\":\"" + String('x', 2_000_000) + "\"}"
                ] do
                serviced
                    ("a snapshot that cannot be read is set aside, and nothing fails for it: " + name)
                    one
                    (fun person _ ->
                        person.Write(person.SnapshotOf "alice", text)
                        Expect.equal (person.Unknown [ "--offline" ]) "no_figure" "nothing is known"
                        person.Does [ "list" ] |> ignore
                        Expect.equal (Told.windows (person.Quota [])) "5h 58, week 93" "figures"
                        Expect.equal (source (person.Quota [ "--offline" ])) "cache" "and they are kept"
                        Expect.equal (File.ReadAllText(person.SnapshotOf "alice" + ".aside")) text "set aside")

            for name, put in
                [
                    "a folder", (fun path -> Directory.CreateDirectory path |> ignore)
                    "a link to nowhere", (fun path -> File.CreateSymbolicLink(path, "/nowhere/file") |> ignore)
                ] do
                serviced ("what is in the snapshot's way is set aside: " + name) one (fun person _ ->
                    Directory.CreateDirectory(person.In "router/quota/alice") |> ignore
                    put (person.SnapshotOf "alice")
                    Expect.equal (Told.windows (person.Quota [])) "5h 58, week 93" "figures"
                    Expect.equal (source (person.Quota [ "--offline" ])) "cache" "and they are kept")

            serviced "one broken window in a snapshot hides nothing else" one (fun person _ ->
                person.Quota [] |> ignore
                let text = File.ReadAllText(person.SnapshotOf "alice")
                person.Write(person.SnapshotOf "alice", Regex.Replace(text, "\"used\": 42", "\"used\": \"lots\""))
                Expect.equal (Told.windows (person.Quota [ "--offline" ])) "5h unknown, week 93" "the other")

            serviced
                "another account in the profile never has the former one's figures"
                [ "alice", alice; "bob", bob ]
                (fun person service ->
                    person.Quotas [ "--all" ] |> ignore
                    // As a login of Codex's own in the profile's home does.
                    person.Write(person.In "profiles/alice/auth.json", Person.SignInOf carol)
                    service.Refuses()
                    Expect.equal (person.Unknown [ "alice"; "--offline" ]) "no_figure" "offline"
                    Expect.equal (person.Unknown [ "alice" ]) "forbidden" "after asking"

                    Expect.stringContains (person.Does [ "list" ]) "not read yet" "in the list"

                    let listed = person.Run [ "list"; "--json" ] |> Told.only 0 |> Told.items "profiles"
                    Expect.isTrue (Told.isNull "quota" listed[0]) "alice"
                    Expect.isFalse (Told.isNull "quota" listed[1]) "bob"
                    person.Does [ "refresh"; "alice" ] |> ignore
                    Expect.isFalse (person.PromptOf("alice").Contains "5h") "nor in the prompt, after its next refresh")

            serviced
                "another account that is saved over a profile leaves nothing of the former's figures"
                one
                (fun person _ ->
                    person.Quota [] |> ignore
                    Expect.stringContains (person.PromptOf "alice") "5h" "the prompt has them"
                    let file = person.File "sign-in.json"
                    person.Write(file, Person.SignInOf carol)
                    person.Does [ "save"; "alice"; "--from"; file; "--force" ] |> ignore
                    Expect.equal (person.PromptOf "alice") "" "the prompt"
                    Expect.isFalse (File.Exists(person.SnapshotOf "alice")) "the snapshot")

            serviced
                "an account that takes the place of an API key is not taken for one without figures"
                one
                (fun person _ ->
                    person.HasHome(
                        "work",
                        Text.Encoding.UTF8.GetBytes
                            "{\"auth_mode\":\"apikey\",\"OPENAI_API_KEY\":\"sk-FAKE-0123456789\"}"
                    )

                    person.Does [ "refresh"; "work" ] |> ignore
                    Expect.notEqual (person.PromptOf "work") "" "an API key's prompt is never stale"
                    let file = person.File "sign-in.json"
                    person.Write(file, Person.SignInOf bob)
                    person.Does [ "save"; "work"; "--from"; file; "--force" ] |> ignore
                    Expect.equal (person.PromptOf "work") "" "so it has to go")

            serviced
                "figures follow a profile to its new name, and go with it"
                [ "alice", alice; "bob", bob ]
                (fun person service ->
                    person.Quotas [ "--all" ] |> ignore
                    let prompt = person.PromptOf "bob"
                    person.Does [ "rename"; "bob"; "work" ] |> ignore
                    Expect.equal (source (person.Quota [ "work"; "--offline" ])) "cache" "followed"
                    Expect.equal (person.PromptOf "work") prompt "the prompt too"
                    Expect.isFalse (Directory.Exists(person.In "router/quota/bob")) "the former name is free"
                    Expect.equal (person.PromptOf "bob") "" "the prompt's too"
                    person.Does [ "delete"; "work"; "--yes" ] |> ignore
                    Expect.isFalse (Directory.Exists(person.In "router/quota/work")) "gone"
                    Expect.equal (person.PromptOf "work") "" "the prompt too"
                    Expect.equal (source (person.Quota [ "alice"; "--offline" ])) "cache" "the other's are left"
                    Expect.equal (timesAsked service) 2 "and nobody was asked for it")

            for place in [ "router/quota"; "router/prompt"; "router/quota/alice"; "router/prompt/alice" ] do
                serviced
                    ("figures are shown even where they cannot be kept: in the way of " + place)
                    one
                    (fun person service ->
                        let path = person.In place

                        if place = "router/prompt/alice" then
                            Directory.CreateDirectory path |> ignore
                        else
                            person.Write(path, "in the way")

                        Expect.equal (Told.windows (person.Quota [])) "5h 58, week 93" "figures"
                        let outcome = person.Run [ "quota" ]
                        Expect.equal (outcome.Exit, outcome.Err) (0, "") (Outcome.describe outcome)
                        person.Does [ "refresh" ] |> ignore
                        person.Does [ "list" ] |> ignore
                        Expect.isGreaterThanOrEqual (timesAsked service) 2 "asked")

            serviced "many at once: each has the figures, and the snapshot is whole" one (fun person service ->
                let gate = service.Hold Usage

                let runs = [ for _ in 1..6 -> Task.Run(fun () -> Told.windows (person.Quota [])) ]

                for _ in runs do
                    Expect.isTrue (gate.Arrived(TimeSpan.FromSeconds 60.0)) "all ask"

                gate.Open()
                let told = (Task.WhenAll runs).GetAwaiter().GetResult() |> List.ofArray
                Expect.allEqual told "5h 58, week 93" "figures"
                Expect.equal (Told.windows (person.Quota [ "--offline" ])) "5h 58, week 93" "kept")

            serviced "a snapshot from a time to come keeps no true reading out" one (fun person service ->
                service.Uses(alice, 90, 90)
                person.Quota [] |> ignore
                person.Ages("alice", TimeSpan.FromDays -1.0)
                Expect.equal (person.Unknown [ "--offline" ]) "no_figure" "it is not believed"
                service.Uses(alice, 42, 7)
                Expect.equal (Told.windows (person.Quota [])) "5h 58, week 93" "the true one is"
                Expect.equal (source (person.Quota [ "--offline" ])) "cache" "and it is kept")
        ]

let private doubts =
    testList
        "drops"
        [
            serviced
                "less used before its time counts when a second reading agrees, and is told meanwhile"
                one
                (fun person service ->
                    service.Uses(alice, 80, 7)
                    person.Quota [] |> ignore
                    service.Uses(alice, 10, 7)
                    let text = person.Does [ "quota" ]
                    Expect.stringContains text "20% left" "what was known"
                    Expect.stringContains text "showed less used; it counts when another agrees" "the doubt"
                    Expect.stringContains (person.PromptOf "alice") " 5h 20 " "the prompt"
                    let text = person.Does [ "quota" ]
                    Expect.stringContains text "90% left" "believed"
                    Expect.isFalse (text.Contains "showed less") "no doubt"
                    Expect.stringContains (person.PromptOf "alice") " 5h 90 " "the prompt")

            serviced "more used counts at once" one (fun person service ->
                person.Quota [] |> ignore
                service.Uses(alice, 80, 7)
                Expect.equal (Told.windows (person.Quota [])) "5h 20, week 93" "figures")

            promise "one line of a log, read twice, does not agree with itself" (fun person ->
                use service = StandIn.Start [ alice ]
                person.Asks service.BaseUrl
                person.Has one
                service.Uses(alice, 80, 7)
                person.Quota [] |> ignore
                person.Ages("alice", TimeSpan.FromMinutes 30.0)
                // With a fraction of a second, as Codex writes it.
                let moment =
                    (minutesAgo 3.0).AddMilliseconds(-(float (minutesAgo 3.0).Millisecond) + 328.0)

                person.Logs(
                    "sessions/2026/01/01/rollout-1.jsonl",
                    [ SessionLog.first alice; SessionLog.figures moment 10 ]
                )

                for _ in 1..3 do
                    Expect.stringStarts (Told.windows (person.Quota [ "--offline" ])) "5h 20" "still what was known")
        ]

let tests = testList "quota store" [ snapshots; doubts ]
