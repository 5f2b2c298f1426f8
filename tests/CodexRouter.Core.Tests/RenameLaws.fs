/// The laws of renaming: Codex finds its sign-in at every moment, by one of the two names.
module CodexRouter.Core.Tests.RenameLaws

open Expecto
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds
open CodexRouter.Core.Tests.Planned

let tests =
    testList
        "plans"
        [
            testCase
                "a profile that another router renames while all are looked at is there by its new name, and not signed out"
                (fun () ->
                    let signIn = SampleAccount.signIn (SampleAccount.numbered 1) 1 now (now.AddYears 1)
                    let old = Layout.home root (name "ann")

                    let memory =
                        Disk.empty
                        |> Disk.addFile (Layout.signIn root (name "ann")) signIn
                        |> MemoryFiles

                    let isRenamed = ref false
                    let files = memory.Files

                    let disturbed =
                        { files with
                            Look =
                                fun path ->
                                    if path = Layout.signIn root (name "ann") && not isRenamed.Value then
                                        isRenamed.Value <- true

                                        Expect.isOk
                                            (files.Do(Action.Move(old, Layout.home root (name "bea"))))
                                            "renamed"

                                    files.Look path
                        }

                    let found = Observed.profiles disturbed root
                    Expect.isTrue isRenamed.Value "in between"
                    Expect.equal (found |> List.map (_.Name >> ProfileName.value)) [ "bea" ] "by its new name"

                    for profile in found do
                        match profile.Stored with
                        | Stored.SignIn _ -> ()
                        | _ -> failtest "its sign-in is there")

            law "renaming keeps the account that Codex finds" (fun (spec, request) ->
                match request with
                | RenameOf _ ->
                    let before, files, plan = planned spec request

                    match plan with
                    | Error _ -> true
                    | Ok plan ->
                        Plan.run files.Files plan |> ignore
                        readAtRoot files.Disk = readAtRoot before
                | _ -> true)

            law
                "a rename never leaves Codex without its sign-in, cut off anywhere, and not on the way back either"
                (fun (spec, request) ->
                    match request with
                    | RenameOf _ ->
                        // What an earlier crash left is put right first, before any plan is made.
                        let before, _ = recover (worldFor spec request) "before"
                        let plan = planFor (situation (MemoryFiles before) "first") request

                        match plan, readAtRoot before with
                        | Error _, _
                        | _, None -> true
                        | Ok plan, found ->
                            cuts before plan
                            |> List.forall (fun disk ->
                                let files = MemoryFiles disk

                                let onTheWay =
                                    [
                                        for steps in 0..16 do
                                            let files = MemoryFiles(disk, steps)
                                            Recovery.run (situation files "back") (fun _ -> false) |> ignore
                                            files.Disk
                                    ]

                                Recovery.run (situation files "recovery") (fun _ -> false) |> ignore

                                (disk :: files.Disk :: onTheWay)
                                |> List.forall (fun disk -> readAtRoot disk = found))
                    | _ -> true)

            law
                "who has read the root's link, and follows it at any later moment of a rename, finds the sign-in"
                (fun (spec, request) ->
                    match request with
                    | RenameOf(one, _) ->
                        let before, _, plan = planned spec request
                        let files = MemoryFiles before

                        match plan, Observed.current files.Files root with
                        | Ok plan, Some current when current = name one ->
                            let seen = Layout.signIn root current
                            let found = Disk.resolve seen before

                            cuts before plan |> List.forall (fun disk -> Disk.resolve seen disk = found)
                        | _ -> true
                    | _ -> true)

            law "a rename, cut off anywhere, leaves the profile under one of its two names" (fun (spec, request) ->
                match request with
                | RenameOf(one, other) when one <> other ->
                    let before, _, plan = planned spec request

                    match plan with
                    | Error _ -> true
                    | Ok plan ->
                        cuts before plan
                        |> List.forall (fun disk ->
                            let files = MemoryFiles disk

                            let named =
                                Observed.names files.Files root
                                |> List.filter (fun found -> found = name one || found = name other)

                            let recovered, _ = recover disk "recovery"

                            named.Length = 1
                            && Disk.names (Layout.profiles root) recovered
                               |> List.filter (fun found -> found = one || found = other)
                               |> List.length
                                =
                                1)
                | _ -> true)

            law
                "a rename under a running Codex keeps the old name working until that Codex has ended"
                (fun (spec, request) ->
                    match request with
                    | RenameOf(one, other) when one <> other ->
                        let files = MemoryFiles(worldFor spec request)

                        let running =
                            { Running.nothing with
                                Profiles = Map.ofList [ name one, [ 42 ] ]
                            }

                        match Rename.plan (situation files "first") running true true (name one) (name other) with
                        | Error _ -> true
                        | Ok plan ->
                            Plan.run files.Files plan |> ignore
                            let home = Layout.home root (name one)
                            let isBusy path = path = home

                            let bytesAt path =
                                match Disk.resolve path files.Disk with
                                | Some(Node.Bytes(id, _)) -> Some id
                                | _ -> None

                            let works () =
                                Disk.resolve home files.Disk = Some Node.Folder
                                && bytesAt (Layout.(/) home Layout.SignInFile) =
                                    bytesAt (Layout.signIn root (name other))

                            let after = works ()
                            Recovery.run (situation files "while it runs") isBusy |> ignore
                            let still = works ()
                            Recovery.run (situation files "ended") (fun _ -> false) |> ignore

                            after && still && Disk.look home files.Disk = Entry.Missing
                    | _ -> true)
        ]
