/// Whether Codex would delete a sign-in, as 0.160 and 0.169 were seen to do.
module CodexRouter.Core.Tests.PreflightLaws

open System
open System.Text
open Expecto
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.StandIn

let private read (bytes: byte[]) =
    match SignIn.read (ReadOnlyMemory bytes) with
    | Ok signIn -> signIn
    | Error fault -> failtest (SignIn.explain fault)

let private bytesOf account =
    let time = DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)
    SampleAccount.signIn account 1 time (time.AddYears 1)

let private ofAccount account = read (bytesOf account)
let private alice = ofAccount SampleAccount.alice
let private withKey = read (SampleAccount.apiKeySignIn "sk-FAKE-key")

let private layer file values =
    {
        File = file
        Values = Some(Map.ofList values)
    }

let private says key text =
    layer "/x" [ key, SettingValue.Text text ]

let private values =
    Gen.oneof
        [
            Gen.elements [ "chatgpt"; "api"; "acct-alice"; "acct-work"; " acct-alice "; ""; "a,b" ]
            |> Gen.map SettingValue.Text
            Gen.elements [ "acct-alice"; "acct-work"; "" ]
            |> Gen.listOf
            |> Gen.map SettingValue.Texts
            Gen.constant SettingValue.Other
        ]

let private layersOf keys =
    gen {
        let! said = Gen.zip (Gen.elements keys) values |> Gen.listOf
        let! isBroken = Gen.elements [ false; false; true ]
        let! file = Gen.elements [ "/a"; "/b"; "/c" ]

        return
            {
                File = file
                Values = if isBroken then None else Some(Map.ofList said)
            }
    }
    |> Gen.listOf

let private anyLayers =
    layersOf [ Preflight.LoginMethodKey; Preflight.WorkspaceKey ]

let private signIns = Gen.elements [ alice; ofAccount SampleAccount.bob; withKey ]

let private told key =
    Option.map (fun (found: WouldSignOut) -> found.Key = key)

let private table =
    testList
        "each value does what Codex was seen to do with it"
        [
            for name, key, value, signIn, deletes in
                [
                    "its workspace", Preflight.WorkspaceKey, SettingValue.Text "acct-alice", alice, false
                    "another", Preflight.WorkspaceKey, SettingValue.Text "other", alice, true
                    "other letters' case", Preflight.WorkspaceKey, SettingValue.Text "ACCT-ALICE", alice, true
                    "blanks around", Preflight.WorkspaceKey, SettingValue.Text " acct-alice ", alice, false
                    "blanks", Preflight.WorkspaceKey, SettingValue.Text "  ", alice, false
                    "commas", Preflight.WorkspaceKey, SettingValue.Text "x,y", alice, false
                    "a list with it", Preflight.WorkspaceKey, SettingValue.Texts [ "x"; "acct-alice" ], alice, false
                    "a list without it", Preflight.WorkspaceKey, SettingValue.Texts [ "x"; "y" ], alice, true
                    "an empty list", Preflight.WorkspaceKey, SettingValue.Texts [], alice, false
                    "a number", Preflight.WorkspaceKey, SettingValue.Other, alice, false
                    "a key, a workspace", Preflight.WorkspaceKey, SettingValue.Text "other", withKey, false
                    "a key, chatgpt", Preflight.LoginMethodKey, SettingValue.Text "chatgpt", withKey, true
                    "a key, api", Preflight.LoginMethodKey, SettingValue.Text "api", withKey, false
                    "an account, api", Preflight.LoginMethodKey, SettingValue.Text "api", alice, true
                    "an account, chatgpt", Preflight.LoginMethodKey, SettingValue.Text "chatgpt", alice, false
                    "an unknown way", Preflight.LoginMethodKey, SettingValue.Text "API", alice, false
                ] do
                testCase name (fun () ->
                    Expect.equal
                        (Preflight.check [ layer "/x" [ key, value ] ] signIn |> told key)
                        (if deletes then Some true else None)
                        "whether Codex would delete it")

            testCase "the id token says which workspace it is, not the file's account_id" (fun () ->
                let moved =
                    AccountField.set "acct-work" (ReadOnlyMemory(bytesOf SampleAccount.alice))
                    |> Option.get
                    |> read

                Expect.equal moved.AccountId (Some "acct-work") "moved"
                Expect.isNone (Preflight.check [ says Preflight.WorkspaceKey "acct-alice" ] moved) "kept"
                Expect.isSome (Preflight.check [ says Preflight.WorkspaceKey "acct-work" ] moved) "deleted")
        ]

let tests =
    testList
        "preflight"
        [
            table

            Law.over
                "nothing is refused where no key is forced"
                (Gen.zip (layersOf [ "cli_auth_credentials_store"; "model" ]) signIns)
                (fun (layers, signIn) -> (Preflight.check layers signIn).IsNone)

            Law.over
                "a sign-in's own workspace as the last word is always fine"
                (Gen.zip (layersOf [ Preflight.WorkspaceKey ]) (Gen.elements [ SampleAccount.alice; SampleAccount.bob ]))
                (fun (layers, account) ->
                    (Preflight.check (layers @ [ says Preflight.WorkspaceKey account.AccountId ]) (ofAccount account))
                        .IsNone)

            Law.over "the later layer wins" (Gen.zip anyLayers signIns) (fun (layers, signIn) ->
                let last =
                    layer
                        "/last"
                        [
                            Preflight.LoginMethodKey, SettingValue.Text "api"
                            Preflight.WorkspaceKey, SettingValue.Text ""
                        ]

                let found = Preflight.check (layers @ [ last ]) signIn

                match signIn.Kind with
                | SignInKind.ApiKey -> found.IsNone
                | _ ->
                    found
                    |> Option.exists (fun found -> found.File = "/last" && found.Wanted = [ "api" ]))

            Law.over "a broken layer is as if it were not there" (Gen.zip anyLayers signIns) (fun (layers, signIn) ->
                let whole = layers |> List.filter _.Values.IsSome
                Preflight.check layers signIn = Preflight.check whole signIn)
        ]
