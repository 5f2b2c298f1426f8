namespace CodexRouter.Core

/// The locks that Codex itself takes while it writes a sign-in (seen in 0.169.0): first `auth.lock` in its home, then
/// `auth.json.lock` beside the real file. Whoever holds both knows that no Codex is writing.
[<RequireQualifiedAccess>]
module CodexLocks =

    /// A home's own lock.
    let ofHome home = Layout.(/) home "auth.lock"

    /// The lock beside a sign-in.
    let ofFile home =
        Layout.(/) home (Layout.SignInFile + ".lock")

    /// Gives the lock files to take for a plan, in the order to take them: none when it touches no sign-in in use. The
    /// folders that hold them are there already.
    let forPlan (situation: Situation) (plan: Plan) : string list =
        let root = situation.Root
        let touched = plan |> List.collect (fun step -> Plan.pathsOf step.Action) |> set

        let isTouched home =
            Set.contains (Layout.(/) home Layout.SignInFile) touched
            || Set.contains home touched

        let touchesLive = Set.contains (Layout.live root) touched

        let homes =
            Observed.names situation.Files root
            |> List.filter (fun name ->
                isTouched (Layout.home root name)
                // What Codex writes through the root's link it writes beside the profile's file.
                || (touchesLive && Observed.current situation.Files root = Some name))
            |> List.map (Layout.home root)

        let homes = if touchesLive then root :: homes else homes
        (homes |> List.map ofHome) @ (homes |> List.map ofFile)
