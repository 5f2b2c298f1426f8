namespace CodexRouter.Core

/// Decides which other names a profile answers to.
[<RequireQualifiedAccess>]
module Alias =

    let private withRecord (situation: Situation) name (change: ProfileRecord -> Result<ProfileRecord, Refusal>) =
        let profile = Observed.profile situation.Files situation.Root name

        if not (Observed.exists situation.Files situation.Root name) then
            Error(Refusal.NoSuchProfile(ProfileName.value name))
        else
            match profile.Record, profile.Stored with
            | Some record, _ -> change record |> Result.map (Adoption.remember situation profile)
            | None, Stored.SignIn(_, signIn) ->
                change (ProfileRecord.ofSignIn name signIn situation.Now Set.empty)
                |> Result.map (Adoption.remember situation profile)
            | None, _ -> Error(Refusal.ProfileNotSignedIn name)

    /// Gives the plan that adds an alias. No two profiles share a name or an alias.
    let add (situation: Situation) name alias : Result<Plan, Refusal> =
        if Observed.exists situation.Files situation.Root alias then
            Error(Refusal.NameTaken(alias, alias))
        else
            match Save.nameTaken situation.Files situation.Root alias with
            | Some other when other <> name -> Error(Refusal.NameTaken(alias, other))
            | _ ->
                withRecord situation name (fun record ->
                    if List.contains alias record.Aliases then
                        Ok record
                    else
                        Ok
                            { record with
                                Aliases = record.Aliases @ [ alias ]
                            })

    /// Gives the plan that takes an alias away.
    let remove (situation: Situation) name alias : Result<Plan, Refusal> =
        withRecord situation name (fun record ->
            if List.contains alias record.Aliases then
                Ok
                    { record with
                        Aliases = record.Aliases |> List.filter ((<>) alias)
                    }
            else
                Error(Refusal.NoSuchAlias(name, alias)))

    /// Gives every alias with its profile, in the profiles' order.
    let all (files: FileSystem) root =
        Observed.names files root
        |> List.collect (fun name ->
            match files.ReadRecord(Layout.record root name) with
            | Some record -> record.Aliases |> List.map (fun alias -> alias, name)
            | None -> [])
