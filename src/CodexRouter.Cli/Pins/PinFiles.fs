namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// The pins along a folder's way up, and what this machine knows of profiles and pins: what a lookup is made from.
[<RequireQualifiedAccess>]
module PinFiles =

    /// What the system tells of a pin file. Root's files count as ours: root can do anything anyway.
    let private facts (path: string) (link: FileStatus) (file: FileStatus) : PinFacts =
        let isOurs (status: FileStatus) =
            status.Owner = 0u || status.Owner = Users.Effective

        {
            IsFile = (file.Kind = FileKind.File)
            Size = file.Size
            // A link counts as well as what it leads to.
            IsOurs = isOurs link && isOurs file
            FolderIsWritableByAll =
                (FileStatus.Follow(path.Substring(0, Math.Max(1, path.LastIndexOf '/')))).Mode.HasFlag
                    UnixFileMode.OtherWrite
            Read =
                fun () ->
                    try
                        Disk.readBytes Pin.MaximumBytes path |> Option.map _.ToArray()
                    with :? SystemCallException ->
                        None
        }

    /// Gives what stands at the path of a pin.
    let read path : PinFile =
        try
            let link = FileStatus.Look path

            if link.Kind = FileKind.Missing then
                PinFile.Absent
            else
                PinFile.ofFacts (facts path link (FileStatus.Follow path))
        with :? SystemCallException ->
            PinFile.Broken PinFault.Unreadable

    /// Gives every `.codex-profile` that counts for a folder with what it holds, the nearest first.
    let along folder =
        Lookup.chain folder |> List.map (fun path -> path, read path)

    let private textOf path =
        Disk.files.ReadText path |> Option.defaultValue ""

    /// Gives the pins that the person has allowed or refused.
    let trust root =
        Trust.parse (textOf (Layout.trust root))

    /// Gives the aliases, as the shell sees them.
    let aliases root =
        AliasIndex.parse (textOf (Layout.aliases root))

    /// Gives what this machine knows.
    let registry root : Registry =
        {
            Profiles = Observed.names Disk.files root |> Set.ofList
            IgnoresCase = Homes.ignoresCase root
            Aliases = aliases root
            Trust = trust root
            // A command refuses such a profile itself, and says why: it must not take another one in its place.
            States = StateIndex.empty
        }

    /// Gives a folder's physical path: the same one however one got there.
    let physical (folder: string) (path: string) : Result<string, Problem> =
        let path = Path.GetFullPath(path, folder)

        try
            Ok(Folders.Physical path)
        with :? SystemCallException ->
            Problem.refused
                ProblemCode.NoFolder
                (Inert.text path + " is not a folder that can be entered")
                (Remedy.forMissing path)
            |> Error
