module CodexRouter.Cli.Tests.QuotaSourceTests

open System
open System.IO
open CodexRouter.StandIn
open Expecto

let private one = [ "alice", alice ]

/// An answer of the app-server, on one line.
let private result used =
    "{\"id\":2,\"result\":{\"rateLimits\":{\"limitId\":\"codex\",\"planType\":\"plus\",\"primary\":{\"usedPercent\":"
    + string<int> used
    + ",\"windowDurationMins\":300,\"resetsAt\":4070908800}},\"accountId\":\"acct-alice\"}}"

let private error (message: string) =
    "{\"id\":2,\"error\":{\"code\":-32603,\"message\":\"" + message + "\"}}"

let private source quota = Told.word "source" quota

let private appServer =
    testList
        "Codex's app-server"
        [
            serviced "is asked when the access token has ended, and the service is not" one (fun person service ->
                person.IsExpired("alice", alice)
                person.AppServerSays [ result 31 ]
                let quota = person.Quota []
                Expect.equal (source quota, Told.windows quota) ("app-server", "5h 69") "figures"
                Expect.equal (Told.text "plan" quota) (Some "plus") "plan"
                Expect.isEmpty service.Requests "the service was not asked with a dead token"
                Expect.equal (File.ReadAllText(person.File "started")) "app-server\n" "its words"

                match person.AppServerHeard with
                | [ greeting; initialized; question ] ->
                    Expect.stringContains greeting "\"method\":\"initialize\"" "first"
                    Expect.stringContains greeting "\"name\":\"codex-router\"" "who asks"
                    Expect.equal initialized "{\"method\":\"initialized\"}" "second"
                    Expect.equal question "{\"id\":2,\"method\":\"account/rateLimits/read\",\"params\":{}}" "third"
                | lines -> failtest (String.Join('\n', lines)))

            serviced "is asked when the service does not take the token" one (fun person service ->
                service.Answer(Usage, Answer.error 401 "token_expired" "ended")
                person.AppServerSays [ result 31 ]
                Expect.equal (source (person.Quota [])) "app-server" "source"
                Expect.equal (timesAsked service) 1 "the service was asked once"

                let renewals () =
                    person.AppServerHeard
                    |> List.filter (fun line ->
                        line.Contains(
                            "\"method\":\"getAuthStatus\",\"params\":{\"includeToken\":false,\"refreshToken\":true}",
                            StringComparison.Ordinal
                        ))
                    |> List.length

                Expect.equal (renewals ()) 1 "Codex was told to renew it, and not to say it"
                person.Quota [] |> ignore
                Expect.equal (renewals ()) 1 "and not again at once")

            promise "is asked for an access token of one's own, which the service has another way for" (fun person ->
                person.Asks nowhere
                person.Has one

                person.Write(
                    person.In "profiles/alice/auth.json",
                    "{\"OPENAI_API_KEY\":null,\"personal_access_token\":\"at-FAKE-alice\"}"
                )

                person.AppServerSays [ result 31 ]
                Expect.equal (source (person.Quota [])) "app-server" "source")

            serviced "runs in the profile's home, and without what would override its sign-in" one (fun person _ ->
                person.IsExpired("alice", alice)
                person.AppServerSays [ result 31 ]

                person.Run([ "quota" ], environment = [ "CODEX_API_KEY", "sk-FAKE"; "CODEX_ACCESS_TOKEN", "at-FAKE" ])
                |> ignore

                let environment = File.ReadAllLines(person.File "environment")
                Expect.contains environment ("CODEX_HOME=" + person.In "profiles/alice") "its home"

                Expect.isFalse (environment |> Array.exists _.StartsWith("CODEX_A")) "no key and no token")

            serviced "may say other things first" one (fun person _ ->
                person.IsExpired("alice", alice)

                person.AppServerSays
                    [
                        "not JSON at all"
                        "{\"id\":2"
                        "{\"method\":\"account/rateLimits/updated\",\"params\":{\"rateLimits\":{\"primary\":{\"usedPercent\":99,\"windowDurationMins\":300}}}}"
                        "{\"id\":7,\"result\":{}}"
                        "[2]"
                        ""
                        result 31
                    ]

                Expect.equal (Told.windows (person.Quota [])) "5h 69" "figures")

            for name, said, code in
                [
                    "an error", error "failed to fetch codex rate limits: 500; body=FAKE-TOKEN", "app_server"
                    "an error without a text", "{\"id\":2,\"error\":{}}", "app_server"
                    "an error that is a text", "{\"id\":2,\"error\":\"FAKE-TOKEN\"}", "app_server"
                    "that the sign-in has ended",
                    error "Your refresh token FAKE-TOKEN was already used. Please log out and sign in again.",
                    "login_expired"
                    "that the provider does not take it",
                    error "failed: 401 Unauthorized; body=FAKE-TOKEN",
                    "not_renewed"
                    "no figures", "{\"id\":2,\"result\":{\"rateLimits\":null}}", "answer_unknown"
                    "nothing, and ends", "", "app_server"
                    "half a line, and ends", "{\"id\":2,\"result\"", "app_server"
                ] do
                serviced ("answers " + name + ": told by kind, never in its own words") one (fun person _ ->
                    person.IsExpired("alice", alice)
                    person.AppServerSays [ said ]
                    Expect.equal (person.Unknown []) code "for programs"

                    person.Run [ "quota" ]
                    |> Outcome.isFailure
                        5
                        (if code = "login_expired" || code = "not_renewed" then
                             [ "alice"; "codex-router login alice" ]
                         else
                             []))

            serviced "that is not there is told, and the rest goes on" [ "alice", alice; "bob", bob ] (fun person _ ->
                person.IsExpired("alice", alice)

                let outcome =
                    person.Run(
                        [ "quota"; "--all"; "--json" ],
                        environment = [ "CODEX_ROUTER_CODEX", "/nowhere/codex" ]
                    )

                match Told.only 0 outcome |> Told.items "profiles" with
                | [ expired; other ] ->
                    Expect.equal (Told.field "error" expired |> Told.text "code") (Some "codex_not_found") "alice"
                    Expect.equal (Told.windows (Told.field "quota" other)) "5h 58, week 93" "bob"
                | _ -> failtest "two profiles"

                person.Run([ "quota" ], environment = [ "CODEX_ROUTER_CODEX", "/nowhere/codex" ])
                |> Outcome.isFailure 5 [ "/nowhere/codex" ])

            serviced "that cannot be run is told" one (fun person _ ->
                person.IsExpired("alice", alice)
                person.Write(person.File "tools/codex", "no program")

                File.SetUnixFileMode(person.File "tools/codex", UnixFileMode.UserRead ||| UnixFileMode.UserExecute)

                Expect.equal (person.Unknown []) "app_server" "for programs")

            serviced "whose router was killed is the profile's only one until it ends" one (fun person _ ->
                person.IsExpired("alice", alice)
                person.Write(person.File "said", result 31 + "\n")

                // A second one that is started beside the first ends both: what happened stands in `lived`.
                person.CodexDoes
                    """
trap '' PIPE
case $(cat "$HOME/lived" 2>/dev/null) in *began) : >"$HOME/go" ;; esac
echo began >>"$HOME/lived"
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
while read -r line; do
  case $line in
    *'"id":1,'*) echo '{"id":1,"result":{"userAgent":"stand-in"}}' ;;
    *'"id":2,'*) cat "$HOME/said"; break ;;
  esac
done
echo ended >>"$HOME/lived"
"""

                let outcome =
                    person.Shell(
                        "\"$router\" quota alice >/dev/null 2>&1 & first=$!; "
                        + "until [ -e \"$HOME/lived\" ]; do sleep 0.05; done; "
                        // Time enough for a second one that would not wait.
                        + "kill -KILL $first; (sleep 3; : >\"$HOME/go\") & \"$router\" quota alice --json; wait"
                    )

                Expect.stringContains outcome.Out "\"left_percent\":69" (Outcome.describe outcome)

                Expect.equal
                    (File.ReadAllText(person.File "lived"))
                    "began\nended\nbegan\nended\n"
                    "one after the other")

            serviced "that fails leaves the session logs" one (fun person _ ->
                person.IsExpired("alice", alice)
                person.AppServerSays [ error "no" ]

                person.Logs(
                    "sessions/2026/01/01/rollout-1.jsonl",
                    [ SessionLog.first alice; SessionLog.figures (minutesAgo 3.0) 20 ]
                )

                let told = (person.Quotas []).Head
                Expect.equal (source (Told.field "quota" told)) "session-log" "source"
                Expect.equal (Told.field "error" told |> Told.text "code") (Some "app_server") "why nothing newer")
        ]

