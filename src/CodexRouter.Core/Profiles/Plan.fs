namespace CodexRouter.Core

type Plan = PlanStep list

[<RequireQualifiedAccess>]
module Plan =

    let step why action =
        {
            Action = action
            Why = why
            IsNeeded = true
        }

    let following (plan: Plan) : Plan =
        plan |> List.map (fun step -> { step with IsNeeded = false })

    let pathsOf action =
        match action with
        | Action.HardLink(file, name)
        | Action.Bring(file, name)
        | Action.TakeAway(file, name)
        | Action.Copy(file, name, _)
        | Action.Move(file, name)
        | Action.Exchange(file, name)
        | Action.MoveOver(file, name)
        | Action.CopyTree(file, name, _) -> [ file; name ]
        | Action.PlaceLink(path, _, _)
        | Action.Remove path
        | Action.RemoveTree path
        | Action.MakeFolder path
        | Action.Write(path, _) -> [ path ]

    let foldersChanged (files: FileSystem) (plan: Plan) : string list =
        let rec existing (path: string) =
            match path.LastIndexOf '/' with
            | last when last > 0 ->
                let folder = path.Substring(0, last)

                if files.Look folder = Entry.Missing then
                    existing folder
                else
                    folder
            | _ -> "/"

        // What follows the rename of a folder is mostly about what is in it.
        let moved =
            plan
            |> List.choose (fun step -> Action.renamed step.Action)
            |> List.map fst
            |> List.filter (fun path -> files.Look path = Entry.Folder)

        plan
        |> List.collect (fun step ->
            match step.Action with
            | Action.HardLink(_, name)
            | Action.Bring(_, name)
            | Action.Copy(_, name, _)
            | Action.CopyTree(_, name, _) -> [ name ]
            | Action.TakeAway(path, _) -> [ path ]
            // What is there already needs no right to make it.
            | Action.MakeFolder path when files.Look path = Entry.Folder -> []
            | action -> pathsOf action)
        |> List.map existing
        |> List.append moved
        |> List.distinct

    /// The needed steps after it may take away another name of what this one made: not before it is on the device.
    let isGround step rest =
        match step.Action with
        | Action.MakeFolder _
        | Action.HardLink _
        | Action.Bring _
        | Action.Copy _
        | Action.CopyTree _ -> rest |> List.exists _.IsNeeded
        | Action.TakeAway _
        | Action.PlaceLink _
        | Action.Write _
        | Action.Move _
        | Action.Exchange _
        | Action.MoveOver _
        | Action.Remove _
        | Action.RemoveTree _ -> false

    /// Undoes what a plan did to sign-ins' names before it failed, the last first: a name that was taken away is given
    /// back, and a second name goes, while what it is of still stands where it was.
    let takeBack (files: FileSystem) taken =
        for step in taken do
            match step.Action with
            | Action.TakeAway(path, other) -> files.Do(Action.Bring(other, path)) |> ignore
            | Action.Bring(file, name) -> files.Do(Action.TakeAway(name, file)) |> ignore
            | Action.MakeFolder _
            | Action.HardLink _
            | Action.PlaceLink _
            | Action.Copy _
            | Action.Write _
            | Action.Move _
            | Action.Exchange _
            | Action.MoveOver _
            | Action.Remove _
            | Action.RemoveTree _
            | Action.CopyTree _ -> ()

    let run (files: FileSystem) (plan: Plan) : Result<string list, string> =
        let rec go plan taken failures =
            match plan with
            | [] -> Ok(List.rev failures)
            | step :: rest ->
                match files.Do step.Action with
                | Ok(failure :: _) when step.IsNeeded && isGround step rest ->
                    takeBack files (step :: taken)
                    Error failure
                | Ok more -> go rest (step :: taken) (List.rev more @ failures)
                | Error failure when step.IsNeeded ->
                    takeBack files taken
                    Error failure
                | Error failure -> go rest taken (failure :: failures)

        go plan [] []
