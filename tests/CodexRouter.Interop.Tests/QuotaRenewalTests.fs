/// Asking for a quota when the access token has ended: the real Codex renews the sign-in, and the router takes care that it
/// is renewed once and never lost.
module CodexRouter.Interop.Tests.QuotaRenewalTests

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

/// For what hangs; nothing here depends on how long anything takes.
let private patience = TimeSpan.FromMinutes 2.0

/// Two profiles: alice's access token has ended, bob's has not. Generation 2 of each is live.
let private twoProfiles (service: StandIn) (test: TestHome) codex current =
    Router.write (test.File ".codex/config.toml") (Text.Encoding.UTF8.GetBytes(Codex.configuration service))
    Router.save test codex service "personal" (service.SignIn(alice, RouterHome.expired ()))
    Router.save test codex service "work" (service.SignIn(bob, DateTimeOffset.UtcNow.AddDays 5.0))
    Router.ok test codex service [ "switch"; current ]

let private renewals (service: StandIn) =
    service.Requests |> List.filter (fun request -> request.Path = "/oauth/token")

/// Alice's sign-in was renewed so often in all, each time with the token that was good, and is in the profile's one file.
let private expectRenewed times (service: StandIn) test =
    let file = RouterHome.signIn test "personal"
    Expect.isTrue (StoredSignIn.holds alice (2 + times) file) "the new tokens are in the profile's file"
    Expect.isNull (FileInfo(file).LinkTarget) "which is the file itself"
    Expect.contains (service.Live alice) (2 + times) "the stored token is good"
    Expect.equal service.Reuses [] "tokens used twice"
    Expect.equal (renewals service).Length times "renewals"

let private expectUntouched before test =
    Expect.equal (Snapshot.changes before (Snapshot.take (RouterHome.home test "work"))) [] "the other profile"

let private expectWell test codex (service: StandIn) =
    Expect.equal (RouterHome.brokenLinks test "personal") [] "links that Codex replaced"
    let doctor = Router.run test codex service [ "doctor" ]
    Expect.equal doctor.Exit 0 ("the doctor: " + doctor.Out)

    let status =
        Codex.run test codex (RouterHome.home test "personal") [ "login"; "status" ] service.Environment

    Expect.equal status.Exit 0 ("Codex's own word: " + status.Err)

let private ofTheCurrentOne codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex "personal"
    let work = Snapshot.take (RouterHome.home test "work")
    let outcome = Router.run test codex service [ "quota"; "--json" ]
    let reading = QuotaReading.figures outcome
    Expect.equal (reading.Source, reading.Windows.Length) ("app-server", 2) "the figures"
    expectRenewed 1 service test
    Expect.equal (FileInfo(test.File ".codex/auth.json").LinkTarget) "profiles/personal/auth.json" "the root's link"
    expectUntouched work test
    expectWell test codex service

    // The next question needs nobody but the service.
    let again =
        Router.run test codex service [ "quota"; "--json" ] |> QuotaReading.figures

    Expect.equal again.Source "service" "with the new token"
    expectRenewed 1 service test

/// Nobody may know, then, that a Codex is about to be started.
let private inTheBackground codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex "work"
    let file = File.ReadAllBytes(RouterHome.signIn test "personal")
    Router.run test codex service [ "refresh"; "personal" ] |> ignore
    Expect.equal (renewals service) [] "no renewal"
    Expect.equal (File.ReadAllBytes(RouterHome.signIn test "personal")) file "the file"
    Router.ok test codex service [ "quota"; "personal" ]
    expectRenewed 1 service test

let private ofAnother arguments codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex "work"
    let work = Snapshot.take (RouterHome.home test "work")
    Router.ok test codex service arguments
    expectRenewed 1 service test
    Expect.equal (FileInfo(test.File ".codex/auth.json").LinkTarget) "profiles/work/auth.json" "the root's link"
    expectUntouched work test
    expectWell test codex service

