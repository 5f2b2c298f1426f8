namespace CodexRouter.Core

/// Decides how a profile gets another name.
[<RequireQualifiedAccess>]
module Rename =

    /// Gives the plan that renames a profile, the current one too.
    let plan (situation: Situation) (running: Running) force name newName : Result<Plan, Refusal> =
        let root = situation.Root
        let files = situation.Files

        let isFree =
            match files.Look(Layout.home root newName) with
            | Entry.Missing -> true
            | _ -> false

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

                let relink =
                    match live with
                    | Live.Current(current, _) when current = name -> Adoption.pointAt situation live newName
                    | _ -> []

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
                    [
                        Action.Move(Layout.home root name, Layout.home root newName)
                        |> Plan.step "one rename gives the profile its new name"
                    ]
                    @ relink
                    @ Plan.following (record @ Sealed.rename situation name newName @ previous)
                )
