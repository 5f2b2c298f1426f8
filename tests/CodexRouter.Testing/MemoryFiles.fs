namespace CodexRouter.Testing

open System
open CodexRouter.Core

/// What stands at a path of a world in memory.
[<RequireQualifiedAccess>]
type Node =
    | Folder
    | Bytes of id: FileId * bytes: byte[]
    | Written of id: FileId * content: Content
    | Link of id: FileId * target: string

/// A whole disk as a value, so that a test can keep what was and compare.
type Disk =
    {
        Nodes: Map<string, Node>
        NextId: uint64
    }

/// A disk in memory with the semantics of the real one. A test in the command line's suite holds the two against each
/// other.
[<RequireQualifiedAccess>]
module Disk =

    let empty =
        {
            Nodes = Map.ofList [ "", Node.Folder ]
            NextId = 1UL
        }

    let private fresh disk =
        {
            Device = 1UL
            Inode = disk.NextId
            Born = 0L
        },
        { disk with NextId = disk.NextId + 1UL }

    let private put path node disk =
        { disk with
            Nodes = Map.add path node disk.Nodes
        }

    let private drop path disk =
        { disk with
            Nodes = Map.remove path disk.Nodes
        }

    /// Gives the folder that a path is in.
    let parent (path: string) =
        path.Substring(0, Math.Max(0, path.LastIndexOf '/'))

    /// Tells whether a path is inside a folder.
    let isInside (folder: string) (path: string) =
        path.StartsWith(folder + "/", StringComparison.Ordinal)

    let look path disk =
        match Map.tryFind path disk.Nodes with
        | None -> Entry.Missing
        | Some Node.Folder -> Entry.Folder
        | Some(Node.Bytes(id, _))
        | Some(Node.Written(id, _)) -> Entry.File id
        | Some(Node.Link(id, target)) -> Entry.Link(id, target)

    let private isFolder path disk = look path disk = Entry.Folder

    let private needParent path disk =
        if isFolder (parent path) disk then
            Ok()
        else
            Error("no folder for " + path)

    /// Tells whether a file stands where a path needs a folder.
    let rec private isBehindFile path disk =
        path <> ""
        && match look (parent path) disk with
           | Entry.File _ -> true
           | _ -> isBehindFile (parent path) disk

    let rec makeFolder path disk =
        if path = "" || isFolder path disk then
            Ok disk
        else
            match look path disk, makeFolder (parent path) disk with
            | Entry.Missing, Ok disk -> Ok(put path Node.Folder disk)
            | Entry.Missing, Error problem -> Error problem
            | _ -> Error("something is in the way at " + path)

    /// Puts a file with these bytes on the disk, with the folders that it needs.
    let addFile path bytes disk =
        match makeFolder (parent path) disk with
        | Error problem -> failwith problem
        | Ok disk ->
            let id, disk = fresh disk
            put path (Node.Bytes(id, bytes)) disk

    /// Puts a link on the disk.
    let addLink path target disk =
        match makeFolder (parent path) disk with
        | Error problem -> failwith problem
        | Ok disk ->
            let id, disk = fresh disk
            put path (Node.Link(id, target)) disk

    /// Gives the names in a folder.
    let names folder disk =
        disk.Nodes
        |> Map.toList
        |> List.choose (fun (path, _) ->
            if path <> "" && parent path = folder then
                Some(path.Substring(folder.Length + 1))
            else
                None)
        |> List.sortWith (fun one other -> String.CompareOrdinal(one, other))

    /// Gives a path as a file system that ignores case finds it: each part as the entry there is spelled.
    let spelled (path: string) disk =
        let enter folder part =
            let path = folder + "/" + part

            if Map.containsKey path disk.Nodes then
                path
            else
                disk.Nodes.Keys
                |> Seq.tryFind (fun key -> String.Equals(key, path, StringComparison.OrdinalIgnoreCase))
                |> Option.defaultValue path

        path.Split '/' |> Array.skip 1 |> Array.fold enter ""

    let private resolveAs (spell: string -> string) (path: string) disk =
        let rec walk at (parts: string list) depth =
            match parts with
            | [] -> Map.tryFind at disk.Nodes
            | ("" | ".") :: rest -> walk at rest depth
            | ".." :: rest -> walk (parent at) rest depth
            | part :: rest ->
                let there = spell (at + "/" + part)

                match Map.tryFind there disk.Nodes with
                | Some(Node.Link(_, target)) when depth < 8 ->
                    let start = if target.StartsWith '/' then "" else at
                    walk start (List.ofArray (target.Split '/') @ rest) (depth + 1)
                | Some(Node.Link _) -> None
                | _ -> walk there rest depth

        walk "" (List.ofArray (path.Split '/')) 0

    /// Gives what is at a path as the system finds it: through every link, also those on the way.
    let resolve path disk = resolveAs id path disk

    /// The same where case is ignored.
    let resolveAnyCase path disk =
        resolveAs (fun path -> spelled path disk) path disk

    let private removeTree path disk =
        { disk with
            Nodes =
                disk.Nodes
                |> Map.filter (fun other _ -> other <> path && not (isInside path other))
        }

    let private move (path: string) (name: string) disk =
        let moved =
            disk.Nodes
            |> Map.toList
            |> List.map (fun (other, node) ->
                if other = path then
                    name, node
                elif isInside path other then
                    name + other.Substring path.Length, node
                else
                    other, node)

        { disk with Nodes = Map.ofList moved }

    let private again id node =
        match node with
        | Node.Folder -> Node.Folder
        | Node.Bytes(_, bytes) -> Node.Bytes(id, bytes)
        | Node.Written(_, content) -> Node.Written(id, content)
        | Node.Link(_, target) -> Node.Link(id, target)

    /// Copies a file or a folder; what is in a folder is not found through a link at its own path.
    let private copyTree node (path: string) (name: string) disk =
        (name, node)
        :: [
            for other in disk.Nodes do
                if isInside path other.Key then
                    name + other.Key.Substring path.Length, other.Value
        ]
        |> List.fold
            (fun disk (name, node) ->
                let id, disk = fresh disk
                put name (again id node) disk)
            disk

    /// What is below this is on another volume: no file has a name on either side.
    [<Literal>]
    let otherVolume = "/other-volume"

    /// Makes one change, or says why it could not.
    let apply action disk : Result<Disk, string> =
        match action with
        | Action.MakeFolder path -> makeFolder path disk
        | Action.HardLink(file, name) ->
            match look file disk, look name disk, needParent name disk with
            // A link gets the second name itself.
            | (Entry.File _ | Entry.Link _), Entry.Missing, Ok() -> Ok(put name (Map.find file disk.Nodes) disk)
            | _ -> Error("cannot link " + file + " as " + name)
        | Action.Bring(file, name) ->
            match Map.tryFind file disk.Nodes, look name disk, needParent name disk with
            // From another volume it is a copy.
            | Some(Node.Bytes(_, bytes)), Entry.Missing, Ok() when
                isInside otherVolume file <> isInside otherVolume name
                ->
                let id, disk = fresh disk
                Ok(put name (Node.Bytes(id, bytes)) disk)
            | Some(Node.Bytes _ | Node.Written _ | Node.Link _ as node), Entry.Missing, Ok() -> Ok(put name node disk)
            | _ -> Error("cannot bring " + file + " to " + name)
        | Action.TakeAway(path, other) ->
            let isSame =
                match Map.tryFind path disk.Nodes, Map.tryFind other disk.Nodes with
                | Some(Node.Bytes(one, bytes)), Some(Node.Bytes(two, others)) ->
                    one = two || (bytes = others && (SignIn.read (ReadOnlyMemory bytes)).IsOk)
                | Some one, Some two -> one = two && one <> Node.Folder
                | _ -> false

            match look path disk with
            | Entry.Missing -> Ok disk
            | _ when isSame && path <> other -> Ok(drop path disk)
            | _ -> Error(path + " is not what stands at " + other)
        | Action.Copy(file, name, account) ->
            let bytes =
                match Map.tryFind file disk.Nodes, account with
                | Some(Node.Bytes(_, bytes)), Some account -> AccountField.set account (ReadOnlyMemory bytes)
                | Some(Node.Bytes(_, bytes)), None when (SignIn.read (ReadOnlyMemory bytes)).IsOk -> Some bytes
                | _ -> None

            match bytes, look name disk, needParent name disk with
            | Some bytes, (Entry.File _ | Entry.Missing), Ok() ->
                let id, disk = fresh disk
                Ok(put name (Node.Bytes(id, bytes)) disk)
            | _ -> Error("cannot copy " + file + " to " + name)
        | Action.PlaceLink(path, target, over) ->
            let matches =
                match look path disk, over with
                | Entry.Missing, None -> true
                | Entry.File id, Some expected
                | Entry.Link(id, _), Some expected -> id = expected
                | _ -> false

            if matches && isFolder (parent path) disk then
                let id, disk = fresh disk
                Ok(put path (Node.Link(id, target)) disk)
            else
                Error(path + " is not what it was")
        | Action.Write(path, content) ->
            match look path disk, needParent path disk with
            | (Entry.Folder | Entry.Other), _ -> Error(path + " is a folder")
            | Entry.Link _, _ -> Error(path + " is a link")
            | _, Error problem -> Error problem
            | _, Ok() ->
                let id, disk = fresh disk
                Ok(put path (Node.Written(id, content)) disk)
        | Action.Move(path, name) ->
            match look path disk, look name disk, needParent name disk with
            | Entry.Missing, _, _ -> Error(path + " is gone")
            | _ when isInside path name -> Error(path + " cannot be moved into itself")
            | _, Entry.Missing, Ok() -> Ok(move path name disk)
            | _ -> Error("cannot move " + path + " to " + name)
        | Action.Exchange(path, name) ->
            match look path disk, look name disk with
            | Entry.Missing, _
            | _, Entry.Missing -> Error("nothing to exchange at " + path + " or " + name)
            | _ when path = name -> Ok disk
            | _ when isInside path name || isInside name path -> Error(path + " cannot be exchanged with what is in it")
            | Entry.File one, Entry.File other when one = other -> Ok disk
            | _ ->
                let aside = path + ".exchanged"
                Ok(disk |> move path aside |> move name path |> move aside name)
        | Action.MoveOver(path, name) ->
            match look path disk, look name disk, needParent name disk with
            // rename(2) does nothing when both names are one file.
            | Entry.File one, Entry.File other, _ when one = other -> Ok disk
            | Entry.Link(one, _), Entry.Link(other, _), _ when one = other -> Ok disk
            | Entry.Folder, Entry.Folder, _ when path = name -> Ok disk
            | (Entry.File _ | Entry.Link _), (Entry.File _ | Entry.Link _ | Entry.Missing), Ok() ->
                Ok(disk |> put name (Map.find path disk.Nodes) |> drop path)
            | Entry.Folder, _, _ when isInside path name -> Error(path + " cannot be moved into itself")
            | Entry.Folder, Entry.Missing, Ok() -> Ok(move path name disk)
            | Entry.Folder, Entry.Folder, Ok() when List.isEmpty (names name disk) -> Ok(move path name disk)
            | _ -> Error("cannot move " + path + " over " + name)
        | Action.Remove path ->
            match look path disk with
            | Entry.Missing -> Ok disk
            | Entry.Folder -> Error(path + " is a folder")
            | _ -> Ok(drop path disk)
        | Action.CopyTree(path, name, _) ->
            match resolve path disk, look name disk, needParent name disk with
            | Some(Node.Folder | Node.Bytes _ | Node.Written _ as node), Entry.Missing, Ok() ->
                Ok(copyTree node path name disk)
            | _ -> Error("cannot copy " + path + " to " + name)
        | Action.RemoveTree path when isBehindFile path disk -> Error(path + " is behind a file")
        | Action.RemoveTree path -> Ok(removeTree path disk)

