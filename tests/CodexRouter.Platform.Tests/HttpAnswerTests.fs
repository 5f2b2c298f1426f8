/// What counts as an answer over HTTP, and how large it may be.
module CodexRouter.Platform.Tests.HttpAnswerTests

open System
open System.IO
open System.IO.Compression
open System.Text
open System.Threading
open System.Threading.Tasks
open Expecto
open CodexRouter.Core
open CodexRouter.Platform
open CodexRouter.Platform.Tests.HttpAsking

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
        ]
