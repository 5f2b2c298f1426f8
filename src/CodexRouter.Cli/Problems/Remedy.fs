namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// Finds the command that helps when the system lets something not be done: one that can be typed as it stands.
[<RequireQualifiedAccess>]
module Remedy =

    /// Writes a path so that a shell reads it back as it is.
    let quoted = ShellWord.quoted

    let private status path =
        try
            Some(FileStatus.Follow path)
        with :? SystemCallException ->
            None

    let private parent (path: string) =
        path.Substring(0, max 1 (path.LastIndexOf '/'))

    let private isOpen path (status: FileStatus) =
        if status.Kind = FileKind.Folder then
            AccessRights.ToFolder path
        else
            AccessRights.ToFile path

    /// The outermost thing on the way to a path, from its own folder on, that this user may not read and write.
    let rec private closed (path: string) =
        match status path with
        | Some found when found.Kind = FileKind.Missing -> if path = "/" then None else closed (parent path)
        | Some found when isOpen path found -> None
        | Some found -> Some(path, found)
        | None -> if path = "/" then None else closed (parent path)

    /// Gives a user's name, or the number where no name is known here.
    let nameOf (user: uint32) =
        let number = string<uint32> user

        let ofLine (line: string) =
            match line.Split ':' with
            | fields when fields.Length > 2 && fields[2] = number -> Some fields[0]
            | _ -> None

        try
            File.ReadLines "/etc/passwd" |> Seq.tryPick ofLine
        with
        | :? IOException
        | :? UnauthorizedAccessException -> None
        |> Option.defaultValue number

    /// Gives the command after which this user may read and write what is at a path.
    let forAccess (path: string) =
        match closed path with
        | None -> "ls -ld " + quoted path
        | Some(path, found) when found.Owner <> Users.Effective && Users.Effective <> 0u ->
            "sudo chown " + quoted (nameOf Users.Effective) + " " + quoted path
        | Some(path, found) when found.Kind = FileKind.Folder -> "chmod u+rwx " + quoted path
        | Some(path, _) -> "chmod u+rw " + quoted path

    /// Gives the command that shows what is where a file was looked for in vain.
    let forMissing (path: string) =
        let rec there path =
            match status path with
            | Some found when found.Kind <> FileKind.Missing || path = "/" -> path
            | _ -> there (parent path)

        "ls -la " + quoted (there (parent path))

    /// Gives the command that moves what is in the way aside.
    let forMovingAside (path: string) =
        "mv " + quoted path + " " + quoted (path + ".old")

    /// Gives the command that puts the file that a link leads to in the link's place.
    let forLink (link: string) (target: string) =
        "mv -f " + quoted (Path.GetFullPath(target, parent link)) + " " + quoted link

    /// Gives the command that lets a person edit a file.
    let forEditing (path: string) = "${EDITOR:-vi} " + quoted path

    /// Gives the command that shows what processes are.
    let forProcesses (processes: int list) =
        "ps -fp " + String.Join(",", processes |> List.map string<int>)

    /// Gives the command that helps, or shows more, after a change failed.
    let forFailure (failure: SystemCallException) =
        match failure.Error with
        | SystemError.NoSpace -> "df -h " + quoted failure.Path
        | SystemError.Forbidden -> forAccess failure.Path
        | _ -> "ls -ld " + quoted failure.Path

    /// Gives the command that removes what this user may not.
    let forRemoval path = "sudo rm -r " + quoted path

    /// Says who owns something, for a message.
    let owner path =
        status path |> Option.map (fun found -> nameOf found.Owner)

    /// Gives the command that shows which volumes paths are on.
    let forVolumes paths =
        "df " + String.Join(" ", List.map quoted paths)

    /// Gives the command that shows whether there is room where a path is.
    let forSpace path = "df -h " + quoted path