/// A file system over a disk in memory, which changes as plans are run, and can be cut off. It may ignore case, as most
/// Macs' does.
type MemoryFiles(initial: Disk, ?steps: int, ?ignoresCase: bool) =
    let mutable disk = initial
    let mutable left = defaultArg steps Int32.MaxValue
    let ignoresCase = defaultArg ignoresCase false

    let at path =
        if ignoresCase then Disk.spelled path disk else path

    /// Where an entry is to come: under its new spelling if it is itself what is there.
    let under from name =
        let there = at name

        if there = from then
            Layout.(/) (at (Disk.parent name)) (name.Substring(name.LastIndexOf '/' + 1))
        else
            there

    let found action =
        match action with
        | Action.MakeFolder path -> Action.MakeFolder(at path)
        | Action.HardLink(file, name) -> Action.HardLink(at file, at name)
        | Action.Bring(file, name) -> Action.Bring(at file, at name)
        | Action.TakeAway(path, other) -> Action.TakeAway(at path, at other)
        | Action.PlaceLink(path, target, over) -> Action.PlaceLink(at path, target, over)
        | Action.Copy(file, name, account) -> Action.Copy(at file, at name, account)
        | Action.Write(path, content) -> Action.Write(at path, content)
        | Action.Move(path, name) -> Action.Move(at path, under (at path) name)
        | Action.Exchange(path, name) -> Action.Exchange(at path, at name)
        | Action.MoveOver(path, name) -> Action.MoveOver(at path, under (at path) name)
        | Action.Remove path -> Action.Remove(at path)
        | Action.RemoveTree path -> Action.RemoveTree(at path)
        | Action.CopyTree(path, name, isPrivate) -> Action.CopyTree(at path, at name, isPrivate)

    /// What is at the far end of a path.
    let behind path =
        if ignoresCase then
            Disk.resolveAnyCase path disk
        else
            Disk.resolve path disk

    /// The disk as it is now.
    member _.Disk = disk

    /// Another program changes the disk.
    member _.Become changed = disk <- changed

    /// The file operations that plans are made and run with. After the last step that was granted, every change fails.
    member _.Files: FileSystem =
        {
            Look = fun path -> Disk.look (at path) disk
            Follow =
                fun path ->
                    match behind path with
                    | None -> Entry.Missing
                    | Some Node.Folder -> Entry.Folder
                    | Some(Node.Bytes(id, _) | Node.Written(id, _)) -> Entry.File id
                    | Some(Node.Link _) -> Entry.Missing
            SameBytes =
                fun path other ->
                    match behind path, behind other with
                    | Some(Node.Bytes(_, one)), Some(Node.Bytes(_, two)) -> one = two
                    | _ -> false
            ReadSignIn =
                fun path ->
                    match behind path with
                    | Some(Node.Bytes(_, bytes)) -> SignIn.read (ReadOnlyMemory bytes)
                    | _ -> Error SignInFault.Empty
            ReadRecord =
                fun path ->
                    match Map.tryFind (at path) disk.Nodes with
                    | Some(Node.Written(_, Content.Record record)) -> Some record
                    | _ -> None
            ReadText =
                fun path ->
                    match Map.tryFind (at path) disk.Nodes with
                    | Some(Node.Written(_, Content.Text text)) -> Some text
                    | Some(Node.Bytes(_, bytes)) -> Some(Text.Encoding.UTF8.GetString bytes)
                    | _ -> None
            Names = fun folder -> Disk.names (at folder) disk
            ReplacedBy = CodexRouter.Platform.TemporaryName.Replaced >> Option.ofObj
            Do =
                fun action ->
                    if left = 0 then
                        Error "cut off"
                    else
                        left <- left - 1

                        Disk.apply (found action) disk
                        |> Result.map (fun changed ->
                            disk <- changed
                            [])
        }
