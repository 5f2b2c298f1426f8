module CodexRouter.Cli.Tests.QuotaServiceTests

open System
open System.IO
open System.Text
open System.Threading.Tasks
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// Gives an auth.json of an account on the provider's cloud for authorities.
let private ofAuthority account =
    let plain = Encoding.UTF8.GetString(Person.SignInOf account)

    let idToken = SampleAccount.idToken account
    let parts = idToken.Split '.'

    let claims =
        Encoding.UTF8.GetString(Buffers.Text.Base64Url.DecodeFromChars(parts[1].AsSpan()))

    let marked =
        claims.Replace("\"chatgpt_account_id\"", "\"chatgpt_account_is_fedramp\": true, \"chatgpt_account_id\"")

    Expect.notEqual marked claims "the claim is there"

    let encoded =
        Buffers.Text.Base64Url.EncodeToString(ReadOnlySpan(Encoding.UTF8.GetBytes marked))

    plain.Replace(idToken, parts[0] + "." + encoded + "." + parts[2])
    |> Encoding.UTF8.GetBytes

let private request =
    testList
        "request"
        [
            serviced
                "the service is asked as Codex asks it: these headers, this path, nothing else"
                one
                (fun person service ->
                    person.Quota [] |> ignore

                    match service.Requests with
                    | [ request ] ->
                        Expect.equal (request.Method, request.Path) ("GET", Usage) "what"
                        Expect.equal request.Account (Some alice) "with the account's own token"

                        Expect.equal
                            (List.sort request.Headers)
                            [
                                "accept"
                                "accept-encoding"
                                "authorization"
                                "chatgpt-account-id"
                                "host"
                                "user-agent"
                            ]
                            "headers"

                        Expect.equal (Map.tryFind "chatgpt-account-id" request.Values) (Some alice.AccountId) "account"
                        Expect.equal (Map.tryFind "accept" request.Values) (Some "*/*") "accept"
                        Expect.stringStarts request.Values["user-agent"] "codex-router/" "who asks"
                    | requests -> failtest (string<int> requests.Length + " requests"))

            serviced "the path goes by the style of the address" one (fun person service ->
                person.Asks service.Address
                Expect.equal (Told.windows (person.Quota [])) "5h 58, week 93" "figures"
                person.Asks(service.Address + "/backend-api/")
                person.Quota [] |> ignore

                Expect.equal
                    (service.Requests |> List.map _.Path)
                    [ "/api/codex/usage"; "/backend-api/wham/usage" ]
                    "paths")

            serviced "an authority's account is marked, and no other" one (fun person service ->
                person.Write(person.In "profiles/alice/auth.json", ofAuthority alice)
                person.Quota [] |> ignore

                Expect.equal
                    (Map.tryFind "x-openai-fedramp" service.Requests.Head.Values)
                    (Some "true")
                    "the provider's header")

            serviced
                "no token is left in any file of the router's, nor in what Codex is started with"
                one
                (fun person service ->
                    person.Quota [] |> ignore
                    person.Does [ "refresh" ] |> ignore
                    service.Answer(Usage, Answer.error 401 "token_expired" "FAKE-TOKEN")
                    person.AppServerSays [ """{"id":2,"error":{"code":-32603,"message":"FAKE-TOKEN"}}""" ]
                    person.Quota [] |> ignore
                    Expect.equal (File.ReadAllText(person.File "started")) "app-server\n" "its words"

                    let files =
                        person.File "environment"
                        :: (Directory.GetFiles(person.In "router", "*", SearchOption.AllDirectories)
                            |> Array.filter (fun file -> not (file.Contains "/router/sealed/"))
                            |> List.ofArray)

                    Expect.isGreaterThan files.Length 3 "the router has files"

                    for file in files do
                        let text = File.ReadAllText file
                        Expect.isFalse (text.Contains "FAKE" || text.Contains "eyJ") file)

            promise "twenty profiles are asked for side by side" (fun person ->
                let accounts = [ for number in 1..20 -> SampleAccount.numbered number ]
                use service = StandIn.Start accounts
                person.Asks service.BaseUrl

                for account in accounts do
                    person.HasHome(account.UserId, account)

                let gate = service.Hold Usage
                let run = Task.Run(fun () -> person.Quotas [ "--all" ])

                for _ in accounts do
                    Expect.isTrue (gate.Arrived(TimeSpan.FromSeconds 60.0)) "all are under way before any is answered"

                Expect.isEmpty service.Requests "none is answered yet"
                gate.Open()
                let told = run.GetAwaiter().GetResult()
                Expect.equal told.Length 20 "profiles"

                for profile in told do
                    Expect.equal (Told.windows (Told.field "quota" profile)) "5h 58, week 93" "its figures"

                Expect.equal
                    (service.Requests |> List.choose _.Account |> List.distinct |> List.length)
                    20
                    "each with its own token")
        ]

