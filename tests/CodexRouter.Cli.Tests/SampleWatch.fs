namespace CodexRouter.Cli.Tests

open System
open System.Threading
open System.Threading.Tasks
open CodexRouter.Cli.Watch
open CodexRouter.Core

/// The clock of the made-up profiles: it begins at one moment each time and then goes as any does, so that one second
/// after the start looks the same on every day.
[<Sealed>]
type SampleClock() =
    inherit TimeProvider()

    let start = DateTimeOffset(2026, 3, 10, 14, 17, 0, TimeSpan.Zero)
    let begun = TimeProvider.System.GetTimestamp()

    override _.GetUtcNow() =
        start + TimeProvider.System.GetElapsedTime begun

/// Made-up profiles in every state that the live view can show, for the pictures and for tests of its words.
[<RequireQualifiedAccess>]
module SampleWatch =

    let private hour = TimeSpan.FromHours 1.0

    let private window limit minutes used (resets: DateTimeOffset option) =
        {
            Limit = limit
            Minutes = Some minutes
            Used = used
            ResetsAt = resets
        }

    let private quota plan fetched windows =
        {
            Source = Source.Service
            FetchedAt = fetched
            Plan = Some plan
            AccountId = None
            LimitReached = false
            ReachedType = None
            Windows = windows
            Credits = None
            Spend = None
            ResetCredits = None
        }

    /// Percent left over a day: it falls by and by, and is full again at each reset.
    let private lastDay (minutes: int) left =
        let hours = max 1 (minutes / 60)

        List.init 24 (fun index ->
            let ago = 23 - index
            let fall = (100.0 - left) / float (max 1 (hours - hours / 3))
            let since = (ago + hours / 3) % hours
            Some(max 4.0 (100.0 - fall * float (hours - 1 - since))))

    let private history emptyAt (windows: Window list) =
        windows
        |> List.map (fun window ->
            let left = 100.0 - Option.defaultValue 0.0 window.Used

            Window.key window,
            {
                LastDay = lastDay (window.Minutes |> Option.defaultValue 300) left
                EmptyAt =
                    if window.Minutes = Some Window.FiveHours then
                        emptyAt
                    else
                        None
            })
        |> Map.ofList

    let private name text =
        match ProfileName.create text with
        | Ok name -> name
        | Error fault -> invalidOp (ProfileName.explain fault)

    let private row text account quota emptyAt =
        {
            Name = name text
            Account = account
            Quota = quota
            StaleAfter = TimeSpan.FromMinutes 5.0
            History =
                quota
                |> Option.map (fun quota -> history emptyAt quota.Windows)
                |> Option.defaultValue Map.empty
            Note = None
            IsCurrent = false
            IsPinned = false
        }

    let private codex fiveHours week (start: DateTimeOffset) =
        [
            window Window.Codex Window.FiveHours (Some fiveHours) (Some(start + TimeSpan(1, 23, 5)))
            window Window.Codex Window.Week (Some week) (Some(start + TimeSpan(3, 4, 20, 0)))
        ]

    /// The profiles at a time, when the service was last read at another.
    let private rows (start: DateTimeOffset) (fetched: DateTimeOffset) (round: int) =
        let used = min 99.0 (42.0 + float round)

        [
            { row "personal" "alice@example.com" (Some(quota "plus" fetched (codex used 7.0 start))) None with
                IsCurrent = true
            }
            { row
                  "work"
                  "bob@work.example"
                  (Some
                      { quota "business" fetched (codex 81.0 64.0 start) with
                          Credits =
                              Some
                                  {
                                      Balance = Some "9.99"
                                      Unlimited = false
                                  }
                          ResetCredits = Some 1
                      })
                  (Some(start + TimeSpan(0, 41, 0))) with
                IsPinned = true
            }
            row
                "research"
                "carol@lab.example"
                (Some(
                    quota
                        "pro"
                        fetched
                        (codex 12.0 31.0 start
                         @ [ window "codex_spark" Window.FiveHours (Some 3.0) (Some(start + 4.0 * hour)) ])
                ))
                None
            row
                "client"
                "dave@client.example"
                (Some
                    { quota
                          "plus"
                          fetched
                          [
                              window Window.Codex Window.FiveHours (Some 100.0) (Some(start + TimeSpan(0, 0, 52)))
                              window Window.Codex Window.Week (Some 93.5) (Some(start + TimeSpan(1, 2, 0, 0)))
                          ] with
                        LimitReached = true
                    })
                None
            row
                "hobby"
                "erin@example.com"
                (Some(quota "free" fetched [ window Window.Codex 43_200 (Some 18.0) (Some(start + 431.0 * hour)) ]))
                None
            { row
                  "old"
                  "frank@example.com"
                  (Some
                      { quota
                            "plus"
                            (start - TimeSpan(2, 14, 0))
                            [
                                window Window.Codex Window.FiveHours (Some 70.0) (Some(start - TimeSpan(0, 20, 0)))
                                window Window.Codex Window.Week (Some 55.0) (Some(start + 50.0 * hour))
                            ] with
                          Source = Source.SessionLog
                      })
                  None with
                Note = Some "Not available: the sign-in has ended (codex-router login old)"
            }
            { row "ci" "API key" None None with
                Note = Some "API key: no plan quota"
            }
            row "tokyo" "山田太郎@example.co.jp" (Some(quota "team" fetched (codex 25.0 40.0 start))) None
        ]

    let private further start fetched number =
        let text = string<int> number

        row
            ("team-" + text)
            ("person" + text + "@example.com")
            (Some(quota "plus" fetched (codex (float (number * 37 % 100)) (float (number * 17 % 100)) start)))
            None

    /// Gives so many made-up profiles.
    let source (clock: TimeProvider) (count: int) : WatchSource =
        let start = clock.GetUtcNow()
        let mutable fetched = start
        let mutable round = 0

        {
            Read =
                fun _ ->
                    rows start fetched round
                    @ List.init (max 0 (count - 8)) (fun index -> further start fetched (index + 9))
                    |> List.truncate count
            Refetch =
                fun cancelled ->
                    task {
                        do! Task.Delay(300, cancelled)
                        fetched <- clock.GetUtcNow()
                        round <- round + 1
                        return None
                    }
        }
