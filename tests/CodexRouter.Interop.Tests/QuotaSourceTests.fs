/// The same facts, told by the usage service, by Codex's app-server and by the session log that Codex wrote, are the same
/// figures; and what each kind of sign-in gives.
module CodexRouter.Interop.Tests.QuotaSourceTests

open System
open System.IO
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob
let private later () = DateTimeOffset.UtcNow.AddDays 5.0

let private root (test: TestHome) (configuration: string) =
    Router.write (test.File ".codex/config.toml") (Text.Encoding.UTF8.GetBytes configuration)

let private quota test codex service profile more =
    Router.run test codex service ([ "quota"; profile; "--json" ] @ more)

/// What was read before must not answer for the source that is asked.
let private forget (test: TestHome) =
    let store = test.File ".codex/router/quota"

    if Directory.Exists store then
        Directory.Delete(store, recursive = true)

/// One question to the model in a profile's home, after which Codex has written a session's log.
let private work test codex (service: StandIn) profile account =
    let outcome =
        Codex.run
            test
            codex
            (RouterHome.home test profile)
            [ "exec"; "--skip-git-repo-check"; "Say a word." ]
            (service.Environment
             @ [ Codex.ModelKey, SampleAccount.personalAccessToken account ])

    Expect.equal outcome.Exit 0 outcome.Err

let private told (reading: QuotaReading) = reading.Windows, reading.Credits

let private threeSources usage codex =
    use service = StandIn.Start [ alice ]
    use test = new TestHome()
    root test (Codex.configurationWithModel service)
    Router.save test codex service "personal" (service.SignIn(alice, later ()))
    service.SetUsage(alice, usage)

    let byService = quota test codex service "personal" [] |> QuotaReading.figures
    forget test

    work test codex service "personal" alice

    let byLog =
        quota test codex service "personal" [ "--offline" ] |> QuotaReading.figures

    forget test

    StoredSignIn.expire alice (RouterHome.signIn test "personal")
    let byAppServer = quota test codex service "personal" [] |> QuotaReading.figures

    Expect.equal
        [ byService.Source; byAppServer.Source; byLog.Source ]
        [ "service"; "app-server"; "session-log" ]
        "who was asked"

    Expect.isGreaterThan byService.Windows.Length 0 "windows"
    Expect.equal (told byAppServer) (told byService) "the app-server's figures"
    Expect.equal (told byLog) (told byService) "the session log's figures"
    Expect.equal byService.LimitReached usage.LimitReached "the service tells whether anything is left"
    Expect.equal byAppServer.LimitReached usage.LimitReached "the app-server tells whether anything is left"
    Expect.equal byService.Plan (Some alice.Plan) "the service tells the plan"
    Expect.equal byAppServer.Plan (Some alice.Plan) "the app-server tells the plan"
    Expect.equal byLog.Plan None "a session log, written from the model's headers, does not"

let private twoWindows codex =
    threeSources
        { SampleUsage.twoWindows DateTimeOffset.UtcNow 42 7 with
            Credits = Some "9.99"
            ResetCredits = 2
        }
        codex

let private oneMonth codex =
    let month =
        {
            UsedPercent = 61
            Minutes = 43_200
            ResetsAt = DateTimeOffset.UtcNow.AddDays 12.0
        }

    threeSources
        { SampleUsage.twoWindows DateTimeOffset.UtcNow 0 0 with
            Primary = Some month
            Secondary = None
        }
        codex

let private empty codex =
    threeSources (SampleUsage.twoWindows DateTimeOffset.UtcNow 100 55) codex

/// Both profiles see both logs, as they share them.
let private ownLogs codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    root test (Codex.configurationWithModel service)
    Router.save test codex service "personal" (service.SignIn(alice, later ()))
    Router.save test codex service "work" (service.SignIn(bob, later ()))
    service.SetUsage(alice, SampleUsage.twoWindows DateTimeOffset.UtcNow 31 3)
    service.SetUsage(bob, SampleUsage.twoWindows DateTimeOffset.UtcNow 77 8)
    work test codex service "personal" alice
    work test codex service "work" bob

    let used profile =
        (quota test codex service profile [ "--offline" ] |> QuotaReading.figures).Windows
        |> List.map (fun (_, label, _, used, _, _, _) -> label, used)

    Expect.equal (used "personal") [ "5h", 31.0; "week", 3.0 ] "alice's, though bob's log is newer"
    Expect.equal (used "work") [ "5h", 77.0; "week", 8.0 ] "bob's"

let private personalAccessToken account =
    Text.Encoding.UTF8.GetBytes(
        "{\"OPENAI_API_KEY\":null,\"personal_access_token\":\""
        + SampleAccount.personalAccessToken account
        + "\"}"
    )

let private byToken codex =
    use service = StandIn.Start [ alice ]
    use test = new TestHome()
    root test (Codex.configuration service)
    Router.save test codex service "token" (personalAccessToken alice)
    let file = File.ReadAllBytes(RouterHome.signIn test "token")
    let reading = quota test codex service "token" [] |> QuotaReading.figures
    Expect.equal reading.Source "app-server" "Codex alone knows what to do with such a token"
    Expect.equal reading.Plan (Some alice.Plan) "the plan"
    Expect.equal (File.ReadAllBytes(RouterHome.signIn test "token")) file "the file"

let private byKey codex =
    use service = StandIn.Start [ alice ]
    use test = new TestHome()
    root test (Codex.configuration service)
    Router.save test codex service "ci" (SampleAccount.apiKeySignIn (SampleAccount.apiKey alice))
    let outcome = Router.run test codex service [ "quota"; "ci" ]
    Expect.equal outcome.Exit 0 outcome.Err
    Expect.stringContains outcome.Out "an API key has no plan quota" "in words"
    Expect.equal (service.Requests |> List.map _.Path) [] "nobody is asked"

/// Codex asks for a workspace's rules before it asks anything else for it.
let private business codex =
    use service = StandIn.Start [ bob ]
    use test = new TestHome()
    root test (Codex.configuration service)
    Router.save test codex service "work" (service.SignIn(bob, RouterHome.expired ()))
    let reading = quota test codex service "work" [] |> QuotaReading.figures
    Expect.equal (reading.Source, reading.Plan) ("app-server", Some "business") "renewed and asked by Codex"

let private businessWithoutRules codex =
    use service = StandIn.Start [ bob ]
    use test = new TestHome()
    root test (Codex.configuration service)
    service.Answer("/backend-api/wham/config/bundle", Answer.notFound)
    Router.save test codex service "work" (service.SignIn(bob, later ()))
    let reading = quota test codex service "work" [] |> QuotaReading.figures
    Expect.equal reading.Source "service" "with a token that has not ended, Codex is not needed"

let tests =
    testList
        "Quota"
        (List.concat
            [
                Codex.each "of two windows and credits is the same from all three sources" twoWindows
                Codex.each "of one month's window is the same from all three sources" oneMonth
                Codex.each "that is used up is the same from all three sources" empty
                Codex.each "in shared session logs is told for the account that used it" ownLogs
                Codex.each "of a personal access token is asked for by Codex" byToken
                Codex.each "of an API key is none, in words, and no error" byKey
                Codex.each "of a business plan is asked for after Codex has renewed the sign-in" business
                Codex.each "of a business plan does not depend on what only Codex needs" businessWithoutRules
            ])
