namespace CodexRouter.Core

/// Sealed copies: beside each profile's live sign-in lies one byte copy of it, which nothing uses and nothing points at.
/// Repair takes it when another program deleted, overwrote or mixed the live one.
[<RequireQualifiedAccess>]
module Sealed =

    /// The sign-in in a profile's sealed copy, if there is one.
    let private copyOf (situation: Situation) name =
        if (situation.Files.Look(Layout.sealedCopy situation.Root name)).IsFile then
            situation.Files.ReadSignIn(Layout.sealedCopy situation.Root name)
            |> Result.toOption
        else
            None

    /// Tells whether the tokens are of the account that the file names.
    let private isWhole (signIn: SignIn) =
        signIn.TokenAccountId.IsNone
        || signIn.TokenAccountId = signIn.AccountId
        || (signIn.AccessAccountId.IsSome && signIn.AccessAccountId = signIn.AccountId)

    /// Tells whether a sign-in is the profile's own, as far as anyone can know.
    let private isOwn (profile: Profile) (signIn: SignIn) =
        match profile.Record with
        | Some record -> ProfileRecord.isOf signIn record
        | None -> true

    /// One account's tokens in another account's file.
    [<NoEquality; NoComparison>]
    type Mix =
        {
            SignIn: SignIn
            /// The profile that the tokens belong to, if there is one.
            Owner: Profile option
        }

    /// Tells whether a profile's file holds another account's tokens under the profile's own account. Codex 0.150 to 0.163
    /// write so when the root's link changes during a renewal: the refresh token in there is the newest of its owner's. The
    /// same person's tokens for another account count only when a profile is of that account.
    let mixOf (profiles: Profile list) (profile: Profile) : Mix option =
        match Stored.signIn profile.Stored, profile.Record with
        | Some signIn, Some record when
            signIn.Kind = SignInKind.ChatGpt
            && not (isWhole signIn)
            && signIn.AccountId = record.AccountId
            ->
            let owner =
                profiles
                |> List.tryFind (fun other ->
                    other.Name <> profile.Name
                    && other.Record
                       |> Option.exists (fun owner ->
                           owner.Kind = SignInKind.ChatGpt
                           && owner.AccountId = signIn.TokenAccountId
                           && owner.UserId = signIn.UserId))

            if owner.IsSome || signIn.UserId <> record.UserId then
                Some { SignIn = signIn; Owner = owner }
            else
                None
        | _ -> None

    /// Tells whether Codex has moved a profile's sign-in to another workspace of its person, which nobody has saved yet. One
    /// that another profile has as well has only strayed into this one.
    let private isMoved (situation: Situation) (profile: Profile) (signIn: SignIn) =
        (profile.Record |> Option.exists (ProfileRecord.isOfPerson signIn))
        && not (isOwn profile signIn)
        && Observed.profiles situation.Files situation.Root
           |> List.forall (fun other ->
               other.Name = profile.Name
               || not (other.Record |> Option.exists (ProfileRecord.isOf signIn)))

    /// Gives the steps that bring a profile's sealed copy up to date. What is not certainly the profile's own, or is older
    /// than the copy, is not sealed.
    let renew (situation: Situation) (profile: Profile) : Plan =
        let seal why =
            [
                Action.MakeFolder(Layout.sealedCopies situation.Root)
                |> Plan.step "sealed copies lie here"
                Action.Copy(
                    Layout.signIn situation.Root profile.Name,
                    Layout.sealedCopy situation.Root profile.Name,
                    None
                )
                |> Plan.step why
            ]

        let keepCopy why =
            [
                Action.MakeFolder(Layout.kept situation.Root)
                |> Plan.step "replaced sign-ins are kept here"
                Action.Move(
                    Layout.sealedCopy situation.Root profile.Name,
                    Adoption.keptFile situation (ProfileName.value profile.Name)
                )
                |> Plan.step why
            ]

        match Stored.signIn profile.Stored with
        | Some signIn when isWhole signIn && (isOwn profile signIn || isMoved situation profile signIn) ->
            match copyOf situation profile.Name with
            | None -> seal "a copy for repair, should another program overwrite the sign-in"
            | Some copy when Identity.same copy.Identity signIn.Identity ->
                if SignIn.isNewer signIn copy then
                    seal "the sealed copy is renewed"
                else
                    []
            // Without a record nobody can tell which of the two is the profile's.
            | Some _ when profile.Record.IsNone -> []
            // Whether it is the same sign-in, in another workspace, or another one of that person, nobody can tell.
            | Some _ when not (isOwn profile signIn) ->
                keepCopy "the copy of the other workspace is kept"
                @ seal "the profile's sign-in is of another workspace now"
            | Some _ -> seal "the profile is of another account now"
        | Some _
        | None -> []

    /// Gives the steps that take away the sealed copy of a profile that goes.
    let forget (situation: Situation) name : Plan =
        if (situation.Files.Look(Layout.sealedCopy situation.Root name)).IsFile then
            [
                Action.Remove(Layout.sealedCopy situation.Root name)
                |> Plan.step "its sealed copy goes with it"
            ]
        else
            []

    /// Gives the steps by which a sealed copy follows its profile to another name. What stands under that name is of a profile
    /// that is gone, and is kept.
    let rename (situation: Situation) name newName : Plan =
        let before = Layout.sealedCopy situation.Root name
        let after = Layout.sealedCopy situation.Root newName

        match situation.Files.Look before, situation.Files.Look after with
        | Entry.File _, Entry.Missing -> [ Action.Move(before, after) |> Plan.step "its sealed copy follows" ]
        | Entry.File _, Entry.File _ when not (ProfileName.sameFolder name newName) ->
            [
                Action.MakeFolder(Layout.kept situation.Root)
                |> Plan.step "replaced sign-ins are kept here"
                Action.Move(after, Adoption.keptFile situation (ProfileName.value newName))
                |> Plan.step "the copy of a profile that is gone is kept"
                Action.Move(before, after) |> Plan.step "its sealed copy follows"
            ]
        | _ -> []

    /// Gives the profiles' names that there are sealed copies of, in ordinal order.
    let names (files: FileSystem) root =
        files.Names(Layout.sealedCopies root)
        |> List.choose (fun file ->
            if file.EndsWith(".json", System.StringComparison.Ordinal) then
                ProfileName.create (file.Substring(0, file.Length - ".json".Length))
                |> Result.toOption
            else
                None)

    /// Gives the steps that remove copies under the names of profiles that are gone, where another profile holds the sign-in:
    /// what a rename leaves. A copy that nobody holds stays: it may be all that is left.
    let sweep (situation: Situation) : Plan =
        names situation.Files situation.Root
        |> List.filter (Observed.exists situation.Files situation.Root >> not)
        |> List.filter (fun name ->
            match copyOf situation name with
            | None -> false
            | Some copy ->
                Observed.holderOf situation.Files situation.Root copy
                |> Option.bind (fun holder -> Stored.signIn holder.Stored)
                |> Option.exists (fun held ->
                    Identity.same held.Identity copy.Identity && not (SignIn.isNewer copy held)))
        |> List.collect (forget situation)

    /// Gives the plan that puts a profile's sealed copy in the place of its sign-in; nothing when they are the same already.
    /// What stands there is kept aside.
    let restore (situation: Situation) name : Result<Plan, Refusal> =
        let root = situation.Root
        let own = Layout.signIn root name

        let place =
            [
                Action.Copy(Layout.sealedCopy root name, own, None)
                |> Plan.step "the sealed copy takes the sign-in's place"
            ]

        if not (Observed.exists situation.Files root name) then
            Error(Refusal.NoSuchProfile(ProfileName.value name))
        else
            match copyOf situation name, situation.Files.Look own with
            | None, _ -> Error(Refusal.NoSealedCopy name)
            | Some copy, entry ->
                let profile = Observed.profile situation.Files root name

                match Observed.holderOf situation.Files root copy, profile.Stored, entry with
                | Some({ Stored = Stored.SignIn(_, held) } as holder), _, _ when
                    holder.Name <> name && Identity.same held.Identity copy.Identity
                    ->
                    Error(Refusal.CopyHeldBy(name, holder.Name))
                | _, Stored.SignIn(_, held), _ when
                    Identity.same held.Identity copy.Identity && not (SignIn.isNewer copy held)
                    ->
                    Ok []
                | _, _, Entry.Missing -> Ok place
                | _, _, Entry.File _ ->
                    Ok(
                        Adoption.keepAside situation (ProfileName.value name) own "what stands there is kept"
                        @ place
                    )
                | _, _, (Entry.Link _ | Entry.Folder | Entry.Other) -> Error(Refusal.InTheWay own)

    /// Gives the steps that take the tokens of one account out of another's file: they go back to their owner, whose own were
    /// used up by that renewal, and the profile gets its sealed copy back. The file as it was found is kept.
    let private unmix (situation: Situation) (profile: Profile) (mix: Mix) : Plan =
        let root = situation.Root
        let mixed = Layout.signIn root profile.Name

        let toOwner (owner: Profile) =
            let own = Layout.signIn root owner.Name

            let giveBack why =
                [ Action.Copy(mixed, own, mix.SignIn.TokenAccountId) |> Plan.step why ]

            match owner.Stored with
            | Stored.Missing -> giveBack "the tokens go back to their owner"
            // Somebody signed in there as another account meanwhile: that is not ours to replace. But `restore` shall find the
            // newest.
            | Stored.SignIn(_, held) when not (isOwn owner held) ->
                let place = Layout.sealedCopy root owner.Name

                let setAside =
                    [
                        Action.MakeFolder(Layout.kept root)
                        |> Plan.step "replaced sign-ins are kept here"
                        Action.Move(place, Adoption.keptFile situation (ProfileName.value owner.Name))
                        |> Plan.step "the sealed copy that stands there is kept"
                    ]

                match copyOf situation owner.Name with
                | Some copy when isOwn owner copy && not (SignIn.isNewer mix.SignIn copy) -> []
                | copy ->
                    (if copy.IsSome then setAside else [])
                    @ [
                        Action.MakeFolder(Layout.sealedCopies root)
                        |> Plan.step "sealed copies lie here"
                        Action.Copy(mixed, place, mix.SignIn.TokenAccountId)
                        |> Plan.step "the newer tokens go to their owner's sealed copy"
                    ]
            | Stored.SignIn(_, held) when not (SignIn.isNewer mix.SignIn held) -> []
            | Stored.SignIn _
            | Stored.Damaged _ ->
                Adoption.keepAside situation (ProfileName.value owner.Name) own "the older sign-in is kept"
                @ giveBack "the newer tokens go back to their owner"
            | Stored.Unreadable _
            | Stored.InTheWay -> []

        let toProfile =
            match copyOf situation profile.Name with
            | Some copy when isOwn profile copy && isWhole copy ->
                [
                    Action.Copy(Layout.sealedCopy root profile.Name, mixed, None)
                    |> Plan.step "the profile's own sign-in comes back from its sealed copy"
                ]
            | _ ->
                [
                    Action.Remove mixed
                    |> Plan.step "what is left is another account's; the profile has to be signed in to again"
                ]

        Adoption.keepAside
            situation
            (ProfileName.value profile.Name + "-mixed")
            mixed
            "the tokens of one account stand in another's file, which is kept as it is"
        @ (mix.Owner |> Option.map toOwner |> Option.defaultValue [])
        @ toProfile

    /// Gives the steps that put right the first file in which one account's tokens stand under another's.
    let settleMixes (situation: Situation) : Plan =
        let profiles = Observed.profiles situation.Files situation.Root

        profiles
        |> List.tryPick (fun profile -> mixOf profiles profile |> Option.map (unmix situation profile))
        |> Option.defaultValue []
