namespace CodexRouter.Cli

open System
open System.Diagnostics.CodeAnalysis
open System.Globalization
open CodexRouter.Core

/// One window as the store writes it.
type WindowRecord =
    {
        Limit: string
        Minutes: int option
        Used: float option
        ResetsAt: string option
    }

type CreditsRecord =
    {
        Balance: string option
        Unlimited: bool
    }

type SpendRecord =
    {
        Reached: bool
        Limit: string option
        Used: string option
        UsedPercent: float option
        ResetsAt: string option
    }

/// One reading as the store writes it.
type QuotaRecord =
    {
        Source: string
        FetchedAt: string
        Plan: string option
        AccountId: string option
        LimitReached: bool
        ReachedType: string option
        Windows: WindowRecord list
        Credits: CreditsRecord option
        Spend: SpendRecord option
        ResetCredits: int option
    }

/// A profile's quota as it stands in the store.
type SnapshotRecord =
    {
        Schema: int
        UserId: string option
        AccountId: string option
        Quota: QuotaRecord
        /// A reading that dropped before its time, until another agrees.
        Doubted: QuotaRecord option
    }

/// Whose figures a snapshot holds, and the figures.
type Snapshot =
    {
        UserId: string option
        AccountId: string option
        Believed: Believed
    }

/// Reads and writes the snapshot of a profile's quota.
[<RequireQualifiedAccess>]
module QuotaFile =

    /// The version of the format. A file of a newer one is set aside.
    [<Literal>]
    let Schema = 1

    /// Gives a window as files have it.
    let windowRecord (window: Window) : WindowRecord =
        {
            Limit = window.Limit
            Minutes = window.Minutes
            Used = window.Used
            ResetsAt = window.ResetsAt |> Option.map OwnJson.time
        }

    /// Two clocks that are set right differ by less.
    let private clockSkew = TimeSpan.FromMinutes 1.0

    /// Tells whether figures can have been read already. Those from a time to come, by a clock that was wrong, would never
    /// be stale, and would keep every true reading out.
    let isPossible (now: DateTimeOffset) (quota: Quota) = quota.FetchedAt <= now + clockSkew

    /// Exactly: a log's line that is read again is known by its time, and must not agree with itself.
    let private exactly (time: DateTimeOffset) =
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)

    let private record (quota: Quota) : QuotaRecord =
        {
            Source = Source.word quota.Source
            FetchedAt = exactly quota.FetchedAt
            Plan = quota.Plan
            AccountId = quota.AccountId
            LimitReached = quota.LimitReached
            ReachedType = quota.ReachedType
            Windows = quota.Windows |> List.map windowRecord
            Credits =
                quota.Credits
                |> Option.map (fun credits ->
                    {
                        Balance = credits.Balance
                        Unlimited = credits.Unlimited
                    })
            Spend =
                quota.Spend
                |> Option.map (fun spend ->
                    {
                        Reached = spend.Reached
                        Limit = spend.Limit
                        Used = spend.Used
                        UsedPercent = spend.UsedPercent
                        ResetsAt = spend.ResetsAt |> Option.map OwnJson.time
                    })
            ResetCredits = quota.ResetCredits
        }

    /// Gives the file's bytes.
    [<DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof<QuotaRecord>)>]
    [<DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof<WindowRecord>)>]
    [<DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof<CreditsRecord>)>]
    [<DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof<SpendRecord>)>]
    let encode (snapshot: Snapshot) : byte[] =
        let record: SnapshotRecord =
            {
                Schema = Schema
                UserId = snapshot.UserId
                AccountId = snapshot.AccountId
                Quota = record snapshot.Believed.Quota
                Doubted = snapshot.Believed.Doubted |> Option.map record
            }

        OwnJson.lines record

    let private window json : Window option =
        StoredJson.text "limit" json
        |> Option.map (fun limit ->
            {
                Limit = limit
                Minutes = StoredJson.whole "minutes" json |> Option.filter (fun minutes -> minutes > 0)
                Used = StoredJson.number "used" json |> Option.bind Percent.clamp
                ResetsAt = StoredJson.time "resets_at" json
            })

    /// Gives the windows of an object in a file; one that cannot be read is left out.
    let windows json : Window list =
        StoredJson.items "windows" json |> List.choose window

    let private quota json : Quota option =
        let source =
            StoredJson.text "source" json
            |> Option.bind (fun word -> Source.all |> List.tryFind (fun source -> Source.word source = word))

        match source, StoredJson.time "fetched_at" json with
        | Some source, Some fetchedAt ->
            Some
                {
                    Source = source
                    FetchedAt = fetchedAt
                    Plan = StoredJson.text "plan" json
                    AccountId = StoredJson.text "account_id" json
                    LimitReached = StoredJson.truth "limit_reached" json
                    ReachedType = StoredJson.text "reached_type" json
                    Windows = windows json
                    Credits =
                        JsonValue.field "credits" json
                        |> Option.map (fun credits ->
                            {
                                Balance = StoredJson.text "balance" credits
                                Unlimited = StoredJson.truth "unlimited" credits
                            })
                    Spend =
                        JsonValue.field "spend" json
                        |> Option.map (fun spend ->
                            {
                                Reached = StoredJson.truth "reached" spend
                                Limit = StoredJson.text "limit" spend
                                Used = StoredJson.text "used" spend
                                UsedPercent = StoredJson.number "used_percent" spend |> Option.bind Percent.clamp
                                ResetsAt = StoredJson.time "resets_at" spend
                            })
                    ResetCredits = StoredJson.whole "reset_credits" json
                }
        | _ -> None

    let private snapshot json : Snapshot option =
        JsonValue.field "quota" json
        |> Option.bind quota
        |> Option.map (fun believed ->
            {
                UserId = StoredJson.text "user_id" json
                AccountId = StoredJson.text "account_id" json
                Believed =
                    {
                        Quota = believed
                        Doubted = JsonValue.field "doubted" json |> Option.bind quota
                    }
            })

    /// Gives the snapshot in a file's bytes, or nothing when it is none that this version knows.
    let decode (bytes: ReadOnlyMemory<byte>) : Snapshot option = StoredJson.parse Schema snapshot bytes
