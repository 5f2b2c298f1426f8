module CodexRouter.Cli.Tests.GuardCommandTests

open System
open System.IO
open CodexRouter.Cli
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// The service answers with these limits.
let private tells (service: StandIn) (limits: string) =
    service.SetUsageAnswer(alice, Answer.text 200 "application/json" ("{\"rate_limit\":" + limits + "}"))

let private window (name: string) (used: string) (minutes: int) (resets: DateTimeOffset) =
    "\""
    + name
    + "\":{\"used_percent\":"
    + used
    + ",\"limit_window_seconds\":"
    + string<int>(minutes * 60)
    + ",\"reset_at\":"
    + string<int64>(resets.ToUnixTimeSeconds())
    + "}"

let private inAnHour () = DateTimeOffset.UtcNow.AddHours 1.0

let private both fiveHours week =
    "{"
    + window "primary_window" fiveHours 300 (inAnHour ())
    + ","
    + window "secondary_window" week 10_080 (inAnHour ())
    + "}"

/// Asks, knowing nothing from before, with these words; gives how it ended.
let private guard (person: Person) (words: string list) =
    person.Forgets()
    person.Run("guard" :: words)

let private ends (person: Person) exit words =
    let outcome = guard person words
    Expect.equal outcome.Exit exit (String.Join(' ', words) + ": " + Outcome.describe outcome)
    outcome

let private isUnknown person (why: string) words =
    let outcome = ends person 5 words
    Expect.equal outcome.Out "" "nothing on stdout"
    Expect.stringStarts outcome.Err "codex-router: alice: quota unknown: " "on stderr"
    Expect.stringContains outcome.Err why "why"

let private min left = [ "--min-left"; left ]

