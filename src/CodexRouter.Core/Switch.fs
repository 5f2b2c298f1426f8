namespace CodexRouter.Core

open System

/// What runs of Codex, as the command line finds it in the process table.
type Running =
    {
        /// Codex programs whose home is the root.
        Root: int list
        /// Codex programs by the profile whose home they use.
        Profiles: Map<ProfileName, int list>
    }

[<RequireQualifiedAccess>]
module Running =
    let nothing = { Root = []; Profiles = Map.empty }

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
        let live = Observed.live situation.Files root

        /// The profile that a loose sign-in belongs to counts as the one that was current.
        let before =
            match live with
            | Live.Current(current, _) -> Some current
            | Live.Loose(_, Ok loose) -> Observed.holderOf situation.Files root loose |> Option.map _.Name
            | _ -> None

        if not (Observed.exists situation.Files root name) then
            Error(Refusal.NoSuchProfile(ProfileName.value name))
        else
            match clear situation live, usable situation name with
            | Error refusal, _ -> Error refusal
            // A loose sign-in of the very profile that has none, or a broken one, mends it.
            | Ok(_ :: _), Error refusal when before <> Some name -> Error refusal
            | Ok [], Error refusal -> Error refusal
            | Ok settle, _ -> Ok(settle @ Adoption.makeCurrent situation live before name)

    /// Gives the sign-in that goes out by a switch, if Codex would renew it about now.
    let outgoingDueForRenewal (situation: Situation) name =
        match Observed.current situation.Files situation.Root with
        | Some current when current <> name ->
            match (Observed.profile situation.Files situation.Root current).Stored with
            | Stored.SignIn(_, signIn) when SignIn.isDueForRenewal situation.Now signIn -> Some(current, signIn)
            | _ -> None
        | _ -> None

    /// Tells why a switch should wait: a Codex program of the root may be renewing the outgoing sign-in right now, and
    /// would then throw away the renewed tokens or write them over the incoming profile's. What runs is asked for only
    /// when it matters.
    let caution (situation: Situation) (running: unit -> Running) name : Refusal option =
        match outgoingDueForRenewal situation name with
        | None -> None
        | Some(current, signIn) ->
            match (running ()).Root with
            | [] -> None
            | processes -> Some(Refusal.RenewalUnderWay(current, processes, signIn.Expires))

    /// The longest that a switch waits for a renewal to end.
    let patience = TimeSpan.FromSeconds 10.0
