module CodexRouter.Cli.Tests.PinJsonTests

open System.IO
open System.Text.Json
open CodexRouter.Testing
open Expecto

let private text (element: JsonElement) (name: string) = element.GetProperty(name).GetString()

/// Holds an answer about a pin against what was asked for: what the pin says, whether it may decide, whether that is new.
let private tells (person: Person) words (says: string option) (isAllowed: bool option) isNew =
    JsonAnswer.only (person.Run(words, directory = person.File "project")) 0 (fun root ->
        Expect.equal (text root "pin") (person.File "project/.codex-profile") "the file"
        Expect.equal (text root "text" |> Option.ofObj) says "what it says"

        Expect.equal
            (match root.GetProperty("allowed").ValueKind with
             | JsonValueKind.Null -> None
             | kind -> Some(kind = JsonValueKind.True))
            isAllowed
            "whether it may decide"

        Expect.equal (root.GetProperty("changed").GetBoolean()) isNew (System.String.Join(' ', words)))

let tests =
    testList
        "JSON of pins and logins"
        [
            promise "pin, allow, deny and unpin tell of the pin, and whether it is new" (fun person ->
                person.Has both
                Directory.CreateDirectory(person.File "project") |> ignore
                tells person [ "pin"; "bob"; "--json" ] (Some "bob") (Some true) true
                tells person [ "pin"; "bob"; "--json" ] (Some "bob") (Some true) false
                tells person [ "pin"; "--json"; "alice,bob" ] (Some "alice,bob") (Some true) true
                tells person [ "allow"; "--json" ] (Some "alice,bob") (Some true) false
                tells person [ "deny"; "--json" ] (Some "alice,bob") (Some false) true
                tells person [ "deny"; "--json"; person.File "project" ] (Some "alice,bob") (Some false) false
                tells person [ "allow"; "--json" ] (Some "alice,bob") (Some true) true
                File.WriteAllText(person.File "project/.codex-profile", "alice\n")
                tells person [ "pin"; "alice"; "--json" ] (Some "alice") (Some true) true
                tells person [ "unpin"; "--json" ] None None true

                JsonAnswer.only
                    (person.Run([ "unpin"; "--json" ], directory = person.File "project"))
                    1
                    (JsonAnswer.isError "no_pin"))

            promise "login answers in JSON; what Codex says goes to the error output" (fun person ->
                person.Has [ "alice", alice ]
                person.Write(person.File "new.json", Person.SignInOf bob)
                person.CodexDoes "echo 'open this page'; cp \"$HOME/new.json\" \"$CODEX_HOME/auth.json\""
                let outcome = person.Run [ "login"; "bob"; "--json" ]
                Expect.equal outcome.Err "open this page\n" "Codex's words"

                JsonAnswer.only { outcome with Err = "" } 0 (fun root ->
                    Expect.equal (text root "profile") "bob" "the profile"
                    Expect.isTrue (root.GetProperty("changed").GetBoolean()) "changed")

                person.CodexDoes "exit 3"
                JsonAnswer.only (person.Run [ "login"; "carol"; "--json" ]) 1 (JsonAnswer.isError "login_failed"))
        ]
