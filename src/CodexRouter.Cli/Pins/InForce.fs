namespace CodexRouter.Cli

open System
open CodexRouter.Core

/// Which profile a command here means that is given no name, and why.
[<NoEquality; NoComparison>]
type InForce =
    {
        Applying: Applying
        /// What was looked at, and the rule.
        Decision: Decision
        /// The home of a Codex that is started by `codex-router exec` there.
        CodexHome: string
    }

    member inForce.Profile = inForce.Applying.Profile
    member inForce.Because = inForce.Applying.Because
    member inForce.Pin = inForce.Applying.Pin

[<RequireQualifiedAccess>]
module InForce =

    let private decide (surroundings: Surroundings) place folder used : InForce =
        let root = surroundings.Root
        let registry = PinFiles.registry root
        let decision = PinFiles.along folder |> Lookup.decide registry used

        let state: ShellState =
            {
                CodexHome = surroundings.CodexHome
                Ours = surroundings.Ours
                Use = used
                Acted = None
                Said = Set.empty
            }

        let advised = PromptFiles.advice root (surroundings.Clock.Now())

        let applying =
            ShellState.applies
                root
                registry
                surroundings.Hook
                place
                advised
                (Observed.current Disk.files root)
                decision
                state

        {
            Applying = applying
            Decision = decision
            CodexHome =
                match applying.Because, applying.Profile with
                | (Because.Pin | Because.Use | Because.Environment), Some profile -> Layout.home root profile
                | Because.Current, _
                | _, None ->
                    let held =
                        if surroundings.Hook = Hook.SwitchedOff then
                            surroundings.CodexHome
                        else
                            ShellState.withoutHook root state

                    match held with
                    | Held.Set value when value <> "" -> value
                    | Held.Set _
                    | Held.Unset -> Layout.(/) surroundings.Home ".codex"
        }

    /// Gives what is in force here.
    let here (surroundings: Surroundings) : InForce =
        decide surroundings Place.Here surroundings.Folder surroundings.Used

    /// Gives what would be in force in another folder. `use` counts only for this terminal's own.
    let elsewhere (surroundings: Surroundings) folder : InForce =
        decide surroundings Place.Elsewhere folder None
