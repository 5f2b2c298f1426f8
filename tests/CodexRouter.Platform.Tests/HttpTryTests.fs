/// What is tried again over HTTP, how often, and for how long.
module CodexRouter.Platform.Tests.HttpTryTests

open System
open System.Diagnostics
open System.IO
open System.Threading
open Expecto
open CodexRouter.Core
open CodexRouter.Platform
open CodexRouter.Platform.Tests.HttpAsking

let tests =
    testList
        "Asking over HTTP"
        [
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

            testCase "where nobody listens, the tries end with that reason"
            <| fun () ->
                let port =
                    use server = new RawServer(fun _ -> ignore)
                    server.Port

                let outcome, pauses = askAt (Uri("http://127.0.0.1:" + string<int> port)) (limits 3)
                Expect.equal outcome (unreachable HttpFailure.ConnectionRefused) "refused"
                Expect.equal pauses.Length 2 "three tries"

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
        ]
