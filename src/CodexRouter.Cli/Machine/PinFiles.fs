namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// The pins along a folder's way up, and what this machine knows of profiles and pins: what a lookup is made from.
[<RequireQualifiedAccess>]
module PinFiles =

    /// Somebody else may have put the file into a folder that everybody can write to. A link counts as well as its file.
    let private isNotOurs (path: string) (link: FileStatus) (file: FileStatus) =
        let isStranger (owner: uint32) = owner <> 0u && owner <> Users.Effective

        let folder () =
            FileStatus.Follow(path.Substring(0, Math.Max(1, path.LastIndexOf '/')))

        (isStranger link.Owner || isStranger file.Owner)
        && (folder ()).Mode.HasFlag UnixFileMode.OtherWrite

    /// Gives what stands at the path of a pin. The hook asks the same questions in the same order.
    let read path : PinFile =
        try
            let link = FileStatus.Look path

            if link.Kind = FileKind.Missing then
                PinFile.Absent
            else
                let file = FileStatus.Follow path

                if file.Kind <> FileKind.File then
                    PinFile.Broken PinFault.NotAFile
                elif file.Size > int64 Pin.MaximumBytes then
                    PinFile.Broken PinFault.TooLong
                elif isNotOurs path link file then
                    PinFile.Broken PinFault.NotOurs
                else
                    let content = BoundedFile.Read(path, Pin.MaximumBytes)

                    match content.Outcome with
                    | ReadOutcome.Complete ->
                        match Pin.parse (content.Bytes.ToArray()) with
                        | Ok pin -> PinFile.Holds pin
                        | Error fault -> PinFile.Broken fault
                    | ReadOutcome.TooLarge -> PinFile.Broken PinFault.TooLong
                    | _ -> PinFile.Broken PinFault.NotAFile
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
            Aliases = aliases root
            Trust = trust root
        }

    /// Gives a folder's physical path: the same one however one got there.
    let physical (folder: string) (path: string) : Result<string, Problem> =
        let path = Path.GetFullPath(path, folder)

        // Entering it resolves every link on the way, as the shell's does.
        try
            Directory.SetCurrentDirectory path
            let physical = Directory.GetCurrentDirectory()
            Directory.SetCurrentDirectory folder
            Ok physical
        with
        | :? IOException
        | :? UnauthorizedAccessException ->
            Problem.refused "no_folder" (Inert.text path + " is not a folder that can be entered") "another folder"
            |> Error
