namespace CodexRouter.Bench

open System
open System.Diagnostics
open System.IO
open System.Net.Http
open System.Text
open CodexRouter.StandIn

/// What figures cost: those that are at hand, those that a service is asked for, and those in the session logs.
[<RequireQualifiedAccess>]
module Quotas =

    let private sampleOf rounds (work: unit -> unit) =
        work () // what only the first run pays is no part of it

        Sample.create (
            seq {
                for _ in 1..rounds do
                    let clock = Stopwatch.StartNew()
                    work ()
                    clock.Elapsed.TotalMicroseconds
            }
            |> Seq.toArray
        )

    /// Gives profiles figures, by asking a service that knows them.
    let furnish site (root: string) profiles =
        use service = StandIn.Start(List.map SampleAccount.numbered [ 1..profiles ])
        let now = DateTimeOffset.UtcNow

        for number in 1..profiles do
            service.SetUsage(SampleAccount.numbered number, SampleUsage.twoWindows now number 50)

        let settings = Path.Combine(root, "config.toml")
        File.WriteAllText(settings, "chatgpt_base_url = \"" + service.BaseUrl + "\"\n")
        Site.prepare site root site.Home [ "quota"; "--all" ]
        File.Delete settings

    /// `quota --offline` against `current`, both as whole processes.
    let private offline site (root: string) =
        let samples =
            Commands.measure
                site
                [
                    "current", root, [ site.Program; "current" ], [ 0 ]
                    "quota --offline", root, [ site.Program; "quota"; "--offline" ], [ 0 ]
                ]

        [
            {
                What = "`codex-router quota --offline` against `codex-router current`"
                Figures =
                    Finding.duration (Sample.median samples["quota --offline"])
                    + " against "
                    + Finding.duration (Sample.median samples["current"])
                Value = Some(Sample.ratio samples["current"] samples["quota --offline"])
                Unit = "×"
                Goal = Goal.AtMost 2.0
            }
        ]

    let private pause = TimeSpan.FromMilliseconds 200.0

    /// `quota --all` for twenty profiles against one request to the same service, which takes its time.
    let private sideBySide site =
        let profiles = 20
        use service = StandIn.Start(List.map SampleAccount.numbered [ 1..profiles ])
        let root = Site.rootOf site "asked" profiles (Some service)
        let now = DateTimeOffset.UtcNow

        for number in 1..profiles do
            service.SetUsage(SampleAccount.numbered number, SampleUsage.twoWindows now number 50)

        service.Delay("/backend-api/wham/usage", pause)
        use http = new HttpClient()
        let rounds = max 5 (site.Rounds / 10)

        let all =
            sampleOf rounds (fun () -> Site.prepare site root site.Home [ "quota"; "--all" ])

        let one =
            sampleOf rounds (fun () ->
                (http.GetAsync(service.BaseUrl + "/wham/usage")).GetAwaiter().GetResult().Dispose())

        [
            {
                What = "`codex-router quota --all`, 20 profiles, against one request of 200 ms"
                Figures =
                    Finding.duration (Sample.median all)
                    + " against "
                    + Finding.duration (Sample.median one)
                Value = Some(Sample.ratio one all)
                Unit = "×"
                Goal = Goal.Below 1.5
            }
        ]

    let private files = 10_000

    /// A session's log of a size, as Codex writes it: whose it is first, then what was said, and at the end the figures.
    let private writeLog (path: string) (bytes: int) (account: SampleAccount) (at: DateTimeOffset) =
        let time = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'")

        let first =
            "{\"timestamp\":\""
            + time
            + "\",\"type\":\"session_meta\",\"payload\":{\"creator_user_id\":\""
            + account.UserId
            + "\",\"creator_account_id\":\""
            + account.AccountId
            + "\"}}\n"

        let last =
            "{\"timestamp\":\""
            + time
            + "\",\"type\":\"event_msg\",\"payload\":{\"type\":\"token_count\",\"info\":null,\"rate_limits\":{\"limit_id\":\"codex\",\"primary\":{\"used_percent\":12.5,\"window_minutes\":300,\"resets_at\":"
            + string (at.AddHours(2.0).ToUnixTimeSeconds())
            + "}}}}\n"

        let said =
            "{\"type\":\"response_item\",\"payload\":\"" + String('x', 4000) + "\"}\n"

        use file = File.Create path
        file.Write(Encoding.ASCII.GetBytes first)

        for _ in 1 .. (bytes - first.Length - last.Length) / said.Length do
            file.Write(Encoding.ASCII.GetBytes said)

        file.Write(Encoding.ASCII.GetBytes last)
        file.Close()
        File.SetLastWriteTimeUtc(path, at.UtcDateTime)

    /// A root whose one profile has so many bytes of logs; the newest is another account's, as may well be.
    let private logged site name (megabytes: int) =
        let root = Site.rootOf site name 1 None
        let now = DateTimeOffset.UtcNow

        for number in 1..files do
            let at = now.AddMinutes(-(float number))

            let folder =
                Site.folder site (Path.Combine(name, "sessions", at.ToString "yyyy/MM/dd"))

            writeLog
                (Path.Combine(folder, "rollout-" + string<int> number + ".jsonl"))
                (megabytes * 1_000_000 / files)
                (SampleAccount.numbered (if number = 1 then 2 else 1))
                at

        root

    /// Logs are looked through whatever the store has: they may hold something newer.
    let private logs site =
        let command = [ site.Program; "quota"; "--offline"; "p1" ]

        let samples =
            Commands.measure
                site
                [
                    "200 MB", logged site "logs-small" 200, command, [ 0 ]
                    "2 GB", logged site "logs-large" 2000, command, [ 0 ]
                ]

        [
            {
                What = "the newest figure in 10,000 session logs, 2 GB in total, as a whole process"
                Figures = ""
                Value = Some(Sample.median samples["2 GB"] / 1000.0)
                Unit = " ms"
                Goal = Goal.Below 30.0
            }
            {
                What = "the same in 2 GB against 200 MB"
                Figures =
                    Finding.duration (Sample.median samples["2 GB"])
                    + " against "
                    + Finding.duration (Sample.median samples["200 MB"])
                Value = Some(Sample.ratio samples["200 MB"] samples["2 GB"])
                Unit = "×"
                Goal = Goal.AtMost 1.2
            }
        ]

    /// Gives the findings about figures, in a root with these profiles.
    let findings site (root: string) =
        offline site root @ sideBySide site @ logs site
