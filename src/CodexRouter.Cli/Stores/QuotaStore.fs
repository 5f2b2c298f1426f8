namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// What was last known of each profile's quota, and what zsh reads of it. All of it can be fetched again: a file that
/// cannot be read is set aside, and nothing fails for it.
[<RequireQualifiedAccess>]
module QuotaStore =

    /// The most bytes of a snapshot that are read.
    [<Literal>]
    let private Limit = 1_048_576

    /// How long to wait for another program that writes the same snapshot.
    let private patience = TimeSpan.FromSeconds 2.0

    let private identity (profile: Profile) =
        match Stored.signIn profile.Stored, profile.Record with
        | Some signIn, _ -> signIn.UserId, signIn.AccountId
        | None, Some record -> record.UserId, record.AccountId
        | None, None -> None, None

    /// Tells whether two looks at a profile found one account.
    let isOfSameAccount one other = identity one = identity other

    let private load root name =
        Disk.tryReadBytes Limit (Layout.snapshot root name)
        |> Option.bind QuotaFile.decode

    /// Gives what is believed of a profile's quota. Figures of another account that had the profile's name before are not
    /// its own.
    let read root (profile: Profile) : Believed option =
        load root profile.Name
        |> Option.filter (fun snapshot ->
            (snapshot.UserId, snapshot.AccountId) = identity profile
            && QuotaFile.isPossible DateTimeOffset.UtcNow snapshot.Believed.Quota)
        |> Option.map _.Believed

    /// Gives how a profile's quota was over the last day.
    let history root (profile: Profile) : QuotaHistory =
        Disk.tryReadBytes Limit (Layout.history root profile.Name)
        |> Option.bind HistoryFile.decode
        |> Option.filter (fun owned -> (owned.UserId, owned.AccountId) = identity profile)
        |> Option.map _.History
        |> Option.defaultValue QuotaHistory.empty

    let private setAside path =
        if Disk.look path <> Entry.Missing then
            Rename.Over(path, path + ".aside")

    /// Runs one thing at a time for a profile, or nothing if another program is at it for so long.
    let private alone root (name: ProfileName) (what: string) (patience: TimeSpan) (work: unit -> 'a) : 'a option =
        Folders.Create(Layout.quota root name, PrivateMode.directory)

        match AdvisoryLock.Acquire(Layout.(/) (Layout.quota root name) what, patience, PrivateMode.file) with
        | null -> None
        | held ->
            use _ = held
            Some(work ())

    /// What is there and cannot be read is kept beside what takes its place.
    let private replace (path: string) isReadable (bytes: byte[]) =
        if not isReadable then
            setAside path

        CacheFiles.write path bytes

    let private write root (profile: Profile) (believed: Believed) =
        let userId, accountId = identity profile

        let readable path decode =
            Disk.tryReadBytes Limit path |> Option.bind decode |> Option.isSome

        let snapshot =
            {
                UserId = userId
                AccountId = accountId
                Believed = believed
            }

        let owned =
            {
                UserId = userId
                AccountId = accountId
                History = QuotaHistory.add DateTimeOffset.UtcNow believed.Quota (history root profile)
            }

        let path = Layout.snapshot root profile.Name
        replace path (readable path QuotaFile.decode) (QuotaFile.encode snapshot)
        let path = Layout.history root profile.Name
        replace path (readable path HistoryFile.decode) (HistoryFile.encode owned)

    /// Adds a reading, and gives what is believed after it.
    let add root (profile: Profile) (reading: Quota) : Believed =
        let next () =
            let before = read root profile
            let believed = Believed.next before reading

            if before <> Some believed then
                write root profile believed

            believed

        try
            alone root profile.Name "lock" patience next
            |> Option.defaultWith (fun () -> Believed.next (read root profile) reading)
        with
        | :? IOException
        | :? UnauthorizedAccessException -> Believed.next (read root profile) reading

    /// Runs a refresh of a profile, unless one is going on.
    let refreshing root name (work: unit -> unit) =
        try
            alone root name "refreshing" TimeSpan.Zero work |> ignore
        with
        | :? IOException
        | :? UnauthorizedAccessException -> ()

    let private pausePath root name =
        Layout.(/) (Layout.quota root name) "not-before"

    /// The longest pause that is kept to, in hours. A note of a later time comes from a clock that was set back.
    [<Literal>]
    let private LongestPause = 6.0

    /// Notes that the service wants to be left alone until then.
    let leaveAlone root name (now: DateTimeOffset) (until: DateTimeOffset) =
        CacheFiles.bestEffort (fun () ->
            CacheFiles.writeText (pausePath root name) (OwnJson.time (min until (now.AddHours LongestPause)) + "\n"))

    /// Tells whether the service may be asked in the background.
    let mayAsk root name (now: DateTimeOffset) =
        match
            Disk.files.ReadText(pausePath root name)
            |> Option.bind (_.Trim() >> Rfc3339.parse)
        with
        // A clock that was set back must not stop it for ever.
        | Some until -> until <= now || until > now.AddHours LongestPause
        | None -> true

    let private renewedPath root name =
        Layout.(/) (Layout.quota root name) "renewed"

    /// A service that goes on refusing what was renewed would otherwise have it renewed at every question.
    let private leastBetweenRenewals = TimeSpan.FromHours 1.0

    /// Tells whether Codex may be asked to renew an access token that has not ended, and notes that it was.
    let mayRenew root name (now: DateTimeOffset) =
        let last =
            Disk.files.ReadText(renewedPath root name)
            |> Option.bind (_.Trim() >> Rfc3339.parse)

        match last with
        | Some last when last <= now && now - last < leastBetweenRenewals -> false
        | _ ->
            CacheFiles.bestEffort (fun () -> CacheFiles.writeText (renewedPath root name) (OwnJson.time now + "\n"))

            true

    /// Gives what is known of one profile to another name.
    let rename root (before: ProfileName) (name: ProfileName) =
        CacheFiles.bestEffort (fun () -> Rename.WithoutReplacing(Layout.quota root before, Layout.quota root name))
        CacheFiles.bestEffort (fun () -> Rename.WithoutReplacing(Layout.prompt root before, Layout.prompt root name))

    /// Removes what is known of profiles that are no more, or that hold another account now. What the prompt shows of one
    /// without figures goes too: that there are none may have changed with the account, and is soon found out again.
    let sweep root =
        let hasOwn name =
            (read root (Observed.profile Disk.files root name)).IsSome

        let isForeign name =
            not (Observed.exists Disk.files root name)
            || (load root name).IsSome && not (hasOwn name)

        let named folder =
            Disk.files.Names folder |> List.choose (ProfileName.create >> Result.toOption)

        for name in named (Layout.quotas root) do
            if isForeign name then
                CacheFiles.bestEffort (fun () -> FolderTree.Delete(Layout.quota root name))

        for name in named (Layout.prompts root) do
            if not (hasOwn name) then
                CacheFiles.bestEffort (fun () -> File.Delete(Layout.prompt root name))
