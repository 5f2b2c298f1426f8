namespace CodexRouter.Cli

open System.IO
open CodexRouter.Core

/// What people are told of the hooks of a profile's home.
[<RequireQualifiedAccess>]
module HookWords =

    /// The word for a state, for programs.
    let word state =
        match state with
        | HookState.On -> "on"
        | HookState.Off HookOff.NotTrusted -> "not_trusted"
        | HookState.Off HookOff.Changed -> "changed"
        | HookState.Off HookOff.TurnedOff -> "turned_off"
        | HookState.NotTrustedHere -> "not_trusted_here"
        | HookState.TurnedOffHere -> "turned_off_here"
        | HookState.OtherHere -> "other_here"
        | HookState.OnlyHere -> "only_here"
        | HookState.MissingHere -> "missing_here"

    /// Tells whether a hook runs in the profile's home.
    let isOn state =
        match state with
        | HookState.On
        | HookState.OnlyHere -> true
        | HookState.Off _
        | HookState.NotTrustedHere
        | HookState.TurnedOffHere
        | HookState.OtherHere
        | HookState.MissingHere -> false

    /// Says why, in a phrase.
    let why state =
        match state with
        | HookState.On -> "as at the root"
        | HookState.Off HookOff.NotTrusted -> "as at the root, where it is not trusted"
        | HookState.Off HookOff.Changed -> "as at the root, where it changed since it was trusted"
        | HookState.Off HookOff.TurnedOff -> "as at the root, where it is turned off"
        | HookState.NotTrustedHere -> "trusted at the root only"
        | HookState.TurnedOffHere -> "turned off here"
        | HookState.OtherHere -> "the root has another in its place"
        | HookState.OnlyHere -> "the root does not run it"
        | HookState.MissingHere -> "the root's, and not in this home"

    /// Says a number of hooks.
    let count number =
        if number = 1 then
            "1 hook"
        else
            string<int> number + " hooks"

    /// Says that hooks are off in a profile's home which run at the root, and what turns them on.
    let off (name: ProfileName) number =
        let name = ProfileName.value name

        count number
        + (if number = 1 then " that runs" else " that run")
        + " at the root "
        + (if number = 1 then "is" else "are")
        + " off in '"
        + name
        + "'; to turn "
        + (if number = 1 then "it" else "them")
        + " on: codex-router hooks "
        + name
        + " --trust"

    /// Says once, for each profile and each set of hooks, that hooks are off there. Nothing is started for it.
    let sayOnce (terminal: Terminal) root name =
        let note = HookNotes.current root name

        if not note.IsTold && note.Off > 0 then
            terminal.Note(off name note.Off)
            HookNotes.told root name note

    /// Says the same before a Codex starts in a home.
    let sayBefore (terminal: Terminal) root home (program: string) =
        if Path.GetFileName program = "codex" then
            Observed.names Disk.files root
            |> List.tryFind (fun name -> Layout.home root name = home)
            |> Option.iter (sayOnce terminal root)

    /// Gives the command that signs a profile's home in to an MCP server.
    let login (name: ProfileName) server =
        "codex-router exec "
        + ProfileName.value name
        + " -- codex mcp login "
        + ShellWord.quoted server

    /// Says which MCP servers only the root is signed in to, as far as that is known.
    let sayServers (terminal: Terminal) root name =
        for server in (HookNotes.current root name).McpServers do
            terminal.Note(
                "only the root is signed in to the MCP server "
                + server
                + "; to sign in from '"
                + ProfileName.value name
                + "': "
                + login name server
            )
