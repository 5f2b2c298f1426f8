namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// What the system lets be read and written, and what a change left half-done.
[<RequireQualifiedAccess>]
module PlaceChecks =

    /// Looks at what an interrupted change, an older version or another tool left, and mends it if that is wished.
    let unfinished (context: Context) fix =
        let root = context.Surroundings.Root
        let isThere = Disk.look (Layout.router root) <> Entry.Missing

        // The old name of a profile leads to it until a later change; nothing is wrong with that.
        let isOldName (path: string) =
            path.StartsWith(Layout.profiles root + "/", StringComparison.Ordinal)

        let pending = Recovery.next (Changes.situation root) isOldName

        if
            pending.IsEmpty
            || (not isThere && not fix) && (Observed.names Disk.files root).IsEmpty
        then
            [ Check.good "unfinished" "nothing was left unfinished" ]
        elif fix then
            match
                Changes.exclusively root (fun () ->
                    let outcome = Changes.mend root
                    let others = ResizeArray<string>()
                    Changes.recover others.Add root |> ignore
                    Ok outcome)
            with
            | Ok outcome ->
                [
                    if not outcome.Taken.IsEmpty then
                        Check.mended "unfinished" ("mended in " + string<int> outcome.Taken.Length + " steps")

                    for path, failure in outcome.Failures do
                        Check.bad
                            "unfinished"
                            failure
                            (if path.StartsWith(Layout.trash root + "/", StringComparison.Ordinal) then
                                 Remedy.forRemoval path
                             else
                                 Remedy.forAccess path)
                ]
            | Error problem -> [ Check.bad "unfinished" problem.Message problem.Try ]
        else
            [
                for step in pending do
                    Check.bad "unfinished" (step.Why + ": " + PlanText.step step.Action) "codex-router doctor --fix"
            ]

    /// Tries each place that a command reads or writes.
    let private places root =
        let isFolder, isFile = true, false

        let ofHome name =
            let home = Layout.home root name

            [
                home, isFolder
                Layout.signIn root name, isFile
                Layout.record root name, isFile
                CodexLocks.ofHome home, isFile
                CodexLocks.ofFile home, isFile
            ]

        let own =
            [
                root, isFolder
                Layout.(/) root "config.toml", isFile
                Layout.marker root, isFile
                CodexLocks.ofHome root, isFile
                CodexLocks.ofFile root, isFile
                Layout.profiles root, isFolder
                Layout.router root, isFolder
                Layout.lock root, isFile
                Layout.settings root, isFile
                Layout.trust root, isFile
                Layout.aliases root, isFile
                Layout.previous root, isFile
                Layout.kept root, isFolder
                Layout.scratch root, isFolder
                Layout.trash root, isFolder
                Layout.quotas root, isFolder
                Layout.prompts root, isFolder
                Layout.hookNotes root, isFolder
            ]

        let live =
            if Disk.look (Layout.live root) = Entry.Missing then
                []
            else
                [ Layout.live root, isFile ]

        own @ live @ (Observed.names Disk.files root |> List.collect ofHome)

    let access root =
        let closed =
            places root
            |> List.filter (fun (path, isFolder) ->
                let isThere =
                    match Disk.look path with
                    | Entry.Missing -> false
                    // A link to nothing yet is no fault of access.
                    | Entry.Link _ -> Disk.leads path
                    | Entry.Folder -> isFolder
                    | Entry.File _ -> not isFolder
                    | Entry.Other -> true

                isThere
                && not (
                    if isFolder then
                        AccessRights.ToFolder path
                    else
                        AccessRights.ToFile path
                ))
            |> List.map fst

        // What is below a closed folder is closed by it.
        let outermost =
            closed
            |> List.filter (fun path ->
                not (
                    closed
                    |> List.exists (fun other -> path.StartsWith(other + "/", StringComparison.Ordinal))
                ))

        match outermost with
        | [] -> [ Check.good "access" "every file and folder here can be read and written" ]
        | paths ->
            [
                for path in paths do
                    let owner =
                        match Remedy.owner path with
                        | Some owner -> " (it belongs to " + owner + ")"
                        | None -> ""

                    Check.bad "access" (path + " may not be read and written" + owner) (Remedy.forAccess path)
            ]
