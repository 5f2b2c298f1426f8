module CodexRouter.Cli.Tests.MessageTests

open System
open System.IO
open Expecto

let tests =
    testList
        "wrong usage"
        [
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

            promise "too few words or too many are told" (fun person ->
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
                        [ "demo"; "a" ]
                        [ "init"; "zsh"; "zsh" ]
                    ] do
                    Outcome.isRefused person 2 [ "codex-router " + List.head words + " --help" ] words)

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