/// Offline, the logs are the only source.
let private logged (person: Person) =
    let told = (person.Quotas([ "--offline" ])).Head
    Told.windows (Told.field "quota" told)

let private nothingLogged (person: Person) =
    Expect.equal (person.Unknown [ "--offline" ]) "no_figure" "no figures"

let private logPromise name (test: Person -> unit) =
    promise name (fun person ->
        person.Asks nowhere
        person.Has both
        test person)

let private today = "sessions/2026/01/02/rollout-2.jsonl"

let private compressed = [| 0x28uy; 0xB5uy; 0x2Fuy; 0xFDuy |]

let private logs =
    testList
        "session logs"
        [
            logPromise "the last figures of the newest session count, with their own age" (fun person ->
                person.Logs(
                    today,
                    [
                        SessionLog.first alice
                        SessionLog.figures (minutesAgo 9.0) 10
                        SessionLog.figures (minutesAgo 8.0) 20
                        "{\"type\":\"event_msg\",\"payload\":{\"type\":\"agent_message\"}}"
                    ]
                )

                let quota = person.Quota [ "--offline" ]
                Expect.equal (source quota, Told.windows quota) ("session-log", "5h 80") "figures"
                Expect.isGreaterThanOrEqual (Told.number "age_seconds" quota) (Some 480.0) "age"
                Expect.isTrue (Told.truth "stale" quota) "stale")

            logPromise "the newest among live and archived sessions counts" (fun person ->
                for path, minutes, used in
                    [
                        "sessions/2026/01/02/rollout-2.jsonl", 30.0, 20
                        "archived_sessions/rollout-1.jsonl", 3.0, 30
                        "sessions/2026/01/01/rollout-1.jsonl", 40.0, 40
                    ] do
                    person.Logs(path, [ SessionLog.first alice; SessionLog.figures (minutesAgo minutes) used ])
                    File.SetLastWriteTimeUtc(person.In path, (minutesAgo minutes).UtcDateTime)

                Expect.equal (logged person) "5h 70" "the archived one"
                person.Forgets()

                person.Logs(
                    "sessions/2026/01/01/rollout-1.jsonl",
                    [ SessionLog.first alice; SessionLog.figures (minutesAgo 1.0) 45 ]
                )

                Expect.equal (logged person) "5h 55" "an old day's session that goes on")

            logPromise "the newest figures count, not the session that was written to last" (fun person ->
                for path, written, read, used in
                    [
                        "sessions/2026/01/02/rollout-1.jsonl", 2.0, 2.0, 20
                        "sessions/2026/01/02/rollout-2.jsonl", 1.0, 30.0, 90
                        "sessions/2026/01/02/rollout-3.jsonl", 20.0, 20.0, 80
                    ] do
                    person.Logs(path, [ SessionLog.first alice; SessionLog.figures (minutesAgo read) used ])
                    File.SetLastWriteTimeUtc(person.In path, (minutesAgo written).UtcDateTime)

                Expect.equal (logged person) "5h 80" "the newest")

            logPromise "sessions of others are passed over, however new" (fun person ->
                person.Logs(today, [ SessionLog.first bob; SessionLog.figures (minutesAgo 1.0) 90 ])
                nothingLogged person

                person.Logs(
                    "sessions/2026/01/01/rollout-1.jsonl",
                    [ SessionLog.first alice; SessionLog.figures (minutesAgo 9.0) 10 ]
                )

                Expect.equal (logged person) "5h 90" "one's own"
                Expect.equal (Told.windows (person.Quota [ "bob"; "--offline" ])) "5h 10" "bob's own")

            logPromise "another user of one's workspace is another" (fun person ->
                person.Logs(
                    today,
                    [
                        SessionLog.first { alice with UserId = "user-colleague" }
                        SessionLog.figures (minutesAgo 1.0) 90
                    ]
                )

                nothingLogged person)

            logPromise "another family's newer line stands beside the plan's own, and is not taken for it" (fun person ->
                person.Logs(
                    today,
                    [
                        SessionLog.first alice
                        SessionLog.figures (minutesAgo 9.0) 10
                        SessionLog.ofFamily "codex_bengalfox" (minutesAgo 1.0) 90
                    ]
                )

                Expect.equal (logged person) "5h 90, codex_bengalfox 5h 10" "the plan's own, and the extra one"
                let list = person.Does [ "list" ]
                Expect.stringContains list "5h 90%" "the plan's own is what is left"
                Expect.isFalse (list.Contains "10%") "the extra one is not")

            logPromise "a refusal after the last figures is what counts: nothing is left" (fun person ->
                person.Logs(
                    today,
                    [
                        SessionLog.first alice
                        SessionLog.figures (minutesAgo 9.0) 97
                        SessionLog.refused (minutesAgo 1.0)
                    ]
                )

                let said = person.Does [ "quota"; "alice"; "--offline" ]
                Expect.stringContains said "the limit is reached" "in words"
                Expect.stringContains said "0% left" "of the window that is to blame"
                let outcome = person.Run [ "guard"; "alice"; "--min-left"; "1"; "--offline" ]
                Expect.equal outcome.Exit 1 (Outcome.describe outcome))

            logPromise "a fork of another's session tells nothing by what was copied into it" (fun person ->
                let fork = minutesAgo 5.0

                person.Logs(
                    today,
                    [
                        SessionLog.first alice
                        SessionLog.begun fork bob
                        SessionLog.figures fork 97
                    ]
                )

                nothingLogged person)

            logPromise "a fork tells its own figures" (fun person ->
                let fork = minutesAgo 5.0

                person.Logs(
                    today,
                    [
                        SessionLog.first alice
                        SessionLog.begun fork bob
                        SessionLog.figures fork 97
                        SessionLog.figures (minutesAgo 1.0) 12
                    ]
                )

                Expect.equal (logged person) "5h 88" "the fork's own")

            logPromise "lines without figures, broken, or of other events are passed over" (fun person ->
                let now = minutesAgo 1.0

                person.Logs(
                    today,
                    [
                        SessionLog.first alice
                        SessionLog.figures (minutesAgo 9.0) 10
                        SessionLog.event now "null"
                        SessionLog.event now "{}"
                        "{\"type\":\"event_msg\",\"payload\":{\"type\":\"token_count\""
                        "\"token_count\""
                        ""
                        (SessionLog.figures now 90).Replace("event_msg", "response_item")
                    ]
                )

                Expect.equal (logged person) "5h 90" "the last true one")

            logPromise "an event of a limit that was reached counts" (fun person ->
                person.Logs(
                    today,
                    [
                        SessionLog.first alice
                        (SessionLog.figures (minutesAgo 1.0) 100)
                            .Replace("}}}", "},\"rate_limit_reached_type\":\"rate_limit_reached\"}}")
                    ]
                )

                let quota = person.Quota [ "--offline" ]
                Expect.equal (Told.windows quota) "5h 0" "nothing left"
                Expect.isTrue (Told.truth "limit_reached" quota) "reached"
                Expect.equal (Told.text "reached_type" quota) (Some "rate_limit_reached") "by what")

            logPromise "a line that is being written is left until it is whole" (fun person ->
                let whole = SessionLog.figures (minutesAgo 1.0) 90

                let text =
                    SessionLog.first alice
                    + "\n"
                    + SessionLog.figures (minutesAgo 9.0) 10
                    + "\n"
                    + whole.Substring(0, whole.Length - 9)

                person.Write(person.In today, text)
                Expect.equal (logged person) "5h 90" "the one before")

            logPromise "huge lines hide nothing before them" (fun person ->
                person.Logs(
                    today,
                    [
                        SessionLog.first alice
                        SessionLog.figures (minutesAgo 1.0) 10
                        "{\"type\":\"response_item\",\"payload\":{\"x\":\"\\\"token_count\\\""
                        + String('x', 3_000_000)
                        + "\"}}"
                    ]
                )

                Expect.equal (logged person) "5h 90" "found")

            for name, lines in
                [
                    "an empty one", []
                    "one without a first line", [ SessionLog.figures (minutesAgo 1.0) 90 ]
                    "one whose first line is cut off",
                    [
                        (SessionLog.first alice).Substring(0, 60)
                        SessionLog.figures (minutesAgo 1.0) 90
                    ]
                    "one whose first line has no end",
                    [
                        (SessionLog.first alice).Replace("\"id\"", "\"x\":\"" + String('x', 2_000_000) + "\",\"id\"")
                        SessionLog.figures (minutesAgo 1.0) 90
                    ]
                    "one of a release that named nobody", [ SessionLog.nobodys; SessionLog.figures (minutesAgo 1.0) 90 ]
                    "one that names no one twice over",
                    [
                        SessionLog.nobodys
                        SessionLog.first alice
                        SessionLog.figures (minutesAgo 1.0) 90
                    ]
                ] do
                logPromise ("a session that nobody can be sure of is nobody's: " + name) (fun person ->
                    person.Logs(today, lines)
                    nothingLogged person)

            logPromise "what only looks like a log is passed over" (fun person ->
                let lines = [ SessionLog.first alice; SessionLog.figures (minutesAgo 1.0) 90 ]
                person.Write(person.In "sessions/2026/01/01/rollout-1.jsonl.zst", compressed)

                Directory.CreateDirectory(person.In "sessions/2026/01/01/rollout-2.jsonl")
                |> ignore

                person.Logs("sessions/2026/01/01/notes.jsonl", lines)
                person.Logs("sessions/2026/01/01/rollout-3.jsonl.bak", lines)
                person.Logs("sessions/2026/01/01/deeper/still/rollout-4.jsonl", lines)
                person.Logs("elsewhere/rollout-5.jsonl", lines)

                File.CreateSymbolicLink(
                    person.In "sessions/2026/01/01/rollout-5.jsonl",
                    person.In "elsewhere/rollout-5.jsonl"
                )
                |> ignore

                nothingLogged person)

            logPromise "a session that was not written to for longer than any window is passed over" (fun person ->
                person.Logs(today, [ SessionLog.first alice; SessionLog.figures (minutesAgo 1.0) 90 ])
                File.SetLastWriteTimeUtc(person.In today, (minutesAgo (36.0 * 1_440.0)).UtcDateTime)
                nothingLogged person)

            logPromise "figures from a time to come are not believed" (fun person ->
                person.Logs(
                    today,
                    [
                        SessionLog.first alice
                        SessionLog.figures (minutesAgo 5.0) 10
                        SessionLog.figures (minutesAgo -600.0) 90
                    ]
                )

                Expect.equal (logged person) "5h 90" "the one of this time")

            promise "a profile with a history of its own takes what names nobody as its own" (fun person ->
                person.Asks nowhere
                person.IsSignedInAs alice
                person.Does [ "save"; "alice" ] |> ignore
                let file = person.File "sign-in.json"
                person.Write(file, Person.SignInOf bob)
                person.Does [ "save"; "bob"; "--from"; file; "--separate-history" ] |> ignore
                let own = "profiles/bob/sessions/2026/01/01/rollout-1.jsonl"
                person.Logs(today, [ SessionLog.first bob; SessionLog.figures (minutesAgo 1.0) 90 ])
                Expect.equal (person.Unknown [ "bob"; "--offline" ]) "no_figure" "the shared ones are not its own"
                person.Logs(own, [ SessionLog.nobodys; SessionLog.figures (minutesAgo 2.0) 20 ])
                Expect.equal (Told.windows (person.Quota [ "bob"; "--offline" ])) "5h 80" "its own"
                person.Logs(own, [ SessionLog.first alice; SessionLog.figures (minutesAgo 1.0) 90 ])
                person.Forgets()
                Expect.equal (person.Unknown [ "bob"; "--offline" ]) "no_figure" "but never another's")
        ]

