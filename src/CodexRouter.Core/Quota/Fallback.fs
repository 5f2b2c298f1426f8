namespace CodexRouter.Core

open System

/// How much a profile has left.
[<RequireQualifiedAccess>]
type Room =
    /// Percent of the plan's tightest window, its label if it has one, and when it resets.
    | Known of left: float * window: string option * until: DateTimeOffset option
    | Unlimited
    | Unknown

[<RequireQualifiedAccess>]
module Room =

    /// Gives a profile's room by what is known of its plan.
    let ofQuota (now: DateTimeOffset) (quota: Quota) : Room =
        let label (window: Window) =
            window.Minutes |> Option.map Window.labelOf

        match Quota.left now quota with
        | Quota.Left.Some(left, window) -> Room.Known(left, label window, window.ResetsAt)
        | Quota.Left.Nothing(Some window) -> Room.Known(0.0, label window, window.ResetsAt)
        | Quota.Left.Nothing None -> Room.Known(0.0, None, None)
        | Quota.Left.Unlimited -> Room.Unlimited
        | Quota.Left.Unknown -> Room.Unknown

    /// Gives a room as it is now: a window that has begun anew tells nothing any more.
    let at (now: DateTimeOffset) (room: Room) =
        match room with
        | Room.Known(_, _, Some until) when until <= now -> Room.Unknown
        | room -> room

    /// Gives percent left, if that is known; nothing means no limit, or that nobody said.
    let left room =
        match room with
        | Room.Known(left, _, _) -> Some left
        | Room.Unlimited
        | Room.Unknown -> None

/// What is done about a profile with little room.
[<RequireQualifiedAccess>]
type OnLimit =
    | Stay
    | Tell
    | Switch

/// What a person wrote about one profile.
type FallbackRule =
    {
        /// The profiles to go to, the best first.
        To: ProfileName list
        /// Percent left, below which the rule holds.
        Below: float
    }

type FallbackSettings =
    {
        OnLimit: OnLimit
        Rules: Map<ProfileName, FallbackRule>
        /// How many percent above the threshold is enough room to go to, and to have recovered.
        Hysteresis: float
        /// For how long nothing else is decided for a profile.
        Cooldown: TimeSpan
    }

/// What was last decided for a profile.
type FallbackDecision =
    {
        To: ProfileName
        Since: DateTimeOffset
        /// When it was last given as advice.
        Given: DateTimeOffset
        /// It is still the advice.
        Holds: bool
    }

/// What was decided before, by the profile that was to be left.
type FallbackState =
    {
        Decisions: Map<ProfileName, FallbackDecision>
    }

/// Which profile to use instead of one with little room, and why.
type Proposal =
    {
        From: ProfileName
        To: ProfileName
        OnLimit: OnLimit
        /// Percent left.
        LeftFrom: float
        /// Percent left; nothing means no limit.
        LeftTo: float option
        /// When the profile has room again.
        Until: DateTimeOffset option
        Reason: string
    }

