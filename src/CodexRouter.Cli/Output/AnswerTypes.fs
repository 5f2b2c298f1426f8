namespace CodexRouter.Cli

/// Words that only answers have.
[<RequireQualifiedAccess>]
module AnswerWords =

    /// The source of a figure that was stored before.
    [<Literal>]
    let Cache = "cache"

type WindowDto =
    {
        Limit: string
        Label: string
        Minutes: int option
        UsedPercent: float option
        LeftPercent: float option
        ResetsAt: string option
        State: string
    }

type CreditsDto =
    {
        Balance: string option
        Unlimited: bool
    }

type SpendDto =
    {
        Reached: bool
        Limit: string option
        Used: string option
        UsedPercent: float option
        ResetsAt: string option
    }

/// What is left of a profile's plan, for programs.
type QuotaDto =
    {
        Plan: string option
        Source: string
        FetchedAt: string
        AgeSeconds: int64
        Stale: bool
        /// Of the window of which the least is left.
        LeftPercent: float option
        Unlimited: bool
        LimitReached: bool
        ReachedType: string option
        /// The label of the window because of which Codex would refuse to work.
        BlockedBy: string option
        BlockedUntil: string option
        Windows: WindowDto list
        Credits: CreditsDto option
        Spend: SpendDto option
        ResetCredits: int option
    }

type QuotaFaultDto = { Code: string; Message: string }

type ProfileQuotaDto =
    {
        Name: string
        Quota: QuotaDto option
        Error: QuotaFaultDto option
    }

type QuotasDto =
    {
        Schema: int
        Profiles: ProfileQuotaDto list
    }

type GuardDto =
    {
        Schema: int
        Profile: string
        Enough: bool option
        LeftPercent: float option
        NeededPercent: float
        Window: string
        /// When it would be empty at its pace, if that is too early.
        EmptyAt: string option
        /// Why nobody knows; none when it is known.
        Reason: string option
        /// Variables by which Codex uses something else than the profile's sign-in.
        OverriddenBy: string list
    }

/// A profile, for programs.
type ProfileDto =
    {
        Name: string
        Aliases: string list
        Kind: string option
        Email: string option
        Plan: string option
        AccountId: string option
        UserId: string option
        Own: string list
        Current: bool
        Active: bool
        State: string
        LastRefresh: string option
        ExpiresAt: string option
        /// What was read last; nothing is asked for it.
        Quota: QuotaDto option
    }

type ListDto =
    {
        Schema: int
        Root: string
        Current: string option
        Profiles: ProfileDto list
    }

type CurrentDto =
    {
        Schema: int
        Profile: ProfileDto option
        Because: string
        Pin: string option
        CodexHome: string
        /// Variables by which Codex uses something else than the profile's sign-in.
        OverriddenBy: string list
    }

type StepDto = { Step: string; Why: string }

type SwitchDto =
    {
        Schema: int
        From: string option
        To: string
        Changed: bool
        Steps: StepDto list
    }

type SealedCopyDto =
    {
        Name: string
        Email: string option
        SealedAt: string
        SameAsLive: bool
    }

type SealedCopiesDto =
    {
        Schema: int
        Copies: SealedCopyDto list
    }

/// What a command has changed in a profile.
type ChangeDto =
    {
        Schema: int
        Profile: string
        Changed: bool
        Steps: StepDto list
    }

/// What a command has changed about a pin.
type PinDto =
    {
        Schema: int
        Pin: string
        /// What the pin says; none once it is removed.
        Text: string option
        /// Whether it may decide; none once it is removed.
        Allowed: bool option
        Changed: bool
    }

type WhichDto =
    {
        Schema: int
        Directory: string
        Profile: string option
        Because: string
        Pin: string option
        Allowed: bool option
        /// The health of the profile's sign-in; none without a profile.
        State: string option
        CodexHome: string
        /// Variables by which Codex uses something else than the profile's sign-in.
        OverriddenBy: string list
        LookedAt: string list
    }

type SettingDto =
    {
        Key: string
        Value: string
        Default: string option
        IsSet: bool
    }

type ConfigDto =
    {
        Schema: int
        File: string
        Settings: SettingDto list
        Faults: string list
    }

type CheckDto =
    {
        Id: string
        Ok: bool
        Message: string
        Fix: string option
        Fixed: bool
    }

type DoctorDto =
    {
        Schema: int
        Ok: bool
        Checks: CheckDto list
    }

type ErrorBody =
    {
        Code: string
        Message: string
        Try: string
    }

type ErrorDto = { Schema: int; Error: ErrorBody }
