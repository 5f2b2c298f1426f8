module CodexRouter.Cli.Tests.ExecTests

open System
open System.IO
open Expecto

let private print = "printf '[%s]' \"$@\""

let tests =
    testList
        "exec"
        [
            promise "runs a command in a profile's home, by name or alias" (fun person ->
                person.Has both
                person.Does [ "alias"; "bob"; "office" ] |> ignore

                for name in [ "bob"; "office" ] do
                    Expect.equal
                        (person.Does [ "exec"; name; "--"; "sh"; "-c"; "printf %s \"$CODEX_HOME\"" ])
                        (person.In "profiles/bob")
                        name)

            promise "without a name uses what which says: the pin, else the current profile" (fun person ->
                person.Has both
                let work = person.File "work"
                Directory.CreateDirectory work |> ignore
                person.Does([ "pin"; "bob" ], directory = work) |> ignore
                let home = [ "exec"; "--"; "sh"; "-c"; "printf %s \"$CODEX_HOME\"" ]
                Expect.equal (person.Does(home, directory = work)) (person.In "profiles/bob") "the pin"
                Expect.equal (person.Does home) (person.In "profiles/alice") "the current profile")

            promise "hands every word after -- over untouched" (fun person ->
                person.Has both

                let words =
                    [ "--json"; "--help"; "--"; "-x"; ""; "a b"; "*"; "$HOME"; "ü\n"; "'\"" ]

                Expect.equal
                    (person.Does([ "exec"; "bob"; "--"; "sh"; "-c"; print; "sh" ] @ words))
                    (String.Join("", words |> List.map (fun word -> "[" + word + "]")))
                    "as they were")

            promise "the command's failure is its own, also with --json among its words" (fun person ->
                person.Has both
                let outcome = person.Run [ "exec"; "bob"; "--"; "sh"; "-c"; "exit 7"; "--json" ]
                Expect.equal (outcome.Exit, outcome.Out, outcome.Err) (7, "", "") "nothing added")

            promise "replaces itself: same process, same open files, same input" (fun person ->
                person.Has both

                let outcome =
                    person.Shell "sh -c 'echo $$; exec \"$router\" exec bob -- sh -c \"echo \\$\\$\"'"

                let numbers = outcome.Out.Trim().Split '\n'
                Expect.equal numbers[0] numbers[1] "one process"
                let piped = person.Run([ "exec"; "bob"; "--"; "cat" ], input = "from above")
                Expect.equal piped.Out "from above" "its input")

            promise "a signal ends the command as it would without codex-router" (fun person ->
                person.Has both
                let outcome = person.Shell "\"$router\" exec bob -- sh -c 'kill -TERM $$'; echo $?"
                Expect.equal (outcome.Out.Trim()) "143" "128 and 15"
                // With the pipe's signal ignored, `yes` would complain instead of ending.
                let quiet = person.Shell "\"$router\" exec bob -- yes | head -n 1"
                Expect.equal (quiet.Out, quiet.Err) ("y\n", "") "SIGPIPE is as usual")

            promise "drops what would override the profile's sign-in, and nothing else" (fun person ->
                person.Has both

                let said =
                    person.Does(
                        [
                            "exec"
                            "bob"
                            "--"
                            "sh"
                            "-c"
                            "echo ${CODEX_API_KEY-no} ${CODEX_ACCESS_TOKEN-no} $MINE"
                        ],
                        environment =
                            [
                                "CODEX_API_KEY", "sk-FAKE-1"
                                "CODEX_ACCESS_TOKEN", "at-FAKE-1"
                                "MINE", "kept"
                            ]
                    )

                Expect.equal said "no no kept\n" "dropped")

            promise "127 when there is no such command, 126 when it cannot be run" (fun person ->
                person.Has both

                person.Run [ "exec"; "bob"; "--"; "no-such-command" ]
                |> Outcome.isFailure 127 [ "no-such-command" ]

                person.Run [ "exec"; "bob"; "--"; "/no/such" ]
                |> Outcome.isFailure 127 [ "/no/such" ]

                person.Run [ "exec"; "bob"; "--"; person.Home ]
                |> Outcome.isFailure 126 [ person.Home ]

                person.Write(person.File "data", "not a program")

                person.Run [ "exec"; "bob"; "--"; person.File "data" ]
                |> Outcome.isFailure 126 [ person.File "data" ])

            promise "finds commands as a shell does: along PATH, passing over what cannot be run" (fun person ->
                person.Has both
                person.Write(person.File "one/tool", "echo wrong")
                person.Write(person.File "two/tool", "echo found")
                File.SetUnixFileMode(person.File "two/tool", UnixFileMode.UserRead ||| UnixFileMode.UserExecute)

                let path = person.File "one" + ":" + person.File "two" + ":/usr/bin:/bin"

                // A script without a first line `#!` is one for sh, as for every shell.
                Expect.equal
                    (person.Does([ "exec"; "bob"; "--"; "tool" ], environment = [ "PATH", path ]))
                    "found\n"
                    "found")

            promise "says what is missing" (fun person ->
                person.Has both
                Outcome.isRefused person 2 [ "--" ] [ "exec"; "bob"; "ls" ]
                Outcome.isRefused person 2 [ "--" ] [ "exec"; "bob"; "--" ]
                Outcome.isRefused person 2 [ "one profile" ] [ "exec"; "alice"; "bob"; "--"; "ls" ]
                Outcome.isRefused person 3 [ "Profile not found" ] [ "exec"; "nobody"; "--"; "ls" ])

            promise "with no profile at all says so, and runs nothing" (fun person ->
                person.Run [ "exec"; "--"; "touch"; person.File "ran" ]
                |> Outcome.isFailure 4 [ "Not logged in"; "codex-router save" ]

                Expect.isFalse (File.Exists(person.File "ran")) "not run")

            promise "--or-plain runs the command as it is where no profile applies, and only there" (fun person ->
                let show =
                    [
                        "sh"
                        "-c"
                        "printf '%s %s' \"${CODEX_HOME-none}\" \"${CODEX_API_KEY-none}\""
                    ]

                let environment = [ "CODEX_API_KEY", "its own" ]
                let words = [ "exec"; "--or-plain"; "--" ] @ show
                Expect.equal (person.Does(words, environment = environment)) "none its own" "as it is"
                Expect.isFalse (Directory.Exists person.Root) "nothing is made"
                person.Has both

                Expect.equal
                    (person.Does(words, environment = environment))
                    (person.In "profiles/alice" + " none")
                    "in the profile's home"

                Outcome.isRefused person 3 [ "Profile not found" ] [ "exec"; "--or-plain"; "nobody"; "--"; "true" ])
        ]
