namespace CodexRouter.Core

open System
open System.Text.Json

/// Reads what the provider answers about an account's usage, told by its service or by Codex's app-server. The same facts
/// give the same figures from either. An answer in which nothing is recognised, such as an error, gives nothing.
[<RequireQualifiedAccess>]
module UsageReport =

    let private isNo names parent =
        UsageFields.first names JsonValue.truth parent = Some false

    let private isYes names parent =
        UsageFields.first names JsonValue.truth parent = Some true

    /// The extra limits stand in a list; in an object they would have their ids as names.
    let private additional (value: JsonElement) =
        [
            for item in JsonValue.items value -> None, item
            for name, item in UsageFields.named value -> Some name, item
        ]

    let private additionalWindows fetchedAt (id: string option, item: JsonElement) =
        let id =
            UsageFields.first [ "metered_feature"; "limit_id" ] UsageFields.words item
            |> Option.orElse id

        match id, UsageFields.first [ "limit_name" ] UsageFields.words item with
        // Without any name it could be taken for the plan's own.
        | None, None -> []
        | id, name ->
            JsonValue.field "rate_limit" item
            |> Option.map (UsageFields.windows fetchedAt (UsageFields.family id name))
            |> Option.defaultValue []

    let private ofServiceRoot fetchedAt (root: JsonElement) =
        let field name = JsonValue.field name root
        let limits = field "rate_limit"

        let reachedType =
            UsageFields.first [ "rate_limit_reached_type" ] UsageFields.reachedType root

        let spendControl = field "spend_control"

        {
            Source = Source.Service
            FetchedAt = fetchedAt
            Plan = field "plan_type" |> Option.bind UsageFields.plan
            AccountId = field "account_id" |> Option.bind UsageFields.account
            LimitReached =
                reachedType.IsSome
                || limits
                   |> Option.exists (fun limits -> isYes [ "limit_reached" ] limits || isNo [ "allowed" ] limits)
            ReachedType = reachedType
            Windows =
                [
                    match limits with
                    | Some limits -> yield! UsageFields.windows fetchedAt Window.Codex limits
                    | None -> ()

                    match field "additional_rate_limits" with
                    | Some extra -> yield! additional extra |> List.collect (additionalWindows fetchedAt)
                    | None -> ()

                    match field "code_review_rate_limit" with
                    | Some review -> yield! UsageFields.windows fetchedAt Window.CodeReview review
                    | None -> ()
                ]
                |> UsageFields.tidy
            Credits = field "credits" |> Option.bind UsageFields.credits
            Spend =
                UsageFields.spend
                    fetchedAt
                    (spendControl |> Option.bind (UsageFields.first [ "reached" ] JsonValue.truth))
                    (spendControl |> Option.bind (JsonValue.field "individual_limit"))
            ResetCredits = field "rate_limit_reset_credits" |> Option.bind UsageFields.resetCredits
        }

    /// Gives what the service answered to `GET …/usage`. Times that it tells as "in so many seconds" count from when it was
    /// asked. Never throws.
    let ofService (fetchedAt: DateTimeOffset) (body: ReadOnlyMemory<byte>) : Quota option =
        JsonValue.parse body (ofServiceRoot fetchedAt >> Some)
        |> Option.filter UsageFields.saysSomething

    let private idOf (unnamed: string option) snapshot =
        UsageFields.first [ "limit_id"; "limitId" ] UsageFields.words snapshot
        |> Option.orElse unnamed

    /// Tells whether a snapshot is of the family that counts for Codex: it says so, or names none.
    let isOfCodex unnamed snapshot =
        match idOf unnamed snapshot with
        | None -> true
        | id -> UsageFields.family id None = Window.Codex

    /// Gives the facts of one family's snapshot, as the app-server (in camelCase) and the session logs (in snake_case)
    /// write it. A family without an id is the one that counts for Codex.
    let ofSnapshot source fetchedAt (unnamed: string option) (snapshot: JsonElement) : Quota =
        let family =
            if isOfCodex unnamed snapshot then
                Window.Codex
            else
                UsageFields.first [ "limit_name"; "limitName" ] UsageFields.words snapshot
                |> UsageFields.family (idOf unnamed snapshot)

        let reachedType =
            UsageFields.first [ "rate_limit_reached_type"; "rateLimitReachedType" ] UsageFields.reachedType snapshot

        {
            Source = source
            FetchedAt = fetchedAt
            Plan = UsageFields.first [ "plan_type"; "planType" ] UsageFields.plan snapshot
            AccountId = None
            LimitReached = reachedType.IsSome
            ReachedType = reachedType
            Windows = UsageFields.windows fetchedAt family snapshot |> UsageFields.tidy
            Credits = UsageFields.first [ "credits" ] UsageFields.credits snapshot
            Spend =
                UsageFields.spend
                    fetchedAt
                    (UsageFields.first [ "spend_control_reached"; "spendControlReached" ] JsonValue.truth snapshot)
                    (UsageFields.first [ "individual_limit"; "individualLimit" ] Some snapshot)
            ResetCredits = None
        }

    let private ofResult fetchedAt (result: JsonElement) =
        let main = JsonValue.field "rateLimits" result

        let byId =
            JsonValue.field "rateLimitsByLimitId" result
            |> Option.map UsageFields.named
            |> Option.defaultValue []

        let read id snapshot =
            ofSnapshot Source.AppServer fetchedAt id snapshot

        let quotas =
            [
                match main with
                | Some snapshot -> isOfCodex None snapshot, read None snapshot
                | None -> ()

                for id, snapshot in byId do
                    isOfCodex (Some id) snapshot, read (Some id) snapshot
            ]

        let own = quotas |> List.filter fst |> List.map snd
        // What holds for the account is told with each family; the plan's own is asked first.
        let any (fact: Quota -> 'a option) =
            own @ List.map snd quotas |> List.tryPick fact

        let reachedType = own |> List.tryPick _.ReachedType

        {
            Source = Source.AppServer
            FetchedAt = fetchedAt
            Plan = any _.Plan
            AccountId = UsageFields.first [ "accountId" ] UsageFields.account result
            LimitReached = reachedType.IsSome || isNo [ "ordinaryUsageAllowed" ] result
            ReachedType = reachedType
            Windows = quotas |> List.collect (snd >> _.Windows) |> UsageFields.tidy
            Credits = any _.Credits
            Spend = any _.Spend
            ResetCredits = UsageFields.first [ "rateLimitResetCredits" ] UsageFields.resetCredits result
        }

    /// Gives what the app-server answered to `account/rateLimits/read`: the message's `result`, or the whole message. Never
    /// throws.
    let ofAppServer (fetchedAt: DateTimeOffset) (body: ReadOnlyMemory<byte>) : Quota option =
        JsonValue.parse body (fun root ->
            JsonValue.field "result" root
            |> Option.defaultValue root
            |> ofResult fetchedAt
            |> Some)
        |> Option.filter UsageFields.saysSomething
