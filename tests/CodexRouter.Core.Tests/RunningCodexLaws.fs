/// The laws of changes beside a Codex that runs: none takes from it what it can renew.
module CodexRouter.Core.Tests.RunningCodexLaws

open System
open Expecto
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds
open CodexRouter.Core.Tests.Planned

/// Whether what Codex can renew is still the same account's, if there was such a thing.
let private staysWhose (was: byte[] option) (is: byte[] option) =
    match was |> Option.map (fun bytes -> SignIn.read (ReadOnlyMemory bytes)) with
    | Some(Ok was) when was.Kind = SignInKind.ChatGpt ->
        match is |> Option.map (fun bytes -> SignIn.read (ReadOnlyMemory bytes)) with
        | Some(Ok is) -> Identity.same was.Identity is.Identity
        | _ -> false
    | _ -> true

let private leavesRootsSignIn (spec, request) =
    match request with
    | SwitchTo _ ->
        let before, files, plan = planned spec request
        let running () = { Running.nothing with Root = [ 42 ] }

        match plan with
        | Ok plan when (Caution.ofPlan (situation files "x") running plan).IsNone ->
            Plan.run files.Files plan |> ignore
            staysWhose (readAtRoot before) (readAtRoot files.Disk)
        | _ -> true
    | _ -> true

let tests =
    testList
        "plans"
        [
            law
                "no switch takes the root's sign-in from under a Codex that runs there, be it a link or a file"
                leavesRootsSignIn

            testCase
                "no switch takes a loose file from under a Codex that runs there, if its profile's own is broken, too"
                (fun () ->
                    let world =
                        { ownerHoldsAnother with
                            Profiles =
                                Map
                                    [
                                        "ann", profileOf Broken 2 None
                                        "ben", profileOf (Signed(chainOf 1 1)) 1 None
                                    ]
                            Live = LooseSigned(chainOf 2 2)
                        }

                    Expect.isTrue (leavesRootsSignIn (world, SwitchTo "ben")) "Codex's sign-in stays where it is")

            law "no sign-in that a running Codex uses is replaced by another's" (fun (spec, request) ->
                match request with
                | SaveAs(text, _)
                | MoveIn(text, _, _)
                | LoginReplaced(text, _) ->
                    let before, files, plan = planned spec request

                    let running () =
                        { Running.nothing with
                            Profiles = Map.ofList [ name text, [ 42 ] ]
                        }

                    let held disk =
                        fileAt (Layout.signIn root (name text)) disk |> Option.map snd

                    match plan with
                    | Ok plan when (Caution.ofPlan (situation files "x") running plan).IsNone ->
                        Plan.run files.Files plan |> ignore
                        staysWhose (held before) (held files.Disk)
                    | _ -> true
                | _ -> true)

            law "a profile in whose home a Codex runs is neither renamed nor deleted" (fun (spec, request) ->
                let files = MemoryFiles(worldFor spec request)

                let running text =
                    { Running.nothing with
                        Profiles = Map.ofList [ name text, [ 42 ] ]
                    }

                match request with
                | DeleteOf text -> (Delete.plan (situation files "x") (running text) false (name text)).IsError
                | RenameOf(one, other) when one <> other ->
                    (Rename.plan (situation files "x") (running one) false true (name one) (name other)).IsError
                | _ -> true)
        ]
