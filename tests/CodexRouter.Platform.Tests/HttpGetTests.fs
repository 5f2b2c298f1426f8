module CodexRouter.Platform.Tests.HttpGetTests

open System
open System.Collections.Concurrent
open System.Collections.Generic
open System.Diagnostics
open System.Diagnostics.Tracing
open System.IO
open System.IO.Compression
open System.Net.Security
open System.Security.Authentication
open System.Security.Cryptography
open System.Security.Cryptography.X509Certificates
open System.Text
open System.Threading
open System.Threading.Tasks
open Expecto
open CodexRouter.Core
open CodexRouter.Platform
open CodexRouter.Testing

let private token = "FAKE-BEARER-TOKEN"

let private headers =
    [|
        KeyValuePair("authorization", "Bearer " + token)
        KeyValuePair("chatgpt-account-id", "FAKE-ACCOUNT")
        KeyValuePair("user-agent", "codex-router/1 (x; y)")
    |]

let private hour = TimeSpan.FromHours 1.0

let private limits tries =
    HttpLimits(hour, hour, tries, 1_000_000)

let private now = DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)

/// Asks on a clock on which pauses take no time, and gives the pauses too.
let private askAt (address: Uri) limits =
    let clock = ImpatientClock(now, TimeSpan.Zero)
    use get = new HttpGet(clock, Predicate UsageEndpoint.isLoopback)
    let outcome = get.Ask(address, headers, limits, CancellationToken.None)
    Expect.isTrue (outcome.Wait(TimeSpan.FromMinutes 2.0)) "it ends"
    outcome.Result, clock.Pauses

let private ask (server: RawServer) limits = askAt server.Address limits

/// Asks on the real clock.
let private askInTime (server: RawServer) limits =
    use get = new HttpGet(TimeProvider.System, Predicate UsageEndpoint.isLoopback)
    get.Ask(server.Address, headers, limits, CancellationToken.None).Result

let private answered (outcome: HttpOutcome) =
    match outcome with
    | :? HttpOutcome.Answered as answer -> answer.Status, Encoding.UTF8.GetString answer.Body.Span
    | other -> failtest ("not answered: " + other.ToString())

let private unreachable reason =
    HttpOutcome.Unreachable reason :> HttpOutcome

let private timedOut = HttpOutcome.TimedOut() :> HttpOutcome

/// The header lines of a request, by name.
let private headersOf (request: string) =
    [
        for line in (request.Split "\r\n")[1..] do
            match line.IndexOf ": " with
            | -1 -> ()
            | colon -> line[.. colon - 1].ToLowerInvariant(), line[colon + 2 ..]
    ]

