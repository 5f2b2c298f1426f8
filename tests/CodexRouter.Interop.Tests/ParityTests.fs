/// A profile's home beside the root, with the real Codex: they differ in the account and in nothing else.
module CodexRouter.Interop.Tests.ParityTests

open System
open System.IO
open System.Text
open System.Text.Json
open System.Text.RegularExpressions
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob
let private later () = DateTimeOffset.UtcNow.AddDays 5.0

let private write (test: TestHome) (relative: string) (text: string) =
    Router.write (test.File relative) (Encoding.UTF8.GetBytes text)

let private more (service: StandIn) =
    (Codex.ModelKey, SampleAccount.personalAccessToken alice) :: service.Environment

/// Two hooks: each writes down that it ran, and in which home.
let private hooks (test: TestHome) =
    let command = "echo \\\"$CODEX_HOME\\\" >>" + test.File "ran"

    "{\"hooks\":{\"UserPromptSubmit\":[{\"hooks\":[{\"type\":\"command\",\"command\":\""
    + command
    + "\"}]}],\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\""
    + command
    + "\"}]}]}}"

/// A person who has everything at the root: hooks, MCP servers, a skill, a prompt, instructions.
let private settled (service: StandIn) (test: TestHome) codex =
    let signIn bytes =
        Router.write (test.File ".codex/auth.json") bytes

    write
        test
        ".codex/config.toml"
        (Codex.configurationWithModel service
         + "\n[mcp_servers.local]\ncommand = \"true\"\n\n[mcp_servers.remote]\nurl = \""
         + service.Address
         + "/mcp\"\n")

    write test ".codex/hooks.json" (hooks test)
    write test ".codex/AGENTS.md" "Speak of the FAKE-LANDMARK only."
    write test ".codex/prompts/tidy.md" "Tidy up."

    write
        test
        ".codex/skills/weather/SKILL.md"
        "---\nname: weather\ndescription: Tells the weather.\n---\n\nLook out.\n"

    signIn (service.SignIn(alice, later ()))
    Router.ok test codex service [ "save"; "personal" ]
    Router.save test codex service "work" (service.SignIn(bob, later ()))

let private result answer =
    match answer with
    | Ok(answer: JsonElement) -> answer
    | Error(message: string) -> failtest message

/// The hooks of a home as Codex tells of them: key, hash, trust.
let private listed (service: StandIn) test codex home =
    use server = AppServer.Start(test, codex, home, more service)
    let answer = server.Call("hooks/list", "{\"cwds\":[\"/\"]}") |> result
    server.Close()

    [
        for entry in answer.GetProperty("data").EnumerateArray() do
            for hook in entry.GetProperty("hooks").EnumerateArray() do
                let text (name: string) =
                    hook.GetProperty(name).GetString() |> string

                text "key", text "currentHash", text "trustStatus"
    ]

/// The person trusts the root's hooks, as Codex's own screen does.
let private trustAtRoot (service: StandIn) (test: TestHome) codex =
    let found = listed service test codex test.Root
    use server = AppServer.Start(test, codex, test.Root, more service)

    let states =
        found
        |> List.map (fun (key, hash, _) -> "\"" + key + "\":{\"trusted_hash\":\"" + hash + "\"}")
        |> String.concat ","

    server.Call(
        "config/batchWrite",
        "{\"edits\":[{\"keyPath\":\"hooks.state\",\"value\":{"
        + states
        + "},\"mergeStrategy\":\"upsert\"}]}"
    )
    |> result
    |> ignore

    server.Close()

let private trusts service test codex home =
    listed service test codex home |> List.map (fun (_, _, trust) -> trust)

let private exec (service: StandIn) (test: TestHome) codex home words =
    let outcome =
        Codex.run test codex home [ "exec"; "--skip-git-repo-check"; words ] (more service)

    Expect.equal outcome.Exit 0 outcome.Err

/// What `doctor --deep` finds, by its id and message: what is wrong, or the good news of each profile.
let private compared (service: StandIn) test codex =
    let outcome = Router.run test codex service [ "doctor"; "--deep"; "--json" ]
    use document = JsonDocument.Parse outcome.Out

    [
        for check in document.RootElement.GetProperty("checks").EnumerateArray() do
            check.GetProperty("id").GetString() |> string,
            check.GetProperty("ok").GetBoolean(),
            check.GetProperty("message").GetString() |> string
    ]

let private wrong service test codex =
    compared service test codex
    |> List.choose (fun (id, isWell, message) -> if isWell then None else Some(id + ": " + message))

/// Nothing differs, and everything was asked for, in both profiles.
let private sameAsRoot service test codex =
    let found = compared service test codex

    Expect.equal (found |> List.filter (fun (_, isWell, _) -> not isWell)) [] "differences"

    let alike =
        found
        |> List.filter (fun (id, _, _) -> id = "deep.personal" || id = "deep.work")

    Expect.equal alike.Length 2 "both were asked"

    for _, _, message in alike do
        for word in
            [
                "hooks"
                "MCP servers"
                "skills"
                "plugins"
                "features"
                "settings"
                "sessions"
            ] do
            Expect.stringContains message word "what was compared"

let private trusted (service: StandIn) test codex =
    settled service test codex
    trustAtRoot service test codex
    Router.ok test codex service [ "hooks"; "--trust"; "--yes" ]

