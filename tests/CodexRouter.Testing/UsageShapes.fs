namespace CodexRouter.Testing

open System.Text

/// Who tells of an account's usage.
[<RequireQualifiedAccess>]
type UsageTeller =
    /// The body of the usage service's answer.
    | Service
    /// The `result` of the app-server's answer.
    | AppServer
    /// A line of a session's log.
    | SessionLog

/// When a window resets, as it should be read.
[<RequireQualifiedAccess>]
type ShapeReset =
    | Unsaid
    /// Seconds since 1970.
    | At of int64
    /// Seconds after the report was fetched.
    | After of int

/// A window as it should be read.
type ShapeWindow =
    {
        Limit: string
        Label: string
        Used: float option
        Resets: ShapeReset
    }

/// What is to be understood of a report.
type UsageEssence =
    {
        /// In the order in which they are told.
        Windows: ShapeWindow list
        Plan: string option
        Account: string option
        Reached: bool
        ReachedType: string option
        /// The balance and whether there is no end to it.
        Credits: (string option * bool) option
        /// Whether the spending limit is reached, and percent used.
        Spend: (bool * float option) option
        ResetCredits: int option
    }

/// One report as somebody may send or write it.
type UsageShape =
    {
        /// Says what is special about it, and is different for each.
        Name: string
        Teller: UsageTeller
        Bytes: byte[]
        /// Nothing where nothing is to be understood.
        Essence: UsageEssence option
    }

