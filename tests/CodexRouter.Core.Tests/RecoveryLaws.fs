/// What recovery does after a plan was cut off, and what it leaves alone.
module CodexRouter.Core.Tests.RecoveryLaws

open System
open Expecto
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds
open CodexRouter.Core.Tests.Planned

let private isMixed (bytes: byte[]) =
    match SignIn.read (ReadOnlyMemory bytes) with
    | Ok signIn -> signIn.TokenAccountId.IsSome && signIn.TokenAccountId <> signIn.AccountId
    | Error _ -> false

let private recoversFromAnyCut (spec, request) =
    let before, _, plan = planned spec request

    match plan with
    | Error _ -> true
    | Ok plan ->
        cuts before plan
        |> List.forall (fun disk ->
            let recovered, _ = recover disk "recovery"
            let _, again = recover recovered "again"
            again.IsEmpty && not (isLost before request recovered))

let private recoveryLosesNothing (spec, request) =
    let before = worldFor spec request
    let _, steps = recover before "recovery"

    [ 0 .. steps.Length ]
    |> List.forall (fun steps ->
        let files = MemoryFiles(before, steps)
        Recovery.run (situation files "cut") (fun _ -> false) |> ignore
        not (isLost before (SwitchTo "ann") files.Disk))

let tests =
    testList
        "plans"
        [
            law "recovery after any cut loses nothing and leaves nothing to do" recoversFromAnyCut
            law "recovery, itself cut off anywhere, loses nothing" recoveryLosesNothing

            testCase "recovery keeps the older sealed copy of the account whose tokens it takes out of a mix" (fun () ->
                let request = SwitchTo "ben"
                Expect.isTrue (recoversFromAnyCut (ownerHoldsAnother, request)) "after any cut of a switch"
                Expect.isTrue (recoveryLosesNothing (ownerHoldsAnother, request)) "cut off itself")

            law
                "recovery does not change which sign-in Codex finds, but for a newer one of the same profile"
                (fun (spec, _) ->
                    let before = disk spec
                    let recovered, _ = recover before "recovery"

                    match readAtRoot before, readAtRoot recovered with
                    | None, _ -> true
                    // Tokens under another account's number: a profile's are taken apart, and a loose file is left.
                    | Some was, is when isMixed was -> is |> Option.forall (fun is -> is = was || not (isMixed is))
                    | Some was, Some is ->
                        (match SignIn.read (ReadOnlyMemory was), SignIn.read (ReadOnlyMemory is) with
                         | Ok was, Ok is -> Identity.same was.Identity is.Identity && not (SignIn.isNewer was is)
                         // A damaged file may get its own account's tokens back, from where another program put them.
                         | Error _, Ok mended ->
                             let files = (MemoryFiles before).Files

                             was = is
                             || Observed.current files root
                                |> Option.bind (Layout.record root >> files.ReadRecord)
                                |> Option.exists (fun record ->
                                    record.AccountId = mended.AccountId && record.UserId = mended.UserId)
                         | _ -> was = is)
                    | Some _, None -> false)

            law "recovery leaves the shared programs reachable without any profile" (fun (spec, _) ->
                let recovered, _ = recover (disk spec) "recovery"

                match Disk.look (root + "/packages/app-server-daemon/current") recovered with
                | Entry.Link(_, target) -> target = root + "/packages/app-server-daemon/releases/1"
                | _ -> spec.PackagesThrough.IsNone)

            law "recovery leaves a login that is still going on alone" (fun (spec, _) ->
                let before = disk { spec with ScratchEmpty = true }
                let files = MemoryFiles before

                let busy path =
                    Disk.isInside (Layout.scratch root) path

                let mended = Recovery.run (situation files "recovery") busy

                mended.Failures.IsEmpty
                && Disk.look (Layout.scratch root + "/empty") files.Disk = Entry.Folder)
        ]
