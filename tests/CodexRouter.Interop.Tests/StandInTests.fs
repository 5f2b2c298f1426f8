module CodexRouter.Interop.Tests.StandInTests

open System
open System.Net
open System.Net.Http
open System.Text
open Expecto
open CodexRouter.StandIn

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob

/// What can happen to one user's sign-ins.
type private Event =
    | SignIn
    | Refresh of generation: int
    | Revoke of generation: int

let private happen ledger event =
    match event with
    | SignIn -> snd (Ledger.signIn "user" ledger)
    | Refresh generation -> snd (Ledger.refresh "user" generation ledger)
    | Revoke generation -> Ledger.revoke "user" generation ledger

let private event (kind: byte, generation: byte) =
    match kind % 5uy with
    | 0uy -> SignIn
    | 1uy -> Revoke(int generation % 8)
    | _ -> Refresh(int generation % 8)

let private ledgerAfter events =
    events |> List.map event |> List.fold happen Ledger.empty

let private send
    (service: StandIn)
    (method: HttpMethod)
    (path: string)
    (bearer: string option)
    (account: string option)
    body
    =
    use client = new HttpClient()
    use request = new HttpRequestMessage(method, service.Address + path)

    bearer
    |> Option.iter (fun token -> request.Headers.Add("Authorization", "Bearer " + token))

    account |> Option.iter (fun id -> request.Headers.Add("ChatGPT-Account-Id", id))

    match body with
    | None -> ()
    | Some(text: string) -> request.Content <- new StringContent(text, Encoding.UTF8, "application/json")

    use response = client.Send request
    use reader = new IO.StreamReader(response.Content.ReadAsStream())
    response.StatusCode, reader.ReadToEnd()

let private usage service bearer account =
    send service HttpMethod.Get "/backend-api/wham/usage" bearer account None

let private refresh service token =
    send
        service
        HttpMethod.Post
        "/oauth/token"
        None
        None
        (Some("{\"grant_type\":\"refresh_token\",\"refresh_token\":\"" + token + "\"}"))

let private live account =
    SampleAccount.accessToken account 1 (DateTimeOffset.UtcNow.AddHours 1.0)

let tests =
    testList
        "The stand-in for the provider"
        [
            testProperty "takes no refresh token twice" (fun events ->
                let ledger = ledgerAfter events

                for generation in 0..12 do
                    match Ledger.refresh "user" generation ledger with
                    | Ok _, after ->
                        let again, _ = Ledger.refresh "user" generation after
                        Expect.equal again (Error RefreshFault.Reused) "the second use"
                    | Error _, _ -> ())

            testProperty "keeps one live token for each sign-in that has not ended" (fun events ->
                let ledger = ledgerAfter events
                let begun = events |> List.map event |> List.filter _.IsSignIn |> List.length
                let count = List.length (Ledger.live "user" ledger)
                Expect.isLessThanOrEqual count begun "no more than were begun"

                for generation in Ledger.live "user" ledger do
                    let after = Ledger.revoke "user" generation ledger
                    Expect.equal (List.length (Ledger.live "user" after)) (count - 1) "revoking ends exactly one"
                    let _, after = Ledger.refresh "user" generation ledger
                    Expect.equal (List.length (Ledger.live "user" after)) count "refreshing ends none")

            testCase "says which token was used twice, and whose it was" (fun () ->
                use service = StandIn.Start [ alice; bob ]
                let first, _ = refresh service (SampleAccount.refreshToken bob 1)
                let second, body = refresh service (SampleAccount.refreshToken bob 1)
                Expect.equal (first, second) (HttpStatusCode.OK, HttpStatusCode.Unauthorized) "the two answers"
                Expect.stringContains body "refresh_token_reused" "the provider's own word for it"
                Expect.equal service.Reuses [ bob.UserId, 1 ] "the record"
                Expect.equal (service.Live bob) [ 2 ] "the live token"
                Expect.equal (service.Live alice) [ 1 ] "nobody else's")

            testCase "answers for usage only to the account's own unexpired token" (fun () ->
                use service = StandIn.Start [ alice; bob ]

                let ended =
                    SampleAccount.accessToken alice 1 (DateTimeOffset.UtcNow.AddSeconds -1.0)

                Expect.equal (fst (usage service None None)) HttpStatusCode.Unauthorized "no token"
                Expect.equal (fst (usage service (Some ended) None)) HttpStatusCode.Unauthorized "an ended token"
                Expect.equal (fst (usage service (Some "FAKE") None)) HttpStatusCode.Unauthorized "a made-up token"

                Expect.equal
                    (fst (usage service (Some(live alice)) (Some bob.AccountId)))
                    HttpStatusCode.Forbidden
                    "another account's header"

                let status, body = usage service (Some(live alice)) (Some alice.AccountId)
                Expect.equal status HttpStatusCode.OK "the account's own"
                Expect.stringContains body "\"used_percent\": 42" "and its figure")

            testCase "gives each account the usage that was set for it" (fun () ->
                use service = StandIn.Start [ alice; bob ]
                service.SetUsage(bob, SampleUsage.twoWindows DateTimeOffset.UtcNow 100 55)
                let _, forAlice = usage service (Some(live alice)) None
                let _, forBob = usage service (Some(live bob)) None
                Expect.stringContains forAlice "\"limit_reached\": false" "alice's"
                Expect.stringContains forBob "\"limit_reached\": true" "bob's")

            testCase "shows no token in what it has seen" (fun () ->
                use service = StandIn.Start [ alice ]
                refresh service (SampleAccount.refreshToken alice 1) |> ignore
                usage service (Some(live alice)) None |> ignore
                let shown = String.Join('\n', service.Requests |> List.map string<SeenRequest>)
                Expect.stringContains shown "/oauth/token" "the requests are there"
                Expect.isFalse (shown.Contains "FAKE") "a token among them")

            testCase "can carry a request out and lose the answer" (fun () ->
                use service = StandIn.Start [ alice ]
                service.CutAfter "/oauth/token"

                Expect.throwsT<HttpRequestException>
                    (fun () -> refresh service (SampleAccount.refreshToken alice 1) |> ignore)
                    "the caller learns nothing"

                Expect.equal (service.Live alice) [ 2 ] "and yet the token was used"
                service.Restore "/oauth/token"
                let status, _ = refresh service (SampleAccount.refreshToken alice 2)
                Expect.equal status HttpStatusCode.OK "as usual again")

            testCase "answers 404 in JSON to what it does not know" (fun () ->
                use service = StandIn.Start [ alice ]
                let status, body = send service HttpMethod.Get "/backend-api/nothing" None None None
                Expect.equal status HttpStatusCode.NotFound "the status"

                Expect.equal
                    (Json.JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("code").GetString())
                    "not_found"
                    "the code")
        ]
