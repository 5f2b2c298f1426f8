/// What session logs tell is more than their last line: a log is a sequence, and so are the logs.
module CodexRouter.Core.Tests.SessionFiguresTests

open System
open System.Text
open CodexRouter.Core
open Expecto

let private start = DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero)

let private at (minutes: float) =
    start.AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", Globalization.CultureInfo.InvariantCulture)

let private bytes (text: string) =
    ReadOnlyMemory(Encoding.UTF8.GetBytes text)

let private window used (minutes: int) resets =
    "{\"used_percent\":"
    + string<int> used
    + ".0,\"window_minutes\":"
    + string<int> minutes
    + ",\"resets_at\":"
    + string<int64>(start.AddHours(resets).ToUnixTimeSeconds())
    + "}"

let private limits (id: string) primary secondary reached =
    "{\"limit_id\":"
    + (if id = "" then "null" else "\"" + id + "\"")
    + ",\"limit_name\":null,\"primary\":"
    + primary
    + ",\"secondary\":"
    + secondary
    + ",\"credits\":null,\"plan_type\":null,\"rate_limit_reached_type\":"
    + reached
    + "}"

let private counted time limits =
    bytes (
        "{\"timestamp\":\""
        + at time
        + "\",\"type\":\"event_msg\",\"payload\":{\"type\":\"token_count\",\"info\":null,\"rate_limits\":"
        + limits
        + "}}"
    )

/// A line with the plan's own figures.
let private own time used =
    counted time (limits "codex" (window used 300 4.0) (window 40 10_080 90.0) "null")

/// A line with those of an extra limit.
let private extra time used =
    counted time (limits "codex_bengalfox" (window used 300 4.0) "null" "null")

let private refused time =
    counted time (limits "premium" "null" "null" "\"rate_limit_reached\"")

let private failed time =
    bytes (
        "{\"timestamp\":\""
        + at time
        + "\",\"type\":\"event_msg\",\"payload\":{\"type\":\"error\",\"message\":\"You've hit your usage limit.\","
        + "\"codex_error_info\":\"usage_limit_exceeded\"}}"
    )

let private begun time (creator: string) =
    bytes (
        "{\"timestamp\":\""
        + at time
        + "\",\"type\":\"session_meta\",\"payload\":{\"id\":\"s\",\"creator_account_id\":\""
        + creator
        + "\"}}"
    )

/// What a log says that has these lines, the oldest first.
let private told lines =
    let copied = SessionFigures.copiedUntil (lines |> Seq.truncate 3)

    let time news =
        match news with
        | LogNews.Figures quota -> quota.FetchedAt
        | LogNews.Refusal at -> at

    lines
    |> List.rev
    |> Seq.choose Rollout.news
    |> Seq.filter (fun news -> copied |> Option.forall (fun until -> time news > until))
    |> SessionFigures.ofNews

let private used limit (quota: Quota option) =
    quota
    |> Option.map (fun quota ->
        quota.Windows
        |> List.filter (fun window -> window.Limit = limit)
        |> List.map _.Used)

let private left minutes (quota: Quota option) =
    quota |> Option.map (Quota.left (start.AddMinutes minutes))

let tests =
    testList
        "Session logs"
        [
            testCase "tell the newest figures" (fun () ->
                Expect.equal (told [ own 1.0 20; own 2.0 25 ] |> used "codex") (Some [ Some 25.0; Some 40.0 ]) "of two")

            testCase "tell the newest figures of each family of limits" (fun () ->
                let told = told [ own 1.0 20; extra 2.0 77 ]
                Expect.equal (used "codex" told) (Some [ Some 20.0; Some 40.0 ]) "the plan's own"
                Expect.equal (used "codex_bengalfox" told) (Some [ Some 77.0 ]) "the extra one"

                Expect.equal
                    (told |> Option.map _.FetchedAt)
                    (Some(start.AddMinutes 1.0))
                    "as old as the plan's own, by which everything is judged")

            testCase "with an extra limit only are not without figures" (fun () ->
                match told [ extra 2.0 77 ] |> left 3.0 with
                | Some(Quota.Left.Some(percent, window)) ->
                    Expect.equal (percent, window.Limit) (23.0, "codex_bengalfox") "it stands for the plan's own"
                | other -> failtest (string other))

            for name, refusal in [ "by its limits", refused; "by its error", failed ] do
                testCase ("end with a refusal that is told " + name + ": nothing is left, just now") (fun () ->
                    let told = told [ own 1.0 97; refusal 2.0 ]
                    Expect.equal (told |> Option.map _.FetchedAt) (Some(start.AddMinutes 2.0)) "as new as the refusal"

                    match left 3.0 told with
                    | Some(Quota.Left.Nothing(Some window)) -> Expect.equal (Window.label window) "5h" "because of it"
                    | other -> failtest (string other))

            testCase "that go on after a refusal take it back" (fun () ->
                match told [ own 1.0 97; refused 2.0; own 250.0 3 ] |> left 251.0 with
                | Some(Quota.Left.Some(percent, _)) -> Expect.equal percent 60.0 "the week's"
                | other -> failtest (string other))

            testCase "of a fork tell nothing by what was copied" (fun () ->
                let fork = [ begun 60.0 "alice"; begun 60.0 "bob"; own 60.001 97; refused 60.002 ]
                Expect.isNone (told fork) "bob's figures, with the time of the fork"

                Expect.equal
                    (told (fork @ [ own 61.0 12 ]) |> used "codex")
                    (Some [ Some 12.0; Some 40.0 ])
                    "its own count")

            testCase "of a session that was only resumed count whole" (fun () ->
                Expect.isNone (SessionFigures.copiedUntil [ begun 60.0 "alice"; own 60.001 9 ]) "nothing was copied")

            testCase "are read together: a refusal in the newest, the windows in an older one" (fun () ->
                let newer, older = told [ refused 9.0 ], told [ own 1.0 97 ]

                match newer, older with
                | Some newer, Some older ->
                    Expect.isFalse (SessionFigures.isWhole newer) "a refusal says nothing of windows"
                    let both = SessionFigures.merge newer older
                    Expect.equal (used "codex" (Some both)) (Some [ Some 97.0; Some 40.0 ]) "the windows"
                    Expect.isTrue both.LimitReached "and the refusal"
                | other -> failtest (string other))

            testCase "without windows and without a refusal tell nothing" (fun () ->
                Expect.isNone (told [ counted 1.0 (limits "codex" "null" "null" "null") ]) "nothing")
        ]
