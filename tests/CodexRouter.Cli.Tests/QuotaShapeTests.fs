module CodexRouter.Cli.Tests.QuotaShapeTests

open System
open System.Text
open System.Text.Json
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// Every shape of this teller, each with an account and a profile of its own.
let private cast teller =
    UsageShapes.all
    |> List.filter (fun shape -> shape.Teller = teller)
    |> List.mapi (fun index shape ->
        let account = SampleAccount.numbered (index + 1)
        "shape-" + string<int>(index + 1), account, shape)

let private near = 2.0

let private isWindow (name: string) (fetched: DateTimeOffset) (expected: ShapeWindow) (told: JsonElement) =
    // A shape that tells of a minute may be read when it is over.
    let used =
        match Told.word "state" told, Told.time "resets_at" told with
        | "reset", Some time when time <= DateTimeOffset.UtcNow -> None
        | _ -> expected.Used

    Expect.equal
        (Told.word "limit" told, Told.word "label" told, Told.number "used_percent" told)
        (expected.Limit, expected.Label, used)
        (name + ": a window")

    match expected.Resets, Told.time "resets_at" told with
    | ShapeReset.Unsaid, None -> ()
    | ShapeReset.At seconds, Some time -> Expect.equal (time.ToUnixTimeSeconds()) seconds (name + ": its reset")
    | ShapeReset.After seconds, Some time ->
        Expect.isLessThan
            (abs ((time - fetched).TotalSeconds - float seconds))
            near
            (name + ": its reset, from when it was read")
    | expected, told ->
        failtest (
            name
            + ": "
            + string<ShapeReset> expected
            + " is told as "
            + string<DateTimeOffset option> told
        )

/// The answer for programs says what the shape does, no more and no less.
let private says (name: string) (essence: UsageEssence) (quota: JsonElement) =
    let fetched =
        Told.time "fetched_at" quota |> Option.defaultValue DateTimeOffset.MinValue

    let windows = Told.items "windows" quota
    Expect.equal windows.Length essence.Windows.Length (name + ": windows: " + Told.windows quota)
    List.iter2 (isWindow name fetched) essence.Windows windows
    Expect.equal (Told.text "plan" quota) essence.Plan (name + ": plan")
    // A spending limit that is reached is a limit too.
    let reached = essence.Reached || essence.Spend |> Option.exists fst
    Expect.equal (Told.truth "limit_reached" quota) reached (name + ": reached")
    Expect.equal (Told.text "reached_type" quota) essence.ReachedType (name + ": reached type")

    let credits =
        if Told.isNull "credits" quota then
            None
        else
            let credits = Told.field "credits" quota
            Some(Told.text "balance" credits, Told.truth "unlimited" credits)

    Expect.equal credits essence.Credits (name + ": credits")

    let spend =
        if Told.isNull "spend" quota then
            None
        else
            let spend = Told.field "spend" quota
            Some(Told.truth "reached" spend, Told.number "used_percent" spend)

    Expect.equal spend essence.Spend (name + ": spend")

    Expect.equal
        (Told.number "reset_credits" quota)
        (essence.ResetCredits |> Option.map float)
        (name + ": reset credits")

/// One run tells of every shape; what is no report is a failure in words, and spoils no other.
let private areTold source code (person: Person) cast words =
    let told =
        person.Quotas("--all" :: words)
        |> List.map (fun profile -> Told.word "name" profile, profile)
        |> Map.ofList

    for profile, _, shape in cast do
        let quota = Told.field "quota" told[profile]

        match shape.Essence with
        | Some essence ->
            Expect.isTrue (Told.isNull "error" told[profile]) (shape.Name + ": no failure")
            Expect.equal (Told.word "source" quota) source (shape.Name + ": source")
            says shape.Name essence quota
        | None ->
            Expect.equal quota.ValueKind JsonValueKind.Null (shape.Name + ": nothing is understood")

            Expect.contains code (Told.field "error" told[profile] |> Told.word "code") (shape.Name + ": the failure")

    // And for people and prompts: whatever it was, each command gets through it.
    for words in [ "quota" :: "--all" :: "--offline" :: []; [ "list" ]; [ "list"; "--json" ] ] do
        person.Does words |> ignore

let private kept (person: Person) cast =
    for profile, _, shape in cast do
        match shape.Essence with
        | Some essence -> says shape.Name essence (person.Quota [ profile; "--offline" ])
        | None -> ()

let tests =
    testList
        "quota shapes"
        [
            promise "every shape of the service's answer is told as what it means, and kept so" (fun person ->
                let cast = cast UsageTeller.Service
                use service = StandIn.Start(cast |> List.map (fun (_, account, _) -> account))
                person.Asks service.BaseUrl

                for profile, account, shape in cast do
                    person.HasHome(profile, account)
                    service.SetUsageAnswer(account, Answer.json 200 shape.Bytes)

                areTold "service" [ "answer_unknown" ] person cast []
                kept person cast)

            promise "every shape of the app-server's answer is told as what it means" (fun person ->
                let cast = cast UsageTeller.AppServer
                person.Asks nowhere

                for profile, account, shape in cast do
                    person.HasHome(profile, account)
                    person.IsExpired(profile, account)
                    // A message is one line.
                    let text = (Encoding.UTF8.GetString shape.Bytes).Replace('\n', ' ')

                    let message =
                        if text.Contains "\"id\":2" then
                            text
                        else
                            "{\"id\":2,\"result\":" + text + "}"

                    person.Write(person.In("profiles/" + profile + "/said"), message + "\n")

                person.AppServerSays []
                // Each profile's own answer.
                person.Start(
                    "/bin/sh",
                    [ "-c"; "sed -i.before 's,$HOME/said,$CODEX_HOME/said,' \"$HOME/tools/codex\"" ]
                )
                |> ignore

                areTold "app-server" [ "answer_unknown"; "app_server" ] person cast [])

            promise "every line of a session's log is told as what it means" (fun person ->
                let cast = cast UsageTeller.SessionLog
                person.Asks nowhere

                for profile, account, shape in cast do
                    person.HasHome(profile, account)

                    person.Logs(
                        "profiles/" + profile + "/sessions/2026/11/23/rollout-1.jsonl",
                        [ SessionLog.first account; Encoding.UTF8.GetString shape.Bytes ]
                    )

                areTold "session-log" [ "no_figure" ] person cast [ "--offline" ])
        ]
