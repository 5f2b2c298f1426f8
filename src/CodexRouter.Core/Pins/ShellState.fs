namespace CodexRouter.Core

open System

/// What a shell holds in a variable. Empty is not the same as unset: it is put back as it was.
[<RequireQualifiedAccess>]
type Held =
    | Unset
    | Set of value: string

/// The hook's mark on a shell: the profile it exported, and what `CODEX_HOME` was before.
type Ours = { Profile: ProfileName; Before: Held }

/// What the hook last did, or is now to do.
[<RequireQualifiedAccess>]
type Wanted =
    | Nothing
    /// `CODEX_HOME` of this shell is the profile's home.
    | Export of profile: ProfileName
    /// The profile is current everywhere (`hook = "global"`).
    | Switch of profile: ProfileName

/// What a shell holds, as far as the hook is concerned.
type ShellState =
    {
        CodexHome: Held
        Ours: Ours option
        /// Set by `codex-router use`, in this terminal.
        Use: ProfileName option
        /// What was last done here. A new shell has done nothing yet.
        Acted: Wanted option
        /// What has been said here already.
        Said: Set<Warning>
    }

/// What one step of the hook changed, for the one line that it prints.
[<RequireQualifiedAccess>]
type Change =
    | None
    | Entered of rule: Rule
    /// The pin's profile is near its limit: this terminal is on another, which has room.
    | FellBack of pinned: ProfileName * advice: Advice
    | Left of nowApplies: Held
    | Switched of profile: ProfileName * path: string

/// A step's outcome: the shell afterwards, and what is to be said and done.
type Step =
    {
        State: ShellState
        Change: Change
        Warnings: Warning list
        /// The advice that is to be told.
        Advice: Advice option
    }

/// Why a profile is in force.
[<RequireQualifiedAccess>]
type Because =
    | Pin
    | Use
    | Current
    | Environment

[<RequireQualifiedAccess>]
module Because =

    /// Gives the word for programs.
    let word because =
        match because with
        | Because.Pin -> "pin"
        | Because.Use -> "use"
        | Because.Current -> "current"
        | Because.Environment -> "environment"

    /// The words that there are.
    let words =
        [ Because.Pin; Because.Use; Because.Current; Because.Environment ]
        |> List.map word

/// Whether the zsh hook is at work in the shell above.
[<RequireQualifiedAccess>]
type Hook =
    | Absent
    | Loaded
    | SwitchedOff

/// Whether a folder is the one that the shell is in.
[<RequireQualifiedAccess>]
type Place =
    | Here
    | Elsewhere

/// Which profile applies in a folder, and why.
type Applying =
    {
        Profile: ProfileName option
        Because: Because
        /// The pin that decides, when one does.
        Pin: string option
        /// The pin's profile is near its limit: this one takes its place.
        GaveWay: Advice option
        /// What a `codex` that is started by itself uses, and why. It differs where the hook has not applied what applies.
        Plain: ProfileName option * Because
    }

