namespace CodexRouter.Cli

open System
open CodexRouter.Core
open CodexRouter.Platform

/// The logs that Codex writes of its sessions, in which the figures of its last answers stand.
[<RequireQualifiedAccess>]
module SessionLogs =

    /// `sessions/YYYY/MM/DD/rollout-….jsonl`; the archived ones lie in one folder.
    let private folders = [ "sessions", 3; "archived_sessions", 0 ]

    /// Months are the longest windows: what is older says nothing about any of them.
    let private oldest = TimeSpan.FromDays 35.0

    /// The most files that are opened, however many there are.
    [<Literal>]
    let private MostFiles = 400

    /// How far back from its end a log is read, in bytes. Codex writes the figures after each of the model's answers.
    [<Literal>]
    let private MostBytes = 8_388_608L

    /// A line with figures has 1 KB; longer ones hold what people and models said.
    [<Literal>]
    let private LongestLine = 65_536

    /// The first line holds the model's instructions too.
    [<Literal>]
    let private LongestFirstLine = 1_048_576

    /// Compressed logs (`.jsonl.zst`) have not been written to for a week.
    let private isLog =
        FileNameFilter(fun name ->
            MemoryExtensions.StartsWith(name, ReadOnlySpan "rollout-"B)
            && MemoryExtensions.EndsWith(name, ReadOnlySpan ".jsonl"B))

    /// Logs that the profile shares count only if Codex wrote down that they are of this account.
    let private isOwn (signIn: SignIn) isSeparate path =
        let owner =
            LogLines.First(path, LongestFirstLine)
            |> Option.ofNullable
            |> Option.bind Rollout.owner

        if isSeparate then
            not (Rollout.isOfAnother signIn owner)
        else
            Rollout.isOf signIn owner

    let private lastReading now path =
        LogLines.Backward(path, MostBytes, LongestLine)
        |> Seq.tryPick (Rollout.reading >> Option.filter (QuotaFile.isPossible now))

    /// Gives the newest figures that the logs have for a profile's account.
    let newest root (profile: Profile) (signIn: SignIn) : Quota option =
        let home = Layout.home root profile.Name
        let isSeparate = profile.Record |> Option.exists _.SeparateHistory
        let now = DateTimeOffset.UtcNow
        let begin' = now - oldest

        let logs (name, depth) =
            RecentFiles.Below(Layout.(/) home name, depth, isLog)
            |> Seq.truncate MostFiles
            |> Seq.takeWhile (fun file -> file.Modified >= begin')
            |> List.ofSeq

        // Newest change first: a line is never newer than the last change of its file.
        let rec search (found: Quota option) (files: RecentFile list) =
            match files, found with
            | [], _ -> found
            | file :: _, Some known when known.FetchedAt >= file.Modified -> found
            | file :: rest, _ when not (isOwn signIn isSeparate file.Path) -> search found rest
            | file :: rest, _ ->
                match lastReading now file.Path, found with
                | Some reading, Some known when reading.FetchedAt <= known.FetchedAt -> search found rest
                | Some reading, _ -> search (Some reading) rest
                | None, _ -> search found rest

        folders |> List.map logs |> List.fold search None