let tests =
    testList
        "guard"
        [
            serviced "its words may come in any order, with = or behind --" one (fun person service ->
                tells service (both "90" "10")

                for words in
                    [
                        [ "alice"; "--min-left"; "10" ]
                        [ "alice"; "--min-left=10" ]
                        [ "--min-left"; "10"; "alice"; "--window=5h" ]
                        [ "--min-left=10"; "--"; "alice" ]
                    ] do
                    Expect.equal (ends person 0 words).Out "alice: 5h 10% left\n" (String.Join(' ', words))

                let outcome = ends person 2 [ "--min-left=10"; "--"; "--json" ]
                Expect.stringContains outcome.Err "'--json' behind -- is no name" "no option there")

            serviced "exactly as much as is needed is enough; the least bit less is not" one (fun person service ->
                tells service (both "90" "10")
                Expect.equal (ends person 0 (min "10")).Out "alice: 5h 10% left\n" "equal"
                Expect.equal (ends person 0 (min "10%")).Out "alice: 5h 10% left\n" "with its sign"

                Expect.equal
                    (ends person 1 (min "10.01")).Out
                    "alice: 5h 10% left, 10.01% needed\n"
                    "a bit more is needed"

                tells service (both "90.01" "10")
                Expect.equal (ends person 1 (min "10")).Out "alice: 5h 9.9% left, 10% needed\n" "a bit less is left"

                Expect.equal
                    (guard person (min "10" @ [ "--json" ])
                     |> Told.only 1
                     |> Told.number "left_percent")
                    (Some 9.9)
                    "never more than there is"

                tells service (both "100" "10")
                ends person 0 (min "0") |> ignore
                tells service (both "0" "0")
                ends person 0 (min "100") |> ignore)

            serviced "the window with the least left decides, or the one that is named" one (fun person service ->
                tells service (both "10" "95")
                Expect.stringContains (ends person 1 (min "10")).Out "week" "any"
                ends person 1 (min "10" @ [ "--window"; "any" ]) |> ignore
                ends person 1 (min "10" @ [ "--window"; "week" ]) |> ignore
                Expect.equal (ends person 0 (min "10" @ [ "--window"; "5h" ])).Out "alice: 5h 90% left\n" "named")

            serviced "a window that the plan lacks is unknown, and the ones it has are named" one (fun person service ->
                tells service (both "10" "10")
                isUnknown person "5h, week" (min "10" @ [ "--window"; "month" ])
                isUnknown person "5h, week" (min "10" @ [ "--window"; "" ])
                isUnknown person "5h, week" (min "10" @ [ "--window"; "?" ]))

            serviced
                "a window without a figure is unknown, unless another has too little anyway"
                one
                (fun person service ->
                    tells service (both "null" "10")
                    isUnknown person "no source says" (min "10")
                    ends person 0 (min "10" @ [ "--window"; "week" ]) |> ignore
                    tells service (both "null" "95")
                    ends person 1 (min "10") |> ignore)

            serviced
                "an empty window whose time has passed is not empty any more, and not full either"
                one
                (fun person service ->
                    let past = DateTimeOffset.UtcNow.AddMinutes -1.0

                    tells
                        service
                        ("{\"allowed\":false,\"limit_reached\":true,"
                         + window "primary_window" "100" 300 past
                         + "}")

                    isUnknown person "window has reset" (min "10")
                    isUnknown person "window has reset" (min "0")
                    isUnknown person "window has reset" (min "10" @ [ "--window"; "5h" ]))

            serviced "a limit that is reached outweighs every window" one (fun person service ->
                service.SetUsageAnswer(
                    alice,
                    Answer.text
                        200
                        "application/json"
                        ("{\"rate_limit\":"
                         + both "10" "10"
                         + ",\"rate_limit_reached_type\":{\"type\":\"workspace_owner_credits_depleted\"}}")
                )

                Expect.equal (ends person 1 (min "10")).Out "alice: the limit is reached\n" "any"
                ends person 1 (min "0" @ [ "--window"; "5h" ]) |> ignore)

            serviced "without figures it is unknown, with the reason" one (fun person service ->
                service.Refuses()
                isUnknown person "127.0.0.1 answered with status 403" (min "0")
                isUnknown person "no figure" (min "0" @ [ "--offline" ]))

            serviced
                "figures that are older than accepted are unknown; younger ones count when the service fails"
                one
                (fun person service ->
                    person.Quota [] |> ignore
                    person.Ages("alice", TimeSpan.FromMinutes 20.0)
                    service.Refuses()

                    for words, exit in
                        [
                            [], 5
                            [ "--max-age"; "19" ], 5
                            [ "--max-age"; "60" ], 0
                            [ "--max-age"; "60"; "--offline" ], 0
                            [ "--max-age"; "0.5"; "--offline" ], 5
                        ] do
                        let outcome = person.Run("guard" :: min "10" @ words)
                        Expect.equal outcome.Exit exit (String.Join(' ', words) + ": " + Outcome.describe outcome)

                    person.Write(person.In "router/config.toml", "stale_after_minutes = 60\n")
                    Expect.equal (person.Run("guard" :: min "10")).Exit 0 "as the settings have it")

            serviced
                "a figure of this minute is not asked for again, unless none so old is accepted"
                one
                (fun person service ->
                    ends person 0 (min "10") |> ignore
                    Expect.equal (person.Run("guard" :: min "10")).Exit 0 "again"
                    Expect.equal (timesAsked service) 1 "from the store"

                    Expect.equal
                        (person.Run("guard" :: min "10" @ [ "--max-age"; "0" ])).Exit
                        0
                        "just read is new enough"

                    Expect.equal (timesAsked service) 2 "asked"
                    person.Ages("alice", TimeSpan.FromMinutes 2.0)
                    Expect.equal (person.Run("guard" :: min "10")).Exit 0 "later"
                    Expect.equal (timesAsked service) 3 "asked")

            serviced
                "with --lasts it says no when the pace of the last hour is too fast"
                [ "alice", alice ]
                (fun person service ->
                    // Half an hour ago 40 % were used, now 60: two hours more.
                    let at (minutes: float) : Clock =
                        let now = DateTimeOffset.UtcNow.AddMinutes minutes

                        {
                            Now = fun () -> now
                            Sleep = ignore
                        }

                    let tells used =
                        WaitTests.tells service used (DateTimeOffset.UtcNow.AddHours 4.0)

                    tells 40
                    Expect.equal (person.RunBy(at -30.0, [ "quota" ])).Exit 0 "then"
                    tells 60
                    Expect.equal (person.RunBy(at 0.0, [ "quota" ])).Exit 0 "now"

                    let guard words = person.Run([ "guard" ] @ words)
                    Expect.equal (guard [ "--lasts"; "30m" ]).Exit 0 "half an hour"
                    let outcome = guard [ "--lasts"; "2h" ]
                    Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                    Expect.stringContains outcome.Out "alice: 5h is empty at " "when"
                    Expect.equal (guard [ "--lasts"; "30m"; "--min-left"; "50" ]).Exit 1 "both must hold"
                    let answer = Told.only 1 (guard [ "--lasts"; "2h"; "--json" ])
                    Expect.isSome (Told.time "empty_at" answer) "for programs"
                    guard [ "--lasts"; "soon" ] |> Outcome.isFailure 2 [ "--lasts must be a time" ]

                    guard []
                    |> Outcome.isFailure 2 [ "--min-left PERCENT or --lasts TIME is missing" ])

            promise "a sign-in that is no profile yet is named, with the command that makes it one" (fun person ->
                person.IsSignedInAs alice

                for words in [ [ "quota" ]; [ "guard"; "--min-left"; "1" ]; [ "wait"; "--min-left"; "1" ] ] do
                    let outcome = person.Run words
                    Outcome.isFailure 3 [ "is not saved as a profile yet"; "codex-router save" ] outcome
                    Expect.isFalse (outcome.Err.Contains "Not logged in") "somebody is logged in")

            promise "an API key has no plan to run out of, nor to rely on" (fun person ->
                person.Asks nowhere
                person.Write(person.In "profiles/key/auth.json", SampleAccount.apiKeySignIn "sk-FAKE-1")
                let outcome = person.Run("guard" :: min "10" @ [ "key" ])
                Expect.equal outcome.Exit 5 (Outcome.describe outcome)
                Expect.stringContains outcome.Err "an API key has no plan quota" "why")

            serviced
                "nothing can be begun with a profile that is signed out, whatever is left of it"
                one
                (fun person service ->
                    person.Quota [] |> ignore
                    File.Delete(person.In "profiles/alice/auth.json")

                    for words in [ []; [ "--offline" ] ] do
                        person.Run("guard" :: min "10" @ words @ [ "alice" ])
                        |> Outcome.isFailure 4 [ "Not logged in: alice"; "codex-router restore alice" ]

                    Expect.equal (timesAsked service) 1 "nobody was asked")

            serviced "the profile is the one in force, or the one that is named" PersonTests.both (fun person service ->
                service.Uses(bob, 95, 95)
                ends person 0 (min "10") |> ignore
                ends person 1 (min "10" @ [ "bob" ]) |> ignore
                let work = person.File "work"
                Directory.CreateDirectory work |> ignore
                person.Does([ "pin"; "bob" ], directory = work) |> ignore
                let inHome = [ "CODEX_HOME", person.In "profiles/bob" ]

                Expect.equal (person.Run("guard" :: min "10", environment = inHome, directory = work)).Exit 1 "pinned"

                person.Run("guard" :: min "10" @ [ "nobody" ])
                |> Outcome.isFailure 3 [ "nobody" ])

            serviced "words that make no sense are refused before anybody is asked" one (fun person service ->
                for words in
                    [
                        []
                        [ "alice" ]
                        [ "--min-left" ]
                        min ""
                        min "lots"
                        min "-1"
                        min "100.1"
                        min "NaN"
                        min "Infinity"
                        min "1,5"
                        min "10" @ [ "--max-age"; "-1" ]
                        min "10" @ [ "--max-age"; "soon" ]
                        min "10" @ [ "--max-age"; "10081" ]
                        min "10" @ [ "--window" ]
                        min "10" @ [ "--frob" ]
                        min "10" @ [ "alice"; "bob" ]
                    ] do
                    guard person words |> Outcome.isFailure 2 []

                guard person [ "alice" ]
                |> Outcome.isFailure 2 [ "--min-left PERCENT or --lasts TIME is missing" ]

                Expect.isEmpty service.Requests "nobody")

            serviced "for programs: one object, whatever the answer" one (fun person service ->
                let told exit words =
                    guard person (words @ [ "--json" ]) |> Told.only exit

                tells service (both "42" "7")
                let answer = told 0 (min "10")

                Expect.equal
                    (Told.keys answer)
                    [
                        "schema"
                        "profile"
                        "enough"
                        "left_percent"
                        "needed_percent"
                        "window"
                        "empty_at"
                        "reason"
                        "overridden_by"
                    ]
                    "keys"

                Expect.equal (Told.text "profile" answer) (Some "alice") "profile"
                Expect.isTrue (Told.truth "enough" answer) "enough"
                Expect.equal (Told.number "left_percent" answer) (Some 58.0) "left"
                Expect.equal (Told.number "needed_percent" answer) (Some 10.0) "needed"
                Expect.equal (Told.text "window" answer) (Some "5h") "window"
                let answer = told 1 (min "60")
                Expect.isFalse (Told.truth "enough" answer) "not enough"
                let answer = told 5 (min "60" @ [ "--window"; "month" ])
                Expect.isTrue (Told.isNull "enough" answer && Told.isNull "left_percent" answer) "unknown"
                Expect.equal (Told.text "window" answer) (Some "month") "the one asked for"
                let failed = told 2 (min "lots")
                Expect.equal (Told.field "error" failed |> Told.text "code") (Some "usage") "a failure")
        ]
