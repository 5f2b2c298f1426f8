/// Settings that would make Codex delete a sign-in are seen before it starts.
module CodexRouter.Cli.Tests.PreflightTests

open System.IO
open CodexRouter.Cli
open CodexRouter.Core
open CodexRouter.Testing
open Expecto

let private workspace account =
    "forced_chatgpt_workspace_id = \"" + account + "\"\n"

let private layersTest name test =
    testCase name (fun () ->
        use home = new TestHome()
        let machine = home.File "machine"
        let codex = home.File "codex"
        Directory.CreateDirectory machine |> ignore
        Directory.CreateDirectory codex |> ignore

        test
            (fun folder (text: string) ->
                let path =
                    Path.Combine(
                        (if folder = "home" then codex else machine),
                        (if folder = "managed" then
                             "managed_config.toml"
                         else
                             "config.toml")
                    )

                File.WriteAllText(path, text)
                path)
            (fun () -> CodexSettings.layersIn machine codex))

let tests =
    testList
        "settings that would delete a sign-in"
        [
            promise "every command that would put somebody on it refuses, and says why" (fun person ->
                person.Has both
                let file = person.In "config.toml"
                person.Write(file, workspace "acct-alice")
                person.CodexDoes "touch \"$HOME/ran\""

                for words in
                    [
                        [ "switch"; "bob" ]
                        [ "switch"; "bob"; "--dry-run" ]
                        [ "exec"; "bob"; "--"; "touch"; person.File "ran" ]
                        [ "pin"; "bob" ]
                    ] do
                    Outcome.isRefused
                        person
                        1
                        [ "forced_chatgpt_workspace_id = \"acct-alice\""; file; "profile"; "bob" ]
                        words

                Expect.isFalse (File.Exists(person.File "ran")) "nothing was run"

                Expect.stringContains
                    (person.Run([ "doctor" ]).Out)
                    ("bob: Codex would delete its sign-in: " + file)
                    "doctor"

                person.Does [ "exec"; "alice"; "--"; "true" ] |> ignore
                person.Does [ "switch"; "alice" ] |> ignore)

            promise "a way to sign in that is shut is refused before Codex runs, and so is a save" (fun person ->
                person.Has [ "alice", alice ]
                person.CodexDoes "touch \"$HOME/ran\""
                let file = person.In "config.toml"
                person.Write(file, "forced_login_method = \"api\"\n")
                Outcome.isRefused person 1 [ "forced_login_method = \"api\""; file ] [ "login"; "carol" ]
                Outcome.isRefused person 1 [ "forced_login_method = \"api\""; file ] [ "save"; "alice" ]
                person.Write(file, "forced_login_method = \"chatgpt\"\n")
                Outcome.isRefused person 1 [ "= \"chatgpt\""; file ] [ "login"; "carol"; "--with-api-key" ]
                Expect.isFalse (File.Exists(person.File "ran")) "nothing was run")

            layersTest
                "the machine's managed settings win over the home's, and the home's over the machine's"
                (fun write layers ->
                    let machine = write "machine" "cli_auth_credentials_store = \"keyring\"\n"
                    Expect.equal (CodexSettings.otherStore (layers ())) (Some(machine, "keyring")) "the machine's"
                    write "home" "cli_auth_credentials_store = \"file\"\n" |> ignore
                    Expect.isNone (CodexSettings.otherStore (layers ())) "the home's"
                    let managed = write "managed" "cli_auth_credentials_store = \"auto\"\n"
                    Expect.equal (CodexSettings.otherStore (layers ())) (Some(managed, "auto")) "the managed ones")

            layersTest "a broken file says nothing, the others still do" (fun write layers ->
                write "home" (workspace "acct-work") |> ignore
                write "managed" "forced_login_method = \"api\"\nforced_" |> ignore

                Expect.equal
                    (Preflight.inForce (layers ()) Preflight.WorkspaceKey |> Option.map snd)
                    (Some(SettingValue.Text "acct-work"))
                    "the home's"

                Expect.isNone (Preflight.inForce (layers ()) Preflight.LoginMethodKey) "the broken one")
        ]
