namespace CodexRouter.Core

/// Decides how the current profile changes.
[<RequireQualifiedAccess>]
module Switch =

    /// Gives a profile's sign-in, or why nobody should be switched to it.
    let private usable (situation: Situation) name =
        let profile = Observed.profile situation.Files situation.Root name

        match profile.Stored with
        | Stored.SignIn _ -> Ok profile
        | Stored.Missing -> Error(Refusal.ProfileNotSignedIn name)
        | Stored.Damaged(_, fault) -> Error(Refusal.ProfileDamaged(name, Layout.signIn situation.Root name, fault))
        | Stored.InTheWay -> Error(Refusal.InTheWay(Layout.signIn situation.Root name))
        | Stored.Unreadable reason -> Error(Refusal.Unreadable(Layout.signIn situation.Root name, reason))

    /// Gives the steps that settle what stands at the root's auth.json, so that a link may take its name.
    let private clear (situation: Situation) live : Result<Plan, Refusal> =
        let file = Layout.live situation.Root

        match live with
        | Live.Missing
        | Live.Current _ -> Ok []
        | Live.InTheWay -> Error(Refusal.InTheWay file)
        | Live.Elsewhere(target, _) -> Error(Refusal.RootLinkedElsewhere(file, target))
        | Live.Loose(_, Error SignInFault.Empty)
        | Live.Loose(_, Error SignInFault.NotSignedIn) ->
            Adoption.keepAside situation "root" file "nobody is signed in there, but the file is not ours to lose"
            |> Ok
        | Live.Loose(_, Error(SignInFault.Unreadable reason)) -> Error(Refusal.Unreadable(file, reason))
        | Live.Loose(_, Error fault) -> Error(Refusal.RootDamaged(file, fault))
        | Live.Loose(id, Ok loose) ->
            match Observed.holderOf situation.Files situation.Root loose with
            | None -> Error(Refusal.RootNotSaved(file, loose.Email))
            | Some {
                       Stored = Stored.InTheWay
                       Name = name
                   } -> Error(Refusal.InTheWay(Layout.signIn situation.Root name))
            | Some {
                       Stored = Stored.Unreadable reason
                       Name = name
                   } -> Error(Refusal.Unreadable(Layout.signIn situation.Root name, reason))
            | Some holder -> Ok(Adoption.takeBack situation holder id loose)

    /// Gives the plan that makes a profile current, or the reason why not.
    let plan (situation: Situation) name : Result<Plan, Refusal> =
        let root = situation.Root
        let name = Observed.spelled situation.Files root name |> Option.defaultValue name
        let live = Observed.live situation.Files root

        /// The profile that a loose sign-in belongs to counts as the one that was current.
        let before =
            match live with
            | Live.Current(current, _) -> Some current
            | Live.Loose(_, Ok loose) -> Observed.holderOf situation.Files root loose |> Option.map _.Name
            | Live.Missing
            | Live.Elsewhere _
            | Live.Loose(_, Error _)
            | Live.InTheWay -> None

        if not (Observed.exists situation.Files root name) then
            Error(Refusal.NoSuchProfile(ProfileName.value name))
        else
            match clear situation live, usable situation name with
            | Error refusal, _ -> Error refusal
            // A loose sign-in of the very profile that has none, or a broken one, mends it.
            | Ok(_ :: _), Error refusal when before <> Some name -> Error refusal
            | Ok [], Error refusal -> Error refusal
            | Ok settle, _ -> Ok(settle @ Adoption.makeCurrent situation live before name)
