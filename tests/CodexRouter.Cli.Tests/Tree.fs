namespace CodexRouter.Cli.Tests

open System
open System.IO
open CodexRouter.Platform
open CodexRouter.Testing

/// What one path of a tree holds: all that a promise of "nothing changed" is about.
[<RequireQualifiedAccess>]
type Leaf =
    | Folder of mode: UnixFileMode
    | File of mode: UnixFileMode * bytes: string
    | Link of target: string
    | Other of kind: FileKind

/// Everything below a folder: paths, kinds, modes, bytes and the texts of links, which are not followed.
type Tree = Map<string, Leaf>

[<RequireQualifiedAccess>]
module Tree =

    let private leaf path =
        let status = FileStatus.Look path

        match status.Kind, status.LinkTarget with
        | FileKind.Folder, _ -> Leaf.Folder status.Mode
        | FileKind.File, _ -> Leaf.File(status.Mode, Convert.ToBase64String(Whole.bytes path))
        | FileKind.Link, target when not (isNull target) -> Leaf.Link(string target)
        | kind, _ -> Leaf.Other kind

    let rec private below (folder: string) (prefix: string) : (string * Leaf) list =
        Folders.Names folder
        |> List.ofSeq
        |> List.collect (fun name ->
            let path = folder + "/" + name
            let found = leaf path

            match found with
            | Leaf.Folder _ -> (prefix + name, found) :: below path (prefix + name + "/")
            | _ -> [ prefix + name, found ])

    /// Takes the tree of a folder; the empty one when it is missing.
    let take folder : Tree = Map.ofList (below folder "")

    /// Gives the paths that came, went or changed.
    let changes (before: Tree) (after: Tree) =
        Set.union (Set.ofSeq before.Keys) (Set.ofSeq after.Keys)
        |> Set.filter (fun path -> Map.tryFind path before <> Map.tryFind path after)
        |> List.ofSeq

    /// Gives the bytes of every file, whatever it is called.
    let contents (tree: Tree) =
        tree.Values
        |> Seq.choose (function
            | Leaf.File(_, bytes) -> Some bytes
            | _ -> None)
        |> Set.ofSeq

    /// Gives the tree without what a change leaves behind by locking.
    let withoutLocks (tree: Tree) : Tree =
        tree
        |> Map.filter (fun path _ ->
            not (
                path.EndsWith(".lock", StringComparison.Ordinal)
                || path = "router"
                || path = "router/lock"
            ))
