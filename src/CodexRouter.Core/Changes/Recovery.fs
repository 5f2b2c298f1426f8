namespace CodexRouter.Core

/// Decides what turns whatever a crash, an older version or another tool left behind into a root where nothing is left
/// to do.
[<RequireQualifiedAccess>]
module Recovery =

    let private fileId (files: FileSystem) path = files.Look path |> Entry.file

    /// The identities of all sign-ins that stand where they belong.
    let private placed (situation: Situation) =
        Layout.live situation.Root
        :: (Observed.names situation.Files situation.Root
            |> List.map (Layout.signIn situation.Root))
        |> List.choose (fileId situation.Files)

    /// A profile that was renamed, but whose name elsewhere was not: its record still has the old one.
    let private movedFrom (situation: Situation) name =
        Observed.names situation.Files situation.Root
        |> List.tryFind (fun candidate ->
            candidate <> name
            && situation.Files.ReadRecord(Layout.record situation.Root candidate)
               |> Option.exists (fun record -> record.Name = name))

    /// The link is gone while a profile was current: that it may have been revoked is noted before the evidence goes.
    let private noteMissing (situation: Situation) : Plan =
        let root = situation.Root

        match Observed.marked situation.Files root with
        | Some name when Observed.exists situation.Files root name ->
            let profile = Observed.profile situation.Files root name

            match Stored.signIn profile.Stored, Health.doubt situation.Files root profile with
            | Some signIn, Some Doubt.Suspected ->
                [
                    Action.MakeFolder(Layout.quota root name)
                    |> Plan.step "what is known of a profile lies here"
                    Action.Write(Layout.doubt root name, Content.Text(Doubt.render Doubt.Suspected signIn))
                    |> Plan.step "`codex logout` may have revoked what was current"
                ]
            | Some _, (Some Doubt.Refused | None)
            | None, _ -> []
        | _ -> []

    let private settleLive (situation: Situation) : Plan =
        let live = Observed.live situation.Files situation.Root

        match live with
        | Live.Current(name, _) when not (Observed.exists situation.Files situation.Root name) ->
            match
                Observed.forwarded situation.Files situation.Root name
                |> Option.filter (Observed.exists situation.Files situation.Root)
                |> Option.orElse (movedFrom situation name)
            with
            | Some moved -> Adoption.pointAt situation live moved
            | None -> []
        | Live.Current(name, _) -> Adoption.pointAt situation live name
        | Live.Loose(id, Ok loose) ->
            match Observed.holderOf situation.Files situation.Root loose with
            | Some { Stored = Stored.InTheWay }
            | Some { Stored = Stored.Unreadable _ }
            | None -> []
            | Some holder ->
                Adoption.takeBack situation holder id loose
                @ Adoption.pointAt situation live holder.Name
        | Live.Missing when situation.Files.Look(Layout.marker situation.Root) <> Entry.Missing ->
            Plan.following (
                noteMissing situation
                @ [
                    Action.Remove(Layout.marker situation.Root)
                    |> Plan.step "no profile is current: the link is gone"
                ]
            )
        | Live.Missing
        | Live.Elsewhere _
        | Live.Loose(_, Error _)
        | Live.InTheWay -> []

    /// A rename leaves a link at the old name while a program may still use it, and one at either name when it was
    /// interrupted.
    let private settleForwards (situation: Situation) isBusy : Plan =
        let root = situation.Root

        situation.Files.Names(Layout.profiles root)
        |> List.choose (ProfileName.create >> Result.toOption)
        |> List.collect (fun name ->
            let home = Layout.home root name

            match Observed.forwarded situation.Files root name, Entry.link (situation.Files.Look home) with
            | Some target, Some(id, _) ->
                let isThere = Observed.exists situation.Files root target

                match isBusy home, isThere, movedFrom situation name with
                | true, true, _ -> []
                | true, false, Some moved ->
                    [
                        Action.PlaceLink(home, Layout.forward moved, Some id)
                        |> Plan.step "a program that runs knows the home by its old name"
                    ]
                | _ ->
                    [
                        Action.Remove home
                        |> Plan.step "the old name of a profile; nothing uses it any more"

                        if isThere then
                            yield! SessionList.renew situation.Files (Layout.home root target)
                    ]
            | None, _
            | _, None -> [])

    let private settleIncoming (situation: Situation) : Plan =
        let known = placed situation

        Observed.names situation.Files situation.Root
        |> List.collect (fun name ->
            Adoption.retire
                situation
                (ProfileName.value name + "-incoming")
                (Adoption.incoming situation.Root name)
                known
            |> Plan.following)

    /// The locks that the router makes in a home when Codex has not made them yet.
    let private locks = [ "auth.lock"; "auth.json.lock"; ".login.lock" ]

    /// The files that the router makes or replaces in its own folder.
    let private ownFiles =
        [ "aliases"; "previous"; "allowed"; "fallback.json"; "states"; "lock" ]

    /// Removes what is half-made, and keeps aside whatever sign-in is in it and nowhere else.
    let private settleHalfMade (situation: Situation) : Plan =
        let root = situation.Root
        let known = placed situation
        let shared = lazy (HomeLinks.shared situation.Files root Set.empty)

        let inHome =
            lazy
                (let files, folders = shared.Value
                 Layout.SignInFile :: Layout.RecordFile :: locks @ files @ folders)

        let profiles = Observed.names situation.Files root
        let oneOf (names: Lazy<string list>) name = List.contains name names.Value
        // Whatever is in these folders, the router made it.
        let any (_: string) = true

        let places =
            (root, "root", oneOf (lazy (Layout.SignInFile :: ".current_profile" :: locks)))
            // Two links that try whether the file system can exchange names.
            :: (Layout.profiles root, "root", oneOf (lazy [ "exchange" ]))
            :: (Layout.router root, "root", oneOf (lazy ownFiles))
            :: (Layout.sealedCopies root, "sealed", any)
            :: (Layout.prompts root, "root", any)
            :: (Layout.hookNotes root, "root", any)
            :: (profiles
                |> List.collect (fun name ->
                    [
                        Layout.home root name, ProfileName.value name, oneOf inHome
                        Layout.quota root name, "root", any
                    ]))

        /// A copy that was never finished, of what is still there.
        let isOfLive (signIn: SignIn) =
            profiles
            |> List.exists (fun name ->
                match situation.Files.ReadSignIn(Layout.signIn root name) with
                | Ok live -> Identity.sameCredential live.Identity signIn.Identity
                | Error _ -> false)

        places
        |> List.collect (fun (folder, owner, isOwn) ->
            situation.Files.Names folder
            |> List.filter (fun name -> situation.Files.ReplacedBy name |> Option.exists isOwn)
            |> List.map (fun name -> Layout.(/) folder name, owner))
        |> List.collect (fun (path, owner) ->
            match situation.Files.Look path, situation.Files.ReadSignIn path with
            | Entry.File _, Ok signIn when
                path.StartsWith(Layout.sealedCopies root + "/", System.StringComparison.Ordinal)
                && isOfLive signIn
                ->
                [
                    Action.Remove path
                    |> Plan.step "left by an interrupted change; the sign-in is in its profile"
                ]
            | Entry.File _, Ok _ -> Adoption.retire situation owner path known
            // Whether a sign-in is in it, nobody can tell.
            | Entry.File _, Error(SignInFault.Unreadable _)
            | (Entry.Folder | Entry.Other | Entry.Missing), _ -> []
            | (Entry.File _ | Entry.Link _), _ ->
                [
                    Action.Remove path
                    |> Plan.step "left by an interrupted change; no sign-in is in it"
                ])
        |> Plan.following

    /// The homes that are being made, or were when something was interrupted.
    let private unfinished (situation: Situation) isBusy =
        let scratch = Layout.scratch situation.Root

        situation.Files.Names scratch
        |> List.map (Layout.(/) scratch)
        |> List.filter (isBusy >> not)

    /// A home of which all but the last rename was done becomes the profile that it was made for: its record is written,
    /// and its sign-in is nowhere else any more. One at a time: the next may be of the same account.
    let private finishProfile (situation: Situation) isBusy : Plan =
        let known = placed situation
        let root = situation.Root

        unfinished situation isBusy
        |> List.tryPick (fun home ->
            let signIn = Layout.(/) home Layout.SignInFile

            match
                situation.Files.ReadRecord(Layout.recordIn home),
                situation.Files.Look signIn,
                situation.Files.ReadSignIn signIn
            with
            | Some record, Entry.File id, Ok held when
                not (List.contains id known)
                && ProfileRecord.isOf held record
                && situation.Files.Look(Layout.home root record.Name) = Entry.Missing
                && (Save.nameTaken situation.Files root record.Name).IsNone
                && (Observed.holderOf situation.Files root held).IsNone
                ->
                Some(
                    Action.Move(home, Layout.home root record.Name)
                    |> Plan.step "a profile that was made up to its last rename"
                )
            | _ -> None)
        |> Option.toList
        |> Plan.following

    let private settleScratch (situation: Situation) isBusy : Plan =
        let known = placed situation
        let scratch = Layout.scratch situation.Root

        unfinished situation isBusy
        |> List.collect (fun home ->
            match situation.Files.Look home with
            | Entry.Folder ->
                let signIn = Layout.(/) home Layout.SignInFile
                let owner = "unfinished-" + home.Substring(scratch.Length + 1)

                let rescue =
                    if situation.Files.Look signIn = Entry.Missing then
                        []
                    else
                        Adoption.retire situation owner signIn known

                rescue
                @ Plan.following [ Action.RemoveTree home |> Plan.step "a home that was never finished" ]
            | Entry.Missing
            | Entry.File _
            | Entry.Link _
            | Entry.Other -> Plan.following [ Action.Remove home |> Plan.step "left by an interrupted change" ])

    let private settleTrash (situation: Situation) : Plan =
        let trash = Layout.trash situation.Root

        situation.Files.Names trash
        |> List.map (fun name ->
            Action.RemoveTree(Layout.(/) trash name)
            |> Plan.step "a removal that was not finished")
        |> Plan.following

    /// A record that is there and cannot be read is not replaced by one that knows less.
    let private mayHaveRecord (situation: Situation) name =
        let record = Layout.record situation.Root name

        situation.Files.Look record <> Entry.Missing
        && (situation.Files.ReadText record).IsNone

    /// A profile of an older tool has only a sign-in: it becomes a whole home with a record.
    let private completeProfiles (situation: Situation) : Plan =
        Observed.profiles situation.Files situation.Root
        |> List.collect (fun profile ->
            let home = Layout.home situation.Root profile.Name

            match profile.Record, profile.Stored with
            | Some record, _ ->
                HomeLinks.complete situation.Files situation.Root home record.Own
                @ (if record.Name = profile.Name then
                       []
                   else
                       SessionList.afterRename situation.Files situation.Root record.Name profile.Name
                       @ Adoption.remember situation profile { record with Name = profile.Name })
            | None, Stored.SignIn _ when mayHaveRecord situation profile.Name -> []
            | None, Stored.SignIn(_, signIn) ->
                let record = ProfileRecord.ofSignIn profile.Name signIn situation.Now Set.empty

                HomeLinks.complete situation.Files situation.Root home Set.empty
                @ Adoption.remember situation profile record
            | None, _ -> [])
        |> Plan.following

    /// A change of what homes share that was interrupted is carried to its end, one profile's after the other's.
    let private settleSharing (situation: Situation) isBusy : Plan seq =
        Observed.names situation.Files situation.Root
        |> Seq.map (fun name ->
            let profile = Observed.profile situation.Files situation.Root name

            match profile.Record with
            | Some record when not record.Unsettled.IsEmpty && not (isBusy (Layout.home situation.Root name)) ->
                Share.finish situation profile record
            | Some _
            | None -> [])

    /// One after the other, because each is planned from what the one before left.
    let private stages (situation: Situation) isBusy : Plan seq =
        seq {
            settleLive situation
            settleHalfMade situation
            settleForwards situation isBusy
            settleIncoming situation
            finishProfile situation isBusy
            settleScratch situation isBusy
            settleTrash situation
            Sealed.settleMixes situation
            HomeLinks.anchorPackages situation.Files situation.Root
            yield! settleSharing situation isBusy
            completeProfiles situation
        }

    let private target (step: PlanStep) = List.head (Plan.pathsOf step.Action)

    /// A plan without what has failed already, and without what rests on that.
    let rec private without (failed: Map<string, string>) (plan: Plan) : Plan =
        match plan with
        | step :: _ when step.IsNeeded && Map.containsKey (target step) failed -> []
        | step :: rest when Map.containsKey (target step) failed -> without failed rest
        | step :: rest -> step :: without failed rest
        | [] -> []

    let private nextWithout failed situation isBusy =
        stages situation isBusy
        |> Seq.map (without failed)
        |> Seq.tryFind (List.isEmpty >> not)
        |> Option.defaultValue []

    /// Gives the next plan towards a root where nothing is left to do; none when it is reached. Nothing is lost or guessed
    /// on the way. `isBusy` tells whether a scratch home belongs to a login that is still going on, whether a program that
    /// runs may use the old name of a profile, and whether one runs in a profile's home.
    let next (situation: Situation) isBusy : Plan = nextWithout Map.empty situation isBusy

    /// More rounds than any root needs: each mends one kind of thing for good.
    let private mostRounds = 16

    /// What became of putting a root right.
    type Mended =
        {
            /// The steps that were taken.
            Taken: Plan
            /// What could not be done: the path, and why. Nothing rests on it: every plan is safe in a root that is not put
            /// right.
            Failures: (string * string) list
        }

    /// Carries a plan out step by step, up to a needed one that fails.
    let rec private carryOut (files: FileSystem) (plan: Plan) (taken: Plan) failed =
        match plan with
        | [] -> List.rev taken, failed
        | step :: rest ->
            match files.Do step.Action with
            // What was put right and might not survive a loss of power is put right again then.
            | Ok _ -> carryOut files rest (step :: taken) failed
            | Error failure ->
                let failed = Map.add (target step) failure failed

                if step.IsNeeded then
                    List.rev taken, failed
                else
                    carryOut files rest taken failed

    /// Makes the plans one after the other until nothing is left to do. What fails is passed over: one thing that cannot
    /// be put right does not keep the others as they are.
    let run (situation: Situation) isBusy : Mended =
        let rec go rounds (taken: Plan) failed =
            let failures () = Map.toList failed

            match nextWithout failed situation isBusy with
            | [] ->
                {
                    Taken = taken
                    Failures = failures ()
                }
            | _ when rounds = 0 ->
                {
                    Taken = taken
                    Failures =
                        failures ()
                        @ [ situation.Root, "the root keeps changing while it is being put right" ]
                }
            | plan ->
                let done', failed = carryOut situation.Files plan [] failed
                go (rounds - 1) (taken @ done') failed

        go mostRounds [] Map.empty
