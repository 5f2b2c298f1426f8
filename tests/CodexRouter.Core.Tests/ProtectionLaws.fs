/// What is written into Codex's settings to keep sign-ins from commands, and taken out again.
module CodexRouter.Core.Tests.ProtectionLaws

open CodexRouter.Core
open Expecto
open FsCheck.FSharp

[<Literal>]
let private Root = "/home/me/.codex"

let private permissions =
    gen {
        let! named =
            Gen.elements
                [
                    None
                    None
                    Some ":workspace"
                    Some ":read-only"
                    Some ":danger-full-access"
                    Some "mine"
                    Some "nothing"
                    Some Protection.Name
                ]

        let! mode =
            Gen.elements
                [
                    None
                    None
                    Some "read-only"
                    Some "workspace-write"
                    Some "danger-full-access"
                ]

        let! hasMore = Gen.elements [ false; false; true ]

        let! own =
            Gen.elements
                [
                    None
                    Some
                        {
                            Extends = ":read-only"
                            Description = None
                            Denied = Set.empty
                            Depth = None
                        }
                ]

        return
            {
                Default = named
                SandboxMode = mode
                HasWorkspaceWrite = hasMore
                Own = own
            }
    }

/// What Codex's settings say once it was written.
let private written (before: CommandPermissions) (protection: Protection) =
    { before with
        Default = Some Protection.Name
        Own =
            Some
                {
                    Extends = protection.Extends
                    Description = Some(Protection.description protection)
                    Denied = Set.ofList protection.Denied
                    Depth = Some(float<int> Protection.Depth)
                }
    }

let tests =
    testList
        "protection"
        [
            Law.over "what is written is whole, and what was in force comes back" permissions (fun before ->
                for wantsReadOnly in [ false; true ] do
                    match Protection.plan Root wantsReadOnly before with
                    | Error _ -> ()
                    | Ok protection ->
                        let after = written before protection
                        Expect.isTrue (Protection.isSet Root after) "whole"

                        Expect.equal
                            (Protection.plan Root (not wantsReadOnly) after)
                            (Ok protection)
                            "a second time the same is written"

                        match before.Default, Protection.restored after with
                        | Some Protection.Name, _ -> ()
                        | None, restored -> Expect.equal restored Restored.Unset "none was in force"
                        | Some named, restored -> Expect.equal restored (Restored.Named named) "that one was")

            Law.over "it adds to what is in force, and never makes more possible" permissions (fun before ->
                match before.Default, before.SandboxMode, Protection.plan Root false before with
                | Some ":danger-full-access", _, planned
                | None, Some "danger-full-access", planned -> Expect.isError planned "there is no sandbox"
                | None, Some "read-only", planned ->
                    Expect.equal (planned |> Result.map _.Extends) (Ok ":read-only") "nothing could be written"
                | None, _, planned when before.HasWorkspaceWrite -> Expect.isError planned "settings would be lost"
                | Some named, _, Ok planned when named <> Protection.Name ->
                    Expect.equal planned.Extends named "what the person chose"
                | _ -> ())

            testCase "only patterns are denied, and not the root's link"
            <| fun () ->
                for denied in Protection.denied Root do
                    Expect.stringContains denied "**" "a plain path would be made by Codex where it is not there"
                    Expect.stringStarts denied (Root + "/") "nothing but what is the router's and Codex's"

                Expect.contains (Protection.denied Root) (Root + "/profiles/**/auth.json") "the files"
        ]
