namespace CodexRouter.Core

/// Decides how a profile goes.
[<RequireQualifiedAccess>]
module Delete =

    /// Gives the plan that removes a profile with all that is its own but its sessions: those join the
    /// root's. Its links are removed, never what they point at.
    let plan (situation: Situation) (running: Running) force name : Result<Plan, Refusal> =
        let root = situation.Root
        let name = Observed.spelled situation.Files root name |> Option.defaultValue name

        if not (Observed.exists situation.Files root name) then
            Error(Refusal.NoSuchProfile(ProfileName.value name))
        elif Observed.current situation.Files root = Some name then
            Error(Refusal.IsCurrent name)
        else
            match Map.tryFind name running.Profiles with
            | Some processes when not force -> Error(Refusal.InUse(name, processes))
            | _ ->
                let grave =
                    Layout.(/) (Layout.trash root) (ProfileName.value name + "-" + situation.Stamp)

                let forget =
                    if Observed.previous situation.Files root = Some name then
                        [
                            Action.Remove(Layout.previous root)
                            |> Plan.step "`switch -` has nowhere to go back to"
                        ]
                    else
                        []

                Ok(
                    Joining.sessions situation (Layout.home root name)
                    @ Plan.following (Sealed.forget situation name)
                    @ [
                        Action.MakeFolder(Layout.trash root) |> Plan.step "removals begin here"
                        Action.Move(Layout.home root name, grave)
                        |> Plan.step "one rename takes the profile away"
                    ]
                    // It is no profile any more: what cannot be removed now is tried again before later changes.
                    @ Plan.following (
                        [ Action.RemoveTree grave |> Plan.step "what was the profile's own goes" ]
                        @ forget
                    )
                )
