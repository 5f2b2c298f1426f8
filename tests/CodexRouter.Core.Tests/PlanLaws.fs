/// The laws that every plan keeps, in any world, cut off anywhere.
module CodexRouter.Core.Tests.PlanLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds

let private law name property =
    testPropertyWithConfig Law.config name (Prop.forAll arbitrary property)

/// A fresh copy of the world, and the plan for the request in it.
let private planned spec request =
    let before = worldFor spec request
    let files = MemoryFiles before
    before, files, planFor (situation files "first") request

let private recover disk stamp =
    let files = MemoryFiles disk

    match Recovery.run (situation files stamp) (fun _ -> false) with
    | { Failures = []; Taken = steps } -> files.Disk, steps
    | { Failures = failures } -> failtestf "recovery failed: %A" failures

let private contents disk = signIns disk |> List.map snd |> set

/// What a request may take away on purpose: what only the deleted profile has.
let private expected before request =
    match request with
    | DeleteOf text ->
        signIns before
        |> List.filter (fun (path, _) ->
            not (Disk.isInside (Layout.home root (name text)) path)
            && path <> Layout.sealedCopy root (name text)
            && not (Disk.isInside (Layout.trash root) path))
        |> List.map snd
        |> set
    | _ ->
        signIns before
        |> List.filter (fun (path, _) -> not (Disk.isInside (Layout.trash root) path))
        |> List.map snd
        |> set

let private isLost before request after =
    not (Set.isSubset (expected before request) (contents after))

/// Every world that a plan leaves behind when it is cut off: after no step, after one, and so on to the end.
let private cuts before (plan: Plan) =
    [
        for steps in 0 .. plan.Length do
            let files = MemoryFiles(before, steps)
            Plan.run files.Files plan |> ignore
            files.Disk
    ]

/// The bytes that Codex would read at the root.
let private readAtRoot (disk: Disk) =
    match Disk.resolve (Layout.live root) disk with
    | Some(Node.Bytes(_, bytes)) -> Some bytes
    | _ -> None

let private isMixed (bytes: byte[]) =
    match SignIn.read (ReadOnlyMemory bytes) with
    | Ok signIn -> signIn.TokenAccountId.IsSome && signIn.TokenAccountId <> signIn.AccountId
    | Error _ -> false

/// Whether what Codex can renew is still the same account's, if there was such a thing.
let private staysWhose (was: byte[] option) (is: byte[] option) =
    match was |> Option.map (fun bytes -> SignIn.read (ReadOnlyMemory bytes)) with
    | Some(Ok was) when was.Kind = SignInKind.ChatGpt ->
        match is |> Option.map (fun bytes -> SignIn.read (ReadOnlyMemory bytes)) with
        | Some(Ok is) -> Identity.same was.Identity is.Identity
        | _ -> false
    | _ -> true

let private fileAt path (disk: Disk) =
    match Map.tryFind path disk.Nodes with
    | Some(Node.Bytes(id, bytes)) -> Some(id, bytes)
    | _ -> None

let private strangers (disk: Disk) =
    disk.Nodes
    |> Map.filter (fun path _ ->
        path.Contains "other-tool"
        || path.Contains ".hidden"
        || path.Contains "router/unknown"
        || path = root + "/config.toml"
        || path.StartsWith(root + "/sessions", StringComparison.Ordinal))
    |> Map.toList
    |> List.map (fun (path, node) ->
        path,
        match node with
        | Node.Bytes(_, bytes) -> Convert.ToBase64String bytes
        | _ -> "")

/// A world without what tells of the way here: the name that `switch -` goes back to.
let private withoutPrevious (disk: Disk) =
    disk.Nodes
    |> Map.remove (Layout.previous root)
    |> Map.map (fun _ node ->
        match node with
        | Node.Link(_, target) -> "link " + target
        | Node.Bytes(id, bytes) -> "file " + string id.Inode + Convert.ToBase64String bytes
        | Node.Written(_, Content.Text text) -> "text " + text.Trim()
        | Node.Written(_, Content.Record record) -> "record " + string (hash record)
        | Node.Folder -> "folder")

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

let private profileOf held remembered copy =
    {
        Held = held
        Remembered = Some remembered
        Alias = None
        Separate = false
        Incoming = None
        Copy = copy
    }

let private chainOf account generation =
    {
        Account = account
        Generation = generation
    }

