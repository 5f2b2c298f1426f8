namespace CodexRouter.Core

/// What was a profile's own and is kept aside in its home.
[<RequireQualifiedAccess>]
module Aside =

    /// Gives the name for what stood at an entry; there may be several.
    let name attempt (entry: HomeEntry) =
        HomeEntry.BeforeShare
        + (if attempt = 1 then "" else string<int> attempt + "-")
        + entry.Name

    /// Gives what of an entry was set aside in a home before.
    let all (files: FileSystem) home entry =
        let rec from attempt =
            let path = Layout.(/) home (name attempt entry)

            if files.Look path = Entry.Missing then
                []
            else
                path :: from (attempt + 1)

        from 1

/// How what is in one folder joins what is in another.
[<RequireQualifiedAccess>]
module Joining =

    /// Gives the steps that bring what is in a folder to the common one, and whether nothing stays behind. Nothing that is
    /// there is replaced. `seen` is where the folder is now, `later` where it is when the steps are taken.
    let rec private merge (files: FileSystem) seen later common : Plan * bool =
        match files.Look seen, files.Follow common with
        | Entry.Missing, _ -> [], true
        | (Entry.File _ | Entry.Link _ | Entry.Folder | Entry.Other), Entry.Missing ->
            [
                Action.Move(later, common)
                |> Plan.step "it joins what is common, under the name that it has"
            ],
            true
        | Entry.Folder, Entry.Folder ->
            let parts =
                files.Names seen
                |> List.map (fun name ->
                    merge files (Layout.(/) seen name) (Layout.(/) later name) (Layout.(/) common name))

            List.collect fst parts, List.forall snd parts
        | Entry.File _, Entry.File _ when files.SameBytes seen common ->
            [ Action.Remove later |> Plan.step "the common one is the same" ], true
        | (Entry.File _ | Entry.Link _ | Entry.Folder | Entry.Other), _ -> [], false

    /// The same for a folder that goes when nothing is left in it.
    let folder files seen later common : Plan =
        match merge files seen later common with
        | steps, true -> steps @ [ Action.RemoveTree later |> Plan.step "nothing is left in it" ]
        | steps, false -> steps

    /// Gives the steps that bring the logs of a home's own sessions to those of the root, so that they can be resumed when
    /// the home is gone. A log beside which the root has another of the same name is kept with the sign-ins that were replaced.
    let sessions (situation: Situation) home : Plan =
        let files = situation.Files

        HomeEntry.ofGroup HomeGroup.Sessions
        |> List.filter (fun entry -> entry.Kind = EntryKind.Folder)
        |> List.collect (fun entry ->
            let common = Layout.(/) situation.Root entry.Name

            Layout.(/) home entry.Name :: Aside.all files home entry
            |> List.filter (fun path -> files.Look path = Entry.Folder && not (files.Names path).IsEmpty)
            |> List.mapi (fun number folder ->
                match merge files folder folder common with
                | steps, true -> steps
                | steps, false ->
                    let owner = home.Substring(home.LastIndexOf '/' + 1)

                    let kept =
                        owner + "-" + entry.Name + "-" + string<int> number + "-" + situation.Stamp

                    steps
                    @ [
                        Action.MakeFolder(Layout.kept situation.Root)
                        |> Plan.step "what is not thrown away lies here"
                        Action.Move(folder, Layout.(/) (Layout.kept situation.Root) kept)
                        |> Plan.step "other logs have these names"
                    ])
            |> List.concat)
