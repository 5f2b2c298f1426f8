/// Rows for the live view, as tests tell of them.
module CodexRouter.Cli.Tests.WatchRows

open System
open CodexRouter.Cli.Watch
open CodexRouter.Core
open Expecto

/// A Tuesday, 14:17 where the person is.
let now = DateTimeOffset(2026, 3, 10, 14, 17, 0, TimeSpan.Zero)

let look =
    {
        Unicode = true
        Zone = TimeZoneInfo.Utc
    }

let later (days: int) (hours: int) (minutes: int) = now + TimeSpan(days, hours, minutes, 0)

let name text =
    match ProfileName.create text with
    | Ok name -> name
    | Error _ -> failwith ("no name: " + text)

let window minutes used resets =
    {
        Limit = Window.Codex
        Minutes = Some minutes
        Used = used
        ResetsAt = resets
    }

/// 42 % of the five hours and 7 % of the week are used.
let usual =
    [
        window Window.FiveHours (Some 42.0) (Some(later 0 1 23))
        window Window.Week (Some 7.0) (Some(later 3 4 0))
    ]

let quota windows =
    {
        Source = Source.Service
        FetchedAt = now - TimeSpan.FromSeconds 12.0
        Plan = Some "plus"
        AccountId = None
        LimitReached = false
        ReachedType = None
        Windows = windows
        Credits = None
        Spend = None
        ResetCredits = None
    }

let row text quota =
    {
        Name = name text
        Account = text + "@example.com"
        Quota = quota
        StaleAfter = TimeSpan.FromMinutes 5.0
        History = Map.empty
        Note = None
        IsCurrent = false
        IsPinned = false
    }

/// A row with these windows, read 12 seconds ago.
let reading text windows = row text (Some(quota windows))

let status =
    {
        NextRefetch = Some(now + TimeSpan.FromSeconds 18.0)
        Problem = None
        HasKeys = true
    }

/// The lines of a picture, as a person sees them.
let lines size rows =
    WatchView.frame look size now status rows
    |> List.map (fun line -> (Line.text line).TrimEnd())

/// The same history for every window of a row.
let withHistory emptyAt (row: WatchRow) =
    let history =
        {
            LastDay = List.init 24 (fun hour -> if hour = 3 then None else Some(100.0 - float hour * 4.0))
            EmptyAt = emptyAt
        }

    { row with
        History =
            row.Quota
            |> Option.map _.Windows
            |> Option.defaultValue []
            |> List.map (fun window -> Window.key window, history)
            |> Map.ofList
    }

/// One of the lines holds this.
let contains (text: string) (lines: string list) =
    Expect.exists lines (fun line -> line.Contains(text, StringComparison.Ordinal)) (String.Join('\n', lines))

/// Twenty profiles, of which the third is current and the fourth pinned; the tenth has the least left.
let twenty =
    List.init 20 (fun index ->
        let used = if index = 9 then 95.0 else float (index + 10)

        { reading ("p" + string<int>(index + 1)) [ window Window.FiveHours (Some used) (Some(later 0 1 0)) ] with
            IsCurrent = index = 2
            IsPinned = index = 3
        })
