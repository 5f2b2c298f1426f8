namespace CodexRouter.Core

/// What a person asks for with `share`: which parts of a profile's home are to be its own, and which common.
type ShareRequest =
    {
        Name: ProfileName
        Own: Set<HomeGroup>
        Common: Set<HomeGroup>
    }

/// Decides how parts of a profile's home become its own, or common again. What they are to be is written in the record
/// first: after an interruption the rest is done by that.
[<RequireQualifiedAccess>]
module Share =

    /// What one entry of a home takes: what only gets ready, and what changes the home.
    type private Steps = { Ready: Plan; Change: Plan }

    let private nothing = { Ready = []; Change = [] }

    let private inHome home (entry: HomeEntry) = Layout.(/) home entry.Name

    /// Where something is made or goes that the next change may remove.
    let private inTrash (situation: Situation) (home: string) (entry: HomeEntry) =
        let owner = home.Substring(home.LastIndexOf '/' + 1)
        Layout.(/) (Layout.trash situation.Root) (owner + "-" + entry.Name + "-" + situation.Stamp)

    let private makeTrash (situation: Situation) =
        Action.MakeFolder(Layout.trash situation.Root)
        |> Plan.step "what is not finished lies here"

    /// Gives the steps after which a home has its own in the place of the link. `isNew` tells that it was not to have its own
    /// before: then it also begins with a copy where not even a link is.
    let private own (situation: Situation) canExchange home isNew group (entry: HomeEntry) =
        let files = situation.Files
        let here = inHome home entry
        let common = inHome situation.Root entry
        let isLinked = HomeLinks.isAt files home entry.Name

        let isCopied =
            not (HomeGroup.beginsEmpty group) && files.Follow common <> Entry.Missing

        let copy = inTrash situation home entry

        let ready =
            [
                makeTrash situation
                Action.CopyTree(common, copy, (group = HomeGroup.Config))
                |> Plan.step "the profile's own begins as a copy of what is common"
            ]

        let remove why = Action.Remove here |> Plan.step why

        let take =
            Action.Move(copy, here) |> Plan.step "one rename puts the copy in its place"

        match files.Look here with
        | Entry.Link _ when isLinked && isCopied && canExchange ->
            {
                Ready = ready
                Change =
                    (Action.Exchange(copy, here)
                     |> Plan.step "one exchange puts the copy in the link's place")
                    :: Plan.following [ Action.RemoveTree copy |> Plan.step "the link goes" ]
            }
        | Entry.Link _ when isLinked && isCopied ->
            {
                Ready = ready
                Change = [ remove "the link makes room for the copy"; take ]
            }
        | Entry.Link _ when isLinked ->
            {
                Ready = []
                Change = [ remove "the profile's own begins empty" ]
            }
        | Entry.Missing when isNew && isCopied -> { Ready = ready; Change = [ take ] }
        | Entry.Missing
        | Entry.File _
        | Entry.Link _
        | Entry.Folder
        | Entry.Other -> nothing

    /// Tells whether what stands in a home holds nothing else than what is common.
    let rec private isSame (files: FileSystem) here common =
        match files.Look here, files.Follow common with
        | Entry.File _, Entry.File _ -> files.SameBytes here common
        | Entry.Folder, Entry.Folder ->
            let names = files.Names here

            names = files.Names common
            && names
               |> List.forall (fun name ->
                   let one, other = Layout.(/) here name, Layout.(/) common name

                   match files.Look one, files.Look other with
                   | Entry.Link(_, one), Entry.Link(_, other) -> one = other
                   | Entry.Link _, _
                   | _, Entry.Link _ -> false
                   | (Entry.Missing | Entry.File _ | Entry.Folder | Entry.Other), _ -> isSame files one other)
        | (Entry.Missing | Entry.File _ | Entry.Link _ | Entry.Folder | Entry.Other), _ -> false

    let private isEmptyFolder (files: FileSystem) path =
        files.Look path = Entry.Folder && (files.Names path).IsEmpty

    /// Gives a free name in a home for what was its own.
    let private freeAside (files: FileSystem) home entry =
        let rec from attempt =
            let path = Layout.(/) home (Aside.name attempt entry)

            if files.Look path = Entry.Missing then
                path
            else
                from (attempt + 1)

        from 1

    /// Gives the steps after which a home has the link again. What it had of its own is not thrown away, unless the common one
    /// is the same.
    let private share (situation: Situation) home group (entry: HomeEntry) =
        let files = situation.Files
        let here = inHome home entry
        let common = inHome situation.Root entry
        let isFolder = (entry.Kind = EntryKind.Folder)

        let link =
            Action.PlaceLink(here, HomeLinks.target entry.Name, None)
            |> Plan.step ("the home shares " + entry.Name)

        let makeCommon =
            if isFolder && files.Look common = Entry.Missing then
                [
                    Action.MakeFolder common
                    |> Plan.step "a shared folder must be there before a link to it"
                ]
            else
                []

        let isMerged = isFolder && group = HomeGroup.Sessions

        // Logs that an interrupted change, or an earlier one, did not bring over.
        let earlier =
            if isMerged then
                Aside.all files home entry
                |> List.collect (fun aside -> Joining.folder files aside aside common)
            else
                []

        let setAside () =
            let aside = freeAside files home entry

            makeCommon
            @ [
                Action.Move(here, aside)
                |> Plan.step "the common one is another: the profile's own is kept aside"
                link
            ]
            @ (if isMerged && files.Look here = Entry.Folder then
                   Joining.folder files here aside common
               else
                   [])

        let drop () =
            let gone = inTrash situation home entry

            [
                makeTrash situation
                Action.Move(here, gone) |> Plan.step "the common one is the same"
                link
            ]
            @ Plan.following [ Action.RemoveTree gone |> Plan.step "one copy is enough" ]

        let change =
            match files.Look here, files.Look common with
            | Entry.Missing, _ -> makeCommon @ [ link ]
            | Entry.Link _, _ when HomeLinks.isAt files home entry.Name -> makeCommon
            | Entry.File _, Entry.Missing when not isFolder ->
                [
                    Action.Move(here, common)
                    |> Plan.step "it becomes the common one: there was none"
                    link
                ]
            | Entry.Folder, Entry.Missing when isFolder ->
                [
                    Action.Move(here, common)
                    |> Plan.step "it becomes the common one: there was none"
                    link
                ]
            | Entry.Folder, Entry.Folder when isFolder && isEmptyFolder files common ->
                [
                    Action.MoveOver(here, common)
                    |> Plan.step "it becomes the common one: that was empty"
                    link
                ]
            | (Entry.File _ | Entry.Folder), _ when isSame files here common || isEmptyFolder files here -> drop ()
            | (Entry.File _ | Entry.Link _ | Entry.Folder | Entry.Other), _ -> setAside ()

        {
            Ready = []
            Change = change @ earlier
        }

    /// Codex's list of a home's sessions has their paths, and the router's mark says what the list has: other sessions are to
    /// be found there from now on.
    let private renewList (files: FileSystem) home =
        let mark = Layout.(/) home ".session-list"

        SessionList.renew files home
        @ (if files.Look mark = Entry.Missing then
               []
           else
               Plan.following [ Action.Remove mark |> Plan.step "it tells of another list" ])

    /// Gives the steps that make some parts of a home what the record says. `isNew` tells of which parts that was not yet so.
    let private settle situation canExchange home (record: ProfileRecord) isNew (groups: Set<HomeGroup>) =
        let parts =
            HomeGroup.all
            |> List.filter groups.Contains
            |> List.collect (fun group ->
                HomeEntry.ofGroup group
                |> List.map (fun entry ->
                    if record.Own.Contains group then
                        own situation canExchange home (isNew group) group entry
                    else
                        share situation home group entry))

        let list =
            if groups.Contains HomeGroup.Sessions && isNew HomeGroup.Sessions then
                renewList situation.Files home
            else
                []

        {
            Ready = parts |> List.collect _.Ready |> List.distinct
            Change = (parts |> List.collect _.Change) @ list
        }

    /// Gives the steps that finish what an interrupted change of a profile began.
    let finish (situation: Situation) (profile: Profile) (record: ProfileRecord) : Plan =
        let home = Layout.home situation.Root profile.Name
        let steps = settle situation false home record (fun _ -> true) record.Unsettled

        steps.Ready
        @ steps.Change
        @ Adoption.remember situation profile { record with Unsettled = Set.empty }

    let private recordOf (situation: Situation) (profile: Profile) =
        match profile.Record, profile.Stored with
        | Some record, _ -> Ok record
        | None, Stored.SignIn(_, signIn) -> Ok(ProfileRecord.ofSignIn profile.Name signIn situation.Now Set.empty)
        | None, _ -> Error(Refusal.ProfileNotSignedIn profile.Name)

    /// Gives the plan that makes parts of a profile's home its own, or common. `canExchange` tells whether the file system can
    /// exchange two names; where it cannot, a part is missing for a moment.
    let plan (situation: Situation) (running: unit -> Running) force canExchange request : Result<Plan, Refusal> =
        let files = situation.Files
        let root = situation.Root

        let name =
            Observed.spelled files root request.Name |> Option.defaultValue request.Name

        if not (Observed.exists files root name) then
            Error(Refusal.NoSuchProfile(ProfileName.value name))
        else
            let profile = Observed.profile files root name

            recordOf situation profile
            |> Result.bind (fun known ->
                let wanted =
                    { known with
                        Own = known.Own + request.Own - request.Common
                        Unsettled = Set.empty
                    }

                let isNew group =
                    known.Unsettled.Contains group
                    || wanted.Own.Contains group <> known.Own.Contains group

                let groups = known.Unsettled + request.Own + request.Common
                let home = Layout.home root name
                let steps = settle situation canExchange home wanted isNew groups

                if steps.Change.IsEmpty && wanted = known then
                    Ok []
                else
                    match Map.tryFind name (running ()).Profiles with
                    | Some processes when not force -> Error(Refusal.InUse(name, processes))
                    | Some _
                    | None ->
                        let begun =
                            if steps.Change.IsEmpty then
                                []
                            else
                                Adoption.remember situation profile { wanted with Unsettled = groups }

                        let ended =
                            Action.Write(Layout.record root name, Content.Record wanted)
                            |> Plan.step "what the profile has of its own is as the record says"

                        Ok(
                            steps.Ready
                            @ begun
                            @ steps.Change
                            @ (if steps.Change.IsEmpty then
                                   [ ended ]
                               else
                                   Plan.following [ ended ])
                        ))

    /// Gives the paths at which a plan keeps what was a profile's own.
    let setAside (plan: Plan) =
        let isGone path =
            plan |> List.exists (fun step -> step.Action = Action.RemoveTree path)

        plan
        |> List.choose (fun step -> Action.moved step.Action)
        |> List.map snd
        |> List.filter (fun path ->
            path.Substring(path.LastIndexOf '/' + 1).StartsWith(HomeEntry.BeforeShare, System.StringComparison.Ordinal)
            && not (isGone path))
