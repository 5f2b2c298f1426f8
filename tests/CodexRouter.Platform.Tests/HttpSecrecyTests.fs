/// Who hears the token and the question over HTTP, and who does not.
module CodexRouter.Platform.Tests.HttpSecrecyTests

open System
open System.Collections.Concurrent
open System.Collections.Generic
open System.Diagnostics
open System.Diagnostics.Tracing
open System.IO
open System.Net.Security
open System.Security.Authentication
open System.Security.Cryptography
open System.Security.Cryptography.X509Certificates
open System.Text
open System.Threading
open Expecto
open CodexRouter.Core
open CodexRouter.Platform
open CodexRouter.Testing
open CodexRouter.Platform.Tests.HttpAsking

/// What .NET's public event sources for the network tell whoever listens. Its private ones
/// (Private.InternalDiagnostics.System.Net.…) write out whole requests, headers included: only a program built without
/// event sources (EventSourceSupport false) is silent there, which these tests are not.
type private Listener() =
    inherit EventListener()
    let heard = StringBuilder()

    member _.Heard = lock heard (fun () -> heard.ToString())

    override this.OnEventSourceCreated source =
        if source.Name.StartsWith("System.Net", StringComparison.Ordinal) then
            this.EnableEvents(source, EventLevel.Verbose, EventKeywords.All)

    override _.OnEventWritten event =
        match event.Payload with
        | null -> ()
        | payload ->
            lock heard (fun () ->
                for value in payload do
                    heard.Append(string value).Append('\n') |> ignore)

