/// The same facts of a usage, as the service, the app-server and a session log tell them.
module CodexRouter.Core.Tests.UsageFacts

open System
open FsCheck.FSharp

/// When each report was asked for.
let fetchedAt = DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero)

/// A window as both the service and the app-server can tell it.
type Facts =
    {
        Windows: (int * int * int64) list
        Extra: (int * int * int64) list
        Plan: string
        Balance: string option
        SpentPercent: int option
        Reached: string option
        ResetCredits: int
    }

/// Any facts.
let facts =
    let window =
        Gen.zip3
            (Gen.elements [ 60; 300; 1_440; 10_080; 43_200 ])
            (Gen.choose (0, 100))
            (Gen.choose (1_800_000_000, 1_900_000_000) |> Gen.map int64)

    let windows =
        Gen.choose (0, 2)
        |> Gen.bind (fun count -> Gen.listOfLength count window)
        |> Gen.map (List.distinctBy (fun (minutes, _, _) -> minutes))

    gen {
        let! own = windows
        let! extra = windows
        let! plan = Gen.elements [ "plus"; "pro"; "team"; "free" ]
        let! balance = Gen.elements [ None; Some "9.99"; Some "0" ]
        let! spent = Gen.optionOf (Gen.choose (0, 100))

        let! reached =
            Gen.elements [ None; Some "rate_limit_reached"; Some "workspace_owner_credits_depleted" ]

        let! resetCredits = Gen.choose (0, 9)

        return
            {
                Windows = own
                Extra = extra
                Plan = plan
                Balance = balance
                SpentPercent = spent
                Reached = reached
                ResetCredits = resetCredits
            }
    }

let private quoted (text: string option) =
    match text with
    | Some text -> "\"" + text + "\""
    | None -> "null"

let private fields (parts: (string * string) list) =
    "{"
    + String.Join(',', parts |> List.map (fun (name, value) -> "\"" + name + "\":" + value))
    + "}"

let private told (names: string list) (tell: 'a -> string) (windows: 'a list) =
    names
    |> List.mapi (fun index name ->
        name,
        (match List.tryItem index windows with
         | Some window -> tell window
         | None -> "null"))

/// The body of the service's answer.
let byService facts =
    let limits windows =
        fields (
            [ "allowed", "true"; "limit_reached", "false" ]
            @ told
                [ "primary_window"; "secondary_window" ]
                (fun (minutes, used, resets) ->
                    fields
                        [
                            "used_percent", string<int> used
                            "limit_window_seconds", string<int>(minutes * 60)
                            "reset_after_seconds", "1"
                            "reset_at", string<int64> resets
                        ])
                windows
        )

    fields
        [
            "account_id", "\"acct-1\""
            "plan_type", quoted (Some facts.Plan)
            "rate_limit", limits facts.Windows
            "additional_rate_limits",
            "["
            + fields
                [
                    "limit_name", "\"GPT-X-Mini\""
                    "metered_feature", "\"codex_mini\""
                    "rate_limit", limits facts.Extra
                ]
            + "]"
            "credits",
            fields
                [
                    "has_credits", (if facts.Balance.IsSome then "true" else "false")
                    "unlimited", "false"
                    "balance", quoted facts.Balance
                ]
            "spend_control",
            fields
                [
                    "reached", "false"
                    "individual_limit",
                    (match facts.SpentPercent with
                     | None -> "null"
                     | Some spent ->
                         fields
                             [
                                 "limit", "\"25000\""
                                 "used", "\"8000\""
                                 "used_percent", string<int> spent
                                 "remaining_percent", string<int>(100 - spent)
                                 "reset_at", "1900000000"
                             ])
                ]
            "rate_limit_reached_type",
            (match facts.Reached with
             | None -> "null"
             | reached -> fields [ "type", quoted reached ])
            "rate_limit_reset_credits", fields [ "available_count", string<int> facts.ResetCredits ]
        ]

let private snapshot casing id name windows facts =
    let field snake camel = if casing then camel else snake

    fields (
        [
            field "limit_id" "limitId", quoted (Some id)
            field "limit_name" "limitName", quoted name
        ]
        @ told
            [ "primary"; "secondary" ]
            (fun (minutes, used, resets) ->
                fields
                    [
                        field "used_percent" "usedPercent", string<int> used
                        field "window_minutes" "windowDurationMins", string<int> minutes
                        field "resets_at" "resetsAt", string<int64> resets
                    ])
            windows
        @ [
            "credits",
            fields
                [
                    field "has_credits" "hasCredits", (if facts.Balance.IsSome then "true" else "false")
                    "unlimited", "false"
                    "balance", quoted facts.Balance
                ]
            field "individual_limit" "individualLimit",
            (match facts.SpentPercent with
             | None -> "null"
             | Some spent ->
                 fields
                     [
                         "limit", "\"25000\""
                         "used", "\"8000\""
                         field "remaining_percent" "remainingPercent", string<int>(100 - spent)
                         field "resets_at" "resetsAt", "1900000000"
                     ])
            field "spend_control_reached" "spendControlReached", "false"
            field "plan_type" "planType", quoted (Some facts.Plan)
            field "rate_limit_reached_type" "rateLimitReachedType", quoted facts.Reached
        ]
    )

/// The result of the app-server's answer.
let byAppServer facts =
    let own = snapshot true "codex" None facts.Windows facts

    fields
        [
            "ordinaryUsageAllowed", "true"
            "rateLimits", own
            "rateLimitsByLimitId",
            fields
                [
                    "codex_mini", snapshot true "codex_mini" (Some "GPT-X-Mini") facts.Extra facts
                    "codex", own
                ]
            "rateLimitResetCredits", fields [ "availableCount", string<int> facts.ResetCredits ]
            "accountId", "\"acct-1\""
        ]

/// A line of a session's log.
let byLog facts =
    fields
        [
            "timestamp", "\"2026-11-23T02:00:00Z\""
            "type", "\"event_msg\""
            "payload",
            fields
                [
                    "type", "\"token_count\""
                    "info", "null"
                    "rate_limits", snapshot false "codex" None facts.Windows facts
                ]
        ]
