/// What is understood of usage reports, whoever tells them.
module CodexRouter.Core.Tests.UsageTests

open System
open System.Text
open Expecto
open FsCheck
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Testing

let private fetchedAt = DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero)

/// Reads a report as its teller's parser does.
let read teller (bytes: byte[]) =
    match teller with
    | UsageTeller.Service -> UsageReport.ofService fetchedAt (ReadOnlyMemory bytes)
    | UsageTeller.AppServer -> UsageReport.ofAppServer fetchedAt (ReadOnlyMemory bytes)
    | UsageTeller.SessionLog -> Rollout.news (ReadOnlyMemory bytes) |> Option.toList |> SessionFigures.ofNews

let private essenceOf (quota: Quota) : UsageEssence =
    {
        Windows =
            quota.Windows
            |> List.map (fun window ->
                {
                    Limit = window.Limit
                    Label = Window.label window
                    Used = window.Used
                    Resets =
                        match window.ResetsAt with
                        | None -> ShapeReset.Unsaid
                        | Some resets when resets - quota.FetchedAt < TimeSpan.FromDays 1.0 ->
                            ShapeReset.After(int (resets - quota.FetchedAt).TotalSeconds)
                        | Some resets -> ShapeReset.At(resets.ToUnixTimeSeconds())
                })
        Plan = quota.Plan
        Account = quota.AccountId
        Reached = quota.LimitReached
        ReachedType = quota.ReachedType
        Credits = quota.Credits |> Option.map (fun credits -> credits.Balance, credits.Unlimited)
        Spend = quota.Spend |> Option.map (fun spend -> spend.Reached, spend.UsedPercent)
        ResetCredits = quota.ResetCredits
    }

let private shapes =
    UsageShapes.all
    |> List.map (fun shape ->
        testCase shape.Name
        <| fun () -> Expect.equal (read shape.Teller shape.Bytes |> Option.map essenceOf) shape.Essence "what it means")

/// A window as both the service and the app-server can tell it.
type private Facts =
    {
        Windows: (int * int * int64) list
        Extra: (int * int * int64) list
        Plan: string
        Balance: string option
        SpentPercent: int option
        Reached: string option
        ResetCredits: int
    }

let private facts =
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

let private byService facts =
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

let private byAppServer facts =
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

let private byLog facts =
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

let private utf8 (text: string) = Encoding.UTF8.GetBytes text

let private law name property =
    testPropertyWithConfig Law.config name (Prop.forAll (Arb.fromGen facts) property)

let private sources =
    testList
        "sources"
        [
            law "the service and the app-server give the same figures for the same facts" (fun facts ->
                let service = read UsageTeller.Service (utf8 (byService facts))
                let appServer = read UsageTeller.AppServer (utf8 (byAppServer facts))

                service.IsSome
                && appServer = (service |> Option.map (fun quota -> { quota with Source = Source.AppServer })))

            law "a session log gives what it knows of the same facts" (fun facts ->
                let service =
                    read UsageTeller.Service (utf8 (byService facts))
                    |> Option.map (fun quota ->
                        { quota with
                            Source = Source.SessionLog
                            AccountId = None
                            ResetCredits = None
                            Windows = quota.Windows |> List.filter (fun window -> window.Limit = Window.Codex)
                        })

                match read UsageTeller.SessionLog (utf8 (byLog facts)) with
                | None -> facts.Windows.IsEmpty && facts.Reached.IsNone
                | reading -> reading = service)

            law "windows are known by their duration: their places do not matter" (fun facts ->
                let turned =
                    { facts with
                        Windows = List.rev facts.Windows
                        Extra = List.rev facts.Extra
                    }

                read UsageTeller.Service (utf8 (byService facts)) = read UsageTeller.Service (utf8 (byService turned)))

            testCase "no more windows are kept than anybody looks at, and the plan's own are among them"
            <| fun () ->
                let window minutes =
                    "\"w"
                    + string<int> minutes
                    + "_window\":{\"used_percent\":1,\"limit_window_seconds\":"
                    + string<int>(minutes * 6_000)
                    + "}"

                let many =
                    "{\"additional_rate_limits\":[{\"limit_name\":\"a\",\"rate_limit\":{"
                    + String.Join(',', List.map window [ 1..1_000 ])
                    + "}}],\"rate_limit\":{"
                    + window 3
                    + "}}"

                match read UsageTeller.Service (utf8 many) with
                | None -> failtest "it is a report"
                | Some quota ->
                    Expect.hasLength quota.Windows UsageFields.MaximumWindows "bounded"
                    Expect.equal (List.head quota.Windows).Limit "codex" "the plan's own first"

            testCase "a text of others is cut off where it is too long, and stays text"
            <| fun () ->
                let limit = String('a', UsageFields.MaximumText - 1) + "😀😀"

                let body =
                    "{\"additional_rate_limits\":[{\"limit_name\":\""
                    + limit
                    + "\",\"rate_limit\":{\"primary_window\":{\"used_percent\":1,\"limit_window_seconds\":60}}}]}"

                match read UsageTeller.Service (utf8 body) with
                | Some { Windows = [ window ] } ->
                    Expect.equal window.Limit (String('a', UsageFields.MaximumText - 1)) "no half of a surrogate pair"
                | _ -> failtest "it has one window"

            testCase "no time of asking makes a report fail"
            <| fun () ->
                for time in [ DateTimeOffset.MinValue; DateTimeOffset.MaxValue ] do
                    for shape in UsageShapes.all do
                        UsageReport.ofService time (ReadOnlyMemory shape.Bytes) |> ignore
                        UsageReport.ofAppServer time (ReadOnlyMemory shape.Bytes) |> ignore
        ]

