namespace CodexRouter.Core

/// What a plan could cost because of a Codex that runs: it may renew a sign-in at any moment, whatever its access token's
/// end says, and stores the renewed one where it found the old. What another sign-in stands at by then is overwritten, or
/// the renewed one is thrown away.
[<RequireQualifiedAccess>]
module Caution =

    /// The longest to wait for a renewal that is due to end.
    let patience = System.TimeSpan.FromSeconds 10.0

    let private signInOf (situation: Situation) name =
        Stored.signIn (Observed.profile situation.Files situation.Root name).Stored

    let private canRenew (signIn: SignIn) = signIn.Kind = SignInKind.ChatGpt

    /// Gives the sign-in that Codex finds at the root now, and no longer after the plan, with its profile. That of a loose file
    /// is the file's own: its profile may have another one, or none.
    let private outgoing (situation: Situation) (plan: Plan) =
        let root = situation.Root

        let relinked =
            plan |> List.tryPick (fun step -> Action.linkAt (Layout.live root) step.Action)

        match relinked, Observed.live situation.Files root with
        | Some target, Live.Current(current, _) when target <> Layout.target current ->
            signInOf situation current |> Option.map (fun signIn -> current, signIn)
        | Some target, Live.Loose(_, Ok loose) ->
            Observed.holderOf situation.Files root loose
            |> Option.map _.Name
            |> Option.filter (fun holder -> target <> Layout.target holder)
            |> Option.map (fun holder -> holder, loose)
        | Some _, (Live.Missing | Live.Current _ | Live.Elsewhere _ | Live.Loose(_, Error _) | Live.InTheWay)
        | None, _ -> None

    /// Gives the profile whose sign-in is replaced by another file.
    let private replaced (situation: Situation) (plan: Plan) =
        Observed.names situation.Files situation.Root
        |> List.tryFind (fun name ->
            plan
            |> List.exists (fun step -> Action.movedOver step.Action = Some(Layout.signIn situation.Root name)))

    /// Gives the reason why a plan should not be carried out now, if there is one. What runs is asked for only when it
    /// matters.
    let ofPlan (situation: Situation) (running: unit -> Running) (plan: Plan) : Refusal option =
        let running = lazy (running ())

        let ofRoot =
            match outgoing situation plan with
            | Some(name, signIn) when canRenew signIn ->
                match running.Value.Root with
                | [] -> None
                | processes -> Some(Refusal.RenewalUnderWay(name, processes, signIn.Expires))
            | _ -> None

        match ofRoot, replaced situation plan with
        | Some refusal, _ -> Some refusal
        | None, Some name when signInOf situation name |> Option.exists canRenew ->
            let isCurrent = (Observed.current situation.Files situation.Root = Some name)

            match Renewal.renewersOf running.Value isCurrent name with
            | [] -> None
            | processes -> Some(Refusal.InUse(name, processes))
        | None, _ -> None

    /// Tells whether it may help to wait: a renewal that is due is over in a moment.
    let isWorthWaiting (situation: Situation) refusal =
        Refusal.renewalDue refusal
        |> Option.exists (fun expires -> expires <= situation.Now + SignIn.renewalMargin)
