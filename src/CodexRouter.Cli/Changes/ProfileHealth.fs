namespace CodexRouter.Cli

open System.Collections.Generic
open CodexRouter.Core
open CodexRouter.Platform

/// How the profiles' sign-ins are, judged by what is on the disk, and the list of it that the shell reads.
[<RequireQualifiedAccess>]
module ProfileHealth =

    /// Most homes share one file of settings, which is read once.
    let private demands root : Profile -> WouldSignOut option =
        let known = Dictionary<string, SettingsLayer list>()

        let layersOf (home: string) =
            match known.TryGetValue home with
            | true, layers -> layers
            | _ ->
                let layers = CodexSettings.layers home
                known[home] <- layers
                layers

        fun profile ->
            let home = Layout.home root profile.Name

            let hasOwn = (ProfileRecord.own profile.Record).Contains HomeGroup.Config

            match Stored.signIn profile.Stored, Disk.look (Layout.(/) home "config.toml") with
            | Some signIn, Entry.File _ -> Preflight.check (layersOf home) signIn
            | Some signIn, Entry.Missing when hasOwn -> Preflight.check (layersOf home) signIn
            | Some signIn, _ -> Preflight.check (layersOf root) signIn
            | None, _ -> None

    /// Gives a judge of profiles, which are all that there are. `overriding` are the variables that stand in the place of a
    /// sign-in.
    let judge root (profiles: Profile list) : string list -> Profile -> Health =
        Health.judge Disk.files root profiles (demands root)

    /// Judges one profile. The others are looked at only if its file could hold one of theirs.
    let ofOne root overriding (profile: Profile) : Health =
        let others =
            match Stored.signIn profile.Stored with
            | Some signIn when signIn.TokenAccountId.IsSome && signIn.TokenAccountId <> signIn.AccountId ->
                Observed.profiles Disk.files root
            | Some _
            | None -> [ profile ]

        judge root others overriding profile

    /// Notes what was seen of a sign-in, if that is news.
    let note root (profile: Profile) doubt =
        match Stored.signIn profile.Stored with
        | Some signIn ->
            let path = Layout.doubt root profile.Name
            let text = Doubt.render doubt signIn

            if Disk.files.ReadText path <> Some text then
                CacheFiles.bestEffort (fun () -> CacheFiles.writeText path text)
        | None -> ()

    /// Brings the list that the shell reads up to date, where the router has a folder. What cannot be written stops nothing.
    let bringUpToDate root (profiles: Profile list) =
        let path = Layout.states root

        if Disk.look (Layout.router root) = Entry.Folder then
            CacheFiles.bestEffort (fun () ->
                let judge = judge root profiles []

                let wanted =
                    [
                        for profile in profiles do
                            match judge profile with
                            | Health.Ok -> ()
                            | health -> profile.Name, Health.word health
                    ]
                    |> StateIndex.ofPairs
                    |> StateIndex.render

                match Disk.files.ReadText path, wanted with
                | None, "" -> ()
                | Some present, wanted when present = wanted -> ()
                | _ -> CacheFiles.writeText path wanted)
