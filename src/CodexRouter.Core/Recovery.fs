namespace CodexRouter.Core

/// Decides what turns whatever a crash, an older version or another tool left behind into a root where nothing is left
/// to do.
[<RequireQualifiedAccess>]
module Recovery =

    let private fileId (files: FileSystem) path =
        match files.Look path with
        | Entry.File id -> Some id
        | _ -> None

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
            | None -> []
            | Some holder ->
                Adoption.takeBack situation holder id loose
                @ Adoption.pointAt situation live holder.Name
        | Live.Missing when situation.Files.Look(Layout.marker situation.Root) <> Entry.Missing ->
            [
                Action.Remove(Layout.marker situation.Root)
                |> Plan.step "no profile is current: the link is gone"
            ]
        | _ -> []

    /// A rename leaves a link at the old name while a program may still use it, and one at either name when it was
    /// interrupted.
    let private settleForwards (situation: Situation) isBusy : Plan =
        let root = situation.Root

        situation.Files.Names(Layout.profiles root)
        |> List.choose (ProfileName.create >> Result.toOption)
        |> List.collect (fun name ->
            let home = Layout.home root name

            match Observed.forwarded situation.Files root name, situation.Files.Look home with
            | Some target, Entry.Link(id, _) ->
                match isBusy home, Observed.exists situation.Files root target, movedFrom situation name with
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
                    ]
            | _ -> [])

    let private settleIncoming (situation: Situation) : Plan =
        let known = placed situation

        Observed.names situation.Files situation.Root
        |> List.collect (fun name ->
            Adoption.retire
                situation
                (ProfileName.value name + "-incoming")
                (Adoption.incoming situation.Root name)
                known)

    /// What an atomic replacement at the root leaves when it is interrupted has these beginnings: the thing that was to
    /// come, and what another program had put there at that instant.
    let private interrupted =
        [
            "." + Layout.SignInFile + ".new-"
            "." + Layout.SignInFile + ".kept-"
            "..current_profile.new-"
        ]

    let private settleRoot (situation: Situation) : Plan =
        let known = placed situation

        situation.Files.Names situation.Root
        |> List.filter (fun name ->
            interrupted
            |> List.exists (fun beginning -> name.StartsWith(beginning, System.StringComparison.Ordinal)))
        |> List.collect (fun name ->
            let path = Layout.(/) situation.Root name

            match situation.Files.ReadSignIn path, situation.Files.Look path with
            | Ok _, Entry.File _ -> Adoption.retire situation "root" path known
            | _ ->
                [
                    Action.Remove path
                    |> Plan.step "left by an interrupted change; no sign-in is in it"
                ])

    let private settleScratch (situation: Situation) isBusy : Plan =
        let known = placed situation
        let scratch = Layout.scratch situation.Root

        situation.Files.Names scratch
        |> List.map (Layout.(/) scratch)
        |> List.filter (isBusy >> not)
        |> List.collect (fun home ->
            match situation.Files.Look home with
            | Entry.Folder ->
                let signIn = Layout.(/) home Layout.SignInFile
                let owner = "unfinished-" + home.Substring(scratch.Length + 1)

                let rescue =
                    match situation.Files.Look signIn with
                    | Entry.Missing -> []
                    | _ -> Adoption.retire situation owner signIn known

                rescue
                @ [ Action.RemoveTree home |> Plan.step "a home that was never finished" ]
            | _ -> [ Action.Remove home |> Plan.step "left by an interrupted change" ])

    let private settleTrash (situation: Situation) : Plan =
        let trash = Layout.trash situation.Root

        situation.Files.Names trash
        |> List.map (fun name ->
            Action.RemoveTree(Layout.(/) trash name)
            |> Plan.step "a removal that was not finished")

    /// A profile of an older tool has only a sign-in: it becomes a whole home with a record.
    let private completeProfiles (situation: Situation) : Plan =
        Observed.profiles situation.Files situation.Root
        |> List.collect (fun profile ->
            let home = Layout.home situation.Root profile.Name

            match profile.Record, profile.Stored with
            | Some record, _ ->
                HomeLinks.complete situation.Files situation.Root home record.SeparateHistory
                @ (if record.Name = profile.Name then
                       []
                   else
                       Adoption.remember situation profile { record with Name = profile.Name })
            | None, Stored.SignIn(_, signIn) ->
                let record = ProfileRecord.ofSignIn profile.Name signIn situation.Now false

                HomeLinks.complete situation.Files situation.Root home false
                @ Adoption.remember situation profile record
            | None, _ -> [])

    /// Gives the next plan towards a root where nothing is left to do; none when it is reached. Nothing is lost or guessed
    /// on the way. `isBusy` tells whether a scratch home belongs to a login that is still going on, and whether a program that
    /// runs may use the old name of a profile.
    let next (situation: Situation) isBusy : Plan =
        // One after the other, because each is planned from what the one before left.
        seq {
            settleLive situation
            settleRoot situation
            settleForwards situation isBusy
            settleIncoming situation
            settleScratch situation isBusy
            settleTrash situation
            HomeLinks.anchorPackages situation.Files situation.Root
            completeProfiles situation
        }
        |> Seq.tryFind (List.isEmpty >> not)
        |> Option.defaultValue []

    /// More rounds than any root needs: each mends one kind of thing for good.
    let private mostRounds = 16

    /// Makes the plans one after the other until nothing is left to do, and gives the steps that were taken.
    let run (situation: Situation) isBusy : Result<Plan, string> =
        let rec go rounds (taken: Plan) =
            match next situation isBusy with
            | [] -> Ok taken
            | _ when rounds = 0 -> Error "the root keeps changing while it is being put right"
            | plan ->
                Plan.run situation.Files plan
                |> Result.bind (fun () -> go (rounds - 1) (taken @ plan))

        go mostRounds []