let private hosts =
    testList
        "addresses"
        [
            for name, address, says in
                [
                    "another's host", "https://chatgpt.com.evil.example/backend-api", "chatgpt.com.evil.example"
                    "another's host with the provider's name in its path",
                    "https://evil.example/chatgpt.com/backend-api",
                    "evil.example"
                    "the provider's host in clear", "http://chatgpt.com/backend-api", "chatgpt.com without https"
                    "a user before the host", "https://chatgpt.com@evil.example/backend-api", "is no address"
                    "text that acts on a terminal", "https://evil\\u001b.example/", "is no address"
                ] do
                promise ("nothing is sent to " + name + ", and the settings' file is named") (fun person ->
                    person.Asks address
                    person.Has one
                    let outcome = person.Run [ "quota" ]
                    Outcome.isFailure 5 [ "chatgpt_base_url"; says; "config.toml" ] outcome
                    Expect.isFalse (outcome.Err.Contains '\u001b') "inert"
                    Expect.equal (person.Unknown []) "address_refused" "for programs"
                    Expect.isEmpty person.AppServerHeard "Codex is not asked to do it instead")

            promise "a proxy is not asked for this machine itself" (fun person ->
                use service = StandIn.Start [ alice ]
                person.Asks service.BaseUrl
                person.Has one

                let outcome =
                    person.Run([ "quota"; "--json" ], environment = [ "http_proxy", nowhere; "all_proxy", nowhere ])

                Expect.equal outcome.Exit 0 (Outcome.describe outcome)
                Expect.equal (timesAsked service) 1 "asked")

            serviced
                "a home's own managed settings, which Codex does not read, count for nothing"
                one
                (fun person service ->
                    person.Asks service.BaseUrl

                    person.Write(
                        person.In "profiles/alice/managed_config.toml",
                        "chatgpt_base_url = \"" + nowhere + "\"\n"
                    )

                    Expect.equal (Told.windows (person.Quota [])) "5h 58, week 93" "figures")
        ]

/// The service answers so; without any other source, the failure has this code, and it was asked so many times.
let private fails name code times answer =
    serviced name one (fun person service ->
        service.Answer(Usage, answer)
        Expect.equal (person.Unknown []) code "for programs"
        Expect.equal (timesAsked service) times "how often it was asked"
        let outcome = person.Run [ "quota" ]
        Outcome.isFailure 5 [ "127.0.0.1 answered with" ] outcome
        Expect.isFalse (outcome.Err.Contains "Just a moment") "what it answered is not repeated")

