namespace CodexRouter.Core

open System

/// The list of sessions that Codex keeps in a home, beside the logs. It has the path of each log through the home: with the
/// home under another name no session resumes any more, by its id or from the picker, and none of Codex's own commands
/// mends that (seen in 0.160 to 0.169). Without its list, Codex makes a new one from the logs.
[<RequireQualifiedAccess>]
module SessionList =

    [<Literal>]
    let private Beginning = "state_"

    let private endings = [ ".sqlite"; ".sqlite-journal"; ".sqlite-shm"; ".sqlite-wal" ]

    /// What a list that was set aside is called: this, and its name.
    [<Literal>]
    let AsidePrefix = "before-rename-"

    let private isPart (name: string) =
        name.StartsWith(Beginning, StringComparison.Ordinal)
        && endings
           |> List.exists (fun ending -> name.EndsWith(ending, StringComparison.Ordinal))

    /// Gives the steps that set the list aside, the database before what belongs to it. `home` is where it is now, `later`
    /// where the home is when the steps are taken. Nothing else rests on them.
    let setAside (files: FileSystem) home later : Plan =
        files.Names home
        |> List.filter isPart
        |> List.sortWith (fun one other -> String.CompareOrdinal(one, other))
        |> List.map (fun name ->
            Action.MoveOver(Layout.(/) later name, Layout.(/) later (AsidePrefix + name))
            |> Plan.step "Codex's list of sessions has their old paths; it makes a new one from the logs")
        |> Plan.following

    /// Gives the same for a home that has its name already.
    let renew files home = setAside files home home

    /// Gives the same for a rename that was interrupted after its deciding step, unless the old name leads to the home yet.
    let afterRename (files: FileSystem) root oldName name : Plan =
        match Observed.forwarded files root oldName with
        | Some _ -> []
        | None -> renew files (Layout.home root name)
