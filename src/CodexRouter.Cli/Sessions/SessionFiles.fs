namespace CodexRouter.Cli

open System
open System.Collections.Generic
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// A session whose log was found.
type FoundSession =
    {
        Head: SessionHead
        Path: string
        /// When something was written to it last.
        LastUsed: DateTimeOffset
        /// The profile whose home alone has it; none where all homes share it.
        HeldBy: ProfileName option
        IsArchived: bool
    }

/// The logs of all sessions of all homes.
[<RequireQualifiedAccess>]
module SessionFiles =

    /// The first line holds the model's instructions too.
    [<Literal>]
    let private LongestFirstLine = 1_048_576

    /// How far into a log its first message is looked for: instructions and skills come before it.
    [<Literal>]
    let private TitleBytes = 1_048_576

    /// How far back from its end the list of names is read, and how long one of its lines may be.
    [<Literal>]
    let private NamesBytes = 4_194_304L

    [<Literal>]
    let private LongestName = 65_536

    /// Codex keeps no more names in a folder than this; whatever else lies there is passed over.
    let private isLog =
        FileNameFilter(fun name ->
            MemoryExtensions.StartsWith(name, ReadOnlySpan "rollout-"B)
            && MemoryExtensions.EndsWith(name, ReadOnlySpan ".jsonl"B))

    /// `sessions/YYYY/MM/DD/rollout-….jsonl`; the archived ones lie in one folder.
    let private folders = [ "sessions", 3, false; "archived_sessions", 0, true ]

    /// Where logs lie: the root's folders, and those of a profile that leads elsewhere.
    let private places root =
        let own home heldBy =
            folders
            |> List.map (fun (name, depth, isArchived) -> Layout.(/) home name, depth, isArchived, heldBy)

        own root None
        @ (Observed.names Disk.files root
           |> List.collect (fun name ->
               own (Layout.home root name) (Some name)
               |> List.filter (fun (folder, _, _, _) ->
                   not (Homes.same folder (Layout.(/) root (Path.GetFileName folder |> string))))))

    let private head (file: RecentFile) isArchived heldBy =
        match SessionLog.ofFileName (Path.GetFileName file.Path |> string) with
        | None -> None
        | Some id ->
            LogLines.First(file.Path, LongestFirstLine)
            |> Option.ofNullable
            |> Option.bind SessionLog.head
            |> Option.map (fun head ->
                {
                    // Codex finds a session by the name of its log.
                    Head = { head with Id = id }
                    Path = file.Path
                    LastUsed = file.Modified
                    HeldBy = heldBy
                    IsArchived = isArchived
                })

    /// Gives the sessions of all homes, the one used last first, each once. Their logs are opened as they are asked for.
    /// Those that other sessions started (agents) are left out, and so are logs that Codex has compressed.
    let newestFirst root : FoundSession seq =
        seq {
            let seen = HashSet<string>()

            let files =
                places root
                |> List.collect (fun (folder, depth, isArchived, heldBy) ->
                    RecentFiles.Below(folder, depth, isLog)
                    |> Seq.map (fun file -> file, isArchived, heldBy)
                    |> List.ofSeq)
                |> List.sortByDescending (fun (file, _, _) -> file.Modified)

            for file, isArchived, heldBy in files do
                match head file isArchived heldBy with
                | Some session when session.Head.Source <> Some "subagent" && seen.Add session.Head.Id -> session
                | _ -> ()
        }

    /// Gives the ids of all logs, without opening one.
    let ids root =
        places root
        |> List.collect (fun (folder, depth, _, _) ->
            RecentFiles.Below(folder, depth, isLog)
            |> Seq.choose (fun file -> SessionLog.ofFileName (Path.GetFileName file.Path |> string))
            |> List.ofSeq)
        |> List.distinct

    /// Gives the names that people gave their sessions, by id.
    let names root : Map<string, string> =
        let homes = root :: (Observed.names Disk.files root |> List.map (Layout.home root))

        homes
        |> List.collect (fun home ->
            LogLines.Backward(Layout.(/) home "session_index.jsonl", NamesBytes, LongestName)
            |> Seq.choose SessionLog.name
            |> List.ofSeq)
        // The last line stands first.
        |> List.rev
        |> Map.ofList

    /// Gives what a session is known by: its name, else what was typed first.
    let title (names: Map<string, string>) (session: FoundSession) : string option =
        match Map.tryFind session.Head.Id names |> Option.bind SessionTitle.ofText with
        | Some name -> Some name
        | None ->
            LogLines.Forward(session.Path, TitleBytes)
            |> Seq.tryPick (SessionLog.message >> Option.bind SessionTitle.ofText)

    /// Gives what has to be known of the profiles to tell whose a session is.
    let profiles (profiles: Profile list) : SessionProfile list =
        profiles
        |> List.map (fun profile ->
            {
                Name = profile.Name
                UserId = ProfileView.userId profile
                AccountId = ProfileView.accountId profile
            })