/// Tokens of account 4 stand in cat's file. Their profile holds another account's sign-in by now, and an older copy of its own.
let private ownerHoldsAnother =
    {
        Profiles =
            Map
                [
                    "ann", profileOf (Signed(chainOf 2 2)) 4 (Some(chainOf 4 1))
                    "ben", profileOf (Signed(chainOf 1 1)) 1 None
                    "cat", profileOf (Mixed(chainOf 4 3, 3)) 3 None
                ]
        Live = LinkTo "ann"
        Marker = None
        Previous = None
        Scratch = None
        ScratchEmpty = false
        Trash = None
        Kept = None
        Interrupted = None
        PackagesThrough = None
    }

let tests =
    testList
        "plans"
        [
            law "no plan, cut off after any step, loses a sign-in" (fun (spec, request) ->
                let before, _, plan = planned spec request

                match plan with
                | Error _ -> true
                | Ok plan -> cuts before plan |> List.forall (isLost before request >> not))

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

            law "every plan that is made can be carried out" (fun (spec, request) ->
                let _, files, plan = planned spec request

                match plan with
                | Error _ -> true
                | Ok plan -> Plan.run files.Files plan = Ok [])

            law
                "Codex's locks are taken in Codex's own order: each home's own before those beside the sign-ins"
                (fun (spec, request) ->
                    let _, files, plan = planned spec request

                    match plan with
                    | Error _ -> true
                    | Ok plan ->
                        let locks = CodexLocks.forPlan (situation files "locks") plan

                        let homes = locks |> List.takeWhile _.EndsWith("/auth.lock") |> List.map Disk.parent

                        // Of several homes they come in one order too: two commands never wait for each other.
                        locks = (homes |> List.map CodexLocks.ofHome) @ (homes |> List.map CodexLocks.ofFile)
                        && List.distinct homes = homes
                        && (match homes with
                            | first :: profiles when first = root -> List.sort profiles = profiles
                            | profiles -> List.sort profiles = profiles))

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

            law "a plan run twice changes nothing the second time" (fun (spec, request) ->
                let _, files, plan = planned spec request

                match plan with
                | Error _ -> true
                | Ok plan ->
                    Plan.run files.Files plan |> ignore
                    let after = files.Disk

                    match planFor (situation files "second") request with
                    | Error _ -> true
                    | Ok again ->
                        Plan.run files.Files again |> ignore
                        // Saving again may only renew what is known of the profile; the disk says whether it did.
                        again.IsEmpty && files.Disk = after)

            law "a refusal changes nothing" (fun (spec, request) ->
                let before, files, plan = planned spec request
                plan.IsOk || files.Disk = before)

            law "after a switch Codex finds the profile's own file, and everybody is told so" (fun (spec, request) ->
                match request with
                | SwitchTo text ->
                    let _, files, plan = planned spec request

                    match plan with
                    | Error _ -> true
                    | Ok plan ->
                        Plan.run files.Files plan |> ignore
                        let own = fileAt (Layout.signIn root (name text)) files.Disk

                        Observed.current files.Files root = Some(name text)
                        && Observed.marked files.Files root = Some(name text)
                        && readAtRoot files.Disk = Option.map snd own
                | _ -> true)

            law "a switch never leaves Codex without a sign-in on the way" (fun (spec, request) ->
                match request with
                | SwitchTo _
                | SaveAs _ ->
                    let before, _, plan = planned spec request

                    match plan, readAtRoot before with
                    | Error _, _
                    | _, None -> true
                    | Ok plan, Some _ -> cuts before plan |> List.forall (readAtRoot >> Option.isSome)
                | _ -> true)

            law "a switch changes no profile but the one that a loose sign-in returns to" (fun (spec, request) ->
                match request with
                | SwitchTo _ ->
                    let before, files, plan = planned spec request

                    let holder =
                        match Observed.live files.Files root with
                        | Live.Loose(_, Ok loose) -> Observed.holderOf files.Files root loose |> Option.map _.Name
                        | _ -> None

                    match plan with
                    | Error _ -> true
                    | Ok plan ->
                        Plan.run files.Files plan |> ignore

                        Observed.names files.Files root
                        |> List.filter (fun name -> Some name <> holder)
                        |> List.forall (fun name ->
                            fileAt (Layout.signIn root name) files.Disk = fileAt (Layout.signIn root name) before)
                | _ -> true)

            law
                "a sign-in that another tool put in the link's place replaces the profile's only when it is newer"
                (fun (spec, request) ->
                    match request with
                    | SwitchTo _ ->
                        let before, files, plan = planned spec request

                        match plan, Observed.live files.Files root with
                        | Ok plan, Live.Loose(_, Ok loose) ->
                            match Observed.holderOf files.Files root loose with
                            | Some {
                                       Name = holder
                                       Stored = Stored.SignIn(_, held)
                                   } ->
                                Plan.run files.Files plan |> ignore
                                let own = fileAt (Layout.signIn root holder) files.Disk |> Option.map snd

                                if SignIn.isNewer loose held then
                                    own = readAtRoot before
                                else
                                    own = (fileAt (Layout.signIn root holder) before |> Option.map snd)
                            | _ -> true
                        | _ -> true
                    | _ -> true)

            law "a loose sign-in that no profile holds is never replaced" (fun (spec, request) ->
                match request with
                | SwitchTo _ ->
                    let _, files, plan = planned spec request

                    match Observed.live files.Files root with
                    | Live.Loose(_, Ok loose) when (Observed.holderOf files.Files root loose).IsNone -> plan.IsError
                    | _ -> true
                | _ -> true)

            law "switching there and back restores the world" (fun (spec, _) ->
                let files = MemoryFiles(disk spec)

                match Observed.current files.Files root with
                | None -> true
                | Some start ->
                    let usable =
                        [ "ann"; "ben"; "cat" ]
                        |> List.filter (fun text -> name text <> start)
                        |> List.filter (fun text -> (planFor (situation files "probe") (SwitchTo text)).IsOk)

                    match usable, planFor (situation files "first") (SwitchTo(ProfileName.value start)) with
                    | there :: _, Ok settle ->
                        Plan.run files.Files settle |> ignore
                        let before = files.Disk

                        for text, stamp in [ there, "there"; ProfileName.value start, "back" ] do
                            match planFor (situation files stamp) (SwitchTo text) with
                            | Ok plan -> Plan.run files.Files plan |> ignore
                            | Error _ -> failtest "a switch that was possible is refused"

                        withoutPrevious files.Disk = withoutPrevious before
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

            law "deleting takes away what is the profile's own, and nothing else" (fun (spec, request) ->
                match request with
                | DeleteOf text ->
                    let before, files, plan = planned spec request

                    match plan with
                    | Error _ -> true
                    | Ok plan ->
                        Plan.run files.Files plan |> ignore
                        let home = Layout.home root (name text)
                        let mine path = path = home || Disk.isInside home path

                        let routers (path: string) =
                            path = Layout.previous root
                            || path = Layout.trash root
                            || path = Layout.sealedCopy root (name text)

                        let others (disk: Disk) =
                            disk.Nodes |> Map.filter (fun path _ -> not (mine path) && not (routers path))

                        others files.Disk = others before && Disk.look home files.Disk = Entry.Missing
                | _ -> true)

            law "the current profile is never deleted" (fun (spec, _) ->
                let files = MemoryFiles(disk spec)

                match Observed.current files.Files root with
                | Some current when Observed.exists files.Files root current ->
                    (Delete.plan (situation files "first") Running.nothing true current).IsError
                | _ -> true)

            law "where case is ignored, a profile is one profile however it is spelled" (fun (spec, _) ->
                let start = disk spec

                Observed.names (MemoryFiles start).Files root
                |> List.forall (fun profile ->
                    let files = MemoryFiles(start, ignoresCase = true)
                    let other = name ((ProfileName.value profile).ToUpperInvariant())

                    match Switch.plan (situation files "first") other with
                    | Error _ -> true
                    | Ok plan ->
                        Plan.run files.Files plan |> ignore

                        let isRefused name =
                            match Delete.plan (situation files "second") Running.nothing true name with
                            | Error(Refusal.IsCurrent current) -> current = profile
                            | _ -> false

                        Observed.current files.Files root = Some profile
                        && isRefused profile
                        && isRefused other))

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
                                Record = Some(ProfileRecord.ofSignIn (name "ann") (read before) now false)
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

            law "no two profiles ever share a name or an alias" (fun (spec, request) ->
                let _, files, plan = planned spec request

                match plan with
                | Error _ -> true
                | Ok plan ->
                    Plan.run files.Files plan |> ignore
                    let aliases = Alias.all files.Files root |> List.map fst
                    let words = Observed.names files.Files root @ aliases
                    List.distinct words = words)

            law "files that are not the router's business stay as they are" (fun (spec, request) ->
                let before, files, plan = planned spec request

                match plan with
                | Error _ -> true
                | Ok plan ->
                    Plan.run files.Files plan |> ignore
                    recover files.Disk "recovery" |> fst |> strangers = strangers before)

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
                                |> Option.exists _.SeparateHistory

                            (HomeLinks.complete files.Files root home separate).IsEmpty
                            && Disk.look (home + "/sessions") files.Disk
                               <> (if separate then Entry.Folder else Entry.Missing)
                    | _ -> true)
        ]
