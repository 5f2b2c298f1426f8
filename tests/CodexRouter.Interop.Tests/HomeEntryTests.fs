module CodexRouter.Interop.Tests.HomeEntryTests

open System
open System.IO
open System.Text.Json
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

let private alice = SampleAccount.alice

/// Work that leaves as much as possible in a home: commands, a sign-in, an editor's server, sessions with names, in archives
/// and of one another.
let private work (service: StandIn) (test: TestHome) codex codexHome =
    let more =
        (Codex.ModelKey, SampleAccount.personalAccessToken alice) :: service.Environment

    let run words =
        let outcome = Codex.run test codex codexHome words more
        Expect.equal outcome.Exit 0 (String.Join(' ', (words: string list)) + ": " + outcome.Err)

    run [ "exec"; "--skip-git-repo-check"; "say hello" ]
    run [ "mcp"; "list" ]
    run [ "features"; "list" ]

    use server = AppServer.Start(test, codex, codexHome, more, isExperimental = true)

    let ask method parameters =
        match server.Call(method, parameters) with
        | Ok answer -> (answer: JsonElement)
        | Error message -> failtest (method + ": " + message)

    ask "thread/start" "{}" |> ignore

    let begun =
        (ask "thread/list" "{\"limit\":10,\"sourceKinds\":[\"exec\"]}").GetProperty("data").EnumerateArray()
        |> Seq.map (fun session -> session.GetProperty("id").GetString() |> string)
        |> Seq.head

    ask "thread/name/set" ("{\"threadId\":\"" + begun + "\",\"name\":\"A name\"}")
    |> ignore

    ask "thread/archive" ("{\"threadId\":\"" + begun + "\"}") |> ignore
    ask "account/rateLimits/read" "{}" |> ignore
    server.Close()

    let signedIn =
        Codex.runWith (SampleAccount.apiKey alice) test codex codexHome [ "login"; "--with-api-key" ] more

    Expect.equal signedIn.Exit 0 signedIn.Err

let private names folder =
    DirectoryInfo(folder: string).EnumerateFileSystemInfos()
    |> Seq.map _.Name
    |> List.ofSeq

let private unknown folder =
    names folder |> List.filter (HomeEntry.find >> Option.isNone)

let private prepared (service: StandIn) (test: TestHome) =
    service.SetUsage(alice, SampleUsage.twoWindows DateTimeOffset.UtcNow 42 7)
    RouterHome.createRoot test service
    File.WriteAllText(Path.Combine(test.Root, "config.toml"), Codex.configurationWithModel service)

    RouterHome.createSignedIn
        test
        "personal"
        (SampleAccount.signIn alice 1 DateTimeOffset.UnixEpoch (DateTimeOffset.UtcNow.AddDays 5.0))

let private inProfile codex =
    use service = StandIn.Start [ alice ]
    use test = new TestHome()
    prepared service test
    let home = RouterHome.home test "personal"
    work service test codex home
    Expect.contains (names home) "state_5.sqlite" "Codex did work there"
    Expect.equal (unknown home) [] "entries of the profile's home that the table does not know"
    Expect.equal (RouterHome.brokenLinks test "personal") [] "links that Codex replaced"

    // What lies in the root came through the links: nothing of it is the home's own.
    let own =
        names test.Root
        |> List.filter (fun name ->
            name <> "profiles"
            && (HomeEntry.find name |> Option.forall (fun entry -> entry.Sharing = Sharing.Own)))

    // A lock that Codex puts beside the file that a link leads to.
    Expect.equal (own |> List.except [ "session_index.jsonl.lock" ]) [] "entries that came into the root besides"

let private inRoot codex =
    use service = StandIn.Start [ alice ]
    use test = new TestHome()
    prepared service test
    RouterHome.makeCurrent test "personal"
    work service test codex test.Root
    Expect.equal (unknown test.Root |> List.except [ "profiles" ]) [] "entries of the root that the table does not know"

let tests =
    testList
        "What the real Codex leaves in a home:"
        [
            yield! Codex.all "is in the table, in a profile's home" inProfile
            yield! Codex.all "is in the table, in the root" inRoot
        ]
