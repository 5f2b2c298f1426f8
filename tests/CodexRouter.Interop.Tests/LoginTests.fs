module CodexRouter.Interop.Tests.LoginTests

open System
open System.IO
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob
let private later () = DateTimeOffset.UtcNow.AddDays 5.0

/// A root whose current profile is alice's, and beside it a profile that nobody has signed in to yet.
let private oneProfileAndAnEmptyOne (service: StandIn) (test: TestHome) =
    RouterHome.createRoot test service
    RouterHome.createSignedIn test "personal" (SampleAccount.signIn alice 1 DateTimeOffset.UnixEpoch (later ()))
    RouterHome.makeCurrent test "personal"
    RouterHome.createProfile test "work"

let private revocations (service: StandIn) =
    service.Requests |> List.filter (fun request -> request.Path = "/oauth/revoke")

let private deviceLogin (service: StandIn) test codex codexHome =
    let arguments =
        [
            "login"
            "--device-auth"
            "--experimental_issuer"
            service.Address
            "--experimental_client-id"
            "FAKE-CLIENT"
        ]

    let outcome = Codex.run test codex codexHome arguments service.Environment
    Expect.equal outcome.Exit 0 ("the exit code of codex login: " + outcome.Err)

/// What a login may leave in a home besides the sign-in itself.
let private besides =
    Set.ofList [ "auth.lock"; "auth.json.lock"; "log"; "log/codex-login.log" ]

let private apiKeyInANewHome codex =
    use service = StandIn.Start [ alice ]
    use test = new TestHome()
    oneProfileAndAnEmptyOne service test
    let before = Snapshot.take test.Root
    let key = SampleAccount.apiKey bob

    let outcome =
        Codex.runWith
            (key + "\n")
            test
            codex
            (RouterHome.home test "work")
            [ "login"; "--with-api-key" ]
            service.Environment

    Expect.equal outcome.Exit 0 ("the exit code of codex login: " + outcome.Err)

    let changed =
        Snapshot.changes before (Snapshot.take test.Root)
        |> List.filter (fun name -> not (besides.Contains(name.Replace("profiles/work/", ""))))

    Expect.equal changed [ "profiles/work/auth.json" ] "what the login changed, besides locks and its log"
    Expect.stringContains (File.ReadAllText(RouterHome.signIn test "work")) key "the key is in the profile's file"
    Expect.equal service.Requests [] "requests to the provider"

let private deviceCodeInANewHome codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    oneProfileAndAnEmptyOne service test
    service.ApproveSignIns bob
    let before = Snapshot.take test.Root

    deviceLogin service test codex (RouterHome.home test "work")

    let changed =
        Snapshot.changes before (Snapshot.take test.Root)
        |> List.filter (fun name -> not (besides.Contains(name.Replace("profiles/work/", ""))))

    Expect.equal changed [ "profiles/work/auth.json" ] "what the login changed, besides locks and its log"
    Expect.isTrue (StoredSignIn.holds bob 2 (RouterHome.signIn test "work")) "the new sign-in is in the profile's file"
    Expect.equal (service.Live bob) [ 1; 2 ] "the same account's other sign-in is alive"
    Expect.equal (revocations service) [] "sign-ins that Codex revoked"

let private secondSignInOfTheSameAccount codex =
    use service = StandIn.Start [ alice ]
    use test = new TestHome()
    oneProfileAndAnEmptyOne service test
    service.ApproveSignIns alice

    deviceLogin service test codex (RouterHome.home test "work")

    Expect.isTrue (StoredSignIn.holds alice 1 (RouterHome.signIn test "personal")) "the first sign-in is untouched"
    Expect.isTrue (StoredSignIn.holds alice 2 (RouterHome.signIn test "work")) "the second is in its own home"
    Expect.equal (service.Live alice) [ 1; 2 ] "both are alive"

let private deviceCodeInAUsedHome codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    oneProfileAndAnEmptyOne service test
    service.ApproveSignIns bob

    deviceLogin service test codex (RouterHome.home test "personal")

    Expect.equal (service.Grant(alice, 1)) (Some Grant.Revoked) "the sign-in that was there"
    let first = service.Requests |> List.map _.Path |> List.head
    Expect.equal first "/oauth/revoke" "the first thing that Codex asks for"

let private logoutOfARefusedLogin codex =
    use service = StandIn.Start [ alice ]
    use test = new TestHome()
    oneProfileAndAnEmptyOne service test
    service.Answer("/api/accounts/deviceauth/usercode", Answer.error 500 "server_error" "out of order")

    let outcome =
        Codex.run
            test
            codex
            (RouterHome.home test "personal")
            [ "login"; "--device-auth"; "--experimental_issuer"; service.Address ]
            service.Environment

    Expect.equal outcome.Exit 1 "the exit code of codex login"
    Expect.equal (service.Grant(alice, 1)) (Some Grant.Revoked) "the sign-in that was there"
    Expect.isFalse (File.Exists(RouterHome.signIn test "personal")) "and its file"

let private apiKeyOverASignIn codex =
    use service = StandIn.Start [ alice ]
    use test = new TestHome()
    oneProfileAndAnEmptyOne service test

    let outcome =
        Codex.runWith
            (SampleAccount.apiKey alice + "\n")
            test
            codex
            test.Root
            [ "login"; "--with-api-key" ]
            service.Environment

    Expect.equal outcome.Exit 0 "the exit code of codex login"
    Expect.equal (FileInfo(test.File ".codex/auth.json").LinkTarget) "profiles/personal/auth.json" "the root's link"

    Expect.stringContains
        (File.ReadAllText(RouterHome.signIn test "personal"))
        (SampleAccount.apiKey alice)
        "the profile's file holds the key now"

    Expect.equal (service.Live alice) [ 1 ] "the sign-in that it held is alive and stored nowhere"

let private logoutThroughTheRoot codex =
    use service = StandIn.Start [ alice ]
    use test = new TestHome()
    oneProfileAndAnEmptyOne service test
    let file = RouterHome.signIn test "personal"
    let stored = File.ReadAllBytes file

    let outcome = Codex.run test codex test.Root [ "logout" ] service.Environment

    Expect.equal outcome.Exit 0 "the exit code of codex logout"
    Expect.isFalse (File.Exists(test.File ".codex/auth.json")) "the root's link is gone"
    Expect.equal (File.ReadAllBytes file) stored "the profile's file is as it was"
    Expect.equal (service.Grant(alice, 1)) (Some Grant.Revoked) "what it holds is revoked"

let tests =
    testList
        "The real Codex's login"
        [
            yield! Codex.each "with an API key in a new profile's home changes that home only" apiKeyInANewHome
            yield! Codex.each "by device code in a new profile's home revokes nothing" deviceCodeInANewHome
            yield! Codex.each "to an account a second time, in another home, keeps both" secondSignInOfTheSameAccount
            yield!
                Codex.each
                    "in a home that holds a sign-in revokes it first: a login needs a fresh home"
                    deviceCodeInAUsedHome
            yield! Codex.all "that fails has revoked the sign-in that was there all the same" logoutOfARefusedLogin
            yield! Codex.all "with an API key through the root's link writes into the profile's file" apiKeyOverASignIn
            yield! Codex.all "undone through the root's link removes the link and leaves the file" logoutThroughTheRoot
        ]
