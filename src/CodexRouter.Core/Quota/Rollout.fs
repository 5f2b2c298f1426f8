namespace CodexRouter.Core

open System
open System.Text.Json

/// Whom Codex named as the creator of a session.
type SessionOwner =
    {
        UserId: string option
        AccountId: string option
    }

/// What a line of a session's log tells about what is left.
[<RequireQualifiedAccess>]
type LogNews =
    /// The figures of one family of limits, as old as the line; without any, the word that nothing is left.
    | Figures of Quota
    /// The provider refused to work.
    | Refusal of at: DateTimeOffset

/// Reads single lines of the logs that Codex writes of its sessions (rollout files): a JSON object per line.
[<RequireQualifiedAccess>]
module Rollout =

    let private figuresMark = "\"token_count\""B
    let private refusalMark = "\"usage_limit_exceeded\""B
    let private ownerMark = "\"session_meta\""B

    let private holds (mark: byte[]) (line: ReadOnlyMemory<byte>) =
        line.Span.IndexOf(ReadOnlySpan mark) >= 0

    let private isOfType (name: string) value =
        (JsonValue.field "type" value |> Option.bind JsonValue.text) = Some name

    /// Gives whom a session's first line names. Nothing from another line, from one that is cut off, or from a release
    /// before 0.160, which named nobody. Never throws.
    let owner (line: ReadOnlyMemory<byte>) : SessionOwner option =
        if not (holds ownerMark line) then
            None
        else
            JsonValue.parse line (fun root ->
                match JsonValue.field "payload" root with
                | Some payload when isOfType "session_meta" root ->
                    let id name =
                        JsonValue.field name payload |> Option.bind UsageFields.account

                    match id "creator_user_id", id "creator_account_id" with
                    | None, None -> None
                    | user, account -> Some { UserId = user; AccountId = account }
                | _ -> None)

    /// Gives when a session's log says that it was begun, from a line that does; a second such line in one log is of the session
    /// that was copied into it. Never throws.
    let begun (line: ReadOnlyMemory<byte>) : DateTimeOffset option =
        if not (holds ownerMark line) then
            None
        else
            JsonValue.parse line (fun root ->
                if isOfType "session_meta" root then
                    UsageFields.first [ "timestamp" ] UsageFields.time root
                else
                    None)

    let private ofLimits fetchedAt (limits: JsonElement) =
        // A line tells one family only. Releases that knew only one did not name it.
        let quota = UsageReport.ofSnapshot Source.SessionLog fetchedAt None limits

        if quota.LimitReached || not quota.Windows.IsEmpty then
            Some(LogNews.Figures quota)
        else
            None

    let private ofLine (root: JsonElement) =
        let payload = JsonValue.field "payload" root
        let fetchedAt = UsageFields.first [ "timestamp" ] UsageFields.time root

        match payload, fetchedAt with
        | Some payload, Some fetchedAt when isOfType "event_msg" root && isOfType "token_count" payload ->
            JsonValue.field "rate_limits" payload |> Option.bind (ofLimits fetchedAt)
        | Some payload, Some fetchedAt when
            isOfType "event_msg" root
            && (JsonValue.field "codex_error_info" payload |> Option.bind JsonValue.text) = Some "usage_limit_exceeded"
            ->
            Some(LogNews.Refusal fetchedAt)
        | _ -> None

    /// Gives what a line tells about what is left. Nothing from a line of another kind, or one that tells neither a window nor
    /// a refusal: an older line may. A line of another kind is passed over at the speed of a search. Never throws.
    let news (line: ReadOnlyMemory<byte>) : LogNews option =
        if holds figuresMark line || holds refusalMark line then
            JsonValue.parse line ofLine
        else
            None

    let private compared (one: string option) (other: string option) =
        match one, other with
        | Some one, Some other -> Some(String.Equals(one, other, StringComparison.Ordinal))
        | _ -> None

    let private comparisons (signIn: SignIn) (owner: SessionOwner) =
        [
            compared signIn.UserId owner.UserId
            compared signIn.AccountId owner.AccountId
        ]
        |> List.choose id

    /// Tells whether a session is certainly of a sign-in: what both name, user and account, is the same, and they name
    /// something. A session that names nobody is certainly of no one.
    let isOf (signIn: SignIn) (owner: SessionOwner option) =
        match owner |> Option.map (comparisons signIn) with
        | None
        | Some [] -> false
        | Some compared -> List.forall id compared

    /// Tells whether a session is certainly of somebody else. Where a profile keeps its logs apart, what is not another's is
    /// its own.
    let isOfAnother (signIn: SignIn) (owner: SessionOwner option) =
        owner
        |> Option.exists (fun owner -> comparisons signIn owner |> List.exists not)
