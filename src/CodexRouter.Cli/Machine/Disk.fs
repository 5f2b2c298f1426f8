namespace CodexRouter.Cli

open System
open System.IO
open System.Text
open CodexRouter.Core
open CodexRouter.Platform

/// The real file system, as observing and planning use it.
[<RequireQualifiedAccess>]
module Disk =

    let private privateFolder =
        UnixFileMode.UserRead ||| UnixFileMode.UserWrite ||| UnixFileMode.UserExecute

    let private privateFile = UnixFileMode.UserRead ||| UnixFileMode.UserWrite

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

    /// Gives what stands at a path.
    let look path = FileStatus.Look path |> entryOf

    let private readSignIn path =
        let content = BoundedFile.Read(path, SignIn.MaximumBytes)

        match content.Outcome with
        | ReadOutcome.Complete -> SignIn.read content.Bytes
        | ReadOutcome.TooLarge -> Error(SignInFault.TooLarge content.Status.Size)
        | _ -> Error SignInFault.NotSignedIn

    /// Gives a small file's bytes, if it is there and a file.
    let readBytes limit path =
        let content = BoundedFile.Read(path, limit)

        match content.Outcome with
        | ReadOutcome.Complete -> Some content.Bytes
        | _ -> None

    let private readText path =
        readBytes ownFileLimit path
        |> Option.map (fun bytes -> Encoding.UTF8.GetString bytes.Span)

    let private readRecord path =
        readBytes ownFileLimit path |> Option.bind RecordFile.decode

    let private isSeen (status: FileStatus) over =
        match entryOf status, over with
        | Entry.Missing, None -> true
        | (Entry.File id | Entry.Link(id, _)), Some seen -> id = seen
        | _ -> false

    let private placeLink path target over =
        let status = FileStatus.Look path

        if isSeen status over then
            AtomicLink.Replace(path, target, status)
        else
            raise (IOException(path + " was changed by another program meanwhile"))

    let private perform action =
        match action with
        | Action.MakeFolder path -> Folders.Create(path, privateFolder)
        | Action.HardLink(file, name) -> HardLink.Create(file, name)
        | Action.PlaceLink(path, target, over) -> placeLink path target over
        | Action.Write(path, content) ->
            let bytes =
                match content with
                | Content.Text text -> Encoding.UTF8.GetBytes text
                | Content.Record record -> RecordFile.encode record

            AtomicFile.Replace(path, ReadOnlySpan bytes, privateFile)
        | Action.Move(path, name) -> Rename.WithoutReplacing(path, name)
        | Action.Exchange(path, name) -> Rename.Exchanging(path, name)
        | Action.MoveOver(path, name) -> Rename.Over(path, name)
        | Action.Remove path ->
            try
                File.Delete path
            with :? DirectoryNotFoundException ->
                () // gone, and its folder too
        | Action.RemoveTree path -> FolderTree.Delete path

    let private attempt action =
        try
            perform action
            Ok()
        with
        | :? IOException as failure -> Error(Inert.text failure.Message)
        | :? UnauthorizedAccessException as failure -> Error(Inert.text failure.Message)

    /// Replaces a small file of the router's own.
    let write path text =
        attempt (Action.Write(path, Content.Text text))

    /// The file operations that plans are made and run with.
    let files: FileSystem =
        {
            Look = look
            ReadSignIn = readSignIn
            ReadRecord = readRecord
            ReadText = readText
            Names = fun folder -> List.ofSeq (Folders.Names folder)
            Do = attempt
        }
