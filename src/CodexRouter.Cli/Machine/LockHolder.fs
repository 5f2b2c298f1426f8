namespace CodexRouter.Cli

open System
open System.IO
open System.Globalization
open CodexRouter.Platform

/// Finds out who holds a lock, where the system tells: Linux does.
[<RequireQualifiedAccess>]
module LockHolder =

    /// Reads one line of /proc/locks: `1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF`. A process in another container
    /// has no number here.
    let ofLine (inode: uint64) (line: string) =
        match line.Split(' ', StringSplitOptions.RemoveEmptyEntries) with
        | [| _; "FLOCK"; _; _; pid; file; _; _ |] when
            file.EndsWith(":" + inode.ToString CultureInfo.InvariantCulture, StringComparison.Ordinal)
            ->
            match Int32.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture) with
            | true, pid when pid > 0 -> Some pid
            | _ -> None
        | _ -> None

    /// Gives the process that holds the lock on a file now.
    let find (path: string) : int option =
        try
            let inode = (FileStatus.Look path).Identity.Inode
            File.ReadLines "/proc/locks" |> Seq.tryPick (ofLine inode)
        with
        | :? IOException
        | :? UnauthorizedAccessException -> None
