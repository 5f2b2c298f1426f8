namespace CodexRouter.Testing

open CodexRouter.Testing.UsageShape

/// Every shape of a usage report that this project knows of: as the provider and Codex write it, and broken in each way that
/// was thought of. The parsers' tests and the program's own use the same list.
[<RequireQualifiedAccess>]
module UsageShapes =

    /// The time of every line of a session's log.
    [<Literal>]
    let LineTime = "2026-11-23T02:07:52.328Z"

    let private appServer = shape UsageTeller.AppServer
    let private log = shape UsageTeller.SessionLog

    let private logged name (limits: string) essence =
        log
            name
            ("{\"timestamp\":\""
             + LineTime
             + "\",\"ordinal\":17,\"type\":\"event_msg\",\"payload\":{\"type\":\"token_count\",\"info\":null,\"rate_limits\":"
             + limits
             + "}}")
            essence

    let private ofAppServer =
        [
            appServer
                "everything that the app-server tells"
                """{"ordinaryUsageAllowed":true,
                    "rateLimits":{"limitId":"codex","limitName":null,"normalModelSlug":null,
                        "primary":{"usedPercent":42,"windowDurationMins":300,"resetsAt":@AT},
                        "secondary":{"usedPercent":7,"windowDurationMins":10080,"resetsAt":@LATER},
                        "credits":{"hasCredits":true,"unlimited":false,"balance":"9.99"},
                        "individualLimit":{"limit":"25000","used":"8000","remainingPercent":68,"resetsAt":@AT},
                        "spendControlReached":false,"planType":"plus","rateLimitReachedType":null},
                    "rateLimitsByLimitId":{
                        "codex":{"limitId":"codex","primary":{"usedPercent":42,"windowDurationMins":300,"resetsAt":@AT},
                            "secondary":{"usedPercent":7,"windowDurationMins":10080,"resetsAt":@LATER},"planType":"plus"},
                        "codex_mini":{"limitId":"codex_mini","limitName":"GPT-X-Mini",
                            "primary":{"usedPercent":3,"windowDurationMins":300,"resetsAt":@AT},"secondary":null,"planType":"plus"}},
                    "rateLimitResetCredits":{"availableCount":3,"credits":[]},"accountId":"acct-1","rateLimitUpsell":null}"""
                (Some full)
            appServer
                "app-server: the whole message"
                """{"id":2,"result":{"rateLimits":{"primary":{"usedPercent":42,"windowDurationMins":300,"resetsAt":@AT}}}}"""
                (windows [ fiveHours (Some 42.0) ])
            appServer
                "app-server: limit reached"
                """{"rateLimits":{"primary":{"usedPercent":100,"windowDurationMins":300,"resetsAt":@AT},"rateLimitReachedType":"rate_limit_reached"}}"""
                (Some
                    { nothing with
                        Windows = [ fiveHours (Some 100.0) ]
                        Reached = true
                        ReachedType = Some "rate_limit_reached"
                    })
            appServer
                "app-server: ordinary usage is not allowed"
                """{"ordinaryUsageAllowed":false,"rateLimits":{"primary":{"usedPercent":42,"windowDurationMins":300,"resetsAt":@AT}}}"""
                (Some
                    { nothing with
                        Windows = [ fiveHours (Some 42.0) ]
                        Reached = true
                    })
            appServer
                "app-server: an extra limit is reached, the plan's own is not"
                """{"rateLimits":{"limitId":"codex","primary":{"usedPercent":42,"windowDurationMins":300,"resetsAt":@AT}},
                    "rateLimitsByLimitId":{"codex_mini":{"limitId":"codex_mini","rateLimitReachedType":"rate_limit_reached",
                        "primary":{"usedPercent":100,"windowDurationMins":300,"resetsAt":@AT}}}}"""
                (windows
                    [
                        fiveHours (Some 42.0)
                        known "codex_mini" "5h" (Some 100.0) (ShapeReset.At ResetsAt)
                    ])
            appServer
                "app-server: only the families, the first place broken"
                """{"rateLimits":"x","rateLimitsByLimitId":{"codex":{"planType":"pro","primary":{"usedPercent":42,"windowDurationMins":300,"resetsAt":@AT}},"b":7}}"""
                (Some
                    { nothing with
                        Plan = Some "pro"
                        Windows = [ fiveHours (Some 42.0) ]
                    })
            appServer
                "app-server: a family whose name is blank is not taken for the plan's own"
                """{"rateLimits":{"primary":{"usedPercent":42,"windowDurationMins":300,"resetsAt":@AT}},
                    "rateLimitsByLimitId":{" ":{"primary":{"usedPercent":99,"windowDurationMins":300,"resetsAt":@AT}}}}"""
                (windows [ fiveHours (Some 42.0) ])
            appServer
                "app-server: another family in the first place"
                """{"rateLimits":{"limitId":"codex_mini","primary":{"usedPercent":1,"windowDurationMins":300,"resetsAt":@AT}}}"""
                (windows [ known "codex_mini" "5h" (Some 1.0) (ShapeReset.At ResetsAt) ])
            appServer
                "app-server: a plan that it does not know"
                """{"rateLimits":{"planType":"unknown","primary":{"usedPercent":42,"windowDurationMins":null,"resetsAt":null},"secondary":{"usedPercent":null,"windowDurationMins":10080,"resetsAt":@LATER}}}"""
                (windows [ week None; known "codex" "?" (Some 42.0) ShapeReset.Unsaid ])
            appServer
                "app-server: an error"
                """{"id":2,"error":{"code":-32600,"message":"chatgpt authentication required to read rate limits"}}"""
                None
            appServer "app-server: a null result" """{"id":2,"result":null}""" None
            appServer "app-server: an empty result" """{"rateLimits":null,"rateLimitsByLimitId":null}""" None
            appServer "app-server: not JSON" "codex: command failed" None
        ]

    let private ofLog =
        [
            log
                "a line of 0.169.0"
                """{"timestamp":"2026-11-23T02:07:52.328Z","ordinal":17,"type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":100,"cached_input_tokens":10,"cache_write_input_tokens":0,"output_tokens":20,"reasoning_output_tokens":5,"total_tokens":120},"last_usage_includes_reasoning":true,"model_context_window":258400},"rate_limits":{"limit_id":"codex","limit_name":null,"primary":{"used_percent":12.5,"window_minutes":300,"resets_at":@AT},"secondary":{"used_percent":40.0,"window_minutes":10080,"resets_at":@LATER},"credits":{"has_credits":true,"unlimited":false,"balance":"12.34"},"individual_limit":null,"spend_control_reached":null,"plan_type":null,"rate_limit_reached_type":null}}}"""
                (Some
                    { nothing with
                        Windows = [ fiveHours (Some 12.5); week (Some 40.0) ]
                        Credits = Some(Some "12.34", false)
                    })
            logged
                "log: no family named, as older releases wrote"
                """{"primary":{"used_percent":12.5,"window_minutes":300,"resets_at":@AT}}"""
                (windows [ fiveHours (Some 12.5) ])
            logged
                "log: a minute short, and seconds to the reset, as older releases wrote"
                """{"primary":{"used_percent":12.5,"window_minutes":299,"resets_in_seconds":60},"secondary":{"used_percent":1,"window_minutes":10079,"resets_in_seconds":90}}"""
                (windows
                    [
                        known "codex" "5h" (Some 12.5) (ShapeReset.After 60)
                        known "codex" "week" (Some 1.0) (ShapeReset.After 90)
                    ])
            logged
                "log: limit reached"
                """{"limit_id":"codex","primary":{"used_percent":100,"window_minutes":300,"resets_at":@AT},"rate_limit_reached_type":"rate_limit_reached"}"""
                (Some
                    { nothing with
                        Windows = [ fiveHours (Some 100.0) ]
                        Reached = true
                        ReachedType = Some "rate_limit_reached"
                    })
            logged
                "log: one window broken"
                """{"limit_id":"codex","primary":{"used_percent":"?","window_minutes":[]},"secondary":{"used_percent":40.0,"window_minutes":10080,"resets_at":@LATER}}"""
                (windows [ week (Some 40.0) ])
            logged
                "log: another family"
                """{"limit_id":"codex_bengalfox","primary":{"used_percent":12.5,"window_minutes":300,"resets_at":@AT}}"""
                (windows [ known "codex_bengalfox" "5h" (Some 12.5) (ShapeReset.At ResetsAt) ])
            logged "log: no limits" "null" None
            logged "log: limits that are a text" "\"codex\"" None
            logged
                "log: no windows, only credits"
                """{"limit_id":"codex","credits":{"has_credits":true,"balance":"1"}}"""
                None
            log
                "log: no time"
                """{"type":"event_msg","payload":{"type":"token_count","rate_limits":{"primary":{"used_percent":1,"window_minutes":300}}}}"""
                None
            log
                "log: a time before there were computers"
                """{"timestamp":"0026-11-23T02:07:52.328Z","type":"event_msg","payload":{"type":"token_count","rate_limits":{"primary":{"used_percent":1,"window_minutes":300}}}}"""
                None
            log
                "log: a time that is none"
                """{"timestamp":"yesterday","type":"event_msg","payload":{"type":"token_count","rate_limits":{"primary":{"used_percent":1,"window_minutes":300}}}}"""
                None
            log
                "log: a message that speaks of it"
                """{"timestamp":"2026-11-23T02:07:52.328Z","type":"response_item","payload":{"type":"message","text":"{\"type\":\"token_count\"}"}}"""
                None
            log
                "log: an answer of a tool that looks like it"
                """{"timestamp":"2026-11-23T02:07:52.328Z","type":"response_item","payload":{"type":"token_count","rate_limits":{"primary":{"used_percent":1,"window_minutes":300}}}}"""
                None
            log
                "log: another event that holds one"
                """{"timestamp":"2026-11-23T02:07:52.328Z","type":"event_msg","payload":{"type":"agent_message","x":{"type":"token_count"},"rate_limits":{"primary":{"used_percent":1,"window_minutes":300}}}}"""
                None
            log
                "log: cut off"
                """{"timestamp":"2026-11-23T02:07:52.328Z","type":"event_msg","payload":{"type":"token_count","rate_limits":{"primary":{"used_percent":1"""
                None
            log
                "log: the end of a line"
                """"token_count","rate_limits":{"primary":{"used_percent":1,"window_minutes":300}}}}"""
                None
            log
                "log: the first line"
                """{"timestamp":"2026-11-23T02:07:00.000Z","type":"session_meta","payload":{"id":"1","account_scoped":true,"creator_user_id":"user-1","creator_account_id":"acct-1"}}"""
                None
            log "log: an empty line" "" None
        ]

    /// All of them.
    let all = ServiceShapes.all @ BrokenServiceShapes.all @ ofAppServer @ ofLog

    /// Gives the shape of a name.
    let named name =
        all |> List.find (fun shape -> shape.Name = name)
