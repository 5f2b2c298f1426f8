/// The real Codex at the wrong moment, in each of its ways of writing.
module CodexRouter.Interop.Tests.AdversaryTests

open System
open System.IO
open System.Text.Json
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob
let private patience = TimeSpan.FromMinutes 1.0

let private twoProfiles (service: StandIn) (test: TestHome) codex =
    let later = DateTimeOffset.UtcNow.AddDays 5.0
    Router.write (test.File ".codex/config.toml") (Text.Encoding.UTF8.GetBytes(Codex.configuration service))
    Router.write (test.File ".codex/auth.json") (service.SignIn(alice, later))
    Router.ok test codex service [ "save"; "personal" ]
    Router.write (test.File "bob.json") (service.SignIn(bob, later))
    Router.ok test codex service [ "save"; "work"; "--from"; test.File "bob.json" ]

let private state test codex service (name: string) =
    use document =
        JsonDocument.Parse (Router.run test codex service [ "list"; "--json" ]).Out

    document.RootElement.GetProperty("profiles").EnumerateArray()
    |> Seq.find (fun profile -> profile.GetProperty("name").GetString() = name)
    |> fun profile -> profile.GetProperty("state").GetString() |> string

/// Codex has asked for a renewal, and before the answer comes somebody switches by force.
let private crossed codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex

    let personal, work =
        RouterHome.signIn test "personal", RouterHome.signIn test "work"

    use server = AppServer.Start(test, codex, test.Root, service.Environment)
    let gate = service.Hold "/oauth/token"
    let renewed = server.Ask("account/read", """{"refreshToken":true}""")
    Expect.isTrue (gate.Arrived patience) "the provider has used the old token up"
    let refused = Router.run test codex service [ "switch"; "work" ]
    Expect.equal refused.Exit 6 ("without force it is refused: " + refused.Err)
    Router.ok test codex service [ "switch"; "work"; "--force" ]
    gate.Open()
    renewed () |> ignore
    server.Close()
    let isMixed = StoredSignIn.holds alice 3 work

    Expect.equal isMixed (Codex.isOlder codex) "whether the renewed tokens stand in the other account's file"

    if isMixed then
        Expect.equal (state test codex service "work") "mixed" "what is said of it"
        // Any command that changes something puts it right.
        Router.ok test codex service [ "alias"; "work"; "office" ]
        Expect.isTrue (StoredSignIn.holds alice 3 personal) "the newest tokens are with their owner"
        Expect.isTrue (StoredSignIn.holds bob 2 work) "and the other one has its own again"
        Expect.equal (state test codex service "work") "ok" "well"
        Router.ok test codex service [ "quota"; "personal" ]
    else
        // Codex threw the renewed tokens away: nobody has them, and that is not called well.
        Expect.isTrue (StoredSignIn.holds bob 2 work) "the other one is as it was"
        StoredSignIn.expire alice personal
        let outcome = Router.run test codex service [ "quota"; "personal" ]
        Expect.equal outcome.Exit 5 outcome.Err
        Expect.equal (state test codex service "personal") "ended" "what is said of it"

    Router.ok test codex service [ "quota"; "work" ]

