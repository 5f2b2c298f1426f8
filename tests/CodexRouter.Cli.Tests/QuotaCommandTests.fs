module CodexRouter.Cli.Tests.QuotaCommandTests

open System
open System.IO
open System.Text.Json
open CodexRouter.StandIn
open Expecto

let private quotaKeys =
    [
        "plan"
        "source"
        "fetched_at"
        "age_seconds"
        "stale"
        "left_percent"
        "unlimited"
        "limit_reached"
        "reached_type"
        "blocked_by"
        "blocked_until"
        "windows"
        "credits"
        "spend"
        "reset_credits"
    ]

let private names profiles = profiles |> List.map (Told.word "name")

let private hasKey (person: Person) =
    person.Write(person.In "profiles/key/auth.json", SampleAccount.apiKeySignIn "sk-FAKE-1")

let private whose =
    testList
        "whose"
        [
            serviced
                "without a name, the profile in force: the current one, the pinned one, the home's"
                both
                (fun person service ->
                    let work = person.File "work"
                    Directory.CreateDirectory work |> ignore
                    person.Does([ "pin"; "bob" ], directory = work) |> ignore
                    Expect.equal (names (person.Quotas [])) [ "alice" ] "current"

                    Expect.equal
                        (names (person.Quotas([], directory = work)))
                        [ "bob" ]
                        "pinned, also in a shell without the hook"

                    let inHome = [ "CODEX_HOME", person.In "profiles/bob" ]

                    let outcome =
                        person.Run([ "quota"; "--json" ], environment = inHome, directory = work)

                    Expect.equal (names (Told.only 0 outcome |> Told.items "profiles")) [ "bob" ] "pinned, with it"

                    let outcome =
                        person.Shell("\"$router\" exec -- \"$router\" quota --json", directory = work)

                    Expect.equal (names (Told.only 0 outcome |> Told.items "profiles")) [ "bob" ] "and by exec"

                    Expect.equal
                        (service.Requests |> List.choose _.Account)
                        [ alice; bob; bob; bob ]
                        "nobody else was asked for")

            serviced "by names and aliases, each once, in the order given" both (fun person service ->
                person.Does [ "alias"; "bob"; "office" ] |> ignore

                Expect.equal
                    (names (person.Quotas [ "office"; "alice"; "bob"; "alice" ]))
                    [ "bob"; "alice" ]
                    "each once"

                Expect.equal (timesAsked service) 2 "and asked for once")

            serviced "all of them, in the order of their names" [ "zoe", alice; "bob", bob ] (fun person _ ->
                hasKey person
                Expect.equal (names (person.Quotas [ "--all" ])) [ "bob"; "key"; "zoe" ] "names")

            serviced "an unknown name is told before anybody is asked" one (fun person service ->
                person.Run [ "quota"; "alice"; "nobody" ]
                |> Outcome.isFailure 3 [ "Profile not found"; "nobody" ]

                person.Run [ "quota"; "../alice" ] |> Outcome.isFailure 3 []
                person.Run [ "quota"; "alice"; "--all" ] |> Outcome.isFailure 2 [ "--all" ]
                Expect.isEmpty service.Requests "nobody")

            promise "without profiles there is nothing to ask for" (fun person ->
                Expect.isEmpty (person.Quotas [ "--all" ]) "none"
                Expect.stringContains (person.Does [ "quota"; "--all" ]) "no profiles yet" "in words"
                person.Run [ "quota" ] |> Outcome.isFailure 4 [ "Not logged in"; "--all" ])

            serviced "a profile that is signed out is told so" both (fun person service ->
                File.Delete(person.In "profiles/bob/auth.json")

                person.Run [ "quota"; "bob" ]
                |> Outcome.isFailure 4 [ "Not logged in"; "codex-router login bob" ]

                let told = (person.Quotas([ "bob" ], 4)).Head
                Expect.equal (Told.field "error" told |> Told.text "code") (Some "not_signed_in") "for programs"

                match person.Quotas [ "--all" ] with
                | [ alice; bob ] ->
                    Expect.isTrue (Told.isNull "error" alice) "alice"
                    Expect.isTrue (Told.isNull "quota" bob) "bob"
                | _ -> failtest "two"

                let text = person.Does [ "quota"; "--all" ]
                Expect.stringContains text "58% left" "alice"
                Expect.stringContains text "Not available: Not logged in" "bob"
                Expect.equal (service.Requests |> List.choose _.Account |> List.distinct) [ alice ] "only alice")

            serviced "some may fail while others are told; all failing is a failure" both (fun person service ->
                service.SetUsageAnswer(bob, Answer.text 403 "text/html" "no")

                match person.Quotas [ "--all" ] with
                | [ alice; bob ] ->
                    Expect.equal (Told.windows (Told.field "quota" alice)) "5h 58, week 93" "alice"
                    Expect.equal (Told.field "error" bob |> Told.text "code") (Some "forbidden") "bob"
                | _ -> failtest "two"

                let outcome = person.Run [ "quota"; "--all" ]
                Expect.equal outcome.Exit 0 (Outcome.describe outcome)
                Expect.stringContains outcome.Out "Not available: 127.0.0.1 answered with status 403" "the reason"
                person.Forgets()
                service.Refuses()
                Expect.equal (person.Quotas([ "--all" ], 5)).Length 2 "both are told of"
                let outcome = person.Run [ "quota"; "--all" ]
                Expect.equal outcome.Exit 5 (Outcome.describe outcome)
                Expect.stringContains outcome.Out "bob (bob@work.example, business)" "both are told of")

            promise "an API key has no plan, which is no failure" (fun person ->
                person.Asks nowhere
                hasKey person
                let text = person.Does [ "quota"; "key" ]
                Expect.stringContains text "key (API key)" "whose"
                Expect.stringContains text "Not available: an API key has no plan quota" "the reason"
                let told = (person.Quotas [ "key" ]).Head
                Expect.isTrue (Told.isNull "quota" told && Told.isNull "error" told) "neither"
                Expect.equal (person.Does [ "quota"; "key"; "--offline" ]) text "offline too")
        ]

