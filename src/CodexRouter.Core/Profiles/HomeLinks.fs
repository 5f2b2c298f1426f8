namespace CodexRouter.Core

open System

/// What a profile's home shares with the root. Each is a link in the home, so that there is one copy; what is not named
/// here (the sign-in, locks, databases, the daemon) stays the profile's own.
[<RequireQualifiedAccess>]
module HomeLinks =

    /// Files that Codex reads or writes through a link, also when they are not there yet (seen in 0.169.0).
    let private sharedFiles =
        [
            "config.toml"
            "managed_config.toml"
            ".env"
            "AGENTS.md"
            "AGENTS.override.md"
            "hooks.json"
            "environments.toml"
        ]

    /// Folders likewise. The root's must be there before the link: Codex would not make it through one.
    let private sharedFolders =
        [ "prompts"; "skills"; "rules"; "agents"; "themes"; "plugins"; "packages" ]

    /// What tells of past conversations: shared, unless a profile is to keep its own.
    let private historyFiles = [ "history.jsonl"; "session_index.jsonl" ]

    let private historyFolders = [ "sessions"; "archived_sessions"; "memories" ]

    /// Files of a home that `codex --profile NAME` reads. Their names are the person's, so the root is asked for them.
    let private layeredSuffix = ".config.toml"

    let private isLayered (name: string) =
        name.EndsWith(layeredSuffix, StringComparison.Ordinal)
        && name.Length > layeredSuffix.Length

    /// The names of all files and all folders that a home shares.
    let shared (files: FileSystem) root separateHistory =
        let layered = files.Names root |> List.filter isLayered

        if separateHistory then
            sharedFiles @ layered, sharedFolders
        else
            sharedFiles @ historyFiles @ layered, sharedFolders @ historyFolders

    /// The text of the link for a shared entry. Homes are two folders below the root wherever they are: in `profiles`,
    /// or in `router/scratch` while they are being made.
    let target name = "../../" + name

    /// Gives the steps that give a home the links it lacks. What is there already, whatever it is, is left alone.
    let complete (files: FileSystem) root home separateHistory : Plan =
        let fileNames, folderNames = shared files root separateHistory

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

    /// Gives the step that keeps the shared program packages reachable. Codex marks the release in use by an absolute link,
    /// which 0.160 writes through the home that it was installed from: if that profile went, no Codex in any home would
    /// start. Through the root the link means the same folder, and stays right.
    let anchorPackages (files: FileSystem) root : Plan =
        let link = Layout.(/) root "packages/app-server-daemon/current"
        let homes = Layout.profiles root + "/"

        match files.Look link with
        | Entry.Link(id, target) when target.StartsWith(homes, StringComparison.Ordinal) ->
            let inHome = target.Substring homes.Length

            match inHome.IndexOf "/packages/" with
            | -1 -> []
            | home ->
                [
                    Action.PlaceLink(link, root + inHome.Substring home, Some id)
                    |> Plan.step "the shared programs must be found without that profile"
                ]
        | _ -> []

    /// Gives the shared entries that a home has of its own, in place of the link.
    let unshared (files: FileSystem) root home separateHistory =
        let fileNames, folderNames = shared files root separateHistory

        folderNames @ fileNames
        |> List.filter (fun name ->
            match files.Look(Layout.(/) home name) with
            | Entry.Link(_, found) -> found <> target name
            | Entry.Missing -> false
            | _ -> true)