/// The transition of the zsh hook: what a shell holds and what its folder asks for, to what it holds next.
[<RequireQualifiedAccess>]
module ShellState =

    /// The variables in which a shell and its children carry the hook's mark.
    [<Literal>]
    let ProfileVariable = "CODEX_ROUTER_PROFILE"

    /// Holds what `CODEX_HOME` was: `unset`, or `=` and the value.
    [<Literal>]
    let BeforeVariable = "CODEX_ROUTER_BEFORE"

    /// Holds what `codex-router use` set: the profile, `:` and the terminal's device.
    [<Literal>]
    let UseVariable = "CODEX_ROUTER_USE"

    /// Writes the variable's value for what `CODEX_HOME` was.
    let beforeText before =
        match before with
        | Held.Unset -> "unset"
        | Held.Set value -> "=" + value

    /// Reads the hook's mark from the two variables; anything else than what the hook writes is no mark.
    let ours (profile: string) (before: string) : Ours option =
        match ProfileName.create profile with
        | Ok profile when before = "unset" ->
            Some
                {
                    Profile = profile
                    Before = Held.Unset
                }
        | Ok profile when before.StartsWith '=' ->
            Some
                {
                    Profile = profile
                    Before = Held.Set(before.Substring 1)
                }
        | _ -> None

    /// Reads what `use` set from its variable, given this terminal's device (empty without one): another terminal's
    /// does not count.
    let used (value: string) (terminal: string) =
        match value.Split(':', 2) with
        | [| name; device |] when device = terminal -> ProfileName.create name |> Result.toOption
        | _ -> None

    let private home root profile = Held.Set(Layout.home root profile)

    let private holds root (state: ShellState) (ours: Ours) =
        state.CodexHome = home root ours.Profile

    /// Gives what `CODEX_HOME` would be in this shell without the hook.
    let withoutHook root (state: ShellState) =
        match state.Ours with
        | Some ours when holds root state ours -> ours.Before
        | _ -> state.CodexHome

    /// Gives the advice about a profile that counts now, from what its prompt file says: until its time, and while the other
    /// profile exists.
    let advised (now: int64) (profiles: Set<ProfileName>) (files: ProfileName -> Advice option) profile =
        files profile
        |> Option.filter (fun advice ->
            Advice.holds now advice
            && profiles.Contains advice.Other
            && advice.Other <> profile)

    // Only a pin's choice gives way: what a person chose by hand stays, and so does what is current everywhere.
    let private fallback mode (advised: ProfileName -> Advice option) rule =
        match rule, mode with
        | Rule.Pinned(profile, _), HookMode.Shell ->
            advised profile |> Option.filter (fun advice -> advice.Mode = AdviceMode.Switch)
        | Rule.Pinned _, HookMode.Global
        | (Rule.Use _ | Rule.Unpinned _ | Rule.NoPin), _ -> None

    let private wanted mode advised rule =
        match rule, mode with
        | Rule.Use profile, _ -> Wanted.Export profile
        | Rule.Pinned(profile, _), HookMode.Shell ->
            match fallback mode advised rule with
            | Some advice -> Wanted.Export advice.Other
            | None -> Wanted.Export profile
        | Rule.Pinned(profile, _), HookMode.Global -> Wanted.Switch profile
        | Rule.Unpinned _, _
        | Rule.NoPin, _ -> Wanted.Nothing

    let private enter root profile announced (state: ShellState) =
        let next = home root profile

        let change = if state.CodexHome = next then Change.None else announced

        { state with
            CodexHome = next
            Ours =
                Some
                    {
                        Profile = profile
                        Before = withoutHook root state
                    }
        },
        change

    let private leave root (state: ShellState) =
        let next = withoutHook root state

        let change =
            if state.CodexHome = next then
                Change.None
            else
                Change.Left next

        { state with
            CodexHome = next
            Ours = None
        },
        change

    /// Gives the profile that a value of `CODEX_HOME` means, and whether that is simply the current one. An empty value
    /// means `~/.codex` to Codex, as an unset one does. A home that is not there has the name that it would have.
    let inForce root registry (current: ProfileName option) held =
        match held with
        | Held.Unset -> current, Because.Current
        | Held.Set value ->
            let value = value.TrimEnd '/'
            let prefix = Layout.profiles root + "/"

            if value = "" || value = root then
                current, Because.Current
            elif value.StartsWith(prefix, StringComparison.Ordinal) then
                let name = ProfileName.create (value.Substring prefix.Length) |> Result.toOption

                name
                |> Option.map (fun name -> Lookup.named registry name |> Option.defaultValue name),
                Because.Environment
            else
                None, Because.Environment

    /// Takes one step. While what is wanted stays the same, whatever the shell holds stays too: a `CODEX_HOME` set by
    /// hand is respected until the next change. `advised` is the advice that counts now (see `advised`); `current` is the
    /// profile that is current everywhere.
    let step
        root
        registry
        mode
        (advised: ProfileName -> Advice option)
        (current: ProfileName option)
        (decision: Decision)
        (state: ShellState)
        : Step =
        let wanted = wanted mode advised decision.Rule

        let after, change =
            if state.Acted = Some wanted then
                state, Change.None
            else
                match wanted, decision.Rule, fallback mode advised decision.Rule with
                | Wanted.Export other, Rule.Pinned(pinned, _), Some advice ->
                    enter root other (Change.FellBack(pinned, advice)) state
                | Wanted.Export profile, rule, _ -> enter root profile (Change.Entered rule) state
                | Wanted.Switch profile, Rule.Pinned(_, path), _ when current <> Some profile ->
                    fst (leave root state), Change.Switched(profile, path)
                | Wanted.Switch _, _, _
                | Wanted.Nothing, _, _ -> leave root state

        let fresh =
            decision.Warnings
            |> List.filter (fun warning -> not (state.Said.Contains warning))

        let currentAfter =
            match change with
            | Change.Switched(profile, _) -> Some profile
            | Change.None
            | Change.Entered _
            | Change.FellBack _
            | Change.Left _ -> current

        // What could not be followed is told, too: under `use`, say, or where no pin is.
        let told =
            fst (inForce root registry currentAfter after.CodexHome)
            |> Option.bind (fun profile -> advised profile |> Option.map (fun advice -> profile, advice))
            |> Option.map (fun (profile, advice) -> Warning.NearLimit(profile, advice.Other, advice.Until), advice)
            |> Option.filter (fun (warning, _) -> not (state.Said.Contains warning))

        {
            State =
                { after with
                    Acted = Some wanted
                    Said = Set.union state.Said (Set.ofList (fresh @ List.map fst (Option.toList told)))
                }
            Change = change
            Warnings = fresh
            Advice = Option.map snd told
        }

    /// Gives the shell after `codex-router use`: what is asked for by hand is done even if it was done before.
    let useProfile profile (state: ShellState) =
        { state with
            Use = Some profile
            Acted = None
        }

    /// Gives the shell after `codex-router use -`.
    let useNothing (state: ShellState) = { state with Use = None }

    /// Gives the shell that inherits this one's exports.
    let child (state: ShellState) =
        { state with
            Acted = None
            Said = Set.empty
        }

    /// Gives which profile applies in a folder, and why: what every command acts on that is given no name. In the shell's own
    /// folder a `CODEX_HOME` that was set by hand under the hook decides, as the hook leaves it; so does one where the hook is
    /// switched off. Otherwise it is `use`, then the pin, and then what `CODEX_HOME` is without the hook: also where no hook
    /// is loaded. `advised` is the advice that counts now (see `advised`).
    let applies
        root
        registry
        hook
        place
        (advised: ProfileName -> Advice option)
        current
        (decision: Decision)
        (state: ShellState)
        =
        let plain = inForce root registry current state.CodexHome

        let isMarked = state.Ours |> Option.exists (holds root state)

        let isByHand =
            match state.Ours, state.CodexHome with
            | Some _, _ -> not isMarked
            | None, (Held.Unset | Held.Set "") -> false
            | None, Held.Set _ -> true

        // A pin gives way where the hook did so, or would.
        let gaveWay pinned =
            advised pinned
            |> Option.filter (fun advice ->
                advice.Mode = AdviceMode.Switch
                && hook = Hook.Loaded
                && (place = Place.Elsewhere || isMarked && fst plain = Some advice.Other))

        let because (profile, because) pin advice =
            {
                Profile = profile
                Because = because
                Pin = pin
                GaveWay = advice
                Plain = plain
            }

        match hook, decision.Rule with
        | Hook.SwitchedOff, _ -> because plain None None
        | Hook.Loaded, _ when isByHand && place = Place.Here -> because plain None None
        | _, Rule.Use profile -> because (Some profile, Because.Use) None None
        | _, Rule.Pinned(pinned, path) ->
            match gaveWay pinned with
            | Some advice -> because (Some advice.Other, Because.Pin) (Some path) (Some advice)
            | None -> because (Some pinned, Because.Pin) (Some path) None
        | _, (Rule.Unpinned _ | Rule.NoPin) ->
            because (inForce root registry current (withoutHook root state)) None None
