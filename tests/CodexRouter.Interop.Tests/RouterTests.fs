/// The program, the hook and the real Codex together, as a person has them.
module CodexRouter.Interop.Tests.RouterTests

open System
open System.IO
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob
let private later () = DateTimeOffset.UtcNow.AddDays 5.0

let private script (path: string) (lines: string list) =
    Router.write path (Text.Encoding.UTF8.GetBytes(String.Join('\n', lines) + "\n"))
    File.SetUnixFileMode(path, UnixFileMode.UserRead ||| UnixFileMode.UserWrite ||| UnixFileMode.UserExecute)

/// Alice is personal and current, bob is work, and ~/acme is pinned to work: all of it done by the program.
let private twoAccounts (service: StandIn) (test: TestHome) codex aliceEnds =
    Router.write (test.File ".codex/config.toml") (Text.Encoding.UTF8.GetBytes(Codex.configuration service))
    Router.write (test.File ".codex/auth.json") (service.SignIn(alice, aliceEnds))
    Router.ok test codex service [ "save"; "personal" ]
    Router.write (test.File "bob.json") (service.SignIn(bob, later ()))
    Router.ok test codex service [ "save"; "work"; "--from"; test.File "bob.json" ]
    Directory.CreateDirectory(test.File "acme/api") |> ignore
    let pinned = Router.runIn test codex service (test.File "acme") [ "pin"; "work" ] ""
    Expect.equal pinned.Exit 0 pinned.Err

/// A program that goes into a directory as a person does, in a real zsh with the hook, and then runs Codex there.
let private codexIn (test: TestHome) (codex: Codex) directory =
    let path = test.File("codex-in-" + Path.GetFileName(directory: string))

    script
        path
        [
            "#!/usr/bin/env -S zsh -f"
            "source '" + Project.plugin + "'"
            "cd '" + directory + "'"
            "exec '" + codex.Program + "' \"$@\""
        ]

    { codex with Program = path }

let private askedFor (service: StandIn) =
    service.Requests
    |> List.filter (fun request -> request.Path.EndsWith("/usage", StringComparison.Ordinal))
    |> List.choose (fun request -> request.Account |> Option.map _.UserId)

let private used test codex (service: StandIn) home =
    match AppServer.rateLimits test codex home service.Environment with
    | Ok _ -> ()
    | Error message -> failtest message

let private entering codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex (later ())
    // The environment has no CODEX_HOME of its own: an empty one means ~/.codex to Codex.
    used test (codexIn test codex (test.File "acme/api")) service ""
    used test (codexIn test codex test.Path) service ""
    Expect.equal (askedFor service) [ bob.UserId; alice.UserId ] "whose quota was asked for, in the pin and outside"

let private execing codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex (later ())
    let path = test.File "codex-as-work"

    script
        path
        [
            "#!/bin/sh"
            "CODEX_API_KEY=sk-FAKE-other exec '"
            + Project.program
            + "' exec work -- '"
            + codex.Program
            + "' \"$@\""
        ]

    used test { codex with Program = path } service ""
    Expect.equal (askedFor service) [ bob.UserId ] "whose quota was asked for"

let private renewing codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex (RouterHome.expired ())
    let work = Snapshot.take (RouterHome.home test "work")
    used test codex service test.Root

    Expect.isTrue (StoredSignIn.holds alice 3 (RouterHome.signIn test "personal")) "renewed in the profile's one file"
    Expect.equal (FileInfo(test.File ".codex/auth.json").LinkTarget) "profiles/personal/auth.json" "the link"
    Expect.equal (Snapshot.changes work (Snapshot.take (RouterHome.home test "work"))) [] "the other profile"
    Expect.equal service.Reuses [] "tokens used twice"

    let listed = Router.runIn test codex service test.Path [ "list"; "--json" ] ""
    Expect.stringContains listed.Out "\"state\":\"ok\"" "the profile is well"

let private switching codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex (later ())
    used test codex service test.Root
    Router.ok test codex service [ "switch"; "work" ]
    used test codex service test.Root
    Router.ok test codex service [ "switch"; "-" ]
    used test codex service test.Root
    Expect.equal (askedFor service) [ alice.UserId; bob.UserId; alice.UserId ] "whose quota was asked for"

/// A renewal is held back at the service: a switch now would cost the renewed tokens.
let private switchingDuringARenewal codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex (RouterHome.expired ())
    let gate = service.Hold "/oauth/token"
    use server = AppServer.Launch(test, codex, test.Root, service.Environment)
    let greeting = server.Greet()
    // The older release renews only when it is asked for something.
    let refused = Router.runIn test codex service test.Path [ "switch"; "work" ] ""
    Expect.equal refused.Exit 6 ("a switch while a renewal may be under way: " + refused.Err)
    Expect.equal (FileInfo(test.File ".codex/auth.json").LinkTarget) "profiles/personal/auth.json" "nothing changed"
    gate.Open()
    greeting () |> ignore
    server.Close()
    Router.ok test codex service [ "switch"; "work" ]

