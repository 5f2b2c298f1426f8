namespace CodexRouter.Testing

open CodexRouter.Testing.UsageShape

/// Answers of the usage service: their windows, limits, credits and plans.
[<RequireQualifiedAccess>]
module ServiceShapes =

    let private service = shape UsageTeller.Service

    /// All of them.
    let all =
        [
            service
                "everything that the service tells"
                """{"user_id":"user-1","account_id":"acct-1","email":"alice@example.com","plan_type":"plus",
                    "rate_limit":{"allowed":true,"limit_reached":false,
                        "primary_window":{"used_percent":42,"limit_window_seconds":18000,"reset_after_seconds":1234,"reset_at":@AT},
                        "secondary_window":{"used_percent":7,"limit_window_seconds":604800,"reset_after_seconds":9,"reset_at":@LATER}},
                    "additional_rate_limits":[{"limit_name":"GPT-X-Mini","metered_feature":"codex_mini",
                        "rate_limit":{"allowed":true,"limit_reached":false,"primary_window":{"used_percent":3,@5H},"secondary_window":null}}],
                    "credits":{"has_credits":true,"unlimited":false,"balance":"9.99","approx_local_messages":[1,2],"approx_cloud_messages":[0,1]},
                    "spend_control":{"reached":false,"individual_limit":{"source":"workspace","limit":"25000","used":"8000","remaining":"17000",
                        "used_percent":32,"remaining_percent":68,"reset_after_seconds":60,"reset_at":@AT}},
                    "rate_limit_reached_type":null,"rate_limit_reset_credits":{"available_count":3}}"""
                (Some full)
            service
                "all that may be null is null"
                """{"plan_type":"plus","rate_limit":null,"additional_rate_limits":null,"credits":null,"spend_control":null,
                    "rate_limit_reached_type":null,"rate_limit_reset_credits":null}"""
                None
            service
                "both windows null"
                """{"plan_type":"plus","rate_limit":{"allowed":true,"limit_reached":false,"primary_window":null,"secondary_window":null}}"""
                None
            service
                "a free account's one window of a month, in the first place"
                """{"plan_type":"free","rate_limit":{"allowed":true,"limit_reached":false,
                    "primary_window":{"used_percent":10,"limit_window_seconds":2592000,"reset_at":@AT},"secondary_window":null}}"""
                (Some
                    { nothing with
                        Plan = Some "free"
                        Windows = [ known "codex" "month" (Some 10.0) (ShapeReset.At ResetsAt) ]
                    })
            service
                "the week in the first place, five hours in the second"
                """{"rate_limit":{"primary_window":{"used_percent":7,@WEEK},"secondary_window":{"used_percent":42,@5H}}}"""
                (windows [ fiveHours (Some 42.0); week (Some 7.0) ])
            service
                "a third window"
                """{"rate_limit":{@PRIMARY,"tertiary_window":{"used_percent":1,"limit_window_seconds":86400,"reset_at":@AT}}}"""
                (windows
                    [
                        fiveHours (Some 42.0)
                        known "codex" "24h" (Some 1.0) (ShapeReset.At ResetsAt)
                    ])
            service
                "a window of another name"
                """{"rate_limit":{"burst":{"used_percent":1,"limit_window_seconds":1800,"reset_at":@AT},@PRIMARY}}"""
                (windows
                    [
                        known "codex" "30m" (Some 1.0) (ShapeReset.At ResetsAt)
                        fiveHours (Some 42.0)
                    ])
            service
                "one window twice: the more used counts"
                """{"rate_limit":{"primary_window":{"used_percent":42,@5H},"secondary_window":{"used_percent":50,@5H}}}"""
                (windows [ fiveHours (Some 50.0) ])
            service
                "one window twice, once without a figure"
                """{"rate_limit":{"primary_window":{"used_percent":null,@5H},"secondary_window":{"used_percent":50,@5H}}}"""
                (windows [ fiveHours (Some 50.0) ])
            service
                "a field twice: the last counts"
                """{"rate_limit":{"primary_window":{"used_percent":1,"used_percent":42,@5H}}}"""
                (windows [ fiveHours (Some 42.0) ])
            service
                "limit reached"
                """{"rate_limit":{"allowed":false,"limit_reached":true,"primary_window":{"used_percent":100,@5H}},
                    "rate_limit_reached_type":{"type":"rate_limit_reached"}}"""
                (Some
                    { nothing with
                        Windows = [ fiveHours (Some 100.0) ]
                        Reached = true
                        ReachedType = Some "rate_limit_reached"
                    })
            service
                "limit reached, and nothing else said"
                """{"plan_type":"team","rate_limit":{"allowed":true,"limit_reached":true,"primary_window":null}}"""
                (Some
                    { nothing with
                        Plan = Some "team"
                        Reached = true
                    })
            service
                "not allowed, though no limit is reached"
                """{"rate_limit":{"allowed":false,"limit_reached":false,@PRIMARY}}"""
                (Some
                    { nothing with
                        Windows = [ fiveHours (Some 42.0) ]
                        Reached = true
                    })
            service
                "a reached type as plain text"
                """{"rate_limit":{@PRIMARY},"rate_limit_reached_type":"workspace_member_credits_depleted"}"""
                (Some
                    { nothing with
                        Windows = [ fiveHours (Some 42.0) ]
                        Reached = true
                        ReachedType = Some "workspace_member_credits_depleted"
                    })
            service
                "a reached type that nobody knows"
                """{"rate_limit":{@PRIMARY},"rate_limit_reached_type":{"type":"brand_new_limit","more":1}}"""
                (Some
                    { nothing with
                        Windows = [ fiveHours (Some 42.0) ]
                        Reached = true
                        ReachedType = Some "brand_new_limit"
                    })
            service
                "a reached type that is a number, an object without a word"
                """{"rate_limit":{@PRIMARY},"rate_limit_reached_type":{"type":7}}"""
                (windows [ fiveHours (Some 42.0) ])
            service
                "yes and no as text and as numbers"
                """{"rate_limit":{"allowed":"true","limit_reached":1,@PRIMARY}}"""
                (Some
                    { nothing with
                        Windows = [ fiveHours (Some 42.0) ]
                        Reached = true
                    })
            service
                "credits as a number"
                """{"rate_limit":{@PRIMARY},"credits":{"has_credits":true,"unlimited":false,"balance":9.99}}"""
                (Some
                    { nothing with
                        Windows = [ fiveHours (Some 42.0) ]
                        Credits = Some(Some "9.99", false)
                    })
            service
                "unlimited credits without a balance"
                """{"credits":{"has_credits":true,"unlimited":true,"balance":null}}"""
                (Some
                    { nothing with
                        Credits = Some(None, true)
                    })
            service
                "credits are just a text"
                """{"credits":"12.50"}"""
                (Some
                    { nothing with
                        Credits = Some(Some "12.50", false)
                    })
            service
                "no credits"
                """{"rate_limit":{@PRIMARY},"credits":{"has_credits":false,"unlimited":false,"balance":null}}"""
                (windows [ fiveHours (Some 42.0) ])
            service
                "broken credits hide nothing"
                """{"rate_limit":{@PRIMARY},"credits":[{"balance":1}],"spend_control":7,"rate_limit_reset_credits":"many","plan_type":5}"""
                (windows [ fiveHours (Some 42.0) ])
            service
                "spend control reached"
                """{"rate_limit":{@PRIMARY},"spend_control":{"reached":true,"individual_limit":null}}"""
                (Some
                    { nothing with
                        Windows = [ fiveHours (Some 42.0) ]
                        Spend = Some(true, None)
                    })
            service
                "spend control that says nothing"
                """{"rate_limit":{@PRIMARY},"spend_control":{"reached":false,"individual_limit":null}}"""
                (windows [ fiveHours (Some 42.0) ])
            service
                "spend control in numbers, with what is left"
                """{"spend_control":{"reached":false,"individual_limit":{"limit":25000,"used":8000.5,"remaining_percent":68}}}"""
                (Some
                    { nothing with
                        Spend = Some(false, Some 32.0)
                    })
            service
                "reset credits as text, and alone"
                """{"rate_limit_reset_credits":{"available_count":"3"}}"""
                (Some { nothing with ResetCredits = Some 3 })
            service
                "a negative number of reset credits"
                """{"rate_limit":{@PRIMARY},"rate_limit_reset_credits":{"available_count":-1}}"""
                (windows [ fiveHours (Some 42.0) ])
            service
                "a plan that is new"
                """{"plan_type":"brand_new_plan","rate_limit":{@PRIMARY}}"""
                (Some
                    { nothing with
                        Plan = Some "brand_new_plan"
                        Windows = [ fiveHours (Some 42.0) ]
                    })
            service
                "the plan's other name"
                """{"plan_type":"education","rate_limit":{@PRIMARY}}"""
                (Some
                    { nothing with
                        Plan = Some "edu"
                        Windows = [ fiveHours (Some 42.0) ]
                    })
            service
                "code reviews"
                """{"rate_limit":{@PRIMARY},"code_review_rate_limit":{"primary_window":{"used_percent":5,@WEEK}}}"""
                (windows
                    [
                        fiveHours (Some 42.0)
                        known "code_review" "week" (Some 5.0) (ShapeReset.At WeekResetsAt)
                    ])
            service
                "extra limits: nameless, without windows, broken, and one that is whole"
                """{"rate_limit":{@PRIMARY},"additional_rate_limits":[{"rate_limit":{"primary_window":{"used_percent":99,@5H}}},
                    {"limit_name":"empty","metered_feature":"empty","rate_limit":null},7,null,"x",[],{"limit_name":5,"rate_limit":[]},
                    {"limit_name":"whole","rate_limit":{"primary_window":{"used_percent":1,@5H}}}]}"""
                (windows
                    [
                        fiveHours (Some 42.0)
                        known "whole" "5h" (Some 1.0) (ShapeReset.At ResetsAt)
                    ])
            service
                "extra limits in an object"
                """{"rate_limit":{@PRIMARY},"additional_rate_limits":{"codex_mini":{"rate_limit":{"primary_window":{"used_percent":1,@5H}}}}}"""
                (windows
                    [
                        fiveHours (Some 42.0)
                        known "codex_mini" "5h" (Some 1.0) (ShapeReset.At ResetsAt)
                    ])
            service
                "extra limits only"
                """{"rate_limit":null,"additional_rate_limits":[{"metered_feature":"codex_mini","rate_limit":{"primary_window":{"used_percent":1,@5H}}}]}"""
                (windows [ known "codex_mini" "5h" (Some 1.0) (ShapeReset.At ResetsAt) ])
            service
                "an extra limit that people call as the plan's own"
                """{"rate_limit":{@PRIMARY},"additional_rate_limits":[{"limit_name":"Codex","metered_feature":"codex_two",
                    "rate_limit":{"primary_window":{"used_percent":99,@5H}}}]}"""
                (windows
                    [
                        fiveHours (Some 42.0)
                        known "codex_two" "5h" (Some 99.0) (ShapeReset.At ResetsAt)
                    ])
        ]