let private forPrograms =
    testList
        "for programs"
        [
            serviced "each profile with all that is known; what is not known is null" one (fun person service ->
                service.SetUsage(
                    alice,
                    { SampleUsage.twoWindows DateTimeOffset.UtcNow 42 7 with
                        Credits = Some "9.99"
                        ResetCredits = 1
                    }
                )

                let told = (person.Quotas []).Head
                Expect.equal (Told.keys told) [ "name"; "quota"; "error" ] "a profile"
                let quota = Told.field "quota" told
                Expect.equal (Told.keys quota) quotaKeys "a quota"
                Expect.equal (Told.text "plan" quota) (Some "plus") "plan"
                Expect.equal (Told.text "source" quota) (Some "service") "source"
                Expect.isFalse (Told.truth "stale" quota) "fresh"
                Expect.isFalse (Told.truth "limit_reached" quota) "not reached"
                Expect.isTrue (Told.isNull "reached_type" quota && Told.isNull "spend" quota) "null"
                Expect.equal (Told.number "reset_credits" quota) (Some 1.0) "reset credits"
                let credits = Told.field "credits" quota
                Expect.equal (Told.keys credits) [ "balance"; "unlimited" ] "credits"
                Expect.equal (Told.text "balance" credits) (Some "9.99") "balance"
                let window = (Told.items "windows" quota).Head

                Expect.equal
                    (Told.keys window)
                    [
                        "limit"
                        "label"
                        "minutes"
                        "used_percent"
                        "left_percent"
                        "resets_at"
                        "state"
                    ]
                    "a window"

                Expect.equal (Told.text "limit" window) (Some "codex") "limit"
                Expect.equal (Told.text "label" window) (Some "5h") "label"
                Expect.equal (Told.number "minutes" window) (Some 300.0) "minutes"
                Expect.equal (Told.number "used_percent" window) (Some 42.0) "used"
                Expect.equal (Told.number "left_percent" window) (Some 58.0) "left"
                Expect.equal (Told.text "state" window) (Some "current") "state"

                for time in [ Told.word "fetched_at" quota; Told.word "resets_at" window ] do
                    Expect.isMatch time "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$" "RFC 3339")

            serviced "a window whose time has passed is reset, and its old figure is nowhere" one (fun person service ->
                let now = DateTimeOffset.UtcNow

                service.SetUsage(
                    alice,
                    { SampleUsage.twoWindows now 97 7 with
                        Primary =
                            Some
                                {
                                    UsedPercent = 97
                                    Minutes = 300
                                    ResetsAt = now.AddHours -1.0
                                }
                    }
                )

                let quota = person.Quota []
                Expect.equal (Told.windows quota) "5h reset, week 93" "windows"
                let window = (Told.items "windows" quota).Head
                Expect.isTrue (Told.isNull "used_percent" window && Told.isNull "left_percent" window) "null"

                for text in [ person.Does [ "quota" ]; person.Does [ "list" ]; person.Does [ "current" ] ] do
                    Expect.stringContains text "reset" "said so"
                    Expect.isFalse (text.Contains "3%" && not (text.Contains "93%")) "no old figure"
                    Expect.isFalse (text.Contains "97" || text.Contains " 3%") "no old figure")

            serviced
                "list, current and the bare command tell what is stored, and ask nobody"
                both
                (fun person service ->
                    let listed () =
                        person.Run [ "list"; "--json" ]
                        |> Told.only 0
                        |> Told.items "profiles"
                        |> List.map (Told.field "quota")

                    person.AppServerSays []

                    for quota in listed () do
                        Expect.equal quota.ValueKind JsonValueKind.Null "nothing is known yet"

                    Expect.stringContains (person.Does [ "list" ]) "not read yet" "in words"
                    person.Does [ "current" ] |> ignore
                    person.Does [] |> ignore
                    Expect.isEmpty service.Requests "nobody was asked"
                    person.Quota [ "alice" ] |> ignore

                    match listed () with
                    | [ quota; none ] ->
                        Expect.equal (Told.keys quota) quotaKeys "keys"
                        Expect.equal (Told.text "source" quota) (Some "cache") "source"
                        Expect.equal (Told.windows quota) "5h 58, week 93" "windows"
                        Expect.equal none.ValueKind JsonValueKind.Null "bob's"
                    | _ -> failtest "two"

                    let current = person.Run [ "current"; "--json" ] |> Told.only 0

                    Expect.equal
                        (Told.windows (Told.field "quota" (Told.field "profile" current)))
                        "5h 58, week 93"
                        "current"

                    for words in [ [ "list" ]; [ "current" ]; [] ] do
                        Expect.stringContains (person.Does words) "5h 58%  week 93%" (String.Join(' ', words))

                    Expect.equal (timesAsked service) 1 "only quota asked"
                    Expect.isEmpty person.AppServerHeard "nor was Codex")
        ]