let private ofThePinned codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex "work"
    Directory.CreateDirectory(test.File "hobby/src") |> ignore

    let pinned =
        Router.runIn test codex service (test.File "hobby") [ "pin"; "personal" ] ""

    Expect.equal pinned.Exit 0 pinned.Err

    let outcome =
        Router.runInShell test codex service (test.File "hobby/src") "quota --json"

    Expect.equal (QuotaReading.figures outcome).Source "app-server" "who was asked"
    expectRenewed 1 service test
    expectWell test codex service

/// While Codex renews, nobody else may begin to: as long as this is waited for, a second one would come.
let private expectNoSecond (gate: Gate) =
    Expect.isFalse (gate.Arrived(TimeSpan.FromSeconds 2.0)) "a second renewal with the same token"

let private atOnce codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex "personal"
    let gate = service.Hold "/oauth/token"

    let asked =
        [
            [ "quota"; "personal" ]
            [ "refresh"; "personal" ]
            [ "quota"; "--all" ]
            [ "quota" ]
            [ "refresh" ]
        ]
        |> List.map (fun arguments ->
            // A thread each: as many as there are would not all run at once in the pool.
            Task.Factory.StartNew((fun () -> Router.run test codex service arguments), TaskCreationOptions.LongRunning))

    Expect.isTrue (gate.Arrived patience) "a renewal is under way"
    expectNoSecond gate
    gate.Open()

    for answer in asked do
        Expect.equal answer.Result.Exit 0 answer.Result.Err

    expectRenewed 1 service test
    expectWell test codex service

let private withoutCodex codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex "personal"
    let file = File.ReadAllBytes(RouterHome.signIn test "personal")

    let nobody =
        { codex with
            Program = test.File "nothing/codex"
        }

    let outcome = Router.run test nobody service [ "quota" ]
    Expect.equal outcome.Exit 5 outcome.Err
    Router.ok test nobody service [ "refresh" ]
    Expect.equal (renewals service) [] "the router renews nothing by itself"
    Expect.equal (File.ReadAllBytes(RouterHome.signIn test "personal")) file "the file"

let private untilRenewed (service: StandIn) test =
    let waited = Stopwatch.StartNew()

    let isStored () =
        try
            StoredSignIn.holds alice 3 (RouterHome.signIn test "personal")
        with :? Text.Json.JsonException ->
            false // the older release writes in place

    while not (isStored ()) && waited.Elapsed < patience do
        Thread.Sleep 10

    expectRenewed 1 service test

/// The router is ended while Codex waits for the provider.
let private endedBy name (andThen: TestHome -> StandIn -> Gate -> unit) codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex "personal"
    let gate = service.Hold "/oauth/token"
    let shell, router = Router.launch test codex service [ "quota" ]
    use shell = shell
    Expect.isTrue (gate.Arrived patience) "a renewal is under way"
    Router.signal test name router
    Expect.isTrue (shell.WaitForExit patience) "the router has ended"
    andThen test service gate
    gate.Open()
    untilRenewed service test

let private ended name codex = endedBy name (fun _ _ _ -> ()) codex

let private endedAndStartedAgain codex =
    let mutable second = Task.FromResult { Exit = 1; Out = ""; Err = "" }

    let askAgain test service gate =
        second <- Task.Run(fun () -> Router.run test codex service [ "quota"; "--json" ])
        expectNoSecond gate
        gate.Open()
        let reading = QuotaReading.figures second.Result
        Expect.equal reading.Windows.Length 2 "the second router has the figures"

    endedBy "INT" askAgain codex

/// The provider's own words are not for people, and may hold anything.
let private expectEnded (outcome: Outcome) =
    Expect.equal outcome.Exit 5 outcome.Out
    Expect.stringContains outcome.Err "the sign-in of 'personal' has ended" "what happened"
    Expect.stringContains outcome.Err "try: codex-router login personal" "what to do"

    for raw in [ "refresh_token"; "this refresh token"; "status:"; "http"; "FAKE" ] do
        Expect.isFalse ((outcome.Out + outcome.Err).Contains raw) ("the provider's words: " + outcome.Err)

