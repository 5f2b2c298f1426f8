namespace CodexRouter.Interop.Tests

open System
open System.IO

/// Everything in a folder, byte for byte, links not followed.
[<RequireQualifiedAccess>]
module Snapshot =

    /// What one entry is.
    [<RequireQualifiedAccess>]
    type Entry =
        | Folder
        | Link of target: string
        | File of mode: UnixFileMode * bytes: string

    let rec private entries (folder: string) (prefix: string) =
        seq {
            for info in DirectoryInfo(folder).EnumerateFileSystemInfos() do
                let name = prefix + info.Name

                match info.LinkTarget with
                | null ->
                    match info with
                    | :? DirectoryInfo ->
                        yield name, Entry.Folder
                        yield! entries info.FullName (name + "/")
                    | _ ->
                        yield
                            name, Entry.File(info.UnixFileMode, Convert.ToBase64String(File.ReadAllBytes info.FullName))
                | target -> yield name, Entry.Link target
        }

    /// Takes the snapshot of a folder.
    let take folder = Map.ofSeq (entries folder "")

    /// Gives the names of all that came, went or changed.
    let changes before after =
        Set.union (Set.ofSeq (Map.keys before)) (Set.ofSeq (Map.keys after))
        |> Seq.filter (fun name -> Map.tryFind name before <> Map.tryFind name after)
        |> List.ofSeq
