/// Codex's app-server as the source of a quota.
module CodexRouter.Cli.Tests.AppServerTests

open System
open System.IO
open CodexRouter.StandIn
open Expecto

/// An answer of the app-server, on one line.
let private result used =
    "{\"id\":2,\"result\":{\"rateLimits\":{\"limitId\":\"codex\",\"planType\":\"plus\",\"primary\":{\"usedPercent\":"
    + string<int> used
    + ",\"windowDurationMins\":300,\"resetsAt\":4070908800}},\"accountId\":\"acct-alice\"}}"

let private error (message: string) =
    "{\"id\":2,\"error\":{\"code\":-32603,\"message\":\"" + message + "\"}}"

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

            serviced
                "is asked when the service is out of the router's reach, and told to renew nothing"
                one
                (fun person service ->
                    service.Refuses()
                    person.AppServerSays [ result 31 ]
                    let quota = person.Quota []
                    Expect.equal (source quota, Told.windows quota) ("app-server", "5h 69") "Codex has ways of its own"

                    Expect.isFalse
                        (person.AppServerHeard
                         |> List.exists _.Contains("refreshToken\":true", StringComparison.Ordinal))
                        "nothing to renew")

            serviced "is not asked instead of the service in the background" one (fun person service ->
                service.Refuses()
                person.AppServerSays [ result 31 ]
                person.Does [ "refresh"; "alice" ] |> ignore
                Expect.isEmpty person.AppServerHeard "a process a minute is too much for a prompt")

            serviced "that does not reach the service either leaves the service's own reason" one (fun person service ->
                service.Refuses()
                person.AppServerSays [ error "failed to fetch codex rate limits" ]
                let outcome = person.Run [ "quota"; "alice" ]
                Expect.equal outcome.Exit 5 (Outcome.describe outcome)
                Expect.stringContains outcome.Err "answered with status 403" "why")

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

let tests = testList "quota sources" [ appServer ]
