namespace CodexRouter.StandIn

open System
open System.Collections.Generic
open System.IO
open System.Net
open System.Net.Sockets
open System.Threading.Tasks

/// A stand-in for the provider, on this machine alone: it plays what Codex and the router ask of it, for made-up
/// accounts. Every token it gives out says that it is fake.
[<Sealed>]
type StandIn private (listener: HttpListener, address: string, accounts: SampleAccount list, clock: TimeProvider) =
    let gate = obj ()
    let seen = List<SeenRequest>()
    let disturbances = Dictionary<string, Disturbance>()

    let mutable state =
        let now = clock.GetUtcNow()
        let figures = SampleUsage.twoWindows now 42 7

        {
            Accounts = accounts
            Workspaces = Map.empty
            Ledger =
                accounts
                |> List.distinctBy _.UserId
                |> List.fold (fun ledger account -> snd (Ledger.signIn account.UserId ledger)) Ledger.empty
            Usage =
                accounts
                |> List.map (fun account -> account.UserId, Answer.json 200 (SampleUsage.answer account now figures))
                |> Map.ofList
            Figures = accounts |> List.map (fun account -> account.UserId, figures) |> Map.ofList
            SigningIn = None
            AccessTokenLifetime = TimeSpan.FromDays 10.0
        }

    let change edit =
        lock gate (fun () -> state <- edit state)

    let read (context: HttpListenerContext) =
        let request = context.Request
        use body = new MemoryStream()
        request.InputStream.CopyTo body

        let path =
            match request.RawUrl with
            | null -> "/"
            | url -> url.Split('?')[0]

        {
            Method = request.HttpMethod
            Path = path
            Headers =
                request.Headers.AllKeys
                |> Seq.choose Option.ofObj
                |> Seq.choose (fun name ->
                    Option.ofObj request.Headers[name]
                    |> Option.map (fun value -> name.ToLowerInvariant(), value))
                |> Map.ofSeq
            Body = body.ToArray()
        }

    let send (context: HttpListenerContext) (answer: Answer) =
        let response = context.Response

        // A caller that has gone is no fault of the service.
        try
            response.StatusCode <- answer.Status
            response.ContentType <- answer.ContentType

            for name, value in answer.Headers do
                response.Headers[name] <- value

            response.ContentLength64 <- int64 answer.Body.Length
            response.OutputStream.Write(answer.Body, 0, answer.Body.Length)
            response.Close()
        with
        | :? HttpListenerException
        | :? IOException
        | :? ObjectDisposedException -> ()

    /// Closes the connection with the answer missing. The listener ends an aborted answer as if it were whole and empty:
    /// one that breaks off before its announced end cannot be taken for that.
    let cut (context: HttpListenerContext) =
        try
            context.Response.ContentLength64 <- 1000L
            context.Response.OutputStream.Write("{"B, 0, 1)
            context.Response.Abort()
        with
        | :? HttpListenerException
        | :? IOException
        | :? ObjectDisposedException -> ()

    /// Announces an answer and sends its first byte.
    let beginAnswer (context: HttpListenerContext) =
        try
            context.Response.ContentLength64 <- 1000L
            context.Response.OutputStream.Write("{"B, 0, 1)
            context.Response.OutputStream.Flush()
        with
        | :? HttpListenerException
        | :? IOException
        | :? ObjectDisposedException -> ()

    let recordHeld (held: TimeSpan) (request: Request) status =
        let now = clock.GetUtcNow()
        let account, generation = Provider.subject request now state

        seen.Add
            {
                Method = request.Method
                Path = request.Path
                Account = account
                Generation = generation
                Headers = request.Headers |> Map.toList |> List.map fst
                Values = request.Headers |> Map.remove "authorization" |> Map.remove "cookie"
                Status = status
                Reason = Request.field "refresh_reason" request
                At = now
                AnsweredAfter = now + held
            }

    let record = recordHeld TimeSpan.Zero

    let carryOutHeld held request =
        lock gate (fun () ->
            let answer, after = Provider.answer request (clock.GetUtcNow()) state
            recordHeld held request answer.Status
            state <- after
            answer)

    let carryOut = carryOutHeld TimeSpan.Zero

    let serve (context: HttpListenerContext) =
        task {
            let request = read context

            let disturbance =
                lock gate (fun () ->
                    match disturbances.TryGetValue request.Path with
                    | true, disturbance -> Some disturbance
                    | _ -> None)

            match disturbance with
            | None -> send context (carryOut request)
            | Some(Disturbance.Delay time) ->
                do! Task.Delay time
                send context (carryOut request)
            | Some(Disturbance.DelayAnswer time) ->
                let answer = carryOutHeld time request
                do! Task.Delay time
                send context answer
            | Some(Disturbance.Hold gate) ->
                do! gate.Pass()
                send context (carryOut request)
            | Some(Disturbance.Instead answer) ->
                lock gate (fun () -> record request answer.Status)
                send context answer
            | Some(Disturbance.First answers) ->
                let answer =
                    lock gate (fun () ->
                        match answers.TryDequeue() with
                        | true, answer ->
                            record request answer.Status
                            Some answer
                        | _ -> None)

                send context (answer |> Option.defaultWith (fun () -> carryOut request))
            | Some(Disturbance.Stall held) ->
                lock gate (fun () -> record request 0)
                beginAnswer context
                do! held.Pass()
                context.Response.Abort()
            | Some Disturbance.Cut ->
                lock gate (fun () -> record request 0)
                cut context
            | Some Disturbance.CutAfter ->
                carryOut request |> ignore
                cut context
        }

    let accept () =
        task {
            while listener.IsListening do
                try
                    let! context = listener.GetContextAsync()
                    // Each request on its own: one that is held back must not hold back the others.
                    Task.Run(fun () -> serve context :> Task) |> ignore
                with
                | :? HttpListenerException
                | :? ObjectDisposedException
                | :? InvalidOperationException -> () // the listener was closed
        }

    do Task.Run(fun () -> accept () :> Task) |> ignore

    /// Gives a port that nothing listens on at the moment.
    static member private FreePort() =
        use probe = new TcpListener(IPAddress.Loopback, 0)
        probe.Start()
        (probe.LocalEndpoint :?> IPEndPoint).Port

    /// Starts the service on a free port of the loopback interface. The refresh token of generation 1 of each account is
    /// live, as SampleAccount.signIn gives it.
    static member Start(accounts: SampleAccount seq, ?clock: TimeProvider) =
        let clock = defaultArg clock TimeProvider.System

        // Somebody else may take the port in between: then another one.
        let rec listen attempts =
            let address = "http://127.0.0.1:" + string<int>(StandIn.FreePort())
            let listener = new HttpListener()
            listener.Prefixes.Add(address + "/")

            try
                listener.Start()
                listener, address
            with :? HttpListenerException when attempts > 1 ->
                (listener :> IDisposable).Dispose()
                listen (attempts - 1)

        let listener, address = listen 20
        new StandIn(listener, address, List.ofSeq accounts, clock)

    /// Where the service is, as `http://127.0.0.1:PORT`.
    member _.Address = address

    /// The value for `chatgpt_base_url` in Codex's configuration.
    member _.BaseUrl = address + "/backend-api"

    /// Where the model answers, for a model provider in Codex's configuration; a personal access token says whose quota it uses.
    member _.ModelUrl = address + "/v1"

    /// What Codex needs in its environment to ask this service and no other.
    member _.Environment =
        [
            "CODEX_REFRESH_TOKEN_URL_OVERRIDE", address + "/oauth/token"
            "CODEX_REVOKE_TOKEN_URL_OVERRIDE", address + "/oauth/revoke"
            "CODEX_AUTHAPI_BASE_URL", address + "/api/accounts"
        ]

    /// Every request so far that was carried out or refused, the first one first.
    member _.Requests = lock gate (fun () -> List.ofSeq seen)

    /// The generations of an account's refresh tokens that may still be used: one for each sign-in that has not ended.
    member _.Live account =
        lock gate (fun () -> Ledger.live account.UserId state.Ledger)

    /// Every use of a refresh token that had been used before, as user and generation.
    member _.Reuses = lock gate (fun () -> Ledger.reuses state.Ledger)

    /// What the service knows of one refresh token.
    member _.Grant(account, generation) =
        lock gate (fun () -> Ledger.grant account.UserId generation state.Ledger)

    /// Signs an account in once more; gives the auth.json. The access token ends at the given time.
    member _.SignIn(account, expires: DateTimeOffset) =
        lock gate (fun () ->
            let generation, ledger = Ledger.signIn account.UserId state.Ledger
            state <- { state with Ledger = ledger }
            SampleAccount.signIn account generation (clock.GetUtcNow()) expires)

    /// Sets how much of an account's quota is used.
    member _.SetUsage(account, usage) =
        let body = SampleUsage.answer account (clock.GetUtcNow()) usage

        change (fun state ->
            { state with
                Usage = Map.add account.UserId (Answer.json 200 body) state.Usage
                Figures = Map.add account.UserId usage state.Figures
            })

    /// Sets the whole answer of the usage service to an account; what comes with the model's answers stays.
    member _.SetUsageAnswer(account, answer) =
        change (fun state ->
            { state with
                Usage = Map.add account.UserId answer state.Usage
            })

    /// Says who signs in at the next device code.
    member _.ApproveSignIns account =
        change (fun state -> { state with SigningIn = Some account })

    /// Sets for how long the access tokens last that are given out from now on: ten days unless set.
    member _.SetAccessTokenLifetime lifetime =
        change (fun state ->
            { state with
                AccessTokenLifetime = lifetime
            })

    member private _.Disturb(path, disturbance) =
        lock gate (fun () -> disturbances[path] <- disturbance)

    /// Answers a path only after a time.
    member service.Delay(path, time) =
        service.Disturb(path, Disturbance.Delay time)

    /// Carries the requests to a path out when they arrive, and answers them only after a time.
    member service.DelayAnswer(path, time) =
        service.Disturb(path, Disturbance.DelayAnswer time)

    /// Holds the requests to a path back until the gate is opened.
    member service.Hold path =
        let gate = Gate()
        service.Disturb(path, Disturbance.Hold gate)
        gate

    /// Gives this answer at a path instead of the usual one.
    member service.Answer(path, answer) =
        service.Disturb(path, Disturbance.Instead answer)

    /// Gives these answers at a path, one for each request, and the usual ones after them.
    member service.AnswerFirst(path, answers: Answer seq) =
        service.Disturb(path, Disturbance.First(Queue answers))

    /// Begins to answer the requests to a path, and does not go on; opening the gate ends the connections.
    member service.Stall path =
        let gate = Gate()
        service.Disturb(path, Disturbance.Stall gate)
        gate

    /// Closes the connection at a path in the middle of an answer.
    member service.Cut path = service.Disturb(path, Disturbance.Cut)

    /// Carries the request out at a path and closes the connection in the middle of an answer.
    member service.CutAfter path =
        service.Disturb(path, Disturbance.CutAfter)

    /// Makes a path answer as usual again.
    member _.Restore(path: string) =
        lock gate (fun () ->
            match disturbances.TryGetValue path with
            | true, (Disturbance.Hold held | Disturbance.Stall held) -> held.Open()
            | _ -> ()

            disturbances.Remove path |> ignore)

    interface IDisposable with
        member _.Dispose() =
            lock gate (fun () ->
                for disturbance in disturbances.Values do
                    match disturbance with
                    | Disturbance.Hold held
                    | Disturbance.Stall held -> held.Open()
                    | _ -> ())

            listener.Close()
