module CodexRouter.Cli.Tests.LoginTests

open System.IO
open Expecto

/// A Codex that notes where it ran, what it was told and what the folder held, and then signs in.
let private signsIn (person: Person) (bytes: byte[]) =
    person.Write(person.File "new.json", bytes)

    person.CodexDoes(
        "{ echo \"home=$CODEX_HOME\"; echo \"words=$*\"; echo \"key=${CODEX_API_KEY-none}${CODEX_ACCESS_TOKEN-none}\"; } > \"$HOME/seen\"\n"
        + "[ ! -e \"$CODEX_HOME/auth.json\" ] || echo taken >> \"$HOME/seen\"\n"
        + "[ ! -e \"$HOME/.codex/profiles/alice/auth.json\" ] || cp \"$HOME/.codex/profiles/alice/auth.json\" \"$HOME/during\"\n"
        + "cat > \"$HOME/input\"\n"
        + "cp \"$HOME/new.json\" \"$CODEX_HOME/auth.json\""
    )

let private seen (person: Person) =
    File.ReadAllLines(person.File "seen") |> List.ofArray

let private others (tree: Tree) =
    tree
    |> Map.filter (fun path _ ->
        path.StartsWith "profiles/alice"
        || path = "auth.json"
        || path = ".current_profile")

