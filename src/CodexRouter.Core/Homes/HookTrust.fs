namespace CodexRouter.Core

open System

/// Whether Codex takes a hook for one that the person agreed to. The words are those of its app-server (seen in 0.160 to
/// 0.169).
[<RequireQualifiedAccess>]
type HookStanding =
    /// An administrator laid it down: nobody is asked.
    | Managed
    | Trusted
    /// It was trusted, and is another command now.
    | Changed
    | Untrusted

/// A hook as Codex tells of it in one home.
type CodexHook =
    {
        /// What Codex knows it by. That of a hook in a home's own file begins with the home's path: so what was trusted at the
        /// root is not trusted in a profile's home.
        Key: string
        /// The event that it runs at.
        Event: string
        /// What it runs: text that others wrote.
        Command: string option
        /// What Codex makes of the hook's definition. A hook that is trusted is one with this hash, and no other.
        Hash: string
        /// False where the person turned it off.
        IsEnabled: bool
        Standing: HookStanding
    }

/// The hooks of one home, and the paths by which keys may name it.
type HomeHooks =
    {
        Paths: string list
        Hooks: CodexHook list
    }

/// Why the root runs a hook not.
[<RequireQualifiedAccess>]
type HookOff =
    | NotTrusted
    | Changed
    | TurnedOff

/// How a hook of a profile's home is beside the same at the root.
[<RequireQualifiedAccess>]
type HookState =
    /// It runs in both.
    | On
    /// It runs in neither.
    | Off of why: HookOff
    /// The root runs it, and Codex skips it here because it was trusted there alone. That can be made up for.
    | NotTrustedHere
    /// The root runs it, and the person turned it off here.
    | TurnedOffHere
    /// The root runs one in this place that is another command.
    | OtherHere
    /// It runs here and not at the root.
    | OnlyHere
    /// The root runs it, and this home does not have it.
    | MissingHere

/// A hook beside the root's.
type JudgedHook = { Hook: CodexHook; State: HookState }

/// What Codex is to be told so that it trusts one more hook.
type HookTrustEntry = { Key: string; Hash: string }

/// Decides which hooks a profile's home lacks trust in. Trust is never given for more than what the root runs: for the hook
/// in the same place with the same hash, and for none that is turned off.
[<RequireQualifiedAccess>]
module HookTrust =

    /// Gives the standing that a word of Codex's means. A word that is not known is no trust.
    let standing (word: string) =
        match word with
        | "managed" -> HookStanding.Managed
        | "trusted" -> HookStanding.Trusted
        | "modified" -> HookStanding.Changed
        | _ -> HookStanding.Untrusted

    /// Gives what a key says of a hook's place when the home's own path is left out, so that the places of two homes can be
    /// held beside each other. The key of a hook from elsewhere (a plugin's, the machine's) is the same in all homes.
    let place (paths: string list) (key: string) =
        paths
        |> List.tryFind (fun path -> path <> "" && key.StartsWith(path.TrimEnd '/' + "/", StringComparison.Ordinal))
        |> Option.map (fun path -> "./" + key.Substring(path.TrimEnd('/').Length + 1))
        |> Option.defaultValue key

    /// Tells whether Codex runs a hook.
    let runs (hook: CodexHook) =
        hook.IsEnabled
        && match hook.Standing with
           | HookStanding.Managed
           | HookStanding.Trusted -> true
           | HookStanding.Changed
           | HookStanding.Untrusted -> false

    let private off (hook: CodexHook) =
        match hook.IsEnabled, hook.Standing with
        | false, _ -> HookOff.TurnedOff
        | true, HookStanding.Changed -> HookOff.Changed
        | true, HookStanding.Managed
        | true, HookStanding.Trusted
        | true, HookStanding.Untrusted -> HookOff.NotTrusted

    /// Of several in one place, which Codex never gave, the one that speaks most against the hook.
    let private beside (hook: CodexHook) (there: CodexHook list) =
        there
        |> List.tryFind (fun other -> not (runs other) || other.Hash <> hook.Hash)
        |> Option.orElse (there |> List.tryFind (fun other -> other.Standing <> HookStanding.Trusted))
        |> Option.orElse (List.tryHead there)

    let private state (there: CodexHook list) (hook: CodexHook) =
        match beside hook there with
        | Some other when runs other ->
            if other.Hash <> hook.Hash || hook.Hash = "" then
                HookState.OtherHere
            elif runs hook then
                HookState.On
            elif not hook.IsEnabled then
                HookState.TurnedOffHere
            else
                match other.Standing, hook.Standing with
                | HookStanding.Trusted, (HookStanding.Untrusted | HookStanding.Changed) -> HookState.NotTrustedHere
                // Trust is no way to what an administrator laid down.
                | HookStanding.Managed, _
                | _, (HookStanding.Managed | HookStanding.Trusted)
                | (HookStanding.Changed | HookStanding.Untrusted), _ -> HookState.OtherHere
        | _ when runs hook -> HookState.OnlyHere
        | Some other -> HookState.Off(off other)
        | None -> HookState.Off(off hook)

    /// Holds each hook of a home beside the root's, in the home's order; then those that the home does not have.
    let judge (root: HomeHooks) (home: HomeHooks) : JudgedHook list =
        let atRoot =
            root.Hooks |> List.groupBy (fun hook -> place root.Paths hook.Key) |> Map.ofList

        let here = home.Hooks |> List.map (fun hook -> place home.Paths hook.Key, hook)
        let places = here |> List.map fst |> Set.ofList

        [
            for place, hook in here do
                {
                    Hook = hook
                    State = state (Map.tryFind place atRoot |> Option.defaultValue []) hook
                }

            for hook in root.Hooks do
                if runs hook && not (places.Contains(place root.Paths hook.Key)) then
                    {
                        Hook = hook
                        State = HookState.MissingHere
                    }
        ]

    /// Tells whether a hook is as it is at the root.
    let isAsAtRoot (judged: JudgedHook) =
        match judged.State with
        | HookState.On
        | HookState.Off _ -> true
        | HookState.NotTrustedHere
        | HookState.TurnedOffHere
        | HookState.OtherHere
        | HookState.OnlyHere
        | HookState.MissingHere -> false

    /// Gives what a home's Codex is to be told so that the hooks run there that run at the root.
    let missing (root: HomeHooks) (home: HomeHooks) : HookTrustEntry list =
        judge root home
        |> List.choose (fun judged ->
            if judged.State = HookState.NotTrustedHere then
                Some
                    {
                        Key = judged.Hook.Key
                        Hash = judged.Hook.Hash
                    }
            else
                None)
        |> List.distinct
