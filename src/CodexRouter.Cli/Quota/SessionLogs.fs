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

    /// What is read of a log's beginning: the second line of a fork names the session that it was copied from.
    [<Literal>]
    let private FirstLines = 3

    let private timeOf news =
        match news with
        | LogNews.Figures quota -> quota.FetchedAt
        | LogNews.Refusal at -> at

    let private isPossible now news =
        match news with
        | LogNews.Figures quota -> QuotaFile.isPossible now quota
        | LogNews.Refusal at -> at <= now

    let private reading now path =
        let copied =
            LogLines.Forward(path, LongestFirstLine)
            |> Seq.truncate FirstLines
            |> SessionFigures.copiedUntil

        LogLines.Backward(path, MostBytes, LongestLine)
        |> Seq.choose Rollout.news
        |> Seq.filter (isPossible now)
        |> Seq.filter (fun news -> copied |> Option.forall (fun until -> timeOf news > until))
        |> SessionFigures.ofNews

    /// How many more logs are looked into for the plan's own figures, when the newest tells of a refusal or of extra limits only.
    [<Literal>]
    let private MoreLogs = 20

    /// Gives the newest figures that the logs have for a profile's account.
    let newest root (now: DateTimeOffset) (profile: Profile) (signIn: SignIn) : Quota option =
        let home = Layout.home root profile.Name
        let isSeparate = (ProfileRecord.own profile.Record).Contains HomeGroup.Sessions
        let begin' = now - oldest

        let logs (name, depth) =
            RecentFiles.Below(Layout.(/) home name, depth, isLog)
            |> Seq.truncate MostFiles
            |> Seq.takeWhile (fun file -> file.Modified >= begin')
            |> List.ofSeq

        let merged (one: Quota) (other: Quota) =
            if one.FetchedAt >= other.FetchedAt then
                SessionFigures.merge one other
            else
                SessionFigures.merge other one

        // Newest change first: a line is never newer than the last change of its file.
        let rec search (found: Quota option) more (files: RecentFile list) =
            match files, found with
            | [], _ -> found
            | file :: _, Some known when known.FetchedAt >= file.Modified && (SessionFigures.isWhole known || more = 0) ->
                found
            | file :: rest, _ when not (isOwn signIn isSeparate file.Path) -> search found more rest
            | file :: rest, _ ->
                let left = if found.IsSome then max 0 (more - 1) else more

                match reading now file.Path, found with
                | Some reading, Some known -> search (Some(merged known reading)) left rest
                | Some reading, None -> search (Some reading) left rest
                | None, _ -> search found left rest

        // The archived logs are of the same sessions.
        folders
        |> List.collect logs
        |> List.sortByDescending _.Modified
        |> search None MoreLogs