let private revoked codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex "personal"
    // Nobody was given this one.
    let dead =
        SampleAccount.signIn alice 9 DateTimeOffset.UnixEpoch (RouterHome.expired ())

    File.WriteAllBytes(RouterHome.signIn test "personal", dead)
    expectEnded (Router.run test codex service [ "quota" ])
    Expect.equal (File.ReadAllBytes(RouterHome.signIn test "personal")) dead "the file"
    Router.ok test codex service [ "refresh" ]
    Expect.equal (File.ReadAllBytes(RouterHome.signIn test "personal")) dead "the file"

let private reused codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex "personal"
    let file = RouterHome.signIn test "personal"
    let old = File.ReadAllBytes file
    Router.ok test codex service [ "quota" ]
    File.WriteAllBytes(file, old)
    Directory.Delete(test.File ".codex/router/quota", recursive = true)
    expectEnded (Router.run test codex service [ "quota" ])
    Expect.equal (File.ReadAllBytes file) old "the file"

/// That the provider is not well says nothing about the sign-in.
let private providerDown codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex "personal"
    let file = File.ReadAllBytes(RouterHome.signIn test "personal")
    service.Answer("/oauth/token", Answer.error 500 "server_error" "FAKE words")
    let outcome = Router.run test codex service [ "quota" ]
    Expect.equal outcome.Exit 5 outcome.Out
    Expect.isFalse (outcome.Err.Contains "has ended") ("nobody has to log in again: " + outcome.Err)
    Expect.equal (File.ReadAllBytes(RouterHome.signIn test "personal")) file "the file"
    service.Restore "/oauth/token"
    Router.ok test codex service [ "quota" ]

/// The access token has days to go, but the service does not take it: Codex is told to renew it, and not again within
/// the hour, whatever the service says to the new one.
let private refused codex =
    use service = StandIn.Start [ alice ]
    use test = new TestHome()
    Router.write (test.File ".codex/config.toml") (Text.Encoding.UTF8.GetBytes(Codex.configuration service))
    Router.save test codex service "personal" (service.SignIn(alice, DateTimeOffset.UtcNow.AddDays 5.0))
    Router.ok test codex service [ "switch"; "personal" ]
    let usage = "/backend-api/wham/usage"
    service.AnswerFirst(usage, [ Answer.error 401 "token_expired" "FAKE words" ])
    let outcome = Router.run test codex service [ "quota"; "--json" ]
    Expect.equal (QuotaReading.figures outcome).Source "app-server" "the figures"
    expectRenewed 1 service test
    service.AnswerFirst(usage, List.replicate 8 (Answer.error 401 "token_expired" "FAKE words"))
    Router.run test codex service [ "quota" ] |> ignore
    expectRenewed 1 service test
    expectWell test codex service

let tests =
    testList
        "Asking for the quota of a sign-in that has to be renewed"
        (List.concat
            [
                Codex.each "renews the current profile's, in its one file" ofTheCurrentOne
                Codex.each "renews another profile's" (ofAnother [ "quota"; "personal" ])
                Codex.each "in the background renews nothing" inTheBackground
                Codex.each "renews the pinned profile's" ofThePinned
                Codex.each "from many places at once renews it once" atOnce
                Codex.each "renews nothing when there is no Codex" withoutCodex
                Codex.each "and being interrupted loses nothing" (ended "INT")
                Codex.each "and being terminated loses nothing" (ended "TERM")
                Codex.each "and losing the terminal loses nothing" (ended "HUP")
                Codex.each "and being killed loses nothing" (ended "KILL")
                Codex.each "and being interrupted and begun again renews it once" endedAndStartedAgain
                Codex.each "has a token renewed that the service does not take, once an hour" refused
                Codex.each "tells that a revoked sign-in has ended, and leaves it as it is" revoked
                Codex.each "tells that a sign-in used elsewhere has ended, and leaves it as it is" reused
                Codex.each "does not take a fault of the provider for the end of the sign-in" providerDown
            ])
