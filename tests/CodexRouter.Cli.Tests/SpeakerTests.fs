/// All who speak of what is left say the same: quota, list and current, guard, the prompt, the live view, the fallback and JSON.
module CodexRouter.Cli.Tests.SpeakerTests

open System
open CodexRouter.Cli
open CodexRouter.Cli.Watch
open CodexRouter.Core
open CodexRouter.Testing
open Expecto
open FsCheck
open FsCheck.FSharp

/// Before any reset of the shapes, and after every line of theirs.
let private now = DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)

let private hour = TimeSpan.FromHours 1.0

let private settings =
    { RouterSettings.defaults with
        StaleAfter = TimeSpan.FromDays 9_999.0
    }

/// What somebody says is left.
[<RequireQualifiedAccess>]
type private Said =
    /// Whole percent.
    | Percent of int
    | Unlimited
    | Unknown

let private ofPercent (percent: float option) =
    match percent with
    | Some percent -> Said.Percent(Percent.whole percent)
    | None -> Said.Unknown

/// The least of the percentages in a text; `unlimited`, or what says that nothing is left, where there is none. Credits have
/// lines and words of their own.
let private inText (text: string) =
    let text =
        text.Split([| "\n"; ", " |], StringSplitOptions.None)
        |> Array.filter (fun line ->
            line.Contains("reached", StringComparison.Ordinal)
            || not (line.Contains("credits", StringComparison.Ordinal)))
        |> String.concat "\n"

    let percents =
        Text.RegularExpressions.Regex.Matches(text, "([0-9]+)%")
        |> Seq.map (fun found -> int found.Groups[1].Value)
        |> List.ofSeq

    match percents with
    | _ when text.Contains("limit reached", StringComparison.Ordinal) -> Said.Percent 0
    | _ when text.Contains("limit is reached", StringComparison.Ordinal) -> Said.Percent 0
    | [] when text.Contains("unlimited", StringComparison.Ordinal) -> Said.Unlimited
    | [] -> Said.Unknown
    | percents -> Said.Percent(List.min percents)

/// The plan's part of figures: what is told of extra limits beside it is no part of what is left.
let private ofPlan (quota: Quota) =
    let counting = Quota.plan quota |> List.map Window.key

    { quota with
        Windows =
            quota.Windows
            |> List.filter (fun window -> List.contains (Window.key window) counting)
        // Amounts are no percentages.
        Credits = quota.Credits |> Option.map (fun credits -> { credits with Balance = None })
    }

let private text (pieces: Piece list) =
    pieces |> List.map _.Text |> String.concat ""

let private row (quota: Quota) : WatchRow =
    {
        Name = WatchRows.name "work"
        Account = "a"
        Quota = Some quota
        StaleAfter = settings.StaleAfter
        History = Map.empty
        Note = None
        IsCurrent = false
        IsPinned = false
    }

let private guard (quota: Quota) =
    let decide needed =
        Guard.decide now settings.StaleAfter needed GuardedWindow.Any (Some quota)

    match decide 0.0 with
    | GuardAnswer.Unlimited -> Said.Unlimited
    | GuardAnswer.LimitReached -> Said.Percent 0
    | GuardAnswer.Enough(_, left) -> ofPercent (Some left)
    | GuardAnswer.NotEnough(_, left) -> ofPercent (Some left)
    | GuardAnswer.TooFast _ -> Said.Unknown
    | GuardAnswer.Doubtful _ ->
        // One window of several is not known: then it says no by the others, or nothing.
        match decide 100.0 with
        | GuardAnswer.NotEnough(_, left) -> ofPercent (Some left)
        | _ -> Said.Unknown

let private prompt (quota: Quota) =
    match Segment.ofQuota settings.StaleAfter quota with
    | { Windows = [] } when Quota.left now quota = Quota.Left.Unlimited -> Said.Unlimited
    | line ->
        match
            line.Windows
            |> List.filter (fun window ->
                window.ResetsAt
                |> Option.forall (fun resets -> resets > now.ToUnixTimeSeconds()))
            |> List.choose _.Left
        with
        | [] -> Said.Unknown
        | left -> Said.Percent(List.min left)