let private compressed (kind: string) (bytes: byte[]) =
    let target = new MemoryStream()

    do
        use stream =
            match kind with
            | "gzip" -> new GZipStream(target, CompressionLevel.Optimal) :> Stream
            | "deflate" -> new ZLibStream(target, CompressionLevel.Optimal) :> Stream
            | _ -> new BrotliStream(target, CompressionLevel.Optimal) :> Stream

        stream.Write(ReadOnlySpan bytes)

    Encoding.Latin1.GetString(target.ToArray())

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
            testCase "an answer comes with its status, body and kind, and the request is the one that was asked for"
            <| fun () ->
                use server = new RawServer(fun _ -> Say.ok "{\"é\":1}")
                let outcome, pauses = ask server (limits 3)

                match outcome with
                | :? HttpOutcome.Answered as answer ->
                    Expect.equal answer.Status 200 "status"
                    Expect.equal (Encoding.Latin1.GetString answer.Body.Span) "{\"é\":1}" "body"
                    Expect.equal answer.MediaType "application/json" "kind, without parameters"
                    Expect.isFalse answer.RetryAfter.HasValue "no wait asked for"
                | other -> failtest (other.ToString())

                Expect.isEmpty pauses "at once"
                let request = List.exactlyOne server.Requests
                Expect.stringStarts request "GET /usage?key=FAKE-QUERY HTTP/1.1\r\n" "the request line"

                Expect.equal
                    (Map.ofList (headersOf request))
                    (Map.ofList
                        [
                            "host", "127.0.0.1:" + string<int> server.Port
                            "authorization", "Bearer " + token
                            "chatgpt-account-id", "FAKE-ACCOUNT"
                            "user-agent", "codex-router/1 (x; y)"
                            "accept-encoding", "gzip, deflate, br"
                        ])
                    "these headers and no other"

            testCase "a status that will not pass is an answer at once, with its body"
            <| fun () ->
                for status in [ 204; 400; 401; 403; 404; 501; 505; 599 ] do
                    use server =
                        new RawServer(fun _ ->
                            Say.answer (string<int> status + " X") [] (if status = 204 then "" else "why"))

                    let outcome, _ = ask server (limits 3)
                    Expect.equal (fst (answered outcome)) status "status"
                    Expect.equal server.Requests.Length 1 "once"

            testCase "what may pass is tried again, as often as was allowed"
            <| fun () ->
                for status in [ 429; 500; 502; 503; 504 ] do
                    let failing = Say.answer (string<int> status + " X") [] "later"

                    do
                        use server =
                            new RawServer(fun number -> if number < 3 then failing else Say.ok "good")

                        let outcome, pauses = ask server (limits 3)
                        Expect.equal (answered outcome) (200, "good") "the third time"
                        Expect.equal pauses.Length 2 "a pause between two"

                    use server = new RawServer(fun _ -> failing)
                    let outcome, pauses = ask server (limits 4)
                    Expect.equal (answered outcome) (status, "later") "the last answer"
                    Expect.equal server.Requests.Length 4 "no more often"

                    for pause, most in List.zip pauses [ 200.0; 400.0; 800.0 ] do
                        Expect.isLessThanOrEqual pause.TotalMilliseconds most "short"
                        Expect.isGreaterThanOrEqual pause.TotalMilliseconds (most / 2.0) "longer each time"

            testCase "a wait that was asked for is respected up to 3 s, and a longer one ends the tries"
            <| fun () ->
                let date (seconds: float) =
                    now.AddSeconds(seconds).ToString("R", Globalization.CultureInfo.InvariantCulture)

                for value, wait, tries in
                    [
                        "1", Some 1.0, 3
                        "3", Some 3.0, 3
                        "4", Some 4.0, 1
                        "10", Some 10.0, 1
                        "999999999", Some 999999999.0, 1
                        date 2.0, Some 2.0, 3
                        date 10.0, Some 10.0, 1
                        date -100.0, Some 0.0, 3
                        "-5", None, 3
                        "soon", None, 3
                        "99999999999999999999", None, 3
                        "1.5", None, 3
                    ] do
                    use server =
                        new RawServer(fun _ -> Say.answer "429 X" [ "Retry-After: " + value ] "")

                    let outcome, pauses = ask server (limits 3)

                    match outcome with
                    | :? HttpOutcome.Answered as answer ->
                        Expect.equal answer.Status 429 "status"

                        Expect.equal
                            (Option.ofNullable answer.RetryAfter)
                            (Option.map (fun (seconds: float) -> TimeSpan.FromSeconds seconds) wait)
                            value
                    | other -> failtest (other.ToString())

                    Expect.equal server.Requests.Length tries value

                    for pause in pauses do
                        let least = defaultArg wait 0.1
                        Expect.isGreaterThanOrEqual pause.TotalSeconds least ("no sooner: " + value)
                        Expect.isLessThan pause.TotalSeconds (least + 0.5) ("nor much later: " + value)

            testCase "a pause that goes beyond the whole time is not begun"
            <| fun () ->
                // Each try takes an hour, and then 3 s are left.
                let total = hour + TimeSpan.FromSeconds 3.0

                let waitsFor (wait: string) =
                    use server =
                        new RawServer(fun _ -> Say.answer "503 X" [ "Retry-After: " + wait ] "busy")

                    let clock = ImpatientClock(now, hour)
                    use get = new HttpGet(clock, Predicate UsageEndpoint.isLoopback)

                    let outcome =
                        get
                            .Ask(server.Address, headers, HttpLimits(total, total, 2, 100), CancellationToken.None)
                            .Result

                    outcome, clock.Waits

                let outcome, waits = waitsFor "3"
                Expect.equal (answered outcome) (503, "busy") "the answer that there is"
                Expect.equal waits [ total ] "one try"
                let _, waits = waitsFor "1"
                Expect.equal waits.Length 3 "a pause that fits in, and a try in what is left"
                Expect.isLessThan (waits[1] + waits[2]) (TimeSpan.FromSeconds 3.01) "within the whole time"

            testCase "a long wait is told even when the rest of that answer never comes"
            <| fun () ->
                use server =
                    new RawServer(fun _ -> Say.text "HTTP/1.1 429 X\r\nRetry-After: 30\r\nContent-Length: 5\r\n\r\nab")

                match fst (ask server (limits 3)) with
                | :? HttpOutcome.Answered as answer ->
                    Expect.equal answer.Status 429 "status"
                    Expect.equal (Option.ofNullable answer.RetryAfter) (Some(TimeSpan.FromSeconds 30.0)) "the wait"
                    Expect.equal answer.Body.Length 0 "no half of a body"
                | other -> failtest (other.ToString())

                Expect.equal server.Requests.Length 1 "once"

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

            testCase "headers or a body that do not come in time are tried again, then given up"
            <| fun () ->
                let short tries =
                    HttpLimits(hour, TimeSpan.FromMilliseconds 50.0, tries, 1000)

                let slow =
                    [
                        Say.silence
                        fun stream ->
                            Say.text "HTTP/1.1 200 OK\r\nX-Part: " stream
                            Say.endlessly "x"B 10 stream
                        fun stream ->
                            Say.text "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" stream
                            Say.endlessly "x"B 100 stream
                        fun stream ->
                            Say.text "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf" stream
                            Say.silence stream
                    ]

                for behaviour in slow do
                    use server = new RawServer(fun _ -> behaviour)
                    let clock = RealClock()
                    use get = new HttpGet(clock, Predicate UsageEndpoint.isLoopback)

                    let outcome =
                        get.Ask(server.Address, headers, short 2, CancellationToken.None).Result

                    Expect.equal outcome timedOut "no whole answer"

                    match clock.Waits with
                    | [ first; pause; second ] ->
                        Expect.equal (first, second) (short(2).OneTry, short(2).OneTry) "two tries"
                        Expect.isLessThan pause.TotalMilliseconds 201.0 "and a pause"
                    | other -> failtest (string<int> other.Length + " waits")

            testCase "after one slow try, a good one is the answer"
            <| fun () ->
                use server =
                    new RawServer(fun number -> if number = 1 then Say.silence else Say.ok "good")

                // A machine that has much to do may be slow again: as often as it likes.
                let outcome =
                    askInTime server (HttpLimits(hour, TimeSpan.FromSeconds 2.0, 1000, 1000))

                Expect.equal (answered outcome) (200, "good") "a later try"

            testCase "the whole time bounds all tries together"
            <| fun () ->
                use server = new RawServer(fun _ -> Say.silence)
                let watch = Stopwatch.StartNew()

                let outcome =
                    askInTime server (HttpLimits(TimeSpan.FromSeconds 1.0, hour, 1000, 1000))

                Expect.equal outcome timedOut "in time"
                Expect.isLessThan watch.Elapsed (TimeSpan.FromMinutes 5.0) "not an hour"
                Expect.isLessThanOrEqual server.Requests.Length 1 "one try took it all"

            testCase
                "a connection that breaks off in the middle is tried again, and what came is not taken for an answer"
            <| fun () ->
                let silent: Stream -> unit = ignore

                let broken =
                    [
                        silent
                        Say.text "HTTP/1.1 200 OK\r\nContent-"
                        Say.text "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
                        Say.text "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
                    ]

                for behaviour in broken do
                    do
                        use server =
                            new RawServer(fun number -> if number = 1 then behaviour else Say.ok "good")

                        Expect.equal (answered (fst (ask server (limits 2)))) (200, "good") "the second try"

                    use server = new RawServer(fun _ -> behaviour)
                    Expect.equal (fst (ask server (limits 2))) (unreachable HttpFailure.ConnectionLost) "lost"
                    // What is closed without a word, .NET's own handler opens again up to three times, each try.
                    let most = if obj.ReferenceEquals(behaviour, silent) then 8 else 2
                    Expect.isLessThanOrEqual server.Requests.Length most "two tries"
                    Expect.isGreaterThanOrEqual server.Requests.Length 2 "and no fewer"

            testCase
                "a body that goes on after its stated length is cut there, and the next question is not confused by it"
            <| fun () ->
                use server =
                    new RawServer(fun number stream ->
                        Say.text "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" stream

                        Say.text
                            ((if number = 1 then "good" else "next")
                             + "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad")
                            stream

                        Say.silence stream)

                use get = new HttpGet(TimeProvider.System, Predicate UsageEndpoint.isLoopback)

                for expected in [ "good"; "next" ] do
                    let outcome =
                        get.Ask(server.Address, headers, limits 1, CancellationToken.None).Result

                    Expect.equal (answered outcome) (200, expected) "each its own"

            testCase "what is not HTTP is no answer, and is not asked for again"
            <| fun () ->
                for said in
                    [
                        "SSH-2.0-OpenSSH_9.2\r\n\r\n"
                        "HTTP/1.1 abc\r\n\r\n"
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
                        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf"
                        "HTTP/1.1 200 OK\r\nX-Much: " + String('x', 1_000_000) + "\r\n\r\n"
                    ] do
                    use server = new RawServer(fun _ -> Say.text said)
                    let outcome, _ = ask server (limits 3)
                    Expect.equal outcome (unreachable HttpFailure.NotUnderstood) (said[..60])
                    Expect.equal server.Requests.Length 1 "once"

            testCase "a body of the greatest size is given, and one byte more is too large"
            <| fun () ->
                for size, limit in [ 0, 0; 1, 1; 16384, 16384; 16385, 16385; 100_000, 100_000 ] do
                    let body = String('x', size)

                    let ways =
                        [
                            "length", (fun body -> Say.answer "200 OK" [] body)
                            "chunked",
                            (fun (body: string) ->
                                let chunk =
                                    if body = "" then
                                        ""
                                    else
                                        body.Length.ToString "x" + "\r\n" + body + "\r\n"

                                Say.text (
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\n\r\n"
                                ))
                            "to the end", (fun body -> Say.text ("HTTP/1.1 200 OK\r\n\r\n" + body))
                        ]

                    for name, say in ways do
                        let outcomeOf body =
                            use server = new RawServer(fun _ -> say body)
                            fst (ask server (HttpLimits(hour, hour, 1, limit)))

                        Expect.equal (answered (outcomeOf body)) (200, body) name
                        Expect.equal (outcomeOf (body + "x")) (HttpOutcome.TooLarge 200) name

            testCase "a body without end is cut off, and so is the connection"
            <| fun () ->
                let closed = TaskCompletionSource()

                use server =
                    new RawServer(fun _ stream ->
                        Say.text "HTTP/1.1 200 OK\r\n\r\n" stream

                        try
                            Say.endlessly (Array.create 65536 (byte 'x')) 0 stream
                        with :? IOException ->
                            closed.SetResult())

                let before = GC.GetTotalAllocatedBytes()
                Expect.equal (fst (ask server (limits 3))) (HttpOutcome.TooLarge 200) "too large"
                Expect.isLessThan (GC.GetTotalAllocatedBytes() - before) 50_000_000L "not much was kept"
                Expect.equal server.Requests.Length 1 "once"
                Expect.isTrue (closed.Task.Wait(TimeSpan.FromMinutes 1.0)) "the server is told"

            testCase "a compressed body is unpacked, and the limit counts what it unpacks to"
            <| fun () ->
                let body = String('x', 1_000_000)

                for kind, encoding in [ "gzip", "gzip"; "deflate", "deflate"; "brotli", "br" ] do
                    let small = compressed kind (Encoding.UTF8.GetBytes body)
                    Expect.isLessThan small.Length 10_000 "a bomb"

                    let outcomeOf limit =
                        use server =
                            new RawServer(fun _ -> Say.answer "200 OK" [ "Content-Encoding: " + encoding ] small)

                        fst (ask server (HttpLimits(hour, hour, 1, limit)))

                    Expect.equal (answered (outcomeOf 1_000_000)) (200, body) kind
                    Expect.equal (outcomeOf 999_999) (HttpOutcome.TooLarge 200) kind

            testCase "a bomb is not unpacked beyond the limit"
            <| fun () ->
                let bomb = compressed "gzip" (Array.zeroCreate 200_000_000)

                use server =
                    new RawServer(fun _ -> Say.answer "200 OK" [ "Content-Encoding: gzip" ] bomb)

                let before = GC.GetTotalAllocatedBytes()
                Expect.equal (fst (ask server (limits 1))) (HttpOutcome.TooLarge 200) "too large"
                Expect.isLessThan (GC.GetTotalAllocatedBytes() - before) 50_000_000L "the limit is 1 MB"

            testCase "where nobody listens, the tries end with that reason"
            <| fun () ->
                let port =
                    use server = new RawServer(fun _ -> ignore)
                    server.Port

                let outcome, pauses = askAt (Uri("http://127.0.0.1:" + string<int> port)) (limits 3)
                Expect.equal outcome (unreachable HttpFailure.ConnectionRefused) "refused"
                Expect.equal pauses.Length 2 "three tries"

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

            testCase "twenty questions are asked side by side"
            <| fun () ->
                // None is answered before all twenty are there.
                use all = new CountdownEvent 20

                use server =
                    new RawServer(fun _ stream ->
                        all.Signal() |> ignore
                        all.Wait(TimeSpan.FromMinutes 1.0) |> ignore
                        Say.ok "good" stream)

                use get = new HttpGet(TimeProvider.System, Predicate UsageEndpoint.isLoopback)

                let asked =
                    [|
                        for _ in 1..20 -> get.Ask(server.Address, headers, limits 1, CancellationToken.None)
                    |]

                Expect.isTrue (Task.WhenAll(asked).Wait(TimeSpan.FromMinutes 2.0)) "all of them"

                for outcome in asked do
                    Expect.equal (answered outcome.Result) (200, "good") "each"

            testCase "who asked can cancel: while waiting for an answer, and in a pause"
            <| fun () ->
                for behaviour in [ Say.silence; Say.answer "503 X" [ "Retry-After: 3" ] "" ] do
                    use server = new RawServer(fun _ -> behaviour)
                    use get = new HttpGet(TimeProvider.System, Predicate UsageEndpoint.isLoopback)
                    use cancellation = new CancellationTokenSource()

                    let asked =
                        get.Ask(server.Address, headers, HttpLimits(hour, hour, 1000, 100), cancellation.Token)

                    Expect.isTrue (SpinWait.SpinUntil((fun () -> not server.Requests.IsEmpty), 60_000)) "asked"
                    cancellation.Cancel()

                    let ended =
                        task {
                            try
                                let! outcome = asked
                                return outcome.ToString()
                            with :? OperationCanceledException ->
                                return "cancelled"
                        }

                    Expect.isTrue (ended.Wait(TimeSpan.FromMinutes 1.0)) "at once"
                    Expect.equal ended.Result "cancelled" "told so"

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
        ]
