namespace CodexRouter.Core

/// What a person asks for with `save`.
type SaveRequest =
    {
        Name: ProfileName
        /// Another identity in the profile may be replaced; it is kept aside.
        Force: bool
        /// What a new profile has of its own.
        Own: Set<HomeGroup>
    }

/// Decides how the root's present sign-in becomes a profile.
[<RequireQualifiedAccess>]
module Save =

    let private emailOf (profile: Profile) =
        match profile.Stored, profile.Record with
        | Stored.SignIn(_, signIn), _ -> signIn.Email
        | _, Some record -> record.Email
        | _, None -> None

    /// A new profile is made whole in a scratch home and appears by one rename.
    let private create (situation: Situation) (request: SaveRequest) file goes signIn : Plan =
        let home = Layout.(/) (Layout.scratch situation.Root) situation.Stamp
        let own = Layout.(/) home Layout.SignInFile

        let record = ProfileRecord.ofSignIn request.Name signIn situation.Now request.Own

        [
            Action.MakeFolder home |> Plan.step "the profile's home is made aside"
            Action.MakeFolder(Layout.profiles situation.Root)
            |> Plan.step "profiles live here"
            Action.Bring(file, own) |> Plan.step "the sign-in gets its place in the home"
        ]
        @ HomeLinks.complete situation.Files situation.Root home request.Own
        @ [
            Action.Write(Layout.recordIn home, Content.Record record)
            |> Plan.step "what is known of the profile"
        ]
        @ (if goes then Adoption.takeAway file own else [])
        @ [
            Action.Move(home, Layout.home situation.Root request.Name)
            |> Plan.step "one rename makes it a profile"
        ]

    let private recordFor (situation: Situation) (request: SaveRequest) (profile: Profile) signIn =
        match profile.Record with
        | Some record -> ProfileRecord.renew signIn { record with Name = request.Name }
        | None -> ProfileRecord.ofSignIn request.Name signIn situation.Now request.Own

    /// Gives the profile whose name differs from the asked one in letters' case only, or that has it as an alias.
    let nameTaken (files: FileSystem) root name =
        Observed.names files root
        |> List.tryPick (fun other ->
            if other <> name && ProfileName.sameFolder other name then
                Some other
            else
                files.ReadRecord(Layout.record root other)
                |> Option.filter (fun record ->
                    other <> name && List.exists (ProfileName.sameFolder name) record.Aliases)
                |> Option.map (fun _ -> other))

    /// Decides what to do with a file that holds a sign-in and is to become the profile's. The file's own name goes before
    /// the profile can be used, or stays for a link to take.
    let adopt
        (situation: Situation)
        (request: SaveRequest)
        file
        goes
        (id: FileId)
        (signIn: SignIn)
        : Result<Plan, Refusal> =
        let root = situation.Root

        match nameTaken situation.Files root request.Name with
        | Some other -> Error(Refusal.NameTaken(request.Name, other))
        | None ->
            match Observed.holderOf situation.Files root signIn with
            | Some holder when holder.Name <> request.Name -> Error(Refusal.HeldBy holder.Name)
            | _ when not (Observed.exists situation.Files root request.Name) ->
                if situation.Files.Look(Layout.home root request.Name) = Entry.Missing then
                    Ok(create situation request file goes signIn)
                else
                    Error(Refusal.InTheWay(Layout.home root request.Name))
            | _ ->
                let profile = Observed.profile situation.Files root request.Name
                let record = recordFor situation request profile signIn

                let finish steps =
                    steps
                    @ Plan.following (
                        HomeLinks.complete situation.Files root (Layout.home root request.Name) record.Own
                        @ Adoption.remember situation profile record
                    )

                let isOther =
                    match profile.Stored, profile.Record with
                    | Stored.SignIn(_, held), _ -> not (Identity.same held.Identity signIn.Identity)
                    // Whose it was, nobody can tell; it is kept aside, whoever comes.
                    | Stored.Damaged _, None -> false
                    | _, Some known -> not (ProfileRecord.isOf signIn known)
                    | _, None -> false

                match profile.Stored with
                | Stored.InTheWay -> Error(Refusal.InTheWay(Layout.signIn root request.Name))
                | Stored.Unreadable reason -> Error(Refusal.Unreadable(Layout.signIn root request.Name, reason))
                | _ when isOther && not request.Force ->
                    Error(Refusal.OtherIdentity(request.Name, emailOf profile, signIn.Email))
                | Stored.SignIn(own, _) when own = id ->
                    let second =
                        if goes then
                            Adoption.takeAway file (Layout.signIn root request.Name)
                        else
                            []

                    Ok(finish second)
                | Stored.SignIn(_, held) when not isOther && not (SignIn.isNewer signIn held) ->
                    let kept = Adoption.keptFile situation (ProfileName.value request.Name)

                    let steps =
                        Adoption.keepAside
                            situation
                            (ProfileName.value request.Name)
                            file
                            "the profile's own sign-in is the newer one"

                    Ok(finish (steps @ (if goes then Adoption.takeAway file kept else [])))
                | Stored.Missing
                | Stored.SignIn _
                | Stored.Damaged _ -> Ok(finish (Adoption.replaceSignIn situation profile file goes))

    /// The sign-in is a profile's already: only what is known of it may have changed.
    let private saveCurrent (situation: Situation) (request: SaveRequest) live current =
        let root = situation.Root

        if current <> request.Name then
            Error(Refusal.HeldBy current)
        else
            let profile = Observed.profile situation.Files root current

            match profile.Stored with
            | Stored.Missing -> Error(Refusal.RootNotSignedIn(Layout.live root))
            | Stored.InTheWay -> Error(Refusal.InTheWay(Layout.signIn root current))
            | Stored.Unreadable reason -> Error(Refusal.Unreadable(Layout.signIn root current, reason))
            | Stored.Damaged(_, fault) -> Error(Refusal.ProfileDamaged(current, Layout.signIn root current, fault))
            | Stored.SignIn(_, signIn) ->
                /// Codex has moved it to a workspace that another profile has already.
                let twin =
                    Observed.profiles situation.Files root
                    |> List.tryFind (fun other ->
                        other.Name <> current
                        && Stored.signIn other.Stored
                           |> Option.exists (fun held -> Identity.same held.Identity signIn.Identity))

                match profile.Record, twin with
                | Some record, Some twin when not (ProfileRecord.isOf signIn record) && not request.Force ->
                    Error(Refusal.HeldBy twin.Name)
                // Another workspace of the same person: Codex itself moves a sign-in there, and nothing is replaced.
                | Some record, _ when
                    not (ProfileRecord.isOf signIn record)
                    && not (ProfileRecord.isOfPerson signIn record)
                    && not request.Force
                    ->
                    Error(Refusal.OtherIdentity(current, record.Email, signIn.Email))
                | _ ->
                    let record = recordFor situation request profile signIn

                    Ok(
                        HomeLinks.complete situation.Files root (Layout.home root current) record.Own
                        @ Adoption.remember situation profile record
                        @ Adoption.pointAt situation live current
                    )

    /// Gives the plan that keeps the root's sign-in as a profile and makes it current, or the reason why not.
    let plan (situation: Situation) (request: SaveRequest) : Result<Plan, Refusal> =
        let file = Layout.live situation.Root
        let live = Observed.live situation.Files situation.Root

        match live with
        | Live.Missing -> Error(Refusal.RootNotSignedIn file)
        | Live.InTheWay -> Error(Refusal.InTheWay file)
        | Live.Elsewhere(target, _) -> Error(Refusal.RootLinkedElsewhere(file, target))
        | Live.Current(current, _) -> saveCurrent situation request live current
        | Live.Loose(_, Error SignInFault.Empty)
        | Live.Loose(_, Error SignInFault.NotSignedIn) -> Error(Refusal.RootNotSignedIn file)
        | Live.Loose(_, Error(SignInFault.Unreadable reason)) -> Error(Refusal.Unreadable(file, reason))
        | Live.Loose(_, Error fault) -> Error(Refusal.RootDamaged(file, fault))
        | Live.Loose(id, Ok signIn) ->
            adopt situation request file false id signIn
            |> Result.map (fun steps ->
                steps
                @ Adoption.makeCurrent situation live (Observed.marked situation.Files situation.Root) request.Name)

    /// Gives the plan that moves a sign-in from another file into a profile, without making it current: from a scratch
    /// home after a login, from among the kept ones, from another tool's folder.
    let from (situation: Situation) (request: SaveRequest) file : Result<Plan, Refusal> =
        match situation.Files.Look file with
        | Entry.File id ->
            match situation.Files.ReadSignIn file with
            | Error SignInFault.Empty
            | Error SignInFault.NotSignedIn -> Error(Refusal.RootNotSignedIn file)
            | Error(SignInFault.Unreadable reason) -> Error(Refusal.Unreadable(file, reason))
            | Error fault -> Error(Refusal.RootDamaged(file, fault))
            | Ok signIn -> adopt situation request file true id signIn
        | Entry.Missing -> Error(Refusal.NoSuchFile file)
        | Entry.Link(_, target) -> Error(Refusal.RootLinkedElsewhere(file, target))
        | Entry.Folder
        | Entry.Other -> Error(Refusal.InTheWay file)
