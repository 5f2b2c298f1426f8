namespace CodexRouter.Core

open System
open System.Text.Json

/// Whom Codex named as the creator of a session.
type SessionOwner =
    {
        UserId: string option
        AccountId: string option
    }

/// Reads single lines of the logs that Codex writes of its sessions (rollout files): a JSON object per line.
[<RequireQualifiedAccess>]
module Rollout =

    let private figuresMark = "\"token_count\""B
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

    let private ofLine (root: JsonElement) =
        let payload = JsonValue.field "payload" root
        let limits = payload |> Option.bind (JsonValue.field "rate_limits")

        let fetchedAt = UsageFields.first [ "timestamp" ] UsageFields.time root

        match payload, limits, fetchedAt with
        | Some payload, Some limits, Some fetchedAt when isOfType "event_msg" root && isOfType "token_count" payload ->
            // A line tells one family only. Releases that knew only one did not name it.
            if UsageReport.isOfCodex None limits then
                Some(UsageReport.ofSnapshot Source.SessionLog fetchedAt None limits)
            else
                None
        | _ -> None

    /// Gives the figures in a line, as old as the line. Nothing from a line of another kind, of another family of limits, or
    /// without a window: an older line may have one.
    /// A line without figures is passed over at the speed of a search. Never throws.
    let reading (line: ReadOnlyMemory<byte>) : Quota option =
        if not (holds figuresMark line) then
            None
        else
            JsonValue.parse line ofLine
            |> Option.filter (fun quota -> quota.LimitReached || not quota.Windows.IsEmpty)

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
