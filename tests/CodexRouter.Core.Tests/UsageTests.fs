/// What is understood of usage reports, whoever tells them.
module CodexRouter.Core.Tests.UsageTests

open System
open System.Text
open Expecto
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Core.Tests.UsageFacts

/// Reads a report as its teller's parser does.
let read teller (bytes: byte[]) =
    match teller with
    | UsageTeller.Service -> UsageReport.ofService fetchedAt (ReadOnlyMemory bytes)
    | UsageTeller.AppServer -> UsageReport.ofAppServer fetchedAt (ReadOnlyMemory bytes)
    | UsageTeller.SessionLog -> Rollout.news (ReadOnlyMemory bytes) |> Option.toList |> SessionFigures.ofNews

let private essenceOf (quota: Quota) : UsageEssence =
    {
        Windows =
            quota.Windows
            |> List.map (fun window ->
                {
                    Limit = window.Limit
                    Label = Window.label window
                    Used = window.Used
                    Resets =
                        match window.ResetsAt with
                        | None -> ShapeReset.Unsaid
                        | Some resets when resets - quota.FetchedAt < TimeSpan.FromDays 1.0 ->
                            ShapeReset.After(int (resets - quota.FetchedAt).TotalSeconds)
                        | Some resets -> ShapeReset.At(resets.ToUnixTimeSeconds())
                })
        Plan = quota.Plan
        Account = quota.AccountId
        Reached = quota.LimitReached
        ReachedType = quota.ReachedType
        Credits = quota.Credits |> Option.map (fun credits -> credits.Balance, credits.Unlimited)
        Spend = quota.Spend |> Option.map (fun spend -> spend.Reached, spend.UsedPercent)
        ResetCredits = quota.ResetCredits
    }

let private shapes =
    UsageShapes.all
    |> List.map (fun shape ->
        testCase shape.Name
        <| fun () -> Expect.equal (read shape.Teller shape.Bytes |> Option.map essenceOf) shape.Essence "what it means")

let private utf8 (text: string) = Encoding.UTF8.GetBytes text

let private law name property =
    testPropertyWithConfig Law.config name (Prop.forAll (Arb.fromGen facts) property)

let private sources =
    testList
        "sources"
        [
            law "the service and the app-server give the same figures for the same facts" (fun facts ->
                let service = read UsageTeller.Service (utf8 (byService facts))
                let appServer = read UsageTeller.AppServer (utf8 (byAppServer facts))

                service.IsSome
                && appServer = (service |> Option.map (fun quota -> { quota with Source = Source.AppServer })))

            law "a session log gives what it knows of the same facts" (fun facts ->
                let service =
                    read UsageTeller.Service (utf8 (byService facts))
                    |> Option.map (fun quota ->
                        { quota with
                            Source = Source.SessionLog
                            AccountId = None
                            ResetCredits = None
                            Windows = quota.Windows |> List.filter (fun window -> window.Limit = Window.Codex)
                        })

                match read UsageTeller.SessionLog (utf8 (byLog facts)) with
                | None -> facts.Windows.IsEmpty && facts.Reached.IsNone
                | reading -> reading = service)

            law "windows are known by their duration: their places do not matter" (fun facts ->
                let turned =
                    { facts with
                        Windows = List.rev facts.Windows
                        Extra = List.rev facts.Extra
                    }

                read UsageTeller.Service (utf8 (byService facts)) = read UsageTeller.Service (utf8 (byService turned)))

            testCase "no more windows are kept than anybody looks at, and the plan's own are among them"
            <| fun () ->
                let window minutes =
                    "\"w"
                    + string<int> minutes
                    + "_window\":{\"used_percent\":1,\"limit_window_seconds\":"
                    + string<int>(minutes * 6_000)
                    + "}"

                let many =
                    "{\"additional_rate_limits\":[{\"limit_name\":\"a\",\"rate_limit\":{"
                    + String.Join(',', List.map window [ 1..1_000 ])
                    + "}}],\"rate_limit\":{"
                    + window 3
                    + "}}"

                match read UsageTeller.Service (utf8 many) with
                | None -> failtest "it is a report"
                | Some quota ->
                    Expect.hasLength quota.Windows UsageFields.MaximumWindows "bounded"
                    Expect.equal (List.head quota.Windows).Limit "codex" "the plan's own first"

            testCase "a text of others is cut off where it is too long, and stays text"
            <| fun () ->
                let limit = String('a', UsageFields.MaximumText - 1) + "😀😀"

                let body =
                    "{\"additional_rate_limits\":[{\"limit_name\":\""
                    + limit
                    + "\",\"rate_limit\":{\"primary_window\":{\"used_percent\":1,\"limit_window_seconds\":60}}}]}"

                match read UsageTeller.Service (utf8 body) with
                | Some { Windows = [ window ] } ->
                    Expect.equal window.Limit (String('a', UsageFields.MaximumText - 1)) "no half of a surrogate pair"
                | _ -> failtest "it has one window"

            testCase "no time of asking makes a report fail"
            <| fun () ->
                for time in [ DateTimeOffset.MinValue; DateTimeOffset.MaxValue ] do
                    for shape in UsageShapes.all do
                        UsageReport.ofService time (ReadOnlyMemory shape.Bytes) |> ignore
                        UsageReport.ofAppServer time (ReadOnlyMemory shape.Bytes) |> ignore
        ]

let private ages =
    testList
        "ages"
        [
            testCase "a log's figures are as old as their line, the others' as old as the asking"
            <| fun () ->
                for shape in UsageShapes.all do
                    match read shape.Teller shape.Bytes with
                    | None -> ()
                    | Some quota when shape.Teller = UsageTeller.SessionLog ->
                        Expect.equal (Some quota.FetchedAt) (Rfc3339.parse UsageShapes.LineTime) shape.Name
                        Expect.equal quota.Source Source.SessionLog shape.Name
                    | Some quota -> Expect.equal quota.FetchedAt fetchedAt shape.Name
        ]

let tests = testList "usage reports" [ testList "shapes" shapes; sources; ages ]
