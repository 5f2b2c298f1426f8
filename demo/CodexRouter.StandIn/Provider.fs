namespace CodexRouter.StandIn

open System

/// What the provider remembers between requests.
type internal ProviderState =
    {
        /// A person's first account is the one that they sign in to; the others are further workspaces of theirs.
        Accounts: SampleAccount list
        /// The workspace that a person's sign-in was moved to, by user. That a renewal stays there is a guess: what the
        /// provider's own service does was not seen.
        Workspaces: Map<string, string>
        Ledger: Ledger
        /// The answer of the usage service, by user.
        Usage: Map<string, Answer>
        /// What the model's answers tell beside their words, by user.
        Figures: Map<string, SampleUsage>
        /// Who signs in next by device code; nobody: the code stays pending.
        SigningIn: SampleAccount option
        AccessTokenLifetime: TimeSpan
    }

/// The provider's side of what Codex asks, as seen on Codex 0.160 and 0.169: a request and the state before it give an
/// answer and the state after it.
[<RequireQualifiedAccess>]
module internal Provider =

    let private accountsOf user state =
        state.Accounts |> List.filter (fun account -> account.UserId = user)

    /// Gives the account that a person's sign-in is of.
    let private account user state =
        let chosen = Map.tryFind user state.Workspaces

        accountsOf user state
        |> List.tryFind (fun account -> Some account.AccountId = chosen)
        |> Option.orElse (List.tryHead (accountsOf user state))

    /// The tokens of a sign-in or of a refresh.
    let private tokens account generation (now: DateTimeOffset) state =
        Answer.json
            200
            (Json.object (fun writer ->
                writer.WriteString("id_token", SampleAccount.idToken account)

                writer.WriteString(
                    "access_token",
                    SampleAccount.accessToken account generation (now + state.AccessTokenLifetime)
                )

                writer.WriteString("refresh_token", SampleAccount.refreshToken account generation)
                writer.WriteString("token_type", "Bearer")
                writer.WriteNumber("expires_in", int64 state.AccessTokenLifetime.TotalSeconds)))

    let private refresh request now state =
        let presented =
            Request.field "refresh_token" request
            |> Option.bind Request.refreshToken
            |> Option.bind (fun (user, generation) ->
                account user state |> Option.map (fun account -> account, generation))

        match presented with
        | None -> Answer.error 401 "refresh_token_invalidated" "nobody was given this refresh token", state
        | Some(account, generation) ->
            let result, ledger = Ledger.refresh account.UserId generation state.Ledger
            let state = { state with Ledger = ledger }

            match result with
            | Ok replacement -> tokens account replacement now state, state
            | Error RefreshFault.Reused ->
                Answer.error 401 "refresh_token_reused" "this refresh token was already used", state
            | Error RefreshFault.Revoked
            | Error RefreshFault.Unknown ->
                Answer.error 401 "refresh_token_invalidated" "this refresh token was revoked", state

    /// The code that stands for a finished sign-in; it names the account.
    let private code account = "FAKE-CODE-" + account.UserId

    let private finished request state =
        state.Accounts
        |> List.tryFind (fun account -> Request.field "code" request = Some(code account))

    let private exchange request now state =
        match finished request state with
        | None -> Answer.error 400 "invalid_grant" "this code was not given out", state
        | Some account ->
            let generation, ledger = Ledger.signIn account.UserId state.Ledger
            let state = { state with Ledger = ledger }
            tokens account generation now state, state

    let private token request now state =
        match Request.field "grant_type" request with
        | Some "refresh_token" -> refresh request now state
        | Some "authorization_code" -> exchange request now state
        | _ -> Answer.error 400 "unsupported_grant_type" "the stand-in service does not give such tokens", state

    let private revoke request state =
        match Request.field "token" request |> Option.bind Request.refreshToken with
        | Some(user, generation) ->
            Answer.json 200 "{}"B,
            { state with
                Ledger = Ledger.revoke user generation state.Ledger
            }
        | None -> Answer.error 400 "invalid_request" "this is no refresh token", state

    let private deviceCode =
        Answer.json
            200
            (Json.object (fun writer ->
                writer.WriteString("device_auth_id", "FAKE-DEVICE")
                writer.WriteString("user_code", "FAKE-12345")
                writer.WriteString("interval", "1")))

    let private devicePoll state =
        match state.SigningIn with
        | None -> Answer.error 403 "authorization_pending" "nobody has entered the code yet"
        | Some account ->
            Answer.json
                200
                (Json.object (fun writer ->
                    writer.WriteString("authorization_code", code account)
                    writer.WriteString("code_challenge", "FAKE-CHALLENGE")
                    writer.WriteString("code_verifier", "FAKE-VERIFIER")))

    /// Gives the account whose token a request bears and whether the token has ended.
    let private caller (request: Request) (now: DateTimeOffset) state =
        match Request.bearer request with
        | None -> None
        | Some token ->
            match
                state.Accounts
                |> List.tryFind (fun a -> token = SampleAccount.personalAccessToken a)
            with
            | Some account -> Some(account, false)
            | None ->
                Request.accessToken token
                |> Option.bind (fun (user, named, ends) ->
                    accountsOf user state
                    |> List.tryFind (fun account -> named = Some account.AccountId)
                    |> Option.map (fun account -> account, ends <= now.ToUnixTimeSeconds()))

    let private withCaller (request: Request) now state (answer: SampleAccount -> Answer) =
        let asked = Map.tryFind "chatgpt-account-id" request.Headers

        match caller request now state with
        | None -> Answer.error 401 "invalid_token" "no account goes with this token"
        | Some(_, true) -> Answer.error 401 "token_expired" "the access token has expired"
        | Some(account, false) when asked.IsSome && asked <> Some account.AccountId ->
            Answer.error 403 "account_mismatch" "the token belongs to another account than the header names"
        | Some(account, false) -> answer account

    let private workspaces state account =
        Json.object (fun writer ->
            writer.WriteStartArray "accounts"

            for workspace in accountsOf account.UserId state do
                writer.WriteStartObject()
                writer.WriteString("id", workspace.AccountId)
                writer.WriteString("name", workspace.Email)

                writer.WriteString(
                    "structure",
                    (if workspace.Plan = "business" then
                         "workspace"
                     else
                         "personal")
                )

                writer.WriteString("plan_type", workspace.Plan)
                writer.WriteString("workspace_backend_origin", "https://chatgpt.com")
                writer.WriteString("account_routing_override", "NO_CONSTRAINT")
                writer.WriteEndObject()

            writer.WriteEndArray()
            writer.WriteStartArray "account_ordering"

            for workspace in accountsOf account.UserId state do
                writer.WriteStringValue workspace.AccountId

            writer.WriteEndArray()
            writer.WriteString("default_account_id", account.AccountId))

    /// Moves a person's sign-in to another workspace of theirs. The answer has an access token for it, and Codex goes on with
    /// the same refresh token (seen in 0.166 and 0.169).
    let private moveTo request now state =
        let asked = Request.field "workspace_id" request

        match caller request now state with
        | Some(account, false) ->
            match
                accountsOf account.UserId state
                |> List.tryFind (fun workspace -> Some workspace.AccountId = asked)
            with
            | Some workspace ->
                Answer.json
                    200
                    (Json.object (fun writer ->
                        writer.WriteString(
                            "access_token",
                            SampleAccount.accessToken workspace 0 (now + state.AccessTokenLifetime)
                        ))),
                { state with
                    Workspaces = Map.add account.UserId workspace.AccountId state.Workspaces
                }
            | None -> Answer.error 404 "workspace_not_found" "this is no workspace of theirs", state
        | _ -> Answer.error 401 "invalid_token" "no account goes with this token", state

    let private whoami account =
        Json.object (fun writer ->
            writer.WriteString("email", account.Email)
            writer.WriteString("chatgpt_user_id", account.UserId)
            writer.WriteString("chatgpt_account_id", account.AccountId)
            writer.WriteString("chatgpt_plan_type", account.Plan)
            writer.WriteBoolean("chatgpt_account_is_fedramp", false))

    /// Gives the account and the generation that a request speaks of, by whatever token it holds.
    let subject request now state =
        let presented =
            Request.field "refresh_token" request
            |> Option.orElse (Request.field "token" request)
            |> Option.bind Request.refreshToken

        match presented with
        | Some(user, generation) -> account user state, Some generation
        | None ->
            let account =
                finished request state
                |> Option.orElseWith (fun () -> caller request now state |> Option.map fst)

            account, None

    /// Answers one request.
    let answer (request: Request) (now: DateTimeOffset) (state: ProviderState) : Answer * ProviderState =
        let kept answer = answer, state

        let forCaller body =
            kept (withCaller request now state (body >> Answer.json 200))

        match request.Method, request.Path with
        | "POST", "/oauth/token" -> token request now state
        | "POST", "/oauth/revoke" -> revoke request state
        | "POST", "/backend-api/accounts/switch-workspace-token" -> moveTo request now state
        | "POST", "/api/accounts/deviceauth/usercode" -> kept deviceCode
        | "POST", "/api/accounts/deviceauth/token" -> kept (devicePoll state)
        | "GET", ("/backend-api/wham/usage" | "/api/codex/usage") ->
            kept (withCaller request now state (fun account -> state.Usage[account.UserId]))
        | "POST", "/v1/responses" ->
            kept (withCaller request now state (fun account -> SampleModel.answer state.Figures[account.UserId]))
        | "GET", ("/backend-api/wham/accounts/check" | "/api/codex/accounts/check") -> forCaller (workspaces state)
        | "GET", ("/backend-api/wham/rate-limit-reset-credits" | "/api/codex/rate-limit-reset-credits") ->
            forCaller (fun _ -> """{"credits":[],"available_count":0}"""B)
        | "GET", ("/backend-api/wham/config/bundle" | "/api/codex/config/bundle") -> forCaller (fun _ -> "{}"B)
        | "GET", ("/backend-api/ps/plugins/installed" | "/ps/plugins/installed") ->
            forCaller (fun _ -> """{"plugins":[],"pagination":{"limit":200,"next_page_token":null}}"""B)
        | "GET", ("/v1/user-auth-credential/whoami" | "/api/accounts/v1/user-auth-credential/whoami") ->
            forCaller whoami
        | _ -> kept Answer.notFound
