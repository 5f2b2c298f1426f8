module CodexRouter.Cli.Tests.FallbackTests

open System
open System.Globalization
open System.IO
open System.Text.RegularExpressions
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

let private both = [ "alice", alice; "bob", bob ]

let private settings (person: Person) (lines: string list) =
    person.Write(person.In "router/config.toml", String.concat "\n" lines + "\n")

let private rule = [ "[fallback.alice]"; "to = [\"bob\"]"; "below = 10" ]

/// The second line of what zsh reads for a profile, without the time in it; empty when there is none.
let private advice (person: Person) name =
    match person.PromptOf(name).Split '\n' |> List.ofArray with
    | _ :: line :: _ when line <> "" ->
        let words = line.Split(' ', 4)
        String.Join(' ', [ words[0]; words[1]; words[3] ])
    | _ -> ""

let private reason = "alice has 4% left of its 5h window, bob has 80%"

let private little (service: StandIn) =
    service.Uses(alice, 96, 7)
    service.Uses(bob, 20, 7)

/// Puts what was decided so many minutes earlier.
let private decidedEarlier (person: Person) (minutes: float) =
    let path = person.In "router/fallback.json"

    let earlier (found: Match) =
        let time =
            DateTimeOffset.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture).AddMinutes -minutes

        found.Groups[1].Value
        + time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)

    let before = File.ReadAllText path
    let after = Regex.Replace(before, "(\"(?:since|given)\": *\")([^\"]+)", earlier)
    Expect.notEqual after before "it is earlier"
    person.Write(path, after)

let private three = both @ [ "carol", carol ]