let private speakers: (string * (Quota -> Said)) list =
    [
        "quota",
        fun quota ->
            QuotaView.lines now true (Believed.certain quota)
            |> List.map text
            |> String.concat "\n"
            |> inText
        "list and current", fun quota -> inText (QuotaView.cell now settings (Some(Believed.certain quota))).Text
        "JSON",
        fun quota ->
            let told = QuotaView.dto now settings true quota

            if told.Unlimited then
                Said.Unlimited
            else
                ofPercent told.LeftPercent
        "guard", guard
        "the prompt", prompt
        "watch", fun quota -> WatchPlain.block WatchRows.look now None [ row quota ] |> inText
        "fallback",
        fun quota ->
            match Room.ofQuota now quota with
            | Room.Known(left, _, _) -> ofPercent (Some left)
            | Room.Unlimited -> Said.Unlimited
            | Room.Unknown -> Said.Unknown
    ]

let private read (shape: UsageShape) =
    let bytes = ReadOnlyMemory shape.Bytes

    match shape.Teller with
    | UsageTeller.Service -> UsageReport.ofService (now - hour) bytes
    | UsageTeller.AppServer -> UsageReport.ofAppServer (now - hour) bytes
    | UsageTeller.SessionLog -> Rollout.news bytes |> Option.toList |> SessionFigures.ofNews

let private agree name (quota: Quota) =
    let quota = ofPlan quota

    let expected =
        match Quota.left now quota with
        | Quota.Left.Some(percent, _) -> ofPercent (Some percent)
        | Quota.Left.Nothing _ -> Said.Percent 0
        | Quota.Left.Unlimited -> Said.Unlimited
        | Quota.Left.Unknown -> Said.Unknown

    for speaker, say in speakers do
        // The prompt has no room for what has no name, and for more than three.
        let hasNoPlace =
            speaker = "the prompt"
            && (Quota.plan quota
                |> List.exists (fun window -> window.Minutes.IsNone && window.Limit <> Window.Spend)
                || (Quota.plan quota).Length > 3)

        if not hasNoPlace then
            Expect.equal (say quota) expected (name + ": " + speaker)

let private someQuota =
    gen {
        let used =
            Gen.frequency
                [
                    6, Gen.choose (0, 1_000) |> Gen.map (fun tenths -> Some(float tenths / 10.0))
                    1, Gen.constant (Some 100.0)
                    1, Gen.constant None
                ]

        let window limit minutes used (hours: int) : Window =
            {
                Limit = limit
                Minutes = Some minutes
                Used = used
                ResetsAt = Some(now.AddHours(float hours))
            }

        let! windows =
            Gen.map4
                window
                (Gen.elements [ Window.Codex; Window.Codex; "extra"; Window.CodeReview ])
                (Gen.elements [ Window.FiveHours; Window.Week ])
                used
                (Gen.choose (-2, 100))
            |> Gen.listOf
            |> Gen.map UsageFields.tidy

        let! source = Gen.elements Source.all
        let! reached = Gen.elements [ false; false; true ]
        let! isUnlimited = Gen.elements [ false; true ]

        let! spend =
            Gen.frequency
                [
                    2, Gen.constant None
                    1,
                    Gen.map2
                        (fun reached used ->
                            Some
                                {
                                    Reached = reached
                                    Limit = Some "2500"
                                    Used = Some "17"
                                    UsedPercent = used
                                    ResetsAt = Some(now.AddDays 12.0)
                                })
                        (Gen.elements [ true; false ])
                        used
                ]

        return
            { WatchRows.quota windows with
                FetchedAt = now - hour * 3.0
                Source = source
                LimitReached = reached
                Spend = spend
                Credits =
                    if isUnlimited then
                        Some { Balance = None; Unlimited = true }
                    else
                        None
            }
    }

let tests =
    testList
        "all who speak of what is left"
        [
            testCase "say the same of every shape of an answer" (fun () ->
                let read =
                    UsageShapes.all
                    |> List.choose (fun shape -> read shape |> Option.map (fun quota -> shape, quota))

                Expect.isGreaterThan read.Length 40 "many shapes"

                for shape, quota in read do
                    agree shape.Name quota)

            testPropertyWithConfig
                { FsCheckConfig.defaultConfig with
                    maxTest = Project.setting "CODEX_ROUTER_CASES" 300
                }
                "say the same of any answer"
                (Prop.forAll (Arb.fromGen someQuota) (agree "an answer"))
        ]
