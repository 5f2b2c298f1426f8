namespace CodexRouter.Core

/// Decides how a profile gets another name.
[<RequireQualifiedAccess>]
module Rename =

    /// Gives the steps after which the home has the new name, in which the old one leads to the home at every moment. It goes
    /// on doing so until a later change finds that nothing uses it: a program may know the home by it, or may have read the
    /// root's link the instant before that had the new name.
    let private byExchange (situation: Situation) relink name newName : Plan =
        let root = situation.Root

        [
            // To itself, where nobody looks yet: what it is made for is the old name, to which the exchange takes it.
            Action.PlaceLink(Layout.home root newName, Layout.forward newName, None)
            |> Plan.step "a link to the new name is made ready"
            Action.Exchange(Layout.home root name, Layout.home root newName)
            |> Plan.step "one exchange gives the profile its new name, and lets the old one lead to it"
        ]
        @ relink

    /// Gives the plan that renames a profile, the current one too. `canExchange` tells whether the file system can exchange
    /// two names; where it cannot, the root's link leads nowhere for a moment.
    let plan (situation: Situation) (running: Running) force canExchange name newName : Result<Plan, Refusal> =
        let root = situation.Root
        let files = situation.Files
        let name = Observed.spelled situation.Files root name |> Option.defaultValue name

        let isFree = (files.Look(Layout.home root newName) = Entry.Missing)

        if not (Observed.exists files root name) then
            Error(Refusal.NoSuchProfile(ProfileName.value name))
        elif name = newName then
            Ok []
        // A link to a profile that is gone: under that name this one would silently become current.
        elif Observed.current files root = Some newName then
            Error(Refusal.IsCurrent newName)
        else
            match Save.nameTaken files root newName, Map.tryFind name running.Profiles with
            | Some other, _ when other <> name -> Error(Refusal.NameTaken(newName, other))
            | _, Some processes when not force -> Error(Refusal.InUse(name, processes))
            // On a file system that ignores case, a name that differs in case only stands there already: as this profile.
            | _ when not isFree && not (ProfileName.sameFolder name newName) ->
                Error(Refusal.NameTaken(newName, newName))
            | _ ->
                let live = Observed.live files root
                let profile = Observed.profile files root name

                let isCurrent = (Observed.current files root = Some name)

                let relink, mark =
                    if isCurrent then
                        Adoption.pointAt situation live newName
                        |> List.partition (fun step -> step.Action.IsPlaceLink)
                    else
                        [], []

                let isUsed =
                    Map.containsKey name running.Profiles || (isCurrent && not running.Root.IsEmpty)

                // While the old name leads to the home, so do the paths in Codex's list.
                let move, list =
                    if canExchange && isFree && (isCurrent || isUsed) then
                        byExchange situation relink name newName, []
                    else
                        let home, newHome = Layout.home root name, Layout.home root newName

                        (Action.Move(home, newHome)
                         |> Plan.step "one rename gives the profile its new name")
                        :: relink,
                        SessionList.setAside files home newHome

                let record =
                    match profile.Record with
                    | Some record ->
                        let aliases = record.Aliases |> List.filter (ProfileName.sameFolder newName >> not)

                        Adoption.remember
                            situation
                            { profile with Name = newName }
                            { record with
                                Name = newName
                                Aliases = aliases
                            }
                    | None -> []

                let previous =
                    if Observed.previous files root = Some name then
                        [
                            Action.Write(Layout.previous root, Content.Text(ProfileName.value newName + "\n"))
                            |> Plan.step "`switch -` knows it by its new name"
                        ]
                    else
                        []

                Ok(
                    move
                    @ Plan.following (mark @ list @ record @ Sealed.rename situation name newName @ previous)
                )
