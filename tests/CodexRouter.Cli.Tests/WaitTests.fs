module CodexRouter.Cli.Tests.WaitTests

open System
open System.Diagnostics
open System.IO
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// The service tells of one window of five hours.
let tells (service: StandIn) (used: int) (resets: DateTimeOffset) =
    service.SetUsageAnswer(
        alice,
        Answer.text
            200
            "application/json"
            ("{\"rate_limit\":{\"primary_window\":{\"used_percent\":"
             + string<int> used
             + ",\"limit_window_seconds\":18000,\"reset_at\":"
             + string<int64>(resets.ToUnixTimeSeconds())
             + "}}}")
    )

let private inSeconds (seconds: float) =
    DateTimeOffset.UtcNow.AddSeconds seconds

let private wait (person: Person) words =
    person.Run([ "wait"; "--min-left"; "20" ] @ words)

let tests =
    testList
        "wait"
        [
            serviced "with enough left it ends at once, and says what guard says" one (fun person service ->
                tells service 80 (inSeconds 3_000.0)
                Expect.equal (person.Does [ "wait"; "--min-left"; "20" ]) "alice: 5h 20% left\n" "words"
                person.Does [ "wait"; "--min-left"; "20"; "--json" ] |> ignore
                Expect.equal (timesAsked service) 1 "a figure of this minute is good enough")

            serviced "when the time is over it says what is left, and refuses" one (fun person service ->
                tells service 99 (inSeconds 3_000.0)
                let since = Stopwatch.StartNew()
                let outcome = wait person [ "--timeout"; "1s"; "--json" ]
                Expect.isGreaterThan since.Elapsed (TimeSpan.FromSeconds 1.0) "it waited"
                let answer = Told.only 1 outcome
                Expect.isFalse (Told.truth "enough" answer) "not enough"
                Expect.equal (Told.number "left_percent" answer) (Some 1.0) "what is left"
                Expect.equal (wait person [ "--timeout"; "0s" ]).Exit 1 "no time at all is guard")

            serviced "what no waiting brings is not waited for" one (fun person service ->
                tells service 10 (inSeconds 3_000.0)
                Expect.equal (wait person [ "--window"; "month" ]).Exit 5 "no such window"
                person.Write(person.In "profiles/key/auth.json", SampleAccount.apiKeySignIn "sk-FAKE-1")
                Expect.equal (wait person [ "key" ]).Exit 5 "an API key"
                wait person [ "nobody" ] |> Outcome.isFailure 3 [ "nobody" ]
                File.Delete(person.In "profiles/alice/auth.json")
                wait person [ "alice" ] |> Outcome.isFailure 4 [ "codex-router restore alice" ])

            serviced "exec --when-left runs the command when enough is left, and not before" one (fun person service ->
                tells service 80 (inSeconds 3_000.0)

                let exec percent =
                    person.Run([ "exec"; "alice"; "--when-left"; percent; "--"; "/bin/echo"; "ran" ])

                Expect.equal (exec "20").Out "ran\n" "enough"

                person.Run [ "exec"; "--when-left" ]
                |> Outcome.isFailure 2 [ "--when-left needs PERCENT" ]

                exec "lots" |> Outcome.isFailure 2 [ "--min-left must be a number" ]
                person.Write(person.In "profiles/key/auth.json", SampleAccount.apiKeySignIn "sk-FAKE-1")

                person.Run [ "exec"; "key"; "--when-left"; "20"; "--"; "/bin/echo"; "ran" ]
                |> Outcome.isFailure 5 [ "the command was not run" ])

            serviced "what does not pass by itself is not waited for" one (fun person service ->
                service.SetUsageAnswer(alice, Answer.error 402 "deactivated_workspace" "gone")
                let outcome = wait person []
                Expect.equal outcome.Exit 5 (Outcome.describe outcome)
                Expect.stringContains outcome.Err "workspace was deactivated" "why")

            serviced "words that make no sense are refused before anybody is asked" one (fun person service ->
                for words in
                    [
                        [ "--timeout"; "" ]
                        [ "--timeout"; "8" ]
                        [ "--timeout"; "soon" ]
                        [ "--timeout"; "30m1h" ]
                        [ "--timeout"; "-1h" ]
                        [ "--offline" ]
                        [ "alice"; "bob" ]
                    ] do
                    wait person words |> Outcome.isFailure 2 []

                person.Run [ "wait" ] |> Outcome.isFailure 2 [ "--min-left PERCENT is missing" ]
                Expect.isEmpty service.Requests "nobody")

            serviced "on a terminal it counts down in one line, and Ctrl-C ends it at once" one (fun person service ->
                tells service 99 (inSeconds 3_000.0)
                use terminalHome = new TestHome()

                use terminal =
                    new LiveTerminal(terminalHome, 120, 20, environment = [ "HOME", person.Home ])

                terminal.Type "\"$router\" wait --min-left 20"
                let first = terminal.Shows "waiting: alice: 5h 1% left, 20% needed; resets "
                let line = first |> List.find (fun line -> line.Contains "waiting:")

                terminal.Until("a second that passes", fun screen -> not (List.contains line screen))
                |> List.filter (fun line -> line.Contains "waiting:")
                |> fun lines -> Expect.hasLength lines 1 "in its place"

                terminal.Press "C-c"
                terminal.Type "echo ended $?"
                terminal.Shows "ended 130" |> ignore)
        ]