let private signIn userId accountId : SignIn =
    let account = AuthShapes.account

    let bytes =
        CodexRouter.StandIn.SampleAccount.signIn account 1 fetchedAt (fetchedAt.AddHours 1.0)

    match SignIn.read (ReadOnlyMemory bytes) with
    | Ok signIn ->
        { signIn with
            UserId = userId
            AccountId = accountId
        }
    | Error fault -> failwith (SignIn.explain fault)

let private owner (line: string) =
    Rollout.owner (ReadOnlyMemory(utf8 line))

let private firstLine creator =
    "{\"timestamp\":\"2026-11-23T02:07:00.000Z\",\"type\":\"session_meta\",\"payload\":{\"id\":\"1\""
    + creator
    + "}}"

let private owners =
    testList
        "owners of sessions"
        [
            testCase "the first line names the session's creator"
            <| fun () ->
                Expect.equal
                    (owner (firstLine ",\"creator_user_id\":\"user-1\",\"creator_account_id\":\"acct-1\""))
                    (Some
                        {
                            UserId = Some "user-1"
                            AccountId = Some "acct-1"
                        })
                    "both"

                Expect.equal
                    (owner (firstLine ",\"creator_user_id\":7,\"creator_account_id\":\"acct-1\""))
                    (Some
                        {
                            UserId = None
                            AccountId = Some "acct-1"
                        })
                    "one is broken"

            testCase "nobody is named by an older release, by null, by another line or by half a line"
            <| fun () ->
                let whole = firstLine ",\"creator_user_id\":\"user-1\""

                for line in
                    [
                        firstLine ""
                        firstLine ",\"creator_user_id\":null,\"creator_account_id\":\"\""
                        whole.Replace("\"type\":\"session_meta\"", "\"type\":\"event_msg\",\"x\":\"session_meta\"")
                        whole.Substring(0, whole.Length - 1)
                        ""
                        "{}"
                        "\"session_meta\""
                    ] do
                    Expect.isNone (owner line) line

            for user, account, named, isOf, isOfAnother in
                [
                    Some "u", Some "a", Some(Some "u", Some "a"), true, false
                    Some "u", Some "a", Some(Some "v", Some "a"), false, true
                    Some "u", Some "a", Some(Some "u", Some "b"), false, true
                    Some "u", Some "a", Some(Some "U", Some "a"), false, true
                    Some "u", Some "a", Some(Some "u", None), true, false
                    Some "u", Some "a", Some(None, Some "a"), true, false
                    None, Some "a", Some(Some "u", Some "a"), true, false
                    None, Some "a", Some(Some "u", None), false, false
                    None, None, Some(Some "u", Some "a"), false, false
                    Some "u", Some "a", None, false, false
                ] do
                let said (text: string option) = Option.defaultValue "-" text

                let named =
                    named
                    |> Option.map (fun (user, account) -> { UserId = user; AccountId = account })

                let title =
                    match named with
                    | None -> "nobody"
                    | Some owner -> said owner.UserId + " of " + said owner.AccountId

                testCase (
                    "a session of "
                    + title
                    + " and the sign-in of "
                    + said user
                    + " of "
                    + said account
                )
                <| fun () ->
                    Expect.equal (Rollout.isOf (signIn user account) named) isOf "certainly of it"
                    Expect.equal (Rollout.isOfAnother (signIn user account) named) isOfAnother "certainly of another"
        ]

let private ages =
    testList
        "ages"
        [
            testCase "a log's figures are as old as their line, the others' as old as the asking"
            <| fun () ->
                for shape in UsageShapes.all do
                    match read shape.Teller shape.Bytes with
                    | None -> ()
                    | Some quota when shape.Teller = UsageTeller.SessionLog ->
                        Expect.equal (Some quota.FetchedAt) (Rfc3339.parse UsageShapes.LineTime) shape.Name
                        Expect.equal quota.Source Source.SessionLog shape.Name
                    | Some quota -> Expect.equal quota.FetchedAt fetchedAt shape.Name
        ]

let tests =
    testList "usage reports" [ testList "shapes" shapes; sources; owners; ages ]