let tests =
    testList
        "fallback"
        [
            serviced
                "is told in the prompt's file and by current, with the reason and the command"
                both
                (fun person service ->
                    settings person rule
                    little service
                    person.Does [ "refresh"; "alice" ] |> ignore
                    let told = reason + ": codex-router use bob"
                    Expect.equal (advice person "alice") ("tell bob " + told) "for zsh"
                    Expect.stringContains (person.Does [ "current" ]) told "current says so"
                    Expect.stringContains (person.Does []) told "the state at a glance too"
                    Expect.equal (advice person "bob") "" "bob has no rule"
                    service.Uses(alice, 100, 100)
                    person.Does [ "switch"; "bob" ] |> ignore
                    Expect.isFalse ((person.Does [ "current" ]).Contains "left of its") "of bob nothing is said")

            serviced "knows the figures of all that were asked about, in whatever order" both (fun person service ->
                settings person rule
                little service
                person.Does [ "quota"; "--all" ] |> ignore
                Expect.equal (advice person "alice") ("tell bob " + reason + ": codex-router use bob") "at once")

            serviced "goes when there is room again" both (fun person service ->
                settings person rule
                little service
                person.Does [ "refresh"; "alice" ] |> ignore
                Expect.notEqual (advice person "alice") "" "advice"
                service.Uses(alice, 10, 7)
                // A figure that drops is believed when a second reading agrees.
                person.Does [ "refresh"; "alice" ] |> ignore
                person.Does [ "refresh"; "alice" ] |> ignore
                Expect.equal (advice person "alice") "" "no advice")

            serviced "switches only if the person said so" both (fun person service ->
                little service

                for word, expected in [ "on_limit = \"stay\"", ""; "on_limit = \"switch\"", "switch bob " + reason ] do
                    settings person (word :: rule)
                    person.Does [ "refresh"; "alice" ] |> ignore
                    Expect.equal (advice person "alice") expected word
                    Expect.equal person.Current (Some "alice") "what is current stays")

            serviced "never proposes a profile with less room, or one that nobody listed" both (fun person service ->
                service.Uses(alice, 96, 7)
                service.Uses(bob, 97, 7)
                settings person rule
                person.Does [ "quota"; "--all" ] |> ignore
                Expect.equal (advice person "alice") "" "less room"
                service.Uses(bob, 20, 7)
                settings person [ "[fallback.bob]"; "to = [\"alice\"]" ]
                person.Does [ "quota"; "--all" ] |> ignore
                Expect.equal (advice person "alice") "" "no rule")

            for cooldown, minutes, expected in [ 2, 5.0, "carol"; 60, 20.0, "" ] do
                serviced
                    ("decides nothing else for as long as the settings say: "
                     + string<int> cooldown
                     + " minutes")
                    three
                    (fun person service ->
                        settings
                            person
                            [
                                "fallback_cooldown_minutes = " + string<int> cooldown
                                "[fallback.alice]"
                                "to = [\"bob\", \"carol\"]"
                            ]

                        little service
                        service.Uses(carol, 20, 7)
                        person.Does [ "refresh"; "alice" ] |> ignore
                        Expect.stringStarts (advice person "alice") "tell bob " "the first"
                        // Little too, but more than alice has.
                        service.Uses(bob, 95, 7)
                        person.Does [ "refresh"; "bob" ] |> ignore
                        decidedEarlier person minutes
                        person.Does [ "refresh"; "alice" ] |> ignore

                        if expected = "" then
                            Expect.equal (advice person "alice") "" "another one waits"
                        else
                            Expect.stringStarts (advice person "alice") ("tell " + expected + " ") "another one")

            serviced "knows nothing of the room by figures that are more than an hour old" both (fun person service ->
                settings person rule
                little service
                person.Does [ "quota"; "--all" ] |> ignore
                person.Ages("bob", TimeSpan.FromMinutes 50.0)
                person.Does [ "quota"; "alice" ] |> ignore
                Expect.stringStarts (advice person "alice") "tell bob " "within the hour"
                person.Ages("bob", TimeSpan.FromMinutes 20.0)
                person.Does [ "quota"; "alice" ] |> ignore
                Expect.equal (advice person "alice") "" "after it")

            serviced "leaves those alone for which the service wants to be left alone" three (fun person service ->
                settings person [ "[fallback.alice]"; "to = [\"bob\", \"carol\"]" ]
                little service
                service.Uses(carol, 20, 7)

                let until =
                    DateTimeOffset.UtcNow.AddHours(1.0).UtcDateTime.ToString("s", CultureInfo.InvariantCulture)
                    + "Z"

                person.Write(person.In "router/quota/bob/not-before", until + "\n")
                person.Does [ "refresh"; "alice" ] |> ignore

                let asked =
                    service.Requests
                    |> List.filter (fun request -> request.Path = Usage)
                    |> List.choose _.Account
                    |> List.map _.UserId

                Expect.equal asked [ alice.UserId; carol.UserId ] "bob is not asked about"
                Expect.stringStarts (advice person "alice") "tell carol " "whose room is known")

            serviced "takes a profile with an API key for one with room" [ "alice", alice ] (fun person service ->
                person.HasHome(
                    "key",
                    Text.Encoding.UTF8.GetBytes "{\"auth_mode\":\"apikey\",\"OPENAI_API_KEY\":\"sk-FAKE-0123456789\"}"
                )

                service.Uses(alice, 96, 7)
                settings person [ "[fallback.alice]"; "to = [\"key\"]" ]
                person.Does [ "refresh"; "alice" ] |> ignore

                Expect.equal
                    (advice person "alice")
                    "tell key alice has 4% left of its 5h window, key has no limit: codex-router use key"
                    "the key")

            serviced
                "by settings that cannot be used is not done, and the doctor names the file"
                both
                (fun person service ->
                    little service

                    for lines, word in
                        [
                            [ "on_limit = \"perhaps\"" ], "on_limit"
                            [ "stale_after_minutes = \"soon\"" ], "stale_after_minutes"
                            [ "[fallback.alice]"; "to = \"bob\"" ], "fallback.alice.to"
                            [ "[fallback.alice]"; "to = [\"bob\"]"; "below = 500" ], "below"
                            [ "[fallback.alice]"; "to = [\"nobody\"]" ], "nobody"
                            [ "[fallback" ], "config.toml"
                        ] do
                        settings person lines
                        person.Does [ "refresh"; "alice" ] |> ignore
                        Expect.equal (advice person "alice") "" word

                        let doctor = person.Run [ "doctor" ]
                        Expect.equal doctor.Exit 1 word
                        Expect.stringContains doctor.Out word "what"
                        Expect.stringContains doctor.Out "router/config.toml" "where")
        ]
