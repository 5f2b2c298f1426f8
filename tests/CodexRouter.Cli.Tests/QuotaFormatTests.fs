module CodexRouter.Cli.Tests.QuotaFormatTests

open System.IO
open CodexRouter.StandIn
open Expecto

let tests =
    testList
        "quota --format"
        [
            serviced "writes a line for each profile" [ "alice", alice; "bob", bob ] (fun person service ->
                service.Uses(alice, 42, 7)
                service.Uses(bob, 10, 100)

                Expect.equal
                    (person.Does
                        [
                            "quota"
                            "--all"
                            "--format"
                            "{name} {5h.left}% {week.used} {left} {window}"
                        ])
                    "alice 58% 7 58 5h\nbob 90% 100 0 week\n"
                    "lines"

                Expect.stringContains
                    (person.Does
                        [
                            "quota"
                            "alice"
                            "--offline"
                            "--format"
                            "{account} {plan} {source}, {5h.in}"
                        ])
                    (alice.Email + " plus ")
                    "whose")

            serviced
                "has a question mark for what is not known, and a name for what there is not"
                [ "alice", alice ]
                (fun person service ->
                    service.Refuses()
                    let outcome = person.Run [ "quota"; "--format"; "{name}:{left}:{month.left}" ]
                    Expect.equal (outcome.Exit, outcome.Out) (5, "alice:?:?\n") (Outcome.describe outcome))

            promise "refuses a field that there is not, with those that there are, and asks nobody" (fun person ->
                person.Has both

                person.Run [ "quota"; "--format"; "{token}" ]
                |> Outcome.isFailure 2 [ "{token}"; "5h.left"; "codex-router quota --help" ]

                person.Run [ "quota"; "--format"; "{left" ]
                |> Outcome.isFailure 2 [ "no partner" ]

                let both = person.Run [ "quota"; "--format"; "x"; "--json" ]
                Expect.equal both.Exit 2 (Outcome.describe both)
                Expect.stringContains both.Out "exclude each other" "in JSON, as it was asked for")

            promise "writes what is in a sign-in so that it acts on no terminal" (fun person ->
                person.Has both

                let said =
                    person.Run [ "quota"; "alice"; "--offline"; "--format"; "\u001b[31m{name}" ]

                Expect.stringContains said.Out "alice" "the line"
                Expect.isFalse (said.Out.Contains '\u001b') "inert")
        ]
