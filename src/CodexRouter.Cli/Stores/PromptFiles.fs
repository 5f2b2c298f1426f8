namespace CodexRouter.Cli

open System
open System.Text
open CodexRouter.Core

/// What zsh reads of a profile: its figures for the segment, and which other profile has room when it has little.
[<RequireQualifiedAccess>]
module PromptFiles =

    [<Literal>]
    let private Limit = 65_536

    /// Figures older than this say nothing of the room there is.
    let private longestTrust = TimeSpan.FromHours 1.0

    /// For what is never stale: there is nothing to read.
    let private never = DateTimeOffset.MaxValue.ToUnixTimeSeconds()

    let private replace path bytes =
        CacheFiles.bestEffort (fun () -> CacheFiles.write path bytes)

    let private room root now (name: ProfileName) =
        let profile = Observed.profile Disk.files root name

        match Stored.signIn profile.Stored with
        | Some signIn when signIn.Kind = SignInKind.ApiKey -> Room.Unlimited
        | Some _ ->
            match QuotaStore.read root profile with
            | Some believed when Quota.age now believed.Quota <= longestTrust -> Room.ofQuota now believed.Quota
            | _ -> Room.Unknown
        | None -> Room.Unknown

    let private advise root (settings: RouterSettings) now (name: ProfileName) =
        if settings.Fallback.Rules.IsEmpty then
            None
        else
            let before =
                Disk.tryReadBytes Limit (Layout.fallbacks root)
                |> Option.bind FallbackFile.decode
                |> Option.defaultValue Fallback.undecided

            let proposal, after =
                Fallback.decide settings.Fallback now name (room root now) before

            if after <> before then
                replace (Layout.fallbacks root) (FallbackFile.encode after)

            proposal |> Option.map Fallback.advice

    let private write root (settings: RouterSettings) now name line =
        let text = PromptFile.write line (advise root settings now name)
        replace (Layout.prompt root name) (Encoding.UTF8.GetBytes text)

    /// Writes a profile's figures for the prompt.
    let update root (settings: RouterSettings) name (quota: Quota) =
        write root settings DateTimeOffset.UtcNow name (Segment.ofQuota settings.StaleAfter quota)

    /// Writes that there are no figures, so that the prompt does not ask for them again at once; or never, where there
    /// will be none.
    let updateWithoutFigures root (settings: RouterSettings) name isForEver =
        let now = DateTimeOffset.UtcNow
        let fetched = now.ToUnixTimeSeconds()

        write
            root
            settings
            now
            name
            {
                FetchedAt = fetched
                StaleAt =
                    if isForEver then
                        never
                    else
                        fetched + int64 settings.StaleAfter.TotalSeconds
                Windows = []
            }

    /// Gives the advice that is written for a profile, while it holds.
    let advice root (now: DateTimeOffset) (name: ProfileName) : Advice option =
        Disk.tryReadBytes PromptFile.MaximumBytes (Layout.prompt root name)
        |> Option.bind (fun bytes -> PromptFile.read (bytes.ToArray()) |> snd)
        |> Option.filter (fun advice ->
            Observed.exists Disk.files root advice.Other
            && Advice.holds (now.ToUnixTimeSeconds()) advice)
