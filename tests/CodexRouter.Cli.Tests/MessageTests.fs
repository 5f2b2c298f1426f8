module CodexRouter.Cli.Tests.MessageTests

open System
open System.IO
open Expecto

let tests =
    testList
        "wrong usage"
        [
            testCase "what the system's libraries say becomes a message like any other"
            <| fun () ->
                for failure, said in
                    [
                        IOException "Input/output error : '/a/b'" :> exn,
                        "reading or writing failed: Input/output error : '/a/b'"
                        UnauthorizedAccessException "Access to the path '/a' is denied.",
                        "reading or writing failed: Access to the path '/a' is denied"
                        IOException "cannot remove /a: Permission denied", "cannot remove /a: Permission denied"
                        IOException "/a was changed by another program meanwhile",
                        "/a was changed by another program meanwhile"
                        IOException "", ""
                    ] do
                    Expect.equal (CodexRouter.Cli.FailureText.ofException failure) said said

            promise "an unknown command or option is named, with where to read on" (fun person ->
                for words, said in
                    [
                        [ "frob" ], [ "'frob'"; "codex-router --help" ]
                        [ "" ], [ "codex-router --help" ]
                        [ "List" ], [ "'List'" ]
                        [ "--frob" ], [ "--frob" ]
                        [ "list"; "--frob" ], [ "'--frob'"; "codex-router list --help" ]
                        [ "list"; "-x" ], [ "'-x'" ]
                        [ "save"; "a"; "--forse" ], [ "'--forse'" ]
                        [ "doctor"; "--fix=yes" ], [ "--fix=yes" ]
                        [ "login"; "a"; "--with-api-keys" ], [ "--with-api-keys" ]
                    ] do
                    Outcome.isRefused person 2 said words

                Expect.isFalse (Directory.Exists person.Root) "and nothing is made")

            promise "a near miss is told what it was probably to be, as a command that can be typed" (fun person ->
                person.Has [ "personal", alice; "work", bob ]
                person.Does [ "alias"; "work"; "office" ] |> ignore

                for typed, exit, meant in
                    [
                        "lst", 2, "list"
                        "List", 2, "list"
                        "ls --json", 2, "list --json"
                        "swich work", 2, "switch work"
                        "swtich work", 2, "switch work"
                        "comp zsh", 2, "completion zsh"
                        "rm work", 2, "delete work"
                        "mv work job", 2, "rename work job"
                        "status", 2, "current"
                        "whoami --json", 2, "current --json"
                        "import old.json", 2, "save NAME --from old.json"
                        "import", 2, "save NAME --from FILE"
                        "help sav", 2, "save --help"
                        "list --jsn", 2, "list --json"
                        "save x --form=old.json", 2, "save x --from=old.json"
                        "switch work --dryrun", 2, "switch work --dry-run"
                        "switch wrok", 3, "switch work"
                        "switch WORKS --dry-run", 3, "switch work --dry-run"
                        "switch -- ofice", 3, "switch -- office"
                        "guard --min-left 20 persnal", 3, "guard --min-left 20 personal"
                        "exec wrok -- codex exec hi", 3, "exec work -- codex exec hi"
                        "pin wrok", 3, "pin work"
                        "quota wrok", 3, "quota work"
                    ] do
                    let words = typed.Split ' ' |> List.ofArray
                    let before = person.Tree
                    let outcome = person.Run words
                    Expect.equal outcome.Exit exit (Outcome.describe outcome)

                    // Programs get it as they get every answer.
                    if List.contains "--json" words then
                        Expect.stringContains
                            outcome.Out
                            ("\"try\":\"codex-router " + meant + "\"")
                            (typed + "\n" + Outcome.describe outcome)
                    else
                        let tries = outcome.Err.Split '\n' |> Array.filter _.StartsWith("try: ")
                        Expect.equal tries[0] ("try: codex-router " + meant) (typed + "\n" + Outcome.describe outcome)

                    Expect.isEmpty (Tree.changes before person.Tree) (typed + " changes nothing"))

            promise "what is like nothing is not guessed at" (fun person ->
                person.Has both

                for words, instead in
                    [
                        [ "frobnicate" ], "codex-router --help"
                        [ "x" ], "codex-router --help"
                        [ "list"; "--frobnicate" ], "codex-router list --help"
                        [ "switch"; "somebody-else" ], "codex-router list"
                    ] do
                    let outcome = person.Run words
                    Expect.stringEnds outcome.Err ("\ntry: " + instead + "\n") (String.Join(' ', words))
                    Expect.isFalse (outcome.Err.Contains "nearest") (String.Join(' ', words)))

            promise "help of a command is that command's" (fun person ->
                for command in [ "save"; "exec"; "list"; "watch" ] do
                    let own = person.Does [ command; "--help" ]
                    Expect.stringContains own ("codex-router " + command) command
                    Expect.equal (person.Does [ "help"; command ]) own command
                    Expect.equal (person.Does [ "--help"; command ]) own command

                Expect.equal (person.Does [ "help" ]) (person.Does [ "--help" ]) "without one it is the program's")

            promise
                "options stand before names or behind them, joined to their values or not, and -- ends them"
                (fun person ->
                    person.Has both

                    let file () =
                        let file = person.File "in.json"
                        person.Write(file, Person.SignInOf carol)
                        file

                    let removed () =
                        person.Does [ "delete"; "carol"; "--yes" ] |> ignore

                    for words in
                        [
                            [ "save"; "carol"; "--from"; "in.json" ]
                            [ "save"; "--from"; "in.json"; "carol" ]
                            [ "save"; "--from=in.json"; "carol"; "--force" ]
                            [ "save"; "--separate-history"; "--from=in.json"; "--"; "carol" ]
                        ] do
                        file () |> ignore
                        person.Does(words, directory = person.Home) |> ignore

                        Expect.equal
                            (person.Bytes(person.In "profiles/carol/auth.json"))
                            (Person.SignInOf carol)
                            "taken"

                        removed ()

                    for words in
                        [
                            [ "switch"; "--dry-run"; "bob" ]
                            [ "switch"; "bob"; "--dry-run"; "--json" ]
                            [ "switch"; "--json"; "--dry-run"; "--"; "bob" ]
                            [ "quota"; "alice"; "--offline"; "bob"; "--json" ]
                            [ "quota"; "--offline"; "--json"; "--"; "alice"; "bob" ]
                            [ "alias"; "--"; "bob"; "office" ]
                            [ "alias"; "--remove"; "bob"; "office" ]
                            [ "alias"; "bob"; "--"; "office" ]
                            [ "alias"; "bob"; "office"; "--remove" ]
                            [ "rename"; "--"; "bob"; "robert" ]
                            [ "rename"; "robert"; "--force"; "bob" ]
                            [ "pin"; "--"; "bob" ]
                            [ "which"; "--json"; "--"; "." ]
                            [ "which"; "."; "--json" ]
                            [ "unpin"; "--" ]
                            [ "list"; "--json"; "--" ]
                            [ "init"; "--"; "zsh" ]
                            [ "delete"; "--yes"; "--"; "bob" ]
                        ] do
                        let outcome = person.Run(words, directory = person.Home)
                        // quota has no figure here, which is another matter than its words.
                        Expect.contains
                            (if words.Head = "quota" then [ 5 ] else [ 0 ])
                            outcome.Exit
                            (String.Join(' ', words) + "\n" + Outcome.describe outcome))

            promise "too few words or too many are told in the program's own words" (fun person ->
                person.Has both

                for words in
                    [
                        [ "save" ]
                        [ "save"; "a"; "b" ]
                        [ "save"; "a"; "--from" ]
                        [ "login" ]
                        [ "list"; "a" ]
                        [ "current"; "a" ]
                        [ "switch" ]
                        [ "switch"; "alice"; "bob" ]
                        [ "delete" ]
                        [ "delete"; "bob"; "carol"; "--yes" ]
                        [ "rename"; "bob" ]
                        [ "rename"; "a"; "b"; "c" ]
                        [ "alias"; "bob" ]
                        [ "pin"; "alice"; "bob" ]
                        [ "unpin"; "a" ]
                        [ "allow"; "a"; "b" ]
                        [ "which"; "a"; "b" ]
                        [ "doctor"; "a" ]
                        [ "init"; "zsh"; "zsh" ]
                    ] do
                    Outcome.isRefused person 2 [ "codex-router " + List.head words + " --help" ] words

                for words, said in
                    [
                        [ "save" ], "NAME is missing"
                        [ "save"; "a"; "b" ], "'b' is one word too many"
                        [ "save"; "a"; "--from" ], "--from needs FILE behind it"
                        [ "save"; "a"; "--from"; "--force" ], "--from needs FILE behind it"
                        [ "rename"; "bob" ], "NEW is missing"
                        [ "alias"; "bob" ], "ALIAS is missing"
                        [ "list"; "a" ], "'a' is one word too many"
                        [ "watch"; "--interval" ], "--interval needs SECONDS behind it"
                    ] do
                    let outcome = person.Run words
                    Expect.stringStarts outcome.Err ("codex-router: " + said + "\n") (String.Join(' ', words)))

            promise "what cannot be a name is refused, and the reason said" (fun person ->
                person.Has both

                let wrong =
                    [
                        "", "empty"
                        "../x", "letter or digit"
                        ".", "letter or digit"
                        "..", "letter or digit"
                        "a/b", "not allowed"
                        "a b", "not allowed"
                        "a\nb", "not allowed"
                        "a\u001b[31mb", "not allowed"
                        "ünder", "letter or digit"
                        "naïve", "not allowed"
                        "ａ", "letter or digit"
                        "a,b", "not allowed"
                        "_a", "letter or digit"
                        "default", "reserved"
                        "None", "reserved"
                        String('a', 65), "65 characters"
                        "a\u202eb", "not allowed"
                    ]

                for name, reason in wrong do
                    Outcome.isRefused person 2 [ reason ] [ "rename"; "bob"; name ]
                    Outcome.isRefused person 2 [ reason ] [ "alias"; "bob"; name ]
                    Outcome.isRefused person 2 [ reason ] [ "save"; name ]
                    Outcome.isRefused person 2 [ reason ] [ "login"; name ]

                person.Does [ "rename"; "bob"; String('a', 64) ] |> ignore
                person.Does [ "rename"; String('a', 64); "0.b_c-D" ] |> ignore)

            promise "a name that differs from another in letters' case only is refused" (fun person ->
                person.Has both
                File.Delete(person.In "auth.json")
                person.IsSignedInAs carol
                Outcome.isRefused person 1 [ "'alice'"; "case" ] [ "save"; "ALICE" ]
                Outcome.isRefused person 1 [ "'bob'"; "case" ] [ "login"; "Bob" ])
        ]
