/// The laws of saving: the one file of a sign-in, moved in or sealed, and the home that a profile gets.
module CodexRouter.Core.Tests.SaveLaws

open System
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
            law
                "a sign-in that is moved in is never at two places where it is used, cut off anywhere"
                (fun (spec, request) ->
                    match request with
                    | MoveIn(_, chain, file) ->
                        // The world may hold copies of its own making.
                        let isUsed (disk: Disk) =
                            signIns disk
                            |> List.filter (fun (path, bytes) ->
                                bytes = Convert.ToBase64String(bytesOf chain)
                                && (path = file
                                    || (Disk.isInside (Layout.profiles root) path
                                        && path.EndsWith("/auth.json", StringComparison.Ordinal))))
                            |> List.length

                        let before, _, plan = planned spec request

                        match plan with
                        | Error _ -> true
                        | Ok plan ->
                            let most = isUsed before
                            cuts before plan |> List.forall (fun disk -> isUsed disk <= most)
                    | _ -> true)

            law "a plan that fails leaves each sign-in at the names that it had" (fun (spec, request) ->
                match request with
                | MoveIn(_, _, file) ->
                    let before, _, plan = planned spec request

                    match plan with
                    | Error _ -> true
                    | Ok plan ->
                        // Each step in turn is refused by the system; all others work.
                        [ 0 .. plan.Length - 1 ]
                        |> List.forall (fun refused ->
                            let files = MemoryFiles before
                            let mutable step = 0

                            let doing action =
                                step <- step + 1

                                if step - 1 = refused then
                                    Error "refused"
                                else
                                    files.Files.Do action

                            let outcome = Plan.run { files.Files with Do = doing } plan

                            outcome.IsOk
                            || Disk.look file files.Disk <> Entry.Missing
                               && List.sort (List.map snd (signIns files.Disk)) =
                                   List.sort (List.map snd (signIns before)))
                | _ -> true)

            law
                "saving keeps the one file: the profile holds the very file that was loose, or the newer of the two"
                (fun (spec, request) ->
                    match request with
                    | SaveAs(text, _) ->
                        let before, files, plan = planned spec request

                        match plan, fileAt (Layout.live root) before with
                        | Ok plan, Some(loose, _) ->
                            let was = fileAt (Layout.signIn root (name text)) before
                            Plan.run files.Files plan |> ignore

                            match fileAt (Layout.signIn root (name text)) files.Disk with
                            | Some(own, _) -> own = loose || Some own = Option.map fst was
                            | None -> false
                        | _ -> true
                    | _ -> true)

            law "saving never puts one identity over another unless it is forced" (fun (spec, request) ->
                match request with
                | SaveAs(text, false) ->
                    let before, _, plan = planned spec request

                    match plan, fileAt (Layout.signIn root (name text)) before, readAtRoot before with
                    | Ok _, Some(_, own), Some live ->
                        match SignIn.read (ReadOnlyMemory own), SignIn.read (ReadOnlyMemory live) with
                        | Ok own, Ok live -> Identity.same own.Identity live.Identity
                        | _ -> true
                    | _ -> true
                | _ -> true)

            testCase
                "tokens of another workspace under a profile's number are never sealed, though the same person's"
                (fun () ->
                    let person = SampleAccount.numbered 1

                    let signIn account generation =
                        SampleAccount.signIn account generation (now.AddHours(float generation)) (now.AddYears 1)

                    let read bytes =
                        match SignIn.read (ReadOnlyMemory(bytes: byte[])) with
                        | Ok signIn -> signIn
                        | Error fault -> failtest (SignIn.explain fault)

                    let before = signIn person 1

                    let files =
                        Disk.empty
                        |> Disk.addFile (Layout.signIn root (name "ann")) before
                        |> Disk.addFile (Layout.sealedCopy root (name "ann")) before
                        |> MemoryFiles

                    let profile bytes =
                        let entry = files.Files.Look(Layout.signIn root (name "ann"))

                        match entry with
                        | Entry.File id ->
                            {
                                Name = name "ann"
                                Stored = Stored.SignIn(id, read bytes)
                                Record = Some(ProfileRecord.ofSignIn (name "ann") (read before) now Set.empty)
                            }
                        | _ -> failtest "no file"

                    let mixed =
                        ReadOnlyMemory(
                            signIn
                                { person with
                                    AccountId = "acct-elsewhere"
                                }
                                2
                        )
                        |> AccountField.set person.AccountId
                        |> Option.get

                    let sealing bytes =
                        Sealed.renew (situation files "x") (profile bytes)

                    Expect.isEmpty (sealing mixed) "another workspace's"
                    Expect.isNonEmpty (sealing (signIn person 2)) "its own")

            law
                "every profile that is saved is a whole home: each shared entry is its own or a link"
                (fun (spec, request) ->
                    match request with
                    | SaveAs(text, _) ->
                        let _, files, plan = planned spec request

                        match plan with
                        | Error _ -> true
                        | Ok plan ->
                            Plan.run files.Files plan |> ignore
                            let home = Layout.home root (name text)

                            let separate =
                                files.Files.ReadRecord(Layout.record root (name text))
                                |> Option.exists (fun record -> record.Own.Contains HomeGroup.Sessions)

                            (HomeLinks.complete
                                files.Files
                                root
                                home
                                (ProfileRecord.own (files.Files.ReadRecord(Layout.record root (name text)))))
                                .IsEmpty
                            && Disk.look (home + "/sessions") files.Disk
                               <> (if separate then Entry.Folder else Entry.Missing)
                    | _ -> true)
        ]