/// Codex itself moves a sign-in to another workspace of the same person, as the desktop app offers.
let private movedByCodex codex =
    let team =
        { alice with
            AccountId = "acct-team"
            Plan = "business"
        }

    use service = StandIn.Start [ alice; team; bob ]
    use test = new TestHome()
    twoProfiles service test codex
    let personal = RouterHome.signIn test "personal"

    do
        use server =
            AppServer.Start(test, codex, test.Root, service.Environment, isExperimental = true)

        match server.Call("accountSession/switch", """{"sessionId":"user-alice","accountId":"acct-team"}""") with
        | Ok _ -> ()
        | Error message -> failtest message

        server.Close()

    Expect.equal (FileInfo(test.File ".codex/auth.json").LinkTarget) "profiles/personal/auth.json" "the root's link"
    Expect.equal (StoredSignIn.read personal).AccountId team.AccountId "Codex has written the workspace"
    Expect.isTrue (StoredSignIn.holds alice 2 personal) "and has kept the refresh token"
    Expect.equal (state test codex service "personal") "other_workspace" "what is said of it"

    // Away and back, and nobody takes it for a mix of two accounts.
    Router.ok test codex service [ "switch"; "work" ]
    Router.ok test codex service [ "switch"; "personal" ]
    Expect.isTrue (StoredSignIn.holds alice 2 personal) "untouched"
    Expect.equal (state test codex service "personal") "other_workspace" "still told of"

    // Nobody has accepted it yet; its newest tokens are sealed all the same, and the copy of the other workspace is kept.
    StoredSignIn.expire team personal
    Router.ok test codex service [ "quota"; "personal" ]
    Expect.isTrue (StoredSignIn.holds alice 3 personal) "Codex renews it where it is"
    File.Delete personal
    Router.ok test codex service [ "restore"; "personal" ]
    Expect.isTrue (StoredSignIn.holds alice 3 personal) "its sealed copy is as new"

    let accepted = Router.run test codex service [ "save"; "personal" ]
    Expect.equal accepted.Exit 0 ("accepted by a save: " + accepted.Err)
    Expect.equal (state test codex service "personal") "ok" "the profile is of that workspace now"

    // The private workspace is signed in to once more, beside it: that is her fourth refresh token.
    Router.save test codex service "private" (service.SignIn(alice, DateTimeOffset.UtcNow.AddDays 5.0))
    Router.ok test codex service [ "doctor"; "--fix" ]

    for name in [ "personal"; "private" ] do
        Expect.equal (state test codex service name) "ok" (name + " is whole")

    Expect.isTrue (StoredSignIn.holds alice 3 personal) "its tokens are taken for nobody else's"
    StoredSignIn.expire team personal
    Router.ok test codex service [ "quota"; "personal" ]
    Expect.isTrue (StoredSignIn.holds alice 5 personal) "Codex renews it where it is"
    Expect.equal (StoredSignIn.read personal).AccountId team.AccountId "in that workspace"
    Expect.equal (state test codex service "personal") "ok" "and it is well"
    File.Delete personal
    Router.ok test codex service [ "restore"; "personal" ]
    Expect.isTrue (StoredSignIn.holds alice 5 personal) "its sealed copy is as new"
    Expect.equal service.Reuses [] "tokens used twice"

/// A key goes through the link into the profile's file.
let private keyThroughTheLink codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex

    let outcome =
        Codex.runWith "sk-FAKE-by-hand\n" test codex test.Root [ "login"; "--with-api-key" ] service.Environment

    Expect.equal outcome.Exit 0 outcome.Err
    Expect.equal (state test codex service "personal") "changed" "what is said of it"
    Router.ok test codex service [ "restore"; "personal" ]
    Expect.isTrue (StoredSignIn.holds alice 2 (RouterHome.signIn test "personal")) "alice's sign-in is back"
    Router.ok test codex service [ "quota"; "personal" ]
    let kept = Directory.GetFiles(test.File ".codex/router/kept")

    Expect.isTrue
        (kept
         |> Array.exists (fun file -> (File.ReadAllText file).Contains "sk-FAKE-by-hand"))
        "and the key is kept"

/// `codex logout` at the root: the file stays, and what it holds is dead.
let private loggedOut codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test codex
    let outcome = Codex.run test codex test.Root [ "logout" ] service.Environment
    Expect.equal outcome.Exit 0 outcome.Err
    Expect.equal (state test codex service "personal") "perhaps_signed_out" "suspected at once"
    Router.ok test codex service [ "switch"; "work" ]
    Expect.equal (state test codex service "personal") "perhaps_signed_out" "and still"
    let asked = Router.run test codex service [ "quota"; "personal" ]
    Expect.equal asked.Exit 5 asked.Err
    Expect.equal (state test codex service "personal") "ended" "proved"

let tests =
    testList
        "the real Codex at the wrong moment"
        [
            yield! Codex.all "a renewal that a forced switch crossed is put right, or told" crossed
            yield!
                Codex.recent
                    "a sign-in that Codex moved to another workspace is recognised, accepted and kept"
                    movedByCodex
            yield! Codex.all "a key logged in through the link is undone by restore" keyThroughTheLink
            yield! Codex.all "a logout at the root is suspected, and proved by quota" loggedOut
        ]
