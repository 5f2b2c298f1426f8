namespace CodexRouter.Cli

open CodexRouter.Core

/// What is shown of a profile, to people and to programs.
[<RequireQualifiedAccess>]
module ProfileView =

    let private signIn (profile: Profile) = Stored.signIn profile.Stored

    /// Gives what the sign-in says, or else what the record remembers.
    let private known (profile: Profile) (ofSignIn: SignIn -> 'fact option) (ofRecord: ProfileRecord -> 'fact option) =
        match signIn profile, profile.Record with
        | Some signIn, _ -> ofSignIn signIn
        | None, Some record -> ofRecord record
        | None, None -> None

    let email profile = known profile _.Email _.Email

    let plan profile = known profile _.Plan _.Plan

    let accountId profile = known profile _.AccountId _.AccountId

    let userId profile = known profile _.UserId _.UserId

    let kind profile =
        known profile (fun signIn -> Some signIn.Kind) (fun record -> Some record.Kind)
        |> Option.map SignInKind.word

    let aliases (profile: Profile) =
        match profile.Record with
        | Some record -> record.Aliases |> List.map ProfileName.value
        | None -> []

    /// Gives the words that say whose a profile is.
    let account profile =
        match email profile, kind profile with
        | Some email, _ -> email
        | None, Some "apikey" -> "API key"
        | None, Some "token" -> "access token"
        | None, Some "other" -> "other provider"
        | None, _ -> "-"

    /// Gives the profile for programs, with its health and what was last read of its quota.
    let dto current active health (quota: QuotaDto option) (profile: Profile) : ProfileDto =
        {
            Name = ProfileName.value profile.Name
            Aliases = aliases profile
            Kind = kind profile
            Email = email profile
            Plan = plan profile
            AccountId = accountId profile
            UserId = userId profile
            Own = HomeGroup.wordsOf (ProfileRecord.own profile.Record)
            Current = (current = Some profile.Name)
            Active = (active = Some profile.Name)
            State = Health.word health
            LastRefresh = signIn profile |> Option.bind _.LastRefresh |> Option.map OwnJson.time
            ExpiresAt = signIn profile |> Option.bind _.Expires |> Option.map OwnJson.time
            Quota = quota
        }