let tests =
    testList
        "Asking over HTTP"
        [
            testCase "a redirection is an answer: nobody is asked elsewhere, and the token goes nowhere"
            <| fun () ->
                use elsewhere = new RawServer(fun _ -> Say.ok "stolen")

                for status in [ 301; 302; 303; 307; 308 ] do
                    let location = "Location: " + string<Uri> elsewhere.Address

                    use server =
                        new RawServer(fun _ -> Say.answer (string<int> status + " X") [ location ] "there")

                    Expect.equal (answered (fst (ask server (limits 3)))) (status, "there") "as it is"
                    Expect.equal server.Requests.Length 1 "once"

                Expect.isEmpty elsewhere.Requests "nobody came"

            testCase "no cookie is kept"
            <| fun () ->
                use server =
                    new RawServer(fun _ -> Say.answer "200 OK" [ "Set-Cookie: a=FAKE; Path=/" ] "")

                use get = new HttpGet(TimeProvider.System, Predicate UsageEndpoint.isLoopback)

                for _ in 1..2 do
                    get.Ask(server.Address, headers, limits 1, CancellationToken.None).Wait()

                Expect.equal server.Requests.Length 2 "asked twice"

                for request in server.Requests do
                    Expect.isFalse (List.exists (fst >> (=) "cookie") (headersOf request)) "none comes back"

            testCase "what does not speak TLS, or has no valid certificate, gets nothing"
            <| fun () ->
                use key = RSA.Create 2048

                use selfMade =
                    CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                        .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays -1.0, DateTimeOffset.UtcNow.AddDays 1.0)

                let heard = ConcurrentQueue<string>()

                let plain (stream: Stream) =
                    let buffer = Array.zeroCreate 4096
                    let count = stream.Read(buffer, 0, buffer.Length)
                    heard.Enqueue(Encoding.Latin1.GetString(buffer, 0, count))
                    Say.ok "good" stream

                let secure (stream: Stream) =
                    use secured = new SslStream(stream)

                    try
                        secured.AuthenticateAsServer selfMade
                        plain secured
                    with :? AuthenticationException ->
                        () // the other side refuses

                for behaviour in [ plain; secure ] do
                    use server = new RawServer((fun _ -> behaviour), hearsFirst = false)

                    let outcome, _ =
                        askAt (Uri("https://localhost:" + string<int> server.Port)) (limits 3)

                    Expect.equal outcome (unreachable HttpFailure.NotSecure) "not secure"

                Expect.isFalse (String.Concat(heard).Contains token) "the token stays here"

            testCase "a header that could smuggle in another one is not sent, and nothing else either"
            <| fun () ->
                use server = new RawServer(fun _ -> Say.ok "")
                use get = new HttpGet(TimeProvider.System, Predicate UsageEndpoint.isLoopback)

                for name, value in
                    [
                        "authorization", "Bearer FAKE\r\nx: y"
                        "authorization", "Bearer FAKE\n"
                        "authorization", "Bearer FAKE\000"
                        "authorization", "Bearer FÄKE"
                        "a b", "x"
                        "", "x"
                        "content-type", "text/plain" // belongs to a body, and there is none
                    ] do
                    let bad = Array.append headers [| KeyValuePair(name, value) |]
                    let outcome = get.Ask(server.Address, bad, limits 3, CancellationToken.None).Result
                    Expect.equal outcome (unreachable HttpFailure.BadHeader) name

                Expect.isEmpty server.Requests "nothing was sent"

            testCase "no outcome, error or diagnosis tells the token"
            <| fun () ->
                use listener = new Listener()
                let activities = StringBuilder()

                use activityListener =
                    new ActivityListener(
                        ShouldListenTo = (fun _ -> true),
                        Sample = (fun _ -> ActivitySamplingResult.AllDataAndRecorded),
                        ActivityStopped =
                            (fun activity ->
                                lock activities (fun () ->
                                    for tag in activity.TagObjects do
                                        activities.Append(tag.ToString()) |> ignore))
                    )

                ActivitySource.AddActivityListener activityListener
                let diagnostics = StringBuilder()

                let each =
                    { new IObserver<KeyValuePair<string, obj | null>> with
                        member _.OnNext pair =
                            lock diagnostics (fun () -> diagnostics.Append(pair.Key).Append(pair.Value) |> ignore)

                        member _.OnError _ = ()
                        member _.OnCompleted() = ()
                    }

                use _ =
                    DiagnosticListener.AllListeners.Subscribe
                        { new IObserver<DiagnosticListener> with
                            member _.OnNext source =
                                if source.Name = "HttpHandlerDiagnosticListener" then
                                    source.Subscribe each |> ignore

                            member _.OnError _ = ()
                            member _.OnCompleted() = ()
                        }

                let behaviours =
                    [
                        Say.ok "x"
                        Say.answer "401 X" [] "x"
                        Say.answer "302 X" [ "Location: /x" ] ""
                        ignore
                        Say.text "nonsense\r\n\r\n"
                    ]

                let outcomes =
                    [
                        for behaviour in behaviours do
                            use server = new RawServer(fun _ -> behaviour)
                            (fst (ask server (limits 2))).ToString()
                    ]

                Expect.isFalse (String.Concat(outcomes).Contains "FAKE") "outcomes: neither the token nor the query"
                Expect.isFalse (activities.ToString().Contains token) "activities"
                Expect.stringContains listener.Heard "127.0.0.1" "events tell of the requests"
                Expect.isFalse (listener.Heard.Contains "FAKE") "events: neither the token nor the query"
                Expect.equal (diagnostics.ToString()) "" "nobody is handed a request"

                use get = new HttpGet(TimeProvider.System, Predicate UsageEndpoint.isLoopback)

                let refused =
                    [
                        for address in [ Uri("ftp://user:FAKE@host/"); Uri("usage?FAKE", UriKind.Relative) ] do
                            try
                                get.Ask(address, headers, limits 1, CancellationToken.None).Wait()
                            with :? ArgumentException as failure ->
                                failure.ToString()
                    ]

                Expect.equal refused.Length 2 "both refused"
                Expect.isFalse (String.Concat(refused).Contains "FAKE") "and not repeated"

            testCase
                "this machine itself is asked directly, and everything else through the proxy that the environment names"
            <| fun () ->
                use home = new TestHome()
                use proxy = new RawServer(fun _ -> Say.ok "by proxy")
                use server = new RawServer(fun _ -> Say.ok "directly")

                let asked (address: string) (noProxy: string) =
                    (home.Run(
                        Roles.program,
                        Roles.arguments [ "get"; address ],
                        environment =
                            [
                                "http_proxy", "http://127.0.0.1:" + string<int> proxy.Port
                                "no_proxy", noProxy
                            ]
                    ))
                        .Out

                let port = string<int> server.Port

                for host in [ "127.0.0.1"; "localhost"; "LOCALHOST"; "127.1.2.3" ] do
                    if host <> "127.1.2.3" || OperatingSystem.IsLinux() then
                        Expect.notEqual (asked ("http://" + host + ":" + port + "/") "") "by proxy" host

                Expect.equal (asked ("http://127.0.0.1:" + port + "/") "") "directly" "the answer"
                Expect.isEmpty proxy.Requests "none of these"
                Expect.equal (asked "http://codex-router.invalid/" "") "by proxy" "elsewhere"
                Expect.stringStarts (List.head proxy.Requests) "GET http://codex-router.invalid/ " "as a proxy is asked"

                Expect.equal
                    (asked "http://codex-router.invalid/" ".invalid")
                    "NameNotResolved"
                    "but for what it excepts"

                Expect.equal (asked "http://codex-router.invalid/" "*") "NameNotResolved" "a star excepts everything"

            testCase "a proxy that does not connect is the proxy's failure, and not the host's"
            <| fun () ->
                use home = new TestHome()

                let asked (noProxy: string) =
                    (home.Run(
                        Roles.program,
                        Roles.arguments [ "get"; "http://codex-router.invalid/" ],
                        // Nobody listens there.
                        environment = [ "http_proxy", "http://127.0.0.1:1"; "no_proxy", noProxy ]
                    ))
                        .Out

                Expect.equal (asked "") "ProxyFailed" "nobody listens at the proxy"
                Expect.equal (asked "*") "NameNotResolved" "without it, the host's own"
        ]
