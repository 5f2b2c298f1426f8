module CodexRouter.Interop.Tests.SharedFilesTests

open System
open System.IO
open System.Text.Json
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob

let private twoProfiles (service: StandIn) (test: TestHome) =
    RouterHome.createRoot test service

    for profile, account in [ "personal", alice; "work", bob ] do
        RouterHome.createSignedIn
            test
            profile
            (SampleAccount.signIn account 1 DateTimeOffset.UnixEpoch (DateTimeOffset.UtcNow.AddDays 5.0))

let private succeed (outcome: Outcome) =
    Expect.equal outcome.Exit 0 ("the exit code of codex: " + outcome.Err)
    outcome.Out

let private noLinkBroken test =
    for profile in [ "personal"; "work" ] do
        Expect.equal (RouterHome.brokenLinks test profile) [] ("links of " + profile + " that Codex replaced")

/// One answer of a model, as the provider streams it.
let private modelAnswer =
    Answer.text
        200
        "text/event-stream"
        (String.Concat(
            "event: response.created\n",
            """data: {"type":"response.created","response":{"id":"FAKE-1"}}""",
            "\n\nevent: response.output_item.done\n",
            """data: {"type":"response.output_item.done","item":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"hello from the stand-in"}]}}""",
            "\n\nevent: response.completed\n"
         )
         + """data: {"type":"response.completed","response":{"id":"FAKE-1","usage":{"input_tokens":1,"input_tokens_details":null,"output_tokens":1,"output_tokens_details":null,"total_tokens":2}}}"""
         + "\n\n")

/// Runs `codex exec` against the stand-in as a model provider of its own.
let private execute (service: StandIn) test codex codexHome arguments =
    service.Answer("/v1/responses", modelAnswer)

    let provider =
        "model_providers.local={name=\"local\",base_url=\""
        + service.Address
        + "/v1\",wire_api=\"responses\"}"

    Codex.run
        test
        codex
        codexHome
        ([
            "exec"
            "--skip-git-repo-check"
            "-c"
            "model_provider=local"
            "-c"
            provider
         ]
         @ arguments)
        service.Environment

let private exec service test codex codexHome arguments =
    execute service test codex codexHome arguments |> succeed

let private sessionLogs (test: TestHome) =
    Directory.GetFiles(test.File ".codex/sessions", "rollout-*.jsonl", SearchOption.AllDirectories)
    |> List.ofArray

let private mcp codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test

    Codex.run test codex (RouterHome.home test "personal") [ "mcp"; "add"; "probe"; "--"; "true" ] []
    |> succeed
    |> ignore

    for place in [ RouterHome.home test "work"; test.Root ] do
        let listed = Codex.run test codex place [ "mcp"; "list"; "--json" ] [] |> succeed
        Expect.stringContains listed "\"probe\"" "the server is there"

    noLinkBroken test

let private features codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test

    Codex.run test codex (RouterHome.home test "work") [ "features"; "enable"; "daemon_auto_start" ] []
    |> succeed
    |> ignore

    Expect.stringContains
        (File.ReadAllText(test.File ".codex/config.toml"))
        "daemon_auto_start = true"
        "the root's file"

    noLinkBroken test

let private firstConfiguration codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test
    File.Delete(test.File ".codex/config.toml")

    Codex.run test codex (RouterHome.home test "personal") [ "mcp"; "add"; "probe"; "--"; "true" ] []
    |> succeed
    |> ignore

    Expect.stringContains (File.ReadAllText(test.File ".codex/config.toml")) "probe" "the root has a configuration now"
    noLinkBroken test

let private sessions codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test
    File.WriteAllText(test.File ".codex/AGENTS.md", "Speak of the FAKE-LANDMARK only.")

    let said = exec service test codex (RouterHome.home test "personal") [ "say hello" ]
    Expect.stringContains said "hello from the stand-in" "the model's answer"

    let log =
        Expect.wantSome (List.tryExactlyOne (sessionLogs test)) "one session log, in the root"

    Expect.stringContains (File.ReadAllText log) "FAKE-LANDMARK" "Codex read the root's AGENTS.md"
    Expect.isTrue (Directory.Exists(test.File ".codex/skills/.system")) "Codex put its own skills in the root"
    noLinkBroken test

let private resumed codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test

    exec service test codex (RouterHome.home test "personal") [ "say hello" ]
    |> ignore

    let log = List.exactlyOne (sessionLogs test)
    let before = File.ReadAllText log

    let id =
        use document = JsonDocument.Parse((File.ReadAllLines log)[0])

        document.RootElement.GetProperty("payload").GetProperty("id").GetString()
        |> string

    exec service test codex (RouterHome.home test "work") [ "resume"; id; "once more" ]
    |> ignore

    Expect.equal (sessionLogs test) [ log ] "still one session log"
    Expect.stringStarts (File.ReadAllText log) before "what was there is kept"

    Expect.stringContains
        (File.ReadAllText(log).Substring before.Length)
        "once more"
        "and the other profile's turn follows"

    noLinkBroken test

let private accountsStayApart codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test

    for profile, account in [ "personal", alice; "work", bob ] do
        match AppServer.rateLimits test codex (RouterHome.home test profile) service.Environment with
        | Error message -> failtest message
        | Ok _ -> ()

        let last =
            service.Requests
            |> List.filter (fun request -> request.Path = "/backend-api/wham/usage")
            |> List.last

        Expect.equal last.Account (Some account) ("whose token " + profile + " sends")

    noLinkBroken test

let private missingFolder codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test
    Directory.Delete(test.File ".codex/sessions")

    let outcome =
        execute service test codex (RouterHome.home test "personal") [ "say hello" ]

    Expect.stringContains outcome.Err "File exists" "Codex cannot make a folder where a link is"
    Expect.isFalse (Directory.Exists(test.File ".codex/sessions")) "and so keeps no session log"

let tests =
    testList
        "Profiles that share files, in the real Codex:"
        [
            yield! Codex.each "an MCP server added in one is there in the other and in the root" mcp
            yield! Codex.each "a feature enabled in one is written to the root's configuration" features
            yield! Codex.each "the first configuration ever is written through a link to nothing" firstConfiguration
            yield! Codex.each "a session's log, AGENTS.md and skills are the root's" sessions
            yield! Codex.each "a session of one can be resumed by the other, in the same log" resumed
            yield!
                Codex.each
                    "a link to a folder that is not there costs the session's log: folders come first"
                    missingFolder
            yield! Codex.each "each asks with its own account" accountsStayApart
        ]
