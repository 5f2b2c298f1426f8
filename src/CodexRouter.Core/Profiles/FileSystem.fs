namespace CodexRouter.Core

/// Which file it is, whatever it is called: two names with one identity are hard links. When it was made (nanoseconds
/// since 1970) is part of it, because file systems give a removed file's number to the next.
[<Struct>]
type FileId =
    {
        Device: uint64
        Inode: uint64
        Born: int64
    }

/// What stands at a path.
[<RequireQualifiedAccess>]
type Entry =
    | Missing
    | File of id: FileId
    | Link of id: FileId * target: string
    | Folder
    /// A pipe, a socket, a device.
    | Other

[<RequireQualifiedAccess>]
module Entry =

    /// Gives which file stands there, if one does.
    let file entry =
        match entry with
        | Entry.File id -> Some id
        | Entry.Missing
        | Entry.Link _
        | Entry.Folder
        | Entry.Other -> None

    /// Gives which link stands there and what it says, if one does.
    let link entry =
        match entry with
        | Entry.Link(id, target) -> Some(id, target)
        | Entry.Missing
        | Entry.File _
        | Entry.Folder
        | Entry.Other -> None

/// What is written in a file of the router's own.
[<RequireQualifiedAccess>]
type Content =
    /// What can be made again, or done without: it is not waited for until it is on the device.
    | Text of string
    | Record of ProfileRecord

/// One change on disk. Each is atomic: after a crash it has happened, or it has not.
[<RequireQualifiedAccess>]
type Action =
    /// Makes a folder (0700) and those above it; one that is there already stays as it is.
    | MakeFolder of path: string
    /// Gives a file a second name, which must be free.
    | HardLink of file: string * name: string
    /// Gives a sign-in a second name, which must be free: the same file where the file system can do that, and otherwise (on
    /// another volume, without hard links, of a file that may not be linked) a copy (0600) that is held against it.
    | Bring of file: string * name: string
    /// Removes one name of a file that stands at another name too: the same file, or the same whole sign-in. When the two
    /// differ, nothing is removed; it is no fault if the name is gone.
    | TakeAway of path: string * other: string
    /// Makes the path a symbolic link in one rename. What stands there must be what was seen, or nothing.
    | PlaceLink of path: string * target: string * over: FileId option
    /// Makes the name a copy (0600) of the sign-in in a file, in one rename; with the account, the copy names that account.
    /// What is no whole sign-in is not copied.
    | Copy of file: string * name: string * account: string option
    /// Replaces or makes a file of the router's own (0600).
    | Write of path: string * content: Content
    /// Renames; the new name must be free.
    | Move of path: string * name: string
    /// Lets what is at two paths, of whatever kind, exchange names.
    | Exchange of path: string * name: string
    /// Renames over a file.
    | MoveOver of path: string * name: string
    /// Removes one file or link; it is no fault if it is gone.
    | Remove of path: string
    /// Removes a folder and what is in it, and follows no link.
    | RemoveTree of path: string
    /// Makes the name, which must be free, a copy of a file or of a folder with all that is in it. The path itself may be a
    /// link and is followed; links in the folder are copied as links. A private copy is readable by its owner only. What
    /// is interrupted leaves a part of the copy.
    | CopyTree of path: string * name: string * isPrivate: bool

[<RequireQualifiedAccess>]
module Action =

    /// Gives what a link says that is placed at this path, if that is the change.
    let linkAt path action =
        match action with
        | Action.PlaceLink(placed, target, _) when placed = path -> Some target
        | _ -> None

    /// Gives the path of the file that a rename replaces, if that is the change.
    let movedOver action =
        match action with
        | Action.MoveOver(_, path) -> Some path
        | _ -> None

    /// Gives a path and the free name that it gets, if that is the change.
    let moved action =
        match action with
        | Action.Move(path, name) -> Some(path, name)
        | _ -> None

    /// Gives a path and its new name, whether that is free or is exchanged.
    let renamed action =
        match action with
        | Action.Exchange(path, name) -> Some(path, name)
        | action -> moved action

/// One change and the reason for it, in words for the person.
type PlanStep =
    {
        Action: Action
        Why: string
        /// Whether what comes after it in the plan rests on it. Of the others the plan's deed does not depend: that one
        /// failed is told, and the rest goes on.
        IsNeeded: bool
    }

/// The file operations that observing and planning need. The command line gives the real ones; tests give a world in
/// memory that can be cut off after any step.
[<NoEquality; NoComparison>]
type FileSystem =
    {
        /// Gives what stands at a path, without following a link.
        Look: string -> Entry
        /// Gives what stands at the far end of a path, through links.
        Follow: string -> Entry
        /// Tells whether two files hold the same bytes, following links; not of what cannot be read.
        SameBytes: string -> string -> bool
        /// Gives the sign-in in a file, following links.
        ReadSignIn: string -> Result<SignIn, SignInFault>
        /// Gives a profile's record, or nothing when it is missing or cannot be read.
        ReadRecord: string -> ProfileRecord option
        /// Gives the text of a small file of the router's own, or nothing when it is missing.
        ReadText: string -> string option
        /// Gives the names in a folder, in ordinal order; none when it is missing.
        Names: string -> string list
        /// Gives the name of what was being replaced, if a name in a folder is one that an interrupted change left: of the thing
        /// that was to come, or of what another program had put there at that instant.
        ReplacedBy: string -> string option
        /// Makes one change, and gives in words what failed after it (it might not survive a loss of power); or says why it
        /// could not be made.
        Do: Action -> Result<string list, string>
    }
