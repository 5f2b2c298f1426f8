namespace CodexRouter.Cli

open System
open System.IO
open System.Text
open CodexRouter.Core
open CodexRouter.Platform

/// The real file system, as observing and planning use it.
[<RequireQualifiedAccess>]
module Disk =

    /// The most bytes of a small file of the router's own.
    let private ownFileLimit = 4 * 1024 * 1024

    let private idOf (status: FileStatus) =
        {
            Device = status.Identity.Device
            Inode = status.Identity.Inode
            Born = status.Identity.Born
        }

    let private entryOf (status: FileStatus) =
        match status.Kind with
        | FileKind.Missing -> Entry.Missing
        | FileKind.File -> Entry.File(idOf status)
        | FileKind.Folder -> Entry.Folder
        | FileKind.Link ->
            match status.LinkTarget with
            | null -> Entry.Other
            | target -> Entry.Link(idOf status, target)
        | _ -> Entry.Other

    /// Gives what stands at a path. Of what the system does not let be looked at, nothing is known but that it may be there.
    let look path =
        try
            FileStatus.Look path |> entryOf
        with :? SystemCallException ->
            Entry.Other

    let private follow path =
        try
            FileStatus.Follow path |> entryOf
        with :? SystemCallException ->
            Entry.Other

    /// Tells whether a path leads to something, through links.
    let leads path =
        try
            (FileStatus.Follow path).Kind <> FileKind.Missing
        with :? SystemCallException ->
            true

    let private readSignIn path =
        try
            let content = BoundedFile.Read(path, SignIn.MaximumBytes)

            match content.Outcome with
            | ReadOutcome.Complete -> SignIn.read content.Bytes
            | ReadOutcome.TooLarge -> Error(SignInFault.TooLarge content.Status.Size)
            | _ -> Error SignInFault.NotSignedIn
        with :? SystemCallException as failure ->
            Error(SignInFault.Unreadable failure.Message)

    /// Gives a small file's bytes, if it is there and a file.
    let readBytes limit path =
        let content = BoundedFile.Read(path, limit)

        match content.Outcome with
        | ReadOutcome.Complete -> Some content.Bytes
        | _ -> None

    /// The same; one that may not be read counts as none.
    let tryReadBytes limit path =
        try
            readBytes limit path
        with :? SystemCallException ->
            None

    let private readText path =
        tryReadBytes ownFileLimit path
        |> Option.map (fun bytes -> Encoding.UTF8.GetString bytes.Span)

    let private readRecord path =
        tryReadBytes ownFileLimit path |> Option.bind RecordFile.decode

    let private isSeen (status: FileStatus) over =
        match entryOf status, over with
        | Entry.Missing, None -> true
        | (Entry.File id | Entry.Link(id, _)), Some seen -> id = seen
        | Entry.Missing, Some _
        | (Entry.File _ | Entry.Link _), None
        | (Entry.Folder | Entry.Other), _ -> false

    let private placeLink path target over =
        let status = FileStatus.Look path

        if isSeen status over then
            AtomicLink.Replace(path, target, status)
        else
            raise (IOException(path + " was changed by another program meanwhile"))

    /// Codex 0.166 and older write in place: what is read in that instant is not whole, and is not copied.
    let private copy file name account =
        let content = BoundedFile.Read(file, SignIn.MaximumBytes)

        let bytes =
            match content.Outcome, account with
            | ReadOutcome.Complete, Some account -> AccountField.set account content.Bytes
            | ReadOutcome.Complete, None when (SignIn.read content.Bytes).IsOk -> Some(content.Bytes.ToArray())
            | _ -> None

        match bytes with
        | Some bytes -> AtomicFile.Replace(name, ReadOnlySpan bytes, PrivateMode.file)
        | None -> raise (IOException(file + " holds no whole sign-in to copy"))

    let private wholeBytes path =
        let content = BoundedFile.Read(path, SignIn.MaximumBytes)

        match content.Outcome with
        | ReadOutcome.Complete -> Some(content.Bytes.ToArray())
        | _ -> None

    /// Where the system gives the file no second name there: a copy, held against the original once it is on the device.
    let private bring file name =
        try
            HardLink.Create(file, name)
        with :? SystemCallException as failure when
            not failure.IsDone
            && failure.Error <> SystemError.AlreadyExists
            && failure.Error <> SystemError.NotFound
            && (FileStatus.Look name).Kind = FileKind.Missing ->
            match wholeBytes file with
            | None -> raise (IOException(file + " holds no whole sign-in to copy"))
            | Some bytes ->
                AtomicFile.Replace(name, ReadOnlySpan bytes, PrivateMode.file)

                if wholeBytes file <> Some bytes || wholeBytes name <> Some bytes then
                    HardLink.Remove name
                    raise (IOException(file + " was changed by another program meanwhile"))

    let private takeAway path other =
        let one = FileStatus.Look path

        if one.Kind <> FileKind.Missing then
            let two = FileStatus.Look other
            let isSame = one.Kind = two.Kind && one.Identity = two.Identity

            /// Only a whole sign-in is known to be all that the other is to hold.
            let isCopy () =
                match wholeBytes path with
                | Some bytes -> (SignIn.read (ReadOnlyMemory bytes)).IsOk && wholeBytes other = Some bytes
                | None -> false

            if path <> other && (isSame || isCopy ()) then
                HardLink.Remove path
            else
                raise (IOException(path + " was changed by another program meanwhile"))

    let private perform action =
        match action with
        | Action.MakeFolder path -> Folders.Create(path, PrivateMode.directory)
        | Action.HardLink(file, name) -> HardLink.Create(file, name)
        | Action.Bring(file, name) -> bring file name
        | Action.TakeAway(path, other) -> takeAway path other
        | Action.Copy(file, name, account) -> copy file name account
        | Action.PlaceLink(path, target, over) -> placeLink path target over
        | Action.Write(path, Content.Text text) ->
            let bytes = Encoding.UTF8.GetBytes text
            AtomicFile.ReplaceUnsynced(path, ReadOnlySpan bytes, PrivateMode.file, LinkAtPath.Refuse)
        | Action.Write(path, Content.Record record) ->
            AtomicFile.Replace(path, ReadOnlySpan(RecordFile.encode record), PrivateMode.file)
        | Action.Move(path, name) -> Rename.WithoutReplacing(path, name)
        | Action.Exchange(path, name) -> Rename.Exchanging(path, name)
        | Action.MoveOver(path, name) -> Rename.Over(path, name)
        | Action.Remove path ->
            try
                File.Delete path
            with :? DirectoryNotFoundException ->
                () // gone, and its folder too
        | Action.RemoveTree path -> FolderTree.Delete path
        | Action.CopyTree(path, name, isPrivate) -> TreeCopy.Copy(path, name, isPrivate)

    let private attempt action =
        try
            perform action
            Ok []
        with
        | :? SystemCallException as failure when failure.IsDone -> Ok [ FailureText.ofException failure ]
        | :? IOException as failure -> Error(FailureText.ofException failure)
        | :? UnauthorizedAccessException as failure -> Error(FailureText.ofException failure)

    /// Replaces a small file of the router's own, and gives in words what failed all the same.
    let write path text =
        attempt (Action.Write(path, Content.Text text))

    /// A folder of the router's own that may not be listed holds nothing that could be used. Without the list of profiles
    /// nothing can be said at all: that failure is the answer.
    let private names (folder: string) =
        try
            List.ofSeq (Folders.Names folder)
        with :? SystemCallException when not (folder.EndsWith("/profiles", StringComparison.Ordinal)) ->
            []

    /// The file operations that plans are made and run with.
    let files: FileSystem =
        {
            Look = look
            Follow = follow
            SameBytes = fun path other -> TreeCopy.IsSame(path, other)
            ReadSignIn = readSignIn
            ReadRecord = readRecord
            ReadText = readText
            Names = names
            ReplacedBy = TemporaryName.Replaced >> Option.ofObj
            Do = attempt
        }