/// Finds the profile that has room.
[<RequireQualifiedAccess>]
module Fallback =

    /// Tells and proposes nobody: rules are what people write.
    let settings: FallbackSettings =
        {
            OnLimit = OnLimit.Tell
            Rules = Map.empty
            Hysteresis = 10.0
            Cooldown = TimeSpan.FromMinutes 15.0
        }

    /// Nothing was decided yet.
    let undecided: FallbackState = { Decisions = Map.empty }

    /// A clock that was put back ends the time too.
    let private isWithin (cooldown: TimeSpan) (now: DateTimeOffset) since =
        now - since >= TimeSpan.Zero && now - since < cooldown

    let private has (enough: float -> bool) room =
        match room with
        | Room.Known(left, _, _) -> enough left
        | Room.Unlimited -> true
        | Room.Unknown -> false

    let private hasLess (left: float) room =
        match room with
        | Room.Known(other, _, _) -> other < left
        | Room.Unlimited
        | Room.Unknown -> false

    let private percent left = string<int>(Percent.whole left) + "%"

    let private reason (from: ProfileName) left (window: string option) (target: ProfileName) room =
        ProfileName.value from
        + " has "
        + percent left
        + " left"
        + (match window with
           | Some label -> " of its " + label + " window"
           | None -> "")
        + ", "
        + ProfileName.value target
        + match room with
          | Room.Known(other, _, _) -> " has " + percent other
          | Room.Unlimited
          | Room.Unknown -> " has no limit"

    /// Decides whether a profile should be left for another, and gives what to remember of it. It proposes only profiles
    /// that the rule lists, with more room than this one and some to spare; keeps to what it proposed while that holds; decides
    /// nothing else for a while, unless what it proposed runs out first; and never sends anybody back to where they were just
    /// sent away from.
    let decide
        (settings: FallbackSettings)
        (now: DateTimeOffset)
        (from: ProfileName)
        (rooms: ProfileName -> Room)
        (before: FallbackState)
        : Proposal option * FallbackState =
        let room profile = Room.at now (rooms profile)
        let isWithin = isWithin settings.Cooldown now

        let remember (decision: FallbackDecision option) =
            let decision =
                decision
                |> Option.filter (fun decision -> decision.Holds || isWithin decision.Since || isWithin decision.Given)

            {
                Decisions = before.Decisions |> Map.change from (fun _ -> decision)
            }

        let rest (decision: FallbackDecision option) =
            None, remember (decision |> Option.map (fun decision -> { decision with Holds = false }))

        match settings.OnLimit, Map.tryFind from settings.Rules with
        | OnLimit.Stay, _
        | _, None -> None, before
        | onLimit, Some rule ->
            let roomy = Math.Min(100.0, rule.Below + settings.Hysteresis)

            let decided =
                Map.tryFind from before.Decisions
                |> Option.filter (fun decision -> List.contains decision.To rule.To)

            let holds = decided |> Option.exists _.Holds

            match room from with
            | Room.Known(left, window, until) when left < rule.Below || holds && left < roomy ->
                let wasJustLeft profile =
                    Map.tryFind profile before.Decisions
                    |> Option.exists (fun decision -> isWithin decision.Given)

                let mayBe least profile =
                    profile <> from
                    && not (wasJustLeft profile)
                    && room profile |> has (fun other -> other > left && other >= least)

                let propose (decision: FallbackDecision) =
                    let proposal =
                        {
                            From = from
                            To = decision.To
                            OnLimit = onLimit
                            LeftFrom = left
                            LeftTo = Room.left (room decision.To)
                            Until = until
                            Reason = reason from left window decision.To (room decision.To)
                        }

                    Some proposal,
                    remember (
                        Some
                            { decision with
                                Given = now
                                Holds = true
                            }
                    )

                match decided with
                | Some decision when (decision.Holds || isWithin decision.Since) && mayBe rule.Below decision.To ->
                    propose decision
                | Some decision when isWithin decision.Since && not (hasLess left (room decision.To)) -> rest decided
                | _ ->
                    match rule.To |> List.tryFind (mayBe roomy) with
                    | Some target ->
                        propose
                            {
                                To = target
                                Since = now
                                Given = now
                                Holds = true
                            }
                    | None -> rest decided
            | Room.Known _
            | Room.Unlimited
            | Room.Unknown -> rest decided

    /// The longest wording that has room. The last one always has: names have 64 characters.
    let private text (proposal: Proposal) =
        let command =
            match proposal.OnLimit with
            | OnLimit.Switch -> ""
            | OnLimit.Stay
            | OnLimit.Tell -> ": codex-router use " + ProfileName.value proposal.To

        [ proposal.Reason + command; proposal.Reason ]
        |> List.tryFind (fun text -> text.Length <= Advice.MaximumText)
        |> Option.defaultValue (ProfileName.value proposal.To + " has more room")

    /// Gives what the shell is told of a proposal.
    let advice (proposal: Proposal) : Advice =
        {
            Mode =
                match proposal.OnLimit with
                | OnLimit.Switch -> AdviceMode.Switch
                | OnLimit.Stay
                | OnLimit.Tell -> AdviceMode.Tell
            Other = proposal.To
            Until =
                proposal.Until
                |> Option.map _.ToUnixTimeSeconds()
                |> Option.filter (fun seconds -> seconds >= 0L)
            Text = text proposal
        }
