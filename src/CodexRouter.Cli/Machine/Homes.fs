namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// Whose home a folder is.
[<RequireQualifiedAccess>]
type HomeOf =
    | Root
    | Profile of name: ProfileName
    | Nobody

/// Which folder a path leads to: by the file, not by the text, since one folder has many paths. Links lead to it, and a
/// file system that ignores case finds it by every spelling.
[<RequireQualifiedAccess>]
module Homes =

    let private folderAt (path: string) =
        try
            let status = FileStatus.Follow path

            if status.Kind = FileKind.Folder then
                Some status.Identity
            else
                None
        with :? SystemCallException ->
            None

    /// Tells whether two paths lead to one folder. What is not there, or does not let itself be looked at, is known by its
    /// text alone.
    let same (one: string) (other: string) =
        match folderAt one, folderAt other with
        | Some one, Some other -> one = other
        | None, None -> Path.TrimEndingDirectorySeparator one = Path.TrimEndingDirectorySeparator other
        | Some _, None
        | None, Some _ -> false

    /// Tells whether the file system of the profiles takes names that differ only in case for one.
    let ignoresCase root =
        match folderAt (Layout.(/) root "PROFILES") with
        | None -> false
        | other -> other = folderAt (Layout.profiles root)

    /// Gives whose home a path is.
    let find root (path: string) =
        if same root path then
            HomeOf.Root
        else
            Observed.names Disk.files root
            |> List.tryFind (fun name -> same (Layout.home root name) path)
            |> Option.map HomeOf.Profile
            |> Option.defaultWith (fun () ->
                // A Codex may run on in a home that is gone.
                let path = Path.TrimEndingDirectorySeparator path

                let beside = Layout.profiles root + "/"

                if path.StartsWith(beside, StringComparison.Ordinal) then
                    match ProfileName.create (path.Substring beside.Length) with
                    | Ok name -> HomeOf.Profile name
                    | Error _ -> HomeOf.Nobody
                else
                    HomeOf.Nobody)
