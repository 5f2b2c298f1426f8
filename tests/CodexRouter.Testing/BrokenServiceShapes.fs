namespace CodexRouter.Testing

open CodexRouter.Testing.UsageShape

/// Answers of the usage service with a field that is written otherwise, broken or not there, and what is no answer of it.
[<RequireQualifiedAccess>]
module BrokenServiceShapes =

    let private service = shape UsageTeller.Service

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

    /// All of them.
    let all =
        [
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