let private order =
    testList
        "order of sources"
        [
            serviced "the service's word counts, even when a log has figures" one (fun person _ ->
                person.Logs(today, [ SessionLog.first alice; SessionLog.figures (minutesAgo 0.0) 90 ])
                let quota = person.Quota []
                Expect.equal (source quota, Told.windows quota) ("service", "5h 58, week 93") "figures")

            serviced
                "without the service, a log that is newer than what is stored counts, with the reason"
                one
                (fun person service ->
                    person.Quota [] |> ignore
                    person.Ages("alice", TimeSpan.FromMinutes 30.0)
                    service.Refuses()
                    person.Logs(today, [ SessionLog.first alice; SessionLog.figures (minutesAgo 3.0) 70 ])
                    let told = (person.Quotas []).Head
                    let quota = Told.field "quota" told
                    Expect.equal (source quota, Told.windows quota) ("session-log", "5h 30") "figures"
                    Expect.equal (Told.field "error" told |> Told.text "code") (Some "forbidden") "why not the service"
                    Expect.equal (source (person.Quota [])) "cache" "and it is stored"
                    Expect.stringContains (person.PromptOf "alice") " 5h 30 " "also for the prompt")

            serviced
                "without the service, a log that is older than what is stored does not count"
                one
                (fun person service ->
                    person.Quota [] |> ignore
                    service.Refuses()
                    person.Logs(today, [ SessionLog.first alice; SessionLog.figures (minutesAgo 3.0) 90 ])
                    let quota = person.Quota []
                    Expect.equal (source quota, Told.windows quota) ("cache", "5h 58, week 93") "figures")
        ]

let tests = testList "quota sources" [ appServer; logs; order ]
