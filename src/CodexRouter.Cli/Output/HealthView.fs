namespace CodexRouter.Cli

open CodexRouter.Core

/// What is said of a profile's health, and what to do about it.
[<RequireQualifiedAccess>]
module HealthView =

    /// A few words, for a table.
    let words health =
        match health with
        | Health.Ok -> "ok"
        | Health.SignedOut -> "signed out"
        | Health.PerhapsSignedOut -> "perhaps signed out"
        | Health.Ended -> "ended"
        | Health.Damaged _
        | Health.InTheWay -> "damaged"
        | Health.Unreadable _ -> "unreadable"
        | Health.Mixed -> "mixed"
        | Health.OtherAccount -> "different account"
        | Health.OtherWorkspace -> "different workspace"
        | Health.Blocked _ -> "blocked by a setting"
        | Health.Overridden _ -> "overridden"

    /// Says what is wrong with a profile's sign-in in one sentence; nothing when it is well.
    let sentence (health: Health) =
        match health with
        | Health.Ok -> None
        | Health.SignedOut -> Some "Not logged in"
        | Health.PerhapsSignedOut -> Some "perhaps signed out: ~/.codex/auth.json is missing, as after `codex logout`"
        | Health.Ended -> Some "the sign-in has ended: the provider refused to renew it"
        | Health.Damaged fault -> Some("the sign-in is damaged: " + SignIn.explain fault)
        | Health.InTheWay -> Some "auth.json is not a regular file"
        | Health.Unreadable reason -> Some reason
        | Health.Mixed -> Some "its sign-in contains another account's tokens"
        | Health.OtherAccount -> Some "a different account from the one that was saved"
        | Health.OtherWorkspace -> Some "a different workspace from the one that was saved"
        | Health.Blocked demand ->
            Some(
                "Codex would delete its sign-in: "
                + Inert.text demand.File
                + " says "
                + Preflight.line demand
            )
        | Health.Overridden variables ->
            variables
            |> List.map (fun name -> name + " is set: " + Surroundings.whatOverrides name)
            |> String.concat "; "
            |> Some

    /// Gives the command that helps, or the words for what only a person can decide.
    let remedy (situation: Situation) (profile: Profile) health =
        let name = ProfileName.value profile.Name

        match health with
        | Health.Ok -> "codex-router current"
        | Health.SignedOut
        | Health.Damaged _ -> SealedCopies.remedy situation profile.Name
        | Health.PerhapsSignedOut -> "codex-router quota " + name + ", to check"
        | Health.Ended -> "codex-router login " + name
        | Health.InTheWay -> "ls -ld " + Layout.signIn situation.Root profile.Name
        | Health.Unreadable _ -> Remedy.forAccess (Layout.signIn situation.Root profile.Name)
        | Health.Mixed -> "codex-router doctor --fix"
        | Health.OtherAccount when SealedCopies.couldRestore situation profile.Name -> "codex-router restore " + name
        | Health.OtherWorkspace -> "codex-router switch " + name + " and codex-router save " + name
        | Health.OtherAccount ->
            "codex-router switch "
            + name
            + " and codex-router save "
            + name
            + " --force, if that is right"
        | Health.Blocked demand ->
            "codex-router switch OTHER, or "
            + CodexSettings.orOwn situation.Root profile.Name demand
            + Remedy.forEditing demand.File
        | Health.Overridden variables -> "unset " + String.concat " " variables
