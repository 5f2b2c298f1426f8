namespace CodexRouter.Core

/// Where Codex's own login is to run for a profile.
[<RequireQualifiedAccess>]
type LoginHome =
    /// The profile is new, or has no sign-in: its own home.
    | Own of home: string
    /// The profile has a sign-in, which a login in its home would revoke: a home made for this once.
    | Scratch of home: string

/// Decides how a new sign-in comes into a profile. Codex's login first revokes what the home holds (seen in 0.169.0), so
/// it only ever runs in a home that holds nothing.
[<RequireQualifiedAccess>]
module Login =

    /// Gives the home to sign in to, and the steps that make it ready.
    let prepare (situation: Situation) (request: SaveRequest) : Result<LoginHome * Plan, Refusal> =
        let root = situation.Root
        let files = situation.Files
        let own = Layout.home root request.Name

        let ownParts =
            match files.ReadRecord(Layout.recordIn own) with
            | Some record -> record.Own
            | None -> request.Own

        let ready home =
            [ Action.MakeFolder home |> Plan.step "Codex signs in inside this home" ]
            @ HomeLinks.complete files root home ownParts

        match Save.nameTaken files root request.Name, files.Look own with
        | Some other, _ -> Error(Refusal.NameTaken(request.Name, other))
        | None, Entry.Missing -> Ok(LoginHome.Own own, ready own)
        | None, Entry.Folder ->
            match (Observed.profile files root request.Name).Stored with
            | Stored.Missing -> Ok(LoginHome.Own own, ready own)
            | Stored.InTheWay -> Error(Refusal.InTheWay(Layout.signIn root request.Name))
            | Stored.Unreadable reason -> Error(Refusal.Unreadable(Layout.signIn root request.Name, reason))
            | Stored.SignIn _
            | Stored.Damaged _ ->
                let home = Layout.(/) (Layout.scratch root) situation.Stamp
                Ok(LoginHome.Scratch home, ready home)
        | None, _ -> Error(Refusal.InTheWay own)

    /// Gives the steps after a login in the profile's own home.
    let finishOwn (situation: Situation) (request: SaveRequest) : Result<Plan, Refusal> =
        let root = situation.Root
        let profile = Observed.profile situation.Files root request.Name

        match profile.Stored with
        | Stored.Missing -> Error(Refusal.ProfileNotSignedIn request.Name)
        | Stored.InTheWay -> Error(Refusal.InTheWay(Layout.signIn root request.Name))
        | Stored.Unreadable reason -> Error(Refusal.Unreadable(Layout.signIn root request.Name, reason))
        | Stored.Damaged(_, fault) ->
            Error(Refusal.ProfileDamaged(request.Name, Layout.signIn root request.Name, fault))
        | Stored.SignIn(_, signIn) ->
            let record =
                match profile.Record with
                | Some record -> ProfileRecord.renew signIn record
                | None -> ProfileRecord.ofSignIn request.Name signIn situation.Now request.Own

            Ok(Adoption.remember situation profile record |> Plan.following)

    /// Gives the steps after a login in a scratch home: the new sign-in takes the old one's place, and the old is kept.
    let finishScratch (situation: Situation) (request: SaveRequest) home : Result<Plan, Refusal> =
        Save.from situation request (Layout.(/) home Layout.SignInFile)
        |> Result.map (fun steps ->
            steps
            @ Plan.following [ Action.RemoveTree home |> Plan.step "the home has served its purpose" ])

    /// Gives the steps that make a profile current when nothing is: a first sign-in should just work.
    let makeFirst (situation: Situation) name : Plan =
        match Observed.live situation.Files situation.Root with
        | Live.Missing -> Adoption.makeCurrent situation Live.Missing None name
        | Live.Current _
        | Live.Elsewhere _
        | Live.Loose _
        | Live.InTheWay -> []
