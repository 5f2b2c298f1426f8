namespace CodexRouter.Cli

open CodexRouter.Core

/// Which profile a Codex started here would use, and why.
type InForce =
    {
        Profile: ProfileName option
        Because: Because
        /// The pin that decides, when one does.
        Pin: string option
        CodexHome: string
        /// The pin that would decide here, if this terminal had applied it.
        NotApplied: (ProfileName * string) option
    }

[<RequireQualifiedAccess>]
module InForce =

    /// Gives the word for a reason.
    let because reason =
        match reason with
        | Because.Pin -> "pin"
        | Because.Use -> "use"
        | Because.Current -> "current"
        | Because.Environment -> "environment"

    let private homeOf (surroundings: Surroundings) =
        match surroundings.CodexHome with
        | Held.Set value when value <> "" -> value
        | _ -> Layout.(/) surroundings.Home ".codex"

    /// Gives what is in force here: what the environment says, explained by what is known of pins and `use`.
    let here (surroundings: Surroundings) : InForce =
        let root = surroundings.Root
        let current = Observed.current Disk.files root
        let profile, because = ShellState.inForce root current surroundings.CodexHome

        let pinned =
            match (Lookup.decide (PinFiles.registry root) None (PinFiles.along surroundings.Folder)).Rule with
            | Rule.Pinned(profile, path) -> Some(profile, path)
            | _ -> None

        let because, pin =
            match because, profile, pinned with
            | Because.Environment, Some profile, _ when surroundings.Used = Some profile -> Because.Use, None
            | Because.Environment, Some profile, Some(pinned, path) when pinned = profile -> Because.Pin, Some path
            | because, _, _ -> because, None

        {
            Profile = profile
            Because = because
            Pin = pin
            CodexHome = homeOf surroundings
            NotApplied =
                match because, pinned with
                | (Because.Current | Because.Environment), Some(wanted, path) when profile <> Some wanted ->
                    Some(wanted, path)
                | _ -> None
        }

    /// Gives the lookup's decision for a folder in this terminal, and what applies by it. `use` counts only for the
    /// terminal's own folder.
    let decide (surroundings: Surroundings) (folder: string option) =
        let root = surroundings.Root
        let used = if folder.IsNone then surroundings.Used else None

        let decision =
            PinFiles.along (Option.defaultValue surroundings.Folder folder)
            |> Lookup.decide (PinFiles.registry root) used

        let state: ShellState =
            {
                CodexHome = surroundings.CodexHome
                Ours = surroundings.Ours
                Use = used
                Acted = None
                Said = Set.empty
            }

        let current = Observed.current Disk.files root
        let outside = ShellState.withoutHook root state
        let profile, because = ShellState.applies root current decision.Rule outside

        let home =
            match because, profile, outside with
            | (Because.Pin | Because.Use), Some profile, _ -> Layout.home root profile
            | _, _, Held.Set value when value <> "" -> value
            | _ -> Layout.(/) surroundings.Home ".codex"

        decision, profile, because, home