let private failures =
    testList
        "failures"
        [
            fails
                "a page for people is no answer"
                "forbidden"
                1
                (Answer.text 403 "text/html" "<html>Just a moment...</html>")
            fails
                "a page that says it is well is no answer"
                "answer_unknown"
                1
                (Answer.text 200 "text/html" "<html>Just a moment...</html>")
            fails "an error in a good answer is no answer" "answer_unknown" 1 (Answer.error 200 "x" "Just a moment")
            fails
                "an answer beyond a megabyte is not read"
                "answer_unknown"
                1
                (Answer.json 200 (Array.create 1_048_577 32uy))
            fails
                "a service that fails again and again is asked three times"
                "service_error"
                3
                (Answer.error 500 "x" "Just a moment")
            fails "a missing path is asked for once" "service_error" 1 Answer.notFound

            fails
                "a long Retry-After is not waited for"
                "rate_limited"
                1
                (Answer.error 429 "x" "Just a moment" |> Answer.withHeader "Retry-After" "60")

            serviced "a short Retry-After is waited for" one (fun person service ->
                service.AnswerFirst(Usage, [ Answer.error 429 "x" "y" |> Answer.withHeader "Retry-After" "1" ])
                let before = DateTimeOffset.UtcNow
                Expect.equal (Told.windows (person.Quota [])) "5h 58, week 93" "figures"
                Expect.isGreaterThan (DateTimeOffset.UtcNow - before) (TimeSpan.FromSeconds 0.99) "it was waited"
                Expect.equal (timesAsked service) 2 "and asked again")

            serviced "a failure that passes is not told" one (fun person service ->
                service.AnswerFirst(Usage, [ Answer.error 500 "x" "y" ])
                Expect.equal (Told.windows (person.Quota [])) "5h 58, week 93" "figures"
                Expect.equal (timesAsked service) 2 "asked again")

            serviced "a connection that breaks is tried again" one (fun person service ->
                service.Cut Usage
                Expect.equal (person.Unknown []) "unreachable" "for programs"
                Expect.equal (timesAsked service) 3 "three times")

            serviced "a redirection is not followed: the token stays" one (fun person service ->
                service.Answer(
                    Usage,
                    Answer.text 302 "text/plain" ""
                    |> Answer.withHeader "Location" (service.Address + "/elsewhere")
                )

                Expect.equal (person.Unknown []) "service_error" "for programs"
                Expect.equal (service.Requests |> List.map _.Path) [ Usage ] "nothing else was asked")

            promise "where nobody listens, that is said" (fun person ->
                person.Asks nowhere
                person.Has one
                Expect.equal (person.Unknown []) "unreachable" "for programs"

                person.Run [ "quota" ]
                |> Outcome.isFailure 5 [ "127.0.0.1 cannot be reached"; "--offline" ])

            testCase
                "a service that does not answer, or does not end its answer, is not waited for without end"
                (fun () ->
                    use silent = new Person()
                    use slow = new Person()
                    use silentService = StandIn.Start [ alice ]
                    use slowService = StandIn.Start [ alice ]
                    silentService.Hold Usage |> ignore
                    slowService.Stall Usage |> ignore

                    [ silent, silentService; slow, slowService ]
                    |> List.map (fun (person, service) ->
                        Task.Run(fun () ->
                            person.Asks service.BaseUrl
                            person.Has one
                            Expect.equal (person.Unknown []) "timed_out" "for programs"))
                    |> Task.WaitAll)

            serviced "offline nobody is asked, neither the service nor Codex" one (fun person service ->
                person.AppServerSays []
                Expect.equal (person.Unknown [ "--offline" ]) "no_figure" "for programs"
                person.IsExpired("alice", alice)
                Expect.equal (person.Unknown [ "--offline" ]) "no_figure" "for programs"
                Expect.isEmpty service.Requests "the service"
                Expect.isEmpty person.AppServerHeard "Codex")
        ]

let private wanted =
    testList
        "sources that the person set"
        [
            serviced "without the service, only Codex is asked, and not in the background" one (fun person service ->
                person.Write(person.In "router/config.toml", "sources = [\"codex\", \"logs\"]\n")
                person.AppServerSays []
                person.Run [ "refresh" ] |> ignore
                Expect.isEmpty person.AppServerHeard "the background starts no process for it"
                person.Run [ "quota" ] |> ignore
                Expect.isNonEmpty person.AppServerHeard "Codex"
                Expect.isEmpty service.Requests "the service")

            serviced "with logs alone nobody is asked, and the log counts" one (fun person service ->
                person.Write(person.In "router/config.toml", "sources = [\"logs\"]\n")
                person.AppServerSays []

                person.Logs(
                    "sessions/2026/01/02/rollout-2.jsonl",
                    [ SessionLog.first alice; SessionLog.figures (minutesAgo 9.0) 10 ]
                )

                let quota = person.Quota []
                Expect.equal (source quota, Told.windows quota) ("session-log", "5h 90") "the log"
                Expect.isEmpty service.Requests "the service"
                Expect.isEmpty person.AppServerHeard "Codex")

            serviced "without logs none is read" one (fun person service ->
                person.Write(person.In "router/config.toml", "sources = [\"service\"]\n")

                person.Logs(
                    "sessions/2026/01/02/rollout-2.jsonl",
                    [ SessionLog.first alice; SessionLog.figures (minutesAgo 9.0) 10 ]
                )

                Expect.equal (person.Unknown [ "--offline" ]) "no_figure" "no log"
                person.Quota [] |> ignore
                Expect.isNonEmpty service.Requests "the service"
                service.SetUsageAnswer(alice, Answer.text 401 "application/json" "{}")
                person.AppServerSays []
                person.Run [ "quota" ] |> ignore
                Expect.isEmpty person.AppServerHeard "and no Codex, though the service refuses")
        ]

let tests = testList "quota service" [ request; hosts; failures; wanted ]
