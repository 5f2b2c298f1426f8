module CodexRouter.Interop.Tests.RefreshTests

open System
open System.Diagnostics
open System.IO
open System.Threading
open System.Threading.Tasks
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob

/// A root with two profiles; alice's access token has ended, bob's has not, and bob is current.
let private twoProfiles (service: StandIn) (test: TestHome) =
    RouterHome.createRoot test service

    RouterHome.createSignedIn
        test
        "personal"
        (SampleAccount.signIn alice 1 DateTimeOffset.UnixEpoch (RouterHome.expired ()))

    RouterHome.createSignedIn
        test
        "work"
        (SampleAccount.signIn bob 1 DateTimeOffset.UnixEpoch (DateTimeOffset.UtcNow.AddDays 5.0))

let private refreshes (service: StandIn) =
    service.Requests |> List.filter (fun request -> request.Path = "/oauth/token")

let private expectUsed (answer: Result<Text.Json.JsonElement, string>) percent =
    match answer with
    | Error message -> failtest message
    | Ok result ->
        let used =
            result.GetProperty("rateLimits").GetProperty("primary").GetProperty("usedPercent").GetInt32()

        Expect.equal used percent "the quota that the service gave"

let private inAProfile codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test
    RouterHome.makeCurrent test "work"
    let work = Snapshot.take (RouterHome.home test "work")

    expectUsed (AppServer.rateLimits test codex (RouterHome.home test "personal") service.Environment) 42

    Expect.isTrue
        (StoredSignIn.holds alice 2 (RouterHome.signIn test "personal"))
        "the new token is in the profile's file"

    Expect.equal (RouterHome.brokenLinks test "personal") [] "the links that Codex replaced"

    Expect.equal
        (Snapshot.changes work (Snapshot.take (RouterHome.home test "work")))
        []
        "what changed in the other profile"

    Expect.equal (service.Live alice) [ 2 ] "the live token"
    Expect.equal service.Reuses [] "tokens used twice"
    Expect.equal (List.length (refreshes service)) 1 "refreshes"

let private throughTheRoot codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test
    RouterHome.makeCurrent test "personal"
    let work = Snapshot.take (RouterHome.home test "work")
    let link = test.File ".codex/auth.json"

    expectUsed (AppServer.rateLimits test codex test.Root service.Environment) 42

    Expect.isTrue
        (StoredSignIn.holds alice 2 (RouterHome.signIn test "personal"))
        "the new token is in the profile's file"

    Expect.equal (FileInfo(link).LinkTarget) "profiles/personal/auth.json" "the root's link"

    Expect.equal
        (Snapshot.changes work (Snapshot.take (RouterHome.home test "work")))
        []
        "what changed in the other profile"

    Expect.equal service.Reuses [] "tokens used twice"

let private oneAfterTheOther codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test
    RouterHome.makeCurrent test "personal"
    let file = RouterHome.signIn test "personal"
    let places = [ RouterHome.home test "personal"; test.Root ]

    for place in places @ places do
        StoredSignIn.expire alice file
        expectUsed (AppServer.rateLimits test codex place service.Environment) 42

    Expect.isTrue (StoredSignIn.holds alice 5 file) "the fourth new token is in the profile's file"
    Expect.equal (service.Live alice) [ 5 ] "the live token"
    Expect.equal service.Reuses [] "tokens used twice"

let private bothAtOnce codex =
    let carol = SampleAccount.numbered 3
    use service = StandIn.Start [ alice; carol ]
    use test = new TestHome()
    RouterHome.createRoot test service
    let profiles = [ "personal", alice; "second", carol ]

    for profile, account in profiles do
        RouterHome.createSignedIn
            test
            profile
            (SampleAccount.signIn account 1 DateTimeOffset.UnixEpoch (RouterHome.expired ()))

    let gate = service.Hold "/oauth/token"

    // Each in its own thread: Codex does not even answer the greeting before it has refreshed.
    let answers =
        profiles
        |> List.map (fun (profile, _) ->
            Task.Run(fun () -> AppServer.rateLimits test codex (RouterHome.home test profile) service.Environment))

    for _ in profiles do
        Expect.isTrue (gate.Arrived(TimeSpan.FromMinutes 2.0)) "a refresh is under way"

    gate.Open()

    for answer in answers do
        expectUsed answer.Result 42

    for profile, account in profiles do
        Expect.isTrue
            (StoredSignIn.holds account 2 (RouterHome.signIn test profile))
            (profile + " holds its own new token")

        Expect.equal (RouterHome.brokenLinks test profile) [] "the links that Codex replaced"

    Expect.equal (refreshes service |> List.map _.Account |> Set.ofList |> Set.count) 2 "accounts that refreshed"
    Expect.equal service.Reuses [] "tokens used twice"

/// Brings an app-server in alice's home to the middle of a refresh, and does something to it there.
let private inTheMiddle codex (act: AppServer -> Gate -> unit) (expect: StandIn -> string -> unit) =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test
    let gate = service.Hold "/oauth/token"

    use server =
        AppServer.Launch(test, codex, RouterHome.home test "personal", service.Environment)

    server.Greet() |> ignore
    Expect.isTrue (gate.Arrived(TimeSpan.FromMinutes 2.0)) "a refresh is under way"
    act server gate
    expect service (RouterHome.signIn test "personal")

let private killedInTheMiddle codex =
    let kill (server: AppServer) (gate: Gate) =
        server.Kill()
        gate.Open()

    inTheMiddle codex kill (fun service file ->
        let waited = Stopwatch.StartNew()

        while service.Live alice = [ 1 ] && waited.Elapsed < TimeSpan.FromMinutes 2.0 do
            Thread.Sleep 10

        Expect.equal (service.Live alice) [ 2 ] "the provider has given out the new token"
        Expect.isTrue (StoredSignIn.holds alice 1 file) "and nobody has stored it")

let private leftInTheMiddle codex =
    let leave (server: AppServer) (gate: Gate) =
        server.Hush()
        gate.Open()
        server.Ended()

    inTheMiddle codex leave (fun service file ->
        Expect.equal (service.Live alice) [ 2 ] "the provider has given out the new token"
        Expect.isTrue (StoredSignIn.holds alice 2 file) "and Codex has stored it")

let tests =
    testList
        "A refresh by the real Codex"
        [
            yield! Codex.each "in a profile's home lands in that profile's file and nowhere else" inAProfile
            yield! Codex.all "through the root's link lands in the profile's file, and the link stays" throughTheRoot
            yield! Codex.each "in turns from the root and the profile's home never uses a token twice" oneAfterTheOther
            yield! Codex.all "is lost, and the sign-in with it, when Codex is killed in the middle" killedInTheMiddle
            yield! Codex.all "is finished when Codex's standard input is closed in the middle" leftInTheMiddle
            yield! Codex.each "of two profiles at the same time keeps them apart" bothAtOnce
        ]
