module CodexRouter.Cli.Tests.ShellTests

open System
open System.IO
open CodexRouter.Testing
open Expecto

let private installed name =
    Path.Combine(Project.root, "out", "share", "codex-router", name)

let tests =
    testList
        "help and shell"
        [
            promise "--help shows every command, and each command explains itself" (fun person ->
                let help = person.Does [ "--help" ]
                Expect.equal (person.Does [ "-h" ]) help "-h too"
                Expect.equal (person.Does [ "help" ]) help "help too"

                for command in CodexRouter.Cli.Commands.Table.all |> List.map _.About.Name do
                    Expect.stringContains help ("\n  " + command) command
                    let own = person.Does [ command; "--help" ]
                    Expect.stringContains own ("\nUSAGE: codex-router " + command) command
                    Expect.equal (person.Does [ command; "-h" ]) own (command + " -h")

                Expect.isFalse (Directory.Exists person.Root) "and does nothing")

            promise "--version says one line" (fun person ->
                let version = (person.Does [ "--version" ]).TrimEnd('\n')
                Expect.isMatch version "^codex-router \\d+\\.\\d+\\.\\d+$" "name and number")

            promise "init zsh gives a line that zsh can evaluate: afterwards the hook is there" (fun person ->
                let line = person.Does [ "init"; "zsh" ]
                Expect.stringContains line (installed "codex-router.plugin.zsh") "the installed file"

                match File.Exists "/usr/bin/zsh" || File.Exists "/bin/zsh" with
                | false -> skiptest "needs zsh: apt-get install zsh"
                | true ->
                    let outcome =
                        person.Start(
                            "zsh",
                            [
                                "-fc"
                                "eval \"$($router init zsh)\" && print -r -- ${(t)CODEX_ROUTER_PROMPT}"
                            ],
                            environment = [ "router", Project.program ]
                        )

                    Expect.equal (outcome.Exit, outcome.Err) (0, "") "silent"
                    Expect.stringContains outcome.Out "scalar" "the prompt's text is there")

            promise "init and completion know zsh, bash and fish" (fun person ->
                for command in [ "init"; "completion" ] do
                    person.Run [ command; "tcsh" ] |> Outcome.isFailure 2 [ "zsh, bash and fish" ]
                    person.Run [ command ] |> Outcome.isFailure 2 [])

            promise "completion zsh gives the installed completion" (fun person ->
                Expect.equal
                    (person.Does [ "completion"; "zsh" ])
                    (File.ReadAllText(installed "_codex-router"))
                    "as installed")

            promise "init for bash and fish ends with the shell's completion" (fun person ->
                for shell in [ "bash"; "fish" ] do
                    Expect.stringEnds
                        (person.Does [ "init"; shell ])
                        (person.Does [ "completion"; shell ])
                        "one text, one table")

            promise "use says that the hook does it" (fun person ->
                person.Has both
                Outcome.isRefused person 1 [ "zsh hook"; "codex-router exec" ] [ "use"; "bob" ]
                Outcome.isRefused person 1 [ "zsh hook" ] [ "use"; "-" ])

            promise "works in a folder that was removed meanwhile" (fun person ->
                person.Has both
                let gone = person.File "gone"
                Directory.CreateDirectory gone |> ignore

                for words in [ "list"; "current"; "switch bob"; "doctor"; "which"; "exec bob -- true" ] do
                    let outcome =
                        person.Shell(
                            "mkdir -p \"$HOME/gone\" && cd \"$HOME/gone\" && rmdir \"$HOME/gone\" && \"$router\" "
                            + words
                        )

                    Expect.equal outcome.Exit 0 (words + ": " + Outcome.describe outcome)

                let outcome =
                    person.Shell
                        "mkdir -p \"$HOME/gone\" && cd \"$HOME/gone\" && rmdir \"$HOME/gone\" && \"$router\" pin bob"

                Outcome.isFailure 1 [ gone ] outcome)

            promise "works in a home with spaces and letters of any kind, and behind a link" (fun person ->
                let odd = person.File "my höme ~ 家 'x'"
                Directory.CreateDirectory odd |> ignore
                let link = person.File "link"
                File.CreateSymbolicLink(link, odd) |> ignore

                for home in [ odd; link ] do
                    let environment = [ "HOME", home ]
                    let root = Path.Combine(home, ".codex")
                    person.Write(Path.Combine(root, "auth.json"), Person.SignInOf alice)
                    person.Does([ "save"; "alice" ], environment = environment) |> ignore
                    let file = person.File "bob.json"
                    person.Write(file, Person.SignInOf bob)

                    person.Does([ "save"; "bob"; "--from"; file ], environment = environment)
                    |> ignore

                    person.Does([ "switch"; "bob" ], environment = environment) |> ignore

                    person.Does([ "pin"; "bob" ], environment = environment, directory = odd)
                    |> ignore

                    let said = person.Does([ "which" ], environment = environment, directory = odd)
                    Expect.stringContains said "/.codex-profile" "the path"
                    person.Does([ "doctor" ], environment = environment) |> ignore

                    Expect.equal
                        (person.Bytes(Path.Combine(root, "auth.json")))
                        (Person.SignInOf bob)
                        "and the link leads there"

                    Directory.Delete(root, recursive = true))

            promise
                "CODEX_ROUTER_ROOT and CODEX_HOME name the root; a profile's home means the root above it"
                (fun person ->
                    person.Has both
                    let other = person.File "other"
                    person.Write(Path.Combine(other, "auth.json"), Person.SignInOf carol)

                    person.Does([ "save"; "carol" ], environment = [ "CODEX_ROUTER_ROOT", other ])
                    |> ignore

                    for environment, expected in
                        [
                            [ "CODEX_ROUTER_ROOT", other ], other
                            [ "CODEX_HOME", other ], other
                            [ "CODEX_HOME", other + "/profiles/carol" ], other
                            [ "CODEX_HOME", other; "CODEX_ROUTER_ROOT", person.Root ], person.Root
                            [ "CODEX_HOME", person.In "profiles/bob" ], person.Root
                            [ "CODEX_HOME", "" ], person.Root
                            [ "CODEX_ROUTER_ROOT", "other" ], other
                        ] do
                        let said = person.Does([ "list"; "--json" ], environment = environment)

                        Expect.stringContains
                            said
                            ("\"root\":\"" + expected + "\"")
                            (String.Join(' ', List.map fst environment)))
        ]
