/// The live view's words for time, when it asks again, and its keys.
module CodexRouter.Cli.Tests.WatchTimeTests

open System
open CodexRouter.Cli.Watch
open CodexRouter.Cli.Tests.WatchRows
open CodexRouter.Cli
open Expecto

let private time =
    testList
        "time"
        [
            testCase "a time that is left is told by its two greatest units"
            <| fun () ->
                let told =
                    [
                        for seconds in [ 0; 45; 60; 310; 3599; 3600; 4980; 86_400; 273_600; 2_678_400 ] ->
                            TimeWords.remaining (TimeSpan.FromSeconds(float seconds))
                    ]

                Expect.equal
                    told
                    [
                        "0s"
                        "45s"
                        "1m 0s"
                        "5m 10s"
                        "59m 59s"
                        "1h 0m"
                        "1h 23m"
                        "1d 0h"
                        "3d 4h"
                        "31d 0h"
                    ]
                    "the words"

            testCase "a minute is told as a minute, and each unit goes to the last moment of it"
            <| fun () ->
                let told =
                    [
                        for seconds in [ 0.0; 59.0; 59.9; 60.0; 61.0; 3599.0; 3600.0; 172_799.0; 172_800.0 ] ->
                            TimeWords.ago (TimeSpan.FromSeconds seconds)
                    ]

                Expect.equal
                    told
                    [
                        "0 s ago"
                        "59 s ago"
                        "59 s ago"
                        "1 min ago"
                        "1 min ago"
                        "59 min ago"
                        "1 h ago"
                        "47 h ago"
                        "2 d ago"
                    ]
                    "the words"

            testCase "the service is asked at the interval, ten percent more or less"
            <| fun () ->
                let interval = TimeSpan.FromSeconds 30.0

                let delays =
                    [
                        for random in [ 0.0; 0.5; 1.0 ] -> (RefetchSchedule.delay interval random 0 None).TotalSeconds
                    ]

                Expect.equal delays [ 27.0; 30.0; 33.0 ] "seconds"

            testCase "while the service complains it is asked half as often each time, at last every ten minutes"
            <| fun () ->
                let interval = TimeSpan.FromSeconds 30.0

                let delays =
                    [
                        for failures in 0..6 -> (RefetchSchedule.delay interval 0.5 failures None).TotalSeconds
                    ]

                Expect.equal delays [ 30.0; 60.0; 120.0; 240.0; 480.0; 600.0; 600.0 ] "seconds"

            testCase "a service that says how long to wait is left alone for so long"
            <| fun () ->
                let wish =
                    Some
                        {
                            Text = "too many requests"
                            RetryAfter = Some(TimeSpan.FromMinutes 20.0)
                        }

                let schedule =
                    RefetchSchedule.start now
                    |> RefetchSchedule.next (TimeSpan.FromSeconds 30.0) 0.0 now wish

                Expect.equal schedule.Due (now.AddMinutes 20.0) "not earlier"
                let well = RefetchSchedule.next (TimeSpan.FromSeconds 30.0) 0.5 now None schedule
                Expect.equal (well.Due, well.Problem) (now.AddSeconds 30.0, None) "and as usual when all is well"

            testCase "a service that asks for days is asked again after six hours"
            <| fun () ->
                for wish in [ 1.0; 30.0; 10_000.0 ] do
                    Expect.equal
                        (RefetchSchedule.delay (TimeSpan.FromSeconds 30.0) 0.5 1 (Some(TimeSpan.FromDays wish)))
                        (TimeSpan.FromHours 6.0)
                        "six hours"

            testCase "a long interval is not made shorter by complaints"
            <| fun () ->
                Expect.equal
                    (RefetchSchedule.delay (TimeSpan.FromHours 1.0) 0.5 3 None)
                    (TimeSpan.FromHours 1.0)
                    "one hour"

            testCase "q, Esc and Ctrl-D end it, r reads now, and an arrow key is none of them"
            <| fun () ->
                let keys (text: string) =
                    WatchLoop.keys (text |> Seq.map byte |> List.ofSeq)

                Expect.equal (keys "q") [ WatchKey.End ] "q"
                Expect.equal (keys "\u001b") [ WatchKey.End ] "Esc"
                Expect.equal (keys "\u0004") [ WatchKey.End ] "Ctrl-D"
                Expect.equal (keys "r") [ WatchKey.ReadNow ] "r"
                Expect.equal (keys "\u001b[A") [] "an arrow"
                Expect.equal (keys "xyz") [] "others"
        ]

let tests = testList "Watch, its picture" [ time ]