let private ofHooks codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    settled service test codex
    trustAtRoot service test codex
    let work = RouterHome.home test "work"
    Expect.equal (trusts service test codex test.Root) [ "trusted"; "trusted" ] "at the root"
    Expect.equal (trusts service test codex work) [ "untrusted"; "untrusted" ] "why anything is done"
    exec service test codex work "words"
    Expect.isFalse (File.Exists(test.File "ran")) "Codex skips them without a word"
    let before = Snapshot.take test.Root

    Router.ok test codex service [ "hooks"; "work"; "--trust"; "--yes" ]
    Expect.equal (trusts service test codex work) [ "trusted"; "trusted" ] "by Codex's own word"

    Expect.equal
        (trusts service test codex (RouterHome.home test "personal"))
        [ "untrusted"; "untrusted" ]
        "not in a profile that was not named"

    Expect.equal (RouterHome.brokenLinks test "work") [] "config.toml is the link that it was"
    exec service test codex work "words"
    Expect.isTrue (File.ReadAllText(test.File "ran").Contains work) "they run there now"

    let settings = File.ReadAllText(test.File ".codex/config.toml")
    Router.ok test codex service [ "hooks"; "work"; "--trust"; "--yes" ]
    Expect.equal (File.ReadAllText(test.File ".codex/config.toml")) settings "a second time nothing changes"

    // The command is another one now: the person is asked again at the root, and nothing is trusted before.
    write test ".codex/hooks.json" ((hooks test).Replace("echo", "printf %s"))
    Expect.equal (trusts service test codex work) [ "modified"; "modified" ] "changed"
    Router.ok test codex service [ "hooks"; "--trust"; "--yes" ]
    Expect.equal (trusts service test codex work) [ "modified"; "modified" ] "and not trusted"
    Expect.isNonEmpty before "taken"

let private withoutRenewal codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    settled service test codex
    Router.save test codex service "ended" (service.SignIn(SampleAccount.numbered 3, RouterHome.expired ()))
    trustAtRoot service test codex
    Router.ok test codex service [ "hooks"; "ended"; "--trust"; "--yes" ]
    Expect.equal (trusts service test codex test.Root) [ "trusted"; "trusted" ] "at the root"
    Router.run test codex service [ "doctor"; "--deep"; "--fix" ] |> ignore

    Expect.isEmpty
        (service.Requests |> List.filter (fun request -> request.Path = "/oauth/token"))
        "no sign-in was renewed for it"

let private everything codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    trusted service test codex

    for home in [ test.Root; RouterHome.home test "personal"; RouterHome.home test "work" ] do
        exec service test codex home "words"

    // A session that another home began is not in the list yet: that is the first of the three.
    exec service test codex test.Root "words at the root"
    Expect.exists (wrong service test codex) (fun found -> found.StartsWith "deep.sessions.work") "sessions"
    Router.run test codex service [ "doctor"; "--deep"; "--fix" ] |> ignore
    sameAsRoot service test codex

    let settings = File.ReadAllText(test.File ".codex/config.toml")

    write
        test
        ".codex/config.toml"
        (Regex.Replace(
            settings,
            @"\[hooks\.state\.""[^""]*/profiles/work/[^""]*:stop:0:0""\]\ntrusted_hash = ""[^""]*""\n",
            ""
        ))

    Expect.notEqual (File.ReadAllText(test.File ".codex/config.toml")) settings "a trust entry was taken away"
    let found = wrong service test codex
    Expect.equal found [ "deep.hooks.work: work: 1 hook that runs at the root is off" ] "hooks"
    write test ".codex/config.toml" settings
    sameAsRoot service test codex

    // A sign-in to an MCP server is the root's alone: Codex keeps them in each home.
    let signIns = test.File ".codex/.credentials.json"

    File.WriteAllText(
        signIns,
        "{\"remote|FAKE\":{\"server_name\":\"remote\",\"server_url\":\""
        + service.Address
        + "/mcp\",\"client_id\":\"FAKE\",\"access_token\":\"FAKE-mcp\",\"expires_at\":null,\"refresh_token\":null,\"scopes\":[]}}"
    )

    let found = Router.run test codex service [ "doctor"; "--deep" ]
    Expect.stringContains found.Out "not signed in to the MCP server remote" "named"
    Expect.stringContains found.Out "try: codex-router exec work -- codex mcp login remote" "and what to type"
    Expect.isFalse (found.Out.Contains "FAKE") "and no token"

    Expect.stringContains
        (Router.run test codex service [ "pin"; "work" ]).Err
        "codex-router exec work -- codex mcp login remote"
        "pin knows it now"

    File.Delete signIns

    // A link that is gone, and one that has something else in its place. Codex would make a folder of its own there.
    let skills = Path.Combine(RouterHome.home test "work", "skills")
    File.Delete skills
    Expect.exists (wrong service test codex) (fun found -> found.StartsWith "deep.work: links are missing") "a link"
    Expect.isFalse (Directory.Exists skills) "Codex was not asked there"
    Router.ok test codex service [ "doctor"; "--fix" ]
    sameAsRoot service test codex
    let link = Path.Combine(RouterHome.home test "work", "config.toml")
    File.Delete link
    File.WriteAllText(link, settings + "\n[mcp_servers.other]\ncommand = \"true\"\n")
    Expect.exists (wrong service test codex) (fun found -> found.StartsWith "deep.mcp_servers.work") "servers"

let tests =
    testList
        "A profile beside the root, in the real Codex:"
        [
            yield! Codex.all "hooks that the root trusts run in a profile once Codex was told, and no others" ofHooks
            yield! Codex.all "no sign-in is renewed by asking or telling" withoutRenewal
            yield! Codex.all "all is the same but the account, and what is taken away is seen" everything
        ]