let private forPeople =
    testList
        "for people"
        [
            serviced
                "plain text without a terminal: whose, where from, each window, until when"
                one
                (fun person service ->
                    service.SetUsage(
                        alice,
                        { SampleUsage.twoWindows DateTimeOffset.UtcNow 42 7 with
                            Credits = Some "9.99"
                            ResetCredits = 2
                        }
                    )

                    let text = person.Does [ "quota" ]
                    Expect.stringContains text "alice (alice@example.com, plus)  service, " "whose, and where from"
                    Expect.isMatch text "\n  5h      58% left   resets .+ \\(in (1h|2h) " "five hours"
                    Expect.isMatch text "\n  week    93% left   resets .+ \\(in (3d|4d) " "week"
                    Expect.stringContains text "\n  credits 9.99\n" "credits"

                    Expect.stringContains
                        text
                        "\n  resets  2 left: with each, you can reset a window in Codex\n"
                        "reset credits"

                    Expect.isFalse (text.Contains '█' || text.Contains '\u001b') "no bar, no colour")

            serviced
                "never more than there is: not 100 when some is used, not 0 when some is left"
                one
                (fun person service ->
                    service.SetUsageAnswer(
                        alice,
                        Answer.text
                            200
                            "application/json"
                            """{"rate_limit":{"primary_window":{"used_percent":0.2,"limit_window_seconds":18000},
                            "secondary_window":{"used_percent":99.7,"limit_window_seconds":604800}}}"""
                    )

                    let text = person.Does [ "quota" ]
                    Expect.stringContains text "99% left" "five hours"
                    Expect.stringContains text " 1% left" "week")

            serviced "old figures are marked, with the reason why there are no newer ones" one (fun person service ->
                person.Quota [] |> ignore
                person.Ages("alice", TimeSpan.FromMinutes 90.0)
                service.Refuses()
                let outcome = person.Run [ "quota" ]
                Expect.equal outcome.Exit 0 (Outcome.describe outcome)
                Expect.stringContains outcome.Out "58% left" "what was known"
                Expect.stringContains outcome.Out "1 h ago, stale" "its age"

                Expect.equal
                    outcome.Err
                    "codex-router: alice: no newer figures: 127.0.0.1 answered with status 403: it does not let this machine or account ask\n"
                    "the reason"

                Expect.stringContains (person.Does [ "list" ]) "~5h 58%" "list"
                Expect.stringContains (person.Does [ "current" ]) "~5h 58%" "current"
                Expect.isTrue (Told.truth "stale" (person.Quota [])) "for programs")

            serviced "how old is too old is the person's to say" one (fun person service ->
                person.Quota [] |> ignore
                person.Ages("alice", TimeSpan.FromMinutes 90.0)
                service.Refuses()

                for setting, isStale in
                    [
                        "stale_after_minutes = 120", false
                        "stale_after_minutes = 60.5", true
                        "stale_after_minutes = 0", true
                        "stale_after_minutes = -1", true
                        "stale_after_minutes = \"120\"", true
                        "stale_after_minutes = 1e9", true
                        "stale_after_minutes = ", true
                    ] do
                    person.Write(person.In "router/config.toml", setting + "\n")
                    Expect.equal (Told.truth "stale" (person.Quota [])) isStale setting)

            serviced "a limit that is reached is told, with the provider's word for it" one (fun person service ->
                service.SetUsageAnswer(
                    alice,
                    Answer.text
                        200
                        "application/json"
                        """{"rate_limit":{"allowed":false,"limit_reached":true,"primary_window":{"used_percent":10,"limit_window_seconds":18000}},
                            "rate_limit_reached_type":{"type":"workspace_member_credits_depleted"}}"""
                )

                let text = person.Does [ "quota" ]
                Expect.stringContains text "90% left" "the window"
                Expect.stringContains text "the limit is reached (workspace_member_credits_depleted)" "the limit")

            serviced "what others wrote acts on no terminal" one (fun person service ->
                service.SetUsageAnswer(
                    alice,
                    Answer.text
                        200
                        "application/json"
                        """{"plan_type":"\u001b[31mpl\u202eus\u0007","rate_limit":{"primary_window":{"used_percent":10,"limit_window_seconds":18000}},
                            "additional_rate_limits":[{"limit_name":"\u001b]0;x\u0007","rate_limit":{"primary_window":{"used_percent":3,"limit_window_seconds":18000}}}],
                            "credits":{"has_credits":true,"balance":"\u001b[2J"},"rate_limit_reached_type":"\u009b\u200f",
                            "spend_control":{"reached":true,"individual_limit":{"limit":"\u001b[1m","used":"\r8"}}}"""
                )

                for words in
                    [
                        [ "quota" ]
                        [ "quota"; "--json" ]
                        [ "list" ]
                        [ "list"; "--json" ]
                        [ "current" ]
                        []
                    ] do
                    let text = person.Does words

                    for character in text do
                        let isSafe =
                            character = '\n'
                            || not (Char.IsControl character)
                               && Char.GetUnicodeCategory character <> Globalization.UnicodeCategory.Format

                        Expect.isTrue isSafe (String.Join(' ', words) + " writes " + (int character).ToString "X"))

            serviced "doctor has nothing against what quotas leave behind" both (fun person service ->
                person.Quotas [ "--all" ] |> ignore
                service.Answer(Usage, Answer.error 429 "x" "y" |> Answer.withHeader "Retry-After" "60")
                person.Does [ "refresh" ] |> ignore
                person.Does [ "doctor" ] |> ignore)
        ]

let tests = testList "quota command" [ whose; forPrograms; forPeople ]