/// Every shape of a usage report that this project knows of: as the provider and Codex write it, and broken in each way that
/// was thought of. The parsers' tests and the program's own use the same list.
[<RequireQualifiedAccess>]
module UsageShapes =

    /// 1 January 2099: no window of a shape has begun anew when the tests run.
    [<Literal>]
    let ResetsAt = 4_070_908_800L

    /// A week later.
    [<Literal>]
    let WeekResetsAt = 4_071_513_600L

    /// The time of every line of a session's log.
    [<Literal>]
    let LineTime = "2026-11-23T02:07:52.328Z"

    let private fill (text: string) =
        text
            .Replace("@5H", "\"limit_window_seconds\":18000,\"reset_at\":@AT")
            .Replace("@WEEK", "\"limit_window_seconds\":604800,\"reset_at\":@LATER")
            .Replace("@PRIMARY", "\"primary_window\":{\"used_percent\":42,@5h}")
            .Replace("@5h", "\"limit_window_seconds\":18000,\"reset_at\":@AT")
            .Replace("@AT", string<int64> ResetsAt)
            .Replace("@LATER", string<int64> WeekResetsAt)

    let private nothing =
        {
            Windows = []
            Plan = None
            Account = None
            Reached = false
            ReachedType = None
            Credits = None
            Spend = None
            ResetCredits = None
        }

    let private known limit label used resets =
        {
            Limit = limit
            Label = label
            Used = used
            Resets = resets
        }

    let private fiveHours used =
        known "codex" "5h" used (ShapeReset.At ResetsAt)

    let private week used =
        known "codex" "week" used (ShapeReset.At WeekResetsAt)

    let private windows list = Some { nothing with Windows = list }

    let private shape teller name (text: string) essence =
        {
            Name = name
            Teller = teller
            Bytes = Encoding.UTF8.GetBytes(fill text)
            Essence = essence
        }

    let private service = shape UsageTeller.Service
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

    /// A service's answer whose first window is written so; the second is always whole.
    let private primary name (window: string) essence =
        service
            name
            ("{\"rate_limit\":{\"allowed\":true,\"limit_reached\":false,\"primary_window\":"
             + window
             + ",\"secondary_window\":{\"used_percent\":7,@WEEK}}}")
            (windows (Option.toList essence @ [ week (Some 7.0) ]))

    /// The first window's percentage is written so.
    let private percent name (written: string) used =
        primary name ("{\"used_percent\":" + written + ",@5H}") (Some(fiveHours used))

    /// The first window's reset time is written so.
    let private reset name (written: string) resets =
        primary
            name
            ("{\"used_percent\":42,\"limit_window_seconds\":18000," + written + "}")
            (Some(known "codex" "5h" (Some 42.0) resets))

    /// The first window's duration is written so.
    let private duration name (written: string) label =
        service
            name
            ("{\"rate_limit\":{\"primary_window\":{\"used_percent\":42,"
             + written
             + "\"reset_at\":@AT}}}")
            (windows [ known "codex" label (Some 42.0) (ShapeReset.At ResetsAt) ])

    let private full =
        {
            Windows =
                [
                    fiveHours (Some 42.0)
                    week (Some 7.0)
                    known "GPT-X-Mini" "5h" (Some 3.0) (ShapeReset.At ResetsAt)
                ]
            Plan = Some "plus"
            Account = Some "acct-1"
            Reached = false
            ReachedType = None
            Credits = Some(Some "9.99", false)
            Spend = Some(false, Some 32.0)
            ResetCredits = Some 3
        }

    let private ofService =
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
            percent "percent: a fraction" "12.5" (Some 12.5)
            percent "percent: text" "\"42\"" (Some 42.0)
            percent "percent: text with its sign" "\" 42 % \"" (Some 42.0)
            percent "percent: a fraction as text with its sign" "\"12.5%\"" (Some 12.5)
            percent "percent: above a hundred" "250" (Some 100.0)
            percent "percent: far above a hundred, as text" "\"1e300\"" (Some 100.0)
            percent "percent: below nothing" "-3" (Some 0.0)
            percent "percent: minus nothing" "-0.0" (Some 0.0)
            percent "percent: null" "null" None
            percent "percent: not a number" "\"NaN\"" None
            percent "percent: endless" "\"Infinity\"" None
            percent "percent: more than a number holds" "1e999" None
            percent "percent: a word" "\"lots\"" None
            percent "percent: an empty text" "\"\"" None
            percent "percent: its sign alone" "\"%\"" None
            percent "percent: a list" "[42]" None
            percent "percent: an object" "{\"value\":42}" None
            percent "percent: yes" "true" None
            percent "percent: half a surrogate pair" "\"\\ud800\"" None
            primary "percent: missing" "{@5H}" (Some(fiveHours None))
            primary "percent: what is left instead" "{\"remaining_percent\":58,@5H}" (Some(fiveHours (Some 42.0)))
            duration "duration: text" "\"limit_window_seconds\":\"18000\"," "5h"
            duration "duration: a second short of five hours" "\"limit_window_seconds\":17999," "5h"
            duration "duration: a fraction" "\"limit_window_seconds\":17940.5," "5h"
            duration "duration: a month of 31 days" "\"limit_window_seconds\":2678400," "month"
            duration "duration: three days" "\"limit_window_seconds\":259200," "3d"
            duration "duration: nothing" "\"limit_window_seconds\":0," "?"
            duration "duration: negative" "\"limit_window_seconds\":-18000," "?"
            duration "duration: null" "\"limit_window_seconds\":null," "?"
            duration "duration: missing" "" "?"
            duration "duration: endless" "\"limit_window_seconds\":1e300," "?"
            duration "duration: a word" "\"limit_window_seconds\":\"five hours\"," "?"
            duration "duration: a list" "\"limit_window_seconds\":[18000]," "?"
            reset "reset: text" "\"reset_at\":\"@AT\"" (ShapeReset.At ResetsAt)
            reset "reset: a fraction" "\"reset_at\":@AT.0" (ShapeReset.At ResetsAt)
            reset "reset: milliseconds" "\"reset_at\":@AT000" (ShapeReset.At ResetsAt)
            reset "reset: RFC 3339" "\"reset_at\":\"2099-01-01T00:00:00Z\"" (ShapeReset.At ResetsAt)
            reset
                "reset: RFC 3339 of another zone"
                "\"reset_at\":\"2099-01-01T02:00:00.000+02:00\""
                (ShapeReset.At ResetsAt)
            reset "reset: seconds from now" "\"reset_after_seconds\":1234" (ShapeReset.After 1234)
            reset "reset: seconds from now, as text" "\"reset_after_seconds\":\"1234\"" (ShapeReset.After 1234)
            reset
                "reset: null, and seconds from now"
                "\"reset_at\":null,\"reset_after_seconds\":1234"
                (ShapeReset.After 1234)
            reset
                "reset: nothing since 1970, and seconds from now"
                "\"reset_at\":0,\"reset_after_seconds\":60"
                (ShapeReset.After 60)
            reset
                "reset: a word, and seconds from now"
                "\"reset_at\":\"soon\",\"reset_after_seconds\":60"
                (ShapeReset.After 60)
            reset "reset: negative" "\"reset_at\":-5" ShapeReset.Unsaid
            reset "reset: endless" "\"reset_at\":1e300,\"reset_after_seconds\":1e300" ShapeReset.Unsaid
            reset "reset: negative seconds from now" "\"reset_after_seconds\":-5" ShapeReset.Unsaid
            reset "reset: a time without a zone" "\"reset_at\":\"2099-01-01T00:00:00\"" ShapeReset.Unsaid
            reset "reset: missing" "\"other\":1" ShapeReset.Unsaid
            primary "a window that is a text" "\"42%\"" None
            primary "a window that is a number" "42" None
            primary "a window that is a list" "[{\"used_percent\":42,@5H}]" None
            primary "a window that is empty" "{}" None
            primary "a window that says only when it resets" "{\"reset_at\":@AT}" None
            service
                "no window but the first is broken beyond use"
                """{"rate_limit":{"primary_window":7,"secondary_window":[],"allowed":{},"limit_reached":"perhaps"}}"""
                None
            service
                "names that are no text, beside those that are"
                """{"\ud800":1,"rate_limit":{"\udc00":{"used_percent":1},"p\ud83d":2,@PRIMARY,"\ud800_window":{"used_percent":9,"limit_window_seconds":60}},"plan_type":"plus"}"""
                (Some
                    { nothing with
                        Plan = Some "plus"
                        Windows = [ fiveHours (Some 42.0) ]
                    })
            service
                "a plan that is half a surrogate pair"
                """{"plan_type":"\ud800","rate_limit":{@PRIMARY}}"""
                (windows [ fiveHours (Some 42.0) ])
            service
                "a plan and an account that are blank"
                """{"plan_type":" ","account_id":"","rate_limit":{@PRIMARY}}"""
                (windows [ fiveHours (Some 42.0) ])
            service
                "characters that act on a terminal"
                """{"plan_type":"pl\u001b[31mus\u202e","rate_limit":{@PRIMARY}}"""
                (windows [ fiveHours (Some 42.0) ])
            service
                "a plan that prompts would run"
                """{"plan_type":"$(id)`id`%n${PATH}","rate_limit":{@PRIMARY}}"""
                (windows [ fiveHours (Some 42.0) ])
            service
                "a plan that is longer than any name of one"
                ("""{"plan_type":"FAKE-"""
                 + String.replicate 40 "x"
                 + """","rate_limit":{@PRIMARY}}""")
                (windows [ fiveHours (Some 42.0) ])
            service
                "an error"
                """{"error":{"message":"Your authentication token has expired.","code":"token_expired"}}"""
                None
            service "another error" """{"detail":"Unauthorized"}""" None
            service "a page" "<!DOCTYPE html><html><title>Just a moment...</title></html>" None
            service "nothing at all" "" None
            service "space" " \n" None
            service "null" "null" None
            service "a list" """[{"rate_limit":{@PRIMARY}}]""" None
            service "a text" "\"42%\"" None
            service "an empty object" "{}" None
            service "cut off" """{"plan_type":"plus","rate_limit":{@PRIMARY""" None
            service "something after the end" """{"rate_limit":{@PRIMARY}} x""" None
            service "deeper than anyone needs" (String.replicate 5_000 "[") None
            service
                "something deep beside it"
                ("{\"x\":"
                 + String.replicate 100 "["
                 + String.replicate 100 "]"
                 + ",\"rate_limit\":{@PRIMARY}}")
                None
            {
                Name = "bytes that are no text"
                Teller = UsageTeller.Service
                Bytes = [| 0x7Buy; 0x22uy; 0xFFuy; 0x22uy; 0x3Auy; 0xFEuy; 0x7Duy |]
                Essence = None
            }
        ]

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
    let all = ofService @ ofAppServer @ ofLog

    /// Gives the shape of a name.
    let named name =
        all |> List.find (fun shape -> shape.Name = name)