let tests =
    testList
        "login"
        [
            promise "a new profile is signed in to inside its own home, and no other is touched" (fun person ->
                person.Has [ "alice", alice ]
                signsIn person (Person.SignInOf bob)
                let before = others person.Tree
                let said = person.Does [ "login"; "bob" ]
                Expect.stringContains said bob.Email "says who"

                Expect.equal
                    (seen person)
                    [ "home=" + person.In "profiles/bob"; "words=login"; "key=nonenone" ]
                    "in its own home"

                Expect.isEmpty (Tree.changes before (others person.Tree)) "alice is as she was"

                Expect.equal
                    (person.Bytes(person.In "profiles/bob/auth.json"))
                    (Person.SignInOf bob)
                    "bob is signed in"

                Expect.equal person.Current (Some "alice") "alice stays current")

            promise "a workspace is handed to Codex, as a setting for this login only" (fun person ->
                signsIn person (Person.SignInOf bob)
                person.Does [ "login"; "bob"; "--workspace"; "3f6c-FAKE_1" ] |> ignore

                Expect.equal
                    (seen person |> List.item 1)
                    "words=login -c forced_chatgpt_workspace_id=\"3f6c-FAKE_1\""
                    "its words")

            promise "a workspace that is no id, or goes with a key, is refused before anything is made" (fun person ->
                for words in
                    [
                        [ "--workspace"; "a\"b" ]
                        [ "--workspace"; "" ]
                        [ "--workspace"; "x y" ]
                        [ "--workspace"; "x"; "--with-api-key" ]
                    ] do
                    Outcome.isRefused person 2 [] ([ "login"; "bob" ] @ words))

            promise "the first sign-in becomes current" (fun person ->
                signsIn person (Person.SignInOf bob)
                person.Does [ "login"; "bob" ] |> ignore
                Expect.equal person.Current (Some "bob") "current")

            promise
                "an existing profile is signed in to aside, its old sign-in there throughout and kept"
                (fun person ->
                    person.Has both
                    signsIn person (Person.SignInOf(alice, 5))
                    person.Does [ "login"; "alice" ] |> ignore
                    let where = (seen person |> List.head).Substring 5
                    Expect.stringStarts where (person.In "router/scratch/") "a home made for this once"
                    Expect.isFalse (Directory.Exists where) "which is gone again"
                    Expect.isFalse (List.contains "taken" (seen person)) "nothing that a login would revoke"
                    Expect.equal (person.Bytes(person.File "during")) (Person.SignInOf alice) "there during the login"
                    Expect.equal (person.Bytes(person.In "profiles/alice/auth.json")) (Person.SignInOf(alice, 5)) "new"
                    let kept = Directory.GetFiles(person.In "router/kept") |> List.ofArray
                    Expect.equal (kept |> List.map person.Bytes) [ Person.SignInOf alice ] "the old one is kept"
                    Expect.equal person.LiveLink (Some "profiles/alice/auth.json") "the link still leads there")

            promise "variables that would override a stored sign-in do not reach Codex's login" (fun person ->
                signsIn person (Person.SignInOf bob)

                person.Does(
                    [ "login"; "bob" ],
                    environment = [ "CODEX_API_KEY", "sk-FAKE-9"; "CODEX_ACCESS_TOKEN", "at-FAKE-9" ]
                )
                |> ignore

                Expect.contains (seen person) "key=nonenone" "dropped")

            promise "options reach Codex, and so does the input" (fun person ->
                signsIn person (Person.SignInOf bob)
                let outcome = person.Run([ "login"; "bob"; "--with-api-key" ], input = "typed")
                Expect.equal outcome.Exit 0 outcome.Err
                Expect.contains (seen person) "words=login --with-api-key" "the option"
                Expect.equal (File.ReadAllText(person.File "input")) "typed" "the input"
                person.Write(person.File "new.json", Person.SignInOf carol)
                person.Does [ "login"; "carol"; "--device-auth" ] |> ignore
                Expect.contains (seen person) "words=login --device-auth" "the other option"

                Outcome.isRefused person 2 [ "exclude" ] [ "login"; "dave"; "--device-auth"; "--with-api-key" ])

            promise "a login that fails leaves everything as it was" (fun person ->
                person.Has both
                person.CodexDoes "exit 3"
                let before = Tree.withoutLocks person.Tree

                let fails name =
                    person.Run [ "login"; name ]
                    |> Outcome.isFailure 1 [ "exit code 3"; "as it was"; "codex-router login " + name ]

                fails "carol"
                fails "alice"

                let after = Tree.withoutLocks person.Tree

                let grown =
                    Tree.changes before after
                    |> List.filter (fun path -> not (path.StartsWith "router/"))

                Expect.isEmpty grown "no trace"
                Expect.isEmpty (Directory.GetFileSystemEntries(person.In "router/scratch")) "no scratch home")

            promise "a login that fails after it stored a sign-in loses none, and says where it is" (fun person ->
                person.Has [ "alice", alice ]
                person.Write(person.File "new.json", Person.SignInOf bob)
                person.CodexDoes "cp \"$HOME/new.json\" \"$CODEX_HOME/auth.json\"; exit 3"

                person.Run [ "login"; "bob" ]
                |> Outcome.isFailure 1 [ "exit code 3"; "it left a sign-in in profile 'bob'" ]

                Expect.equal (person.Bytes(person.In "profiles/bob/auth.json")) (Person.SignInOf bob) "bob's"

                person.Run [ "login"; "alice" ]
                |> Outcome.isFailure 1 [ "exit code 3"; "router/kept"; "as it was" ]

                Expect.equal (person.Bytes(person.In "profiles/alice/auth.json")) (Person.SignInOf alice) "alice's"
                Expect.isNonEmpty (Directory.GetFiles(person.In "router/kept")) "what was left")

            promise "a Codex that says it is done but signed nobody in is a failure" (fun person ->
                person.CodexDoes "exit 0"
                person.Run [ "login"; "carol" ] |> Outcome.isFailure 1 [ "carol" ]
                Expect.isFalse (Directory.Exists(person.In "profiles/carol")) "no profile")

            promise "a Codex that is killed in its login leaves everything as it was" (fun person ->
                person.Has [ "alice", alice ]
                person.CodexDoes "kill -9 $$"
                let before = others person.Tree
                person.Run [ "login"; "alice" ] |> Outcome.isFailure 1 [ "exit code 137" ]
                Expect.isEmpty (Tree.changes before (others person.Tree)) "alice is as she was")

            promise "a failed login does not remove a folder that was there before" (fun person ->
                person.Write(person.In "profiles/carol/sessions/one.jsonl", "mine")
                person.CodexDoes "exit 3"
                person.Run [ "login"; "carol" ] |> Outcome.isFailure 1 [ "carol" ]
                Expect.isTrue (File.Exists(person.In "profiles/carol/sessions/one.jsonl")) "still there")

            promise "another identity replaces none without --force, and is not lost" (fun person ->
                person.Has [ "alice", alice ]
                signsIn person (Person.SignInOf bob)
                let before = others person.Tree

                person.Run [ "login"; "alice" ]
                |> Outcome.isFailure 1 [ alice.Email; bob.Email; person.In "router/kept" ]

                Expect.isEmpty (Tree.changes before (others person.Tree)) "alice is as she was"

                match Directory.GetFiles(person.In "router/kept") with
                | [| kept |] ->
                    Expect.equal (person.Bytes kept) (Person.SignInOf bob) "bob's sign-in is where the message says"
                    person.Does [ "save"; "bob"; "--from"; kept ] |> ignore
                    Expect.equal (person.Bytes(person.In "profiles/bob/auth.json")) (Person.SignInOf bob) "as advised"
                | other -> failtest (string<int> other.Length + " kept sign-ins"))

            promise "--force lets another identity take the profile, and keeps the old one" (fun person ->
                person.Has [ "alice", alice ]
                signsIn person (Person.SignInOf bob)
                person.Does [ "login"; "alice"; "--force" ] |> ignore
                Expect.equal (person.Bytes(person.In "profiles/alice/auth.json")) (Person.SignInOf bob) "bob now"

                Expect.equal
                    (Directory.GetFiles(person.In "router/kept")
                     |> List.ofArray
                     |> List.map person.Bytes)
                    [ Person.SignInOf alice ]
                    "alice's is kept")

            promise "without a Codex program nothing is made" (fun person ->
                let outcome =
                    person.Run([ "login"; "bob" ], environment = [ "CODEX_ROUTER_CODEX", "/nowhere/codex" ])

                Outcome.isFailure 1 [ "/nowhere/codex"; "CODEX_ROUTER_CODEX" ] outcome
                Expect.isFalse (Directory.Exists person.Root) "no root")

            promise "a second login to the same profile at the same time is refused" (fun person ->
                signsIn person (Person.SignInOf bob)

                // The inner login runs while the outer one's Codex does, in the same profile.
                person.CodexDoes(
                    "if [ -z \"$INNER\" ]; then INNER=1 '"
                    + CodexRouter.Testing.Project.program
                    + "' login bob > \"$HOME/inner\" 2>&1; echo \"exit $?\" >> \"$HOME/inner\"; cp \"$HOME/new.json\" \"$CODEX_HOME/auth.json\"; fi"
                )

                person.Does [ "login"; "bob" ] |> ignore
                let inner = File.ReadAllText(person.File "inner")
                Expect.stringContains inner "another login to 'bob'" "says so"
                Expect.stringContains inner "exit 6" "with its exit code")
        ]
