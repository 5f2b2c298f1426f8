namespace CodexRouter.Cli

open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// What is known of the hooks of each profile's home, in one small file for each: see `HookNote`.
[<RequireQualifiedAccess>]
module HookNotes =

    [<Literal>]
    let private Limit = 65_536

    /// Gives the paths by which Codex may name a home: as it is called, and with links resolved, which is what Codex makes of
    /// `CODEX_HOME`.
    let paths (home: string) : string list =
        let physical =
            try
                [ Folders.Physical home ]
            with :? IOException ->
                []

        List.distinct (home :: physical)

    /// Gives the hooks that the settings trust at the root and not in a profile's home.
    let lacking root (name: ProfileName) =
        match TrustedHooks.read root with
        | [] -> []
        | settings -> HookNote.lacking (paths root) (paths (Layout.home root name)) settings

    let private stored root name =
        Disk.tryReadBytes Limit (Layout.hookNote root name)
        |> Option.bind (fun bytes -> HookNote.parse (System.Text.Encoding.UTF8.GetString bytes.Span))

    /// Writes a note where it says something else than the one before.
    let private write root name before (note: HookNote) =
        if Option.defaultValue HookNote.none before <> note then
            CacheFiles.bestEffort (fun () -> CacheFiles.writeText (Layout.hookNote root name) (HookNote.render note))

    /// Gives what is known of a profile's home now: what the settings say, and what was found when Codex was last asked. No
    /// process is started for it.
    let current root name : HookNote =
        let before = stored root name

        let note =
            HookNote.afterSettings (lacking root name) (Option.defaultValue HookNote.none before)

        write root name before note
        note

    /// Notes that the person was told of a profile's hooks.
    let told root name (note: HookNote) =
        write root name (Some note) { note with IsTold = true }

    /// Notes how many hooks of a profile's home Codex said are off there only; and whether the person saw it.
    let asked root name off isShown =
        let before = stored root name

        Option.defaultValue HookNote.none before
        |> HookNote.afterAsking (lacking root name) off isShown
        |> write root name before

    /// Notes which MCP servers only the root is signed in to.
    let askedOfServers root name servers =
        let before = stored root name

        write
            root
            name
            before
            { Option.defaultValue HookNote.none before with
                McpServers = servers
            }

    /// Removes what is known of profiles that are no more.
    let sweep root =
        for name in
            Disk.files.Names(Layout.hookNotes root)
            |> List.choose (ProfileName.create >> Result.toOption) do
            if not (Observed.exists Disk.files root name) then
                CacheFiles.bestEffort (fun () -> File.Delete(Layout.hookNote root name))