let private loginWithKey codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex (later ())
    let before = Snapshot.take (RouterHome.home test "personal")

    let outcome =
        Router.runIn test codex service test.Path [ "login"; "ci"; "--with-api-key" ] (SampleAccount.apiKey bob + "\n")

    Expect.equal outcome.Exit 0 outcome.Err
    Expect.equal (Snapshot.changes before (Snapshot.take (RouterHome.home test "personal"))) [] "the other profile"
    Expect.equal (RouterHome.brokenLinks test "ci") [] "links of the new home"

    let status =
        Router.runIn test codex service test.Path [ "exec"; "ci"; "--"; codex.Program; "login"; "status" ] ""

    Expect.stringContains status.Err "API key" "Codex's own word for the new profile"
    let listed = Router.runIn test codex service test.Path [ "list"; "--json" ] ""
    Expect.stringContains listed.Out "\"kind\":\"apikey\"" "the new profile's kind"

/// Codex's device login takes hidden options for another issuer; the program passes none, so a script adds them.
let private deviceCodex (test: TestHome) (codex: Codex) (service: StandIn) =
    let path = test.File "codex-device"

    script
        path
        [
            "#!/bin/sh"
            "exec '"
            + codex.Program
            + "' \"$@\" --experimental_issuer '"
            + service.Address
            + "' --experimental_client-id FAKE-CLIENT"
        ]

    { codex with Program = path }

let private loginAgain codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex (later ())
    let old = File.ReadAllBytes(RouterHome.signIn test "work")
    service.ApproveSignIns bob

    let outcome =
        Router.runIn test (deviceCodex test codex service) service test.Path [ "login"; "work"; "--device-auth" ] ""

    Expect.equal outcome.Exit 0 outcome.Err

    Expect.isFalse
        (service.Requests |> List.exists (fun request -> request.Path = "/oauth/revoke"))
        "nothing is revoked"

    Expect.notEqual (File.ReadAllBytes(RouterHome.signIn test "work")) old "the new sign-in is in place"

    let kept =
        Directory.GetFiles(test.File ".codex/router/kept")
        |> Array.map File.ReadAllBytes

    Expect.contains kept old "the old sign-in is kept"
    used test codex service (RouterHome.home test "work")
    Expect.equal (askedFor service) [ bob.UserId ] "the new sign-in works"

let private loginAsSomebodyElse codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex (later ())
    let old = File.ReadAllBytes(RouterHome.signIn test "work")
    service.ApproveSignIns alice

    let outcome =
        Router.runIn test (deviceCodex test codex service) service test.Path [ "login"; "work"; "--device-auth" ] ""

    Expect.equal outcome.Exit 1 "another account does not silently become work"
    Expect.equal (File.ReadAllBytes(RouterHome.signIn test "work")) old "work is as it was"

    Expect.equal
        (Directory.GetFiles(test.File ".codex/router/kept")).Length
        1
        ("the new sign-in is kept: " + outcome.Err)

let private sharing codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex (later ())

    Router.ok test codex service [ "exec"; "work"; "--"; codex.Program; "mcp"; "add"; "sample"; "--"; "true" ]

    let listed =
        Router.runIn test codex service test.Path [ "exec"; "personal"; "--"; codex.Program; "mcp"; "list" ] ""

    Expect.stringContains listed.Out "sample" "what one profile configured, the other sees"
    Expect.equal (RouterHome.brokenLinks test "work") [] "links of the one"
    Expect.equal (RouterHome.brokenLinks test "personal") [] "links of the other"

let private plainLogin codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex (later ())

    let carol =
        Codex.runWith (SampleAccount.apiKey bob + "\n") test codex test.Root [ "logout" ] service.Environment

    Expect.equal carol.Exit 0 carol.Err

    let outcome =
        Codex.runWith
            (SampleAccount.apiKey bob + "\n")
            test
            codex
            test.Root
            [ "login"; "--with-api-key" ]
            service.Environment

    Expect.equal outcome.Exit 0 outcome.Err
    let refused = Router.runIn test codex service test.Path [ "switch"; "work" ] ""
    Expect.equal refused.Exit 1 "a sign-in that no profile holds is not lost"
    Router.ok test codex service [ "save"; "key" ]
    Router.ok test codex service [ "switch"; "work" ]
    Router.ok test codex service [ "switch"; "key" ]

let tests =
    testList
        "the router with the real Codex"
        (List.concat
            [
                Codex.each
                    "going into a pinned directory is enough: Codex is on that account there, and back outside"
                    entering
                Codex.each "exec runs Codex under a profile, whatever the environment would override it with" execing
                Codex.all "a renewal at the root lands in the current profile's one file" renewing
                Codex.each "between runs, switch changes the account" switching
                Codex.all "a switch waits for a renewal, and then refuses" switchingDuringARenewal
                Codex.each "login with an API key makes a whole profile, and touches no other" loginWithKey
                Codex.all "login to a profile again revokes nothing, and keeps the old sign-in" loginAgain
                Codex.each "login as somebody else changes nothing, and loses nothing" loginAsSomebodyElse
                Codex.each "what is configured in one profile is seen in the other" sharing
                Codex.all "a plain Codex login at the root is not lost either" plainLogin
            ])
