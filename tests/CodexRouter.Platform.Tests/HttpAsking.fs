/// How the tests ask over HTTP, and what comes of it.
module CodexRouter.Platform.Tests.HttpAsking

open System
open System.Collections.Generic
open System.Text
open System.Threading
open Expecto
open CodexRouter.Core
open CodexRouter.Platform

let token = "FAKE-BEARER-TOKEN"

/// Every question has these.
let headers =
    [|
        KeyValuePair("authorization", "Bearer " + token)
        KeyValuePair("chatgpt-account-id", "FAKE-ACCOUNT")
        KeyValuePair("user-agent", "codex-router/1 (x; y)")
    |]

let hour = TimeSpan.FromHours 1.0

/// So many tries, each with time enough.
let limits tries =
    HttpLimits(hour, hour, tries, 1_000_000)

/// The time on every clock of a test.
let now = DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)

/// Asks on a clock on which pauses take no time, and gives the pauses too.
let askAt (address: Uri) limits =
    let clock = ImpatientClock(now, TimeSpan.Zero)
    use get = new HttpGet(clock, Predicate UsageEndpoint.isLoopback)
    let outcome = get.Ask(address, headers, limits, CancellationToken.None)
    Expect.isTrue (outcome.Wait(TimeSpan.FromMinutes 2.0)) "it ends"
    outcome.Result, clock.Pauses

/// Asks a server on such a clock.
let ask (server: RawServer) limits = askAt server.Address limits

/// Asks on the real clock.
let askInTime (server: RawServer) limits =
    use get = new HttpGet(TimeProvider.System, Predicate UsageEndpoint.isLoopback)
    get.Ask(server.Address, headers, limits, CancellationToken.None).Result

/// The status and the body of an answer.
let answered (outcome: HttpOutcome) =
    match outcome with
    | :? HttpOutcome.Answered as answer -> answer.Status, Encoding.UTF8.GetString answer.Body.Span
    | other -> failtest ("not answered: " + other.ToString())

let unreachable reason =
    HttpOutcome.Unreachable reason :> HttpOutcome

let timedOut = HttpOutcome.TimedOut() :> HttpOutcome

/// The header lines of a request, by name.
let headersOf (request: string) =
    [
        for line in (request.Split "\r\n")[1..] do
            match line.IndexOf ": " with
            | -1 -> ()
            | colon -> line[.. colon - 1].ToLowerInvariant(), line[colon + 2 ..]
    ]
