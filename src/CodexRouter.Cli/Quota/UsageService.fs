namespace CodexRouter.Cli

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open CodexRouter.Core
open CodexRouter.Platform

/// How asking the service ended.
[<RequireQualifiedAccess>]
type ServiceAnswer =
    | Figures of Quota
    /// The service does not take the access token: Codex may be able to renew it.
    | NotAuthorised
    /// No figures; and for how long the service wants to be left alone, if it said so.
    | Failed of problem: Problem * retryAfter: TimeSpan option
    /// The service was not reached, but Codex may reach it, with a proxy, certificates and an identity of its own.
    | OutOfReach of problem: Problem * retryAfter: TimeSpan option

/// The provider's usage service, asked as Codex 0.169 asks it.
[<Sealed>]
type UsageService(clock: Clock) =

    /// An answer has some 2 KB.
    let limits =
        HttpLimits(TimeSpan.FromSeconds 10.0, TimeSpan.FromSeconds 6.0, 3, 1_048_576)

    let http = new HttpGet(TimeProvider.System, Predicate UsageEndpoint.isLoopback)

    let remedy reason =
        match reason with
        | NoFigure.NotSecure -> "export SSL_CERT_FILE=FILE, or codex-router quota --offline"
        | NoFigure.ProxyFailed -> "env | grep -i proxy, or codex-router quota --offline"
        | NoFigure.PaymentRequired _ -> "codex-router quota --all"
        | NoFigure.NameNotFound
        | NoFigure.NotListening
        | NoFigure.NoConnection
        | NoFigure.ConnectionLost
        | NoFigure.NotUnderstood
        | NoFigure.TimedOut
        | NoFigure.NoneRecognised
        | NoFigure.TooLarge
        | NoFigure.Forbidden
        | NoFigure.TooManyRequests
        | NoFigure.Status _ -> "codex-router quota --offline"

    let without host reason retryAfter =
        let problem =
            Problem.noQuota (ProblemCode.ofNoFigure reason) (NoFigure.words host reason) (remedy reason)

        if NoFigure.mayCodexKnow reason then
            ServiceAnswer.OutOfReach(problem, retryAfter)
        else
            ServiceAnswer.Failed(problem, retryAfter)

    let reasonOf failure =
        match failure with
        | HttpFailure.NameNotResolved -> NoFigure.NameNotFound
        | HttpFailure.ConnectionRefused -> NoFigure.NotListening
        | HttpFailure.NotSecure -> NoFigure.NotSecure
        | HttpFailure.ProxyFailed -> NoFigure.ProxyFailed
        | HttpFailure.ConnectionLost -> NoFigure.ConnectionLost
        | HttpFailure.NotUnderstood -> NoFigure.NotUnderstood
        | _ -> NoFigure.NoConnection

    let isDeactivated (body: ReadOnlyMemory<byte>) =
        body.Span.IndexOf(ReadOnlySpan "deactivated_workspace"B) >= 0

    let refusedAddress file fault =
        let what =
            match fault with
            | EndpointFault.NotAnAddress -> "chatgpt_base_url is no address"
            | EndpointFault.NotOfficial host ->
                "chatgpt_base_url names "
                + Inert.text host
                + ", which is not the provider's: no token is sent there"
            | EndpointFault.NotEncrypted host ->
                "chatgpt_base_url names "
                + Inert.text host
                + " without https: no token is sent in clear"

        Problem.noQuota ProblemCode.AddressRefused (what + " (" + Inert.text file + ")") (Remedy.forEditing file)

    let headers (signIn: SignIn) token =
        [
            KeyValuePair("Authorization", "Bearer " + Secret.Reveal token)
            KeyValuePair("Accept", "*/*")
            KeyValuePair("User-Agent", "codex-router/" + Version.text)
            match signIn.AccountId with
            | Some account -> KeyValuePair("ChatGPT-Account-Id", account)
            | None -> ()
            if signIn.IsFedRamp then
                KeyValuePair("X-OpenAI-Fedramp", "true")
        ]

    let ofOutcome host (outcome: HttpOutcome) =
        match outcome with
        | :? HttpOutcome.Answered as answer when answer.Status = 401 -> ServiceAnswer.NotAuthorised
        | :? HttpOutcome.Answered as answer when answer.Status = 200 ->
            match UsageReport.ofService (clock.Now()) answer.Body with
            | Some quota -> ServiceAnswer.Figures quota
            | None -> without host NoFigure.NoneRecognised None
        | :? HttpOutcome.Answered as answer ->
            let reason =
                match answer.Status with
                | 402 -> NoFigure.PaymentRequired(isDeactivated answer.Body)
                | 403 -> NoFigure.Forbidden
                | 429 -> NoFigure.TooManyRequests
                | status -> NoFigure.Status status

            without host reason (answer.RetryAfter |> Option.ofNullable)
        | :? HttpOutcome.TooLarge -> without host NoFigure.TooLarge None
        | :? HttpOutcome.TimedOut -> without host NoFigure.TimedOut None
        | :? HttpOutcome.Unreachable as unreachable -> without host (reasonOf unreachable.Reason) None
        | _ -> without host NoFigure.NoConnection None

    /// Asks for a sign-in's figures. The home's settings say where.
    member _.Ask(home: string, signIn: SignIn, cancellation: CancellationToken) : Task<ServiceAnswer> =
        let file, address =
            CodexSettings.serviceBase home
            |> Option.defaultValue (Layout.(/) home "config.toml", UsageEndpoint.DefaultBase)

        match UsageEndpoint.ofBase address, signIn.AccessToken with
        | Error fault, _ -> Task.FromResult(ServiceAnswer.Failed(refusedAddress file fault, None))
        | Ok _, None -> Task.FromResult ServiceAnswer.NotAuthorised
        | Ok uri, Some token ->
            task {
                // A token that cannot stand in a header is none.
                try
                    let! outcome = http.Ask(uri, ResizeArray(headers signIn token), limits, cancellation)
                    return ofOutcome uri.Host outcome
                with :? FormatException ->
                    return ServiceAnswer.NotAuthorised
            }

    interface IDisposable with
        member _.Dispose() = http.Dispose()
