namespace CodexRouter.Core

open System

/// What a profile's home shares with the root, by the table in `HomeEntry`. Each is a link in the home, so that there is one
/// copy.
[<RequireQualifiedAccess>]
module HomeLinks =

    let private isLinked (own: Set<HomeGroup>) (entry: HomeEntry) =
        match entry.Sharing with
        | Sharing.Link -> true
        | Sharing.LinkUnlessOwn group -> not (Set.contains group own)
        | Sharing.Own -> false

    /// The names of all files and all folders that a home shares, of which `own` is its own. Files are read and written through a link also when they
    /// are not there yet; a folder must be there before the link: Codex would not make it through one. Of names that the
    /// person chose, the root is asked for those that are there.
    let shared (files: FileSystem) root own =
        let linked = HomeEntry.all |> List.filter (isLinked own)
        let single, forms = linked |> List.partition HomeEntry.isOneName

        let ofKind kind =
            single |> List.filter (fun entry -> entry.Kind = kind) |> List.map _.Name

        let chosen =
            files.Names root
            |> List.filter (fun name -> HomeEntry.find name |> Option.exists (fun entry -> List.contains entry forms))

        ofKind EntryKind.File @ chosen, ofKind EntryKind.Folder

    /// The text of the link for a shared entry. Homes are two folders below the root wherever they are: in `profiles`,
    /// or in `router/scratch` while they are being made.
    let target name = "../../" + name

    /// Gives the steps that give a home the links it lacks. What is there already, whatever it is, is left alone.
    let complete (files: FileSystem) root home own : Plan =
        let fileNames, folderNames = shared files root own

        let folders =
            folderNames
            |> List.filter (fun name -> files.Look(Layout.(/) root name) = Entry.Missing)
            |> List.map (fun name ->
                Action.MakeFolder(Layout.(/) root name)
                |> Plan.step "a shared folder must be there before a link to it")

        let links =
            folderNames @ fileNames
            |> List.filter (fun name -> files.Look(Layout.(/) home name) = Entry.Missing)
            |> List.map (fun name ->
                Action.PlaceLink(Layout.(/) home name, target name, None)
                |> Plan.step ("the home shares " + name))

        folders @ links

    /// Tells whether a home has all its links and no change of what it shares was left unfinished.
    let isWhole (files: FileSystem) root home =
        let record = files.ReadRecord(Layout.recordIn home)

        record |> Option.forall _.Unsettled.IsEmpty
        && (complete files root home (ProfileRecord.own record)).IsEmpty

    /// Tells whether what stands at a shared name in a home is the link to the root's.
    let isAt (files: FileSystem) home name =
        match Entry.link (files.Look(Layout.(/) home name)) with
        | Some(_, found) -> found = target name
        | None -> false

    /// Gives the step that keeps the shared program packages reachable. Codex marks the release in use by an absolute link,
    /// which 0.160 writes through the home that it was installed from: if that profile went, no Codex in any home would
    /// start. Through the root the link means the same folder, and stays right.
    let anchorPackages (files: FileSystem) root : Plan =
        let link = Layout.(/) root "packages/app-server-daemon/current"
        let homes = Layout.profiles root + "/"

        match Entry.link (files.Look link) with
        | Some(id, target) when target.StartsWith(homes, StringComparison.Ordinal) ->
            let inHome = target.Substring homes.Length

            match inHome.IndexOf "/packages/" with
            | -1 -> []
            | home ->
                [
                    Action.PlaceLink(link, root + inHome.Substring home, Some id)
                    |> Plan.step "the shared programs must be found without that profile"
                ]
        | Some _
        | None -> []

    /// Gives the shared entries that a home has of its own, in place of the link.
    let unshared (files: FileSystem) root home own =
        let fileNames, folderNames = shared files root own

        folderNames @ fileNames
        |> List.filter (fun name ->
            match files.Look(Layout.(/) home name) with
            | Entry.Link(_, found) -> found <> target name
            | Entry.Missing -> false
            | Entry.File _
            | Entry.Folder
            | Entry.Other -> true)
