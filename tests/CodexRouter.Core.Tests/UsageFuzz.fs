/// Usage reports that were damaged at random: nothing is thrown, and what is understood makes sense.
module CodexRouter.Core.Tests.UsageFuzz

open System
open System.Text
open Expecto
open CodexRouter.Core
open CodexRouter.Testing

let private cases =
    if Project.setting "CODEX_ROUTER_LONG" 0 = 1 then
        1_000_000
    else
        2_000

let private seed = Project.setting "CODEX_ROUTER_SEED" 20_261_123

let private fetchedAt = DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero)

/// Values and names that a report may have in the place of any other.
let private tokens =
    [
        "null"
        "true"
        "-1"
        "0"
        "1e999"
        "-1e308"
        "99999999999999999999"
        "0.0000001"
        "\"\""
        "\"42%\""
        "\"NaN\""
        "\"\\ud800\""
        "\"\\udc00\\ud800\""
        "{}"
        "[]"
        "[[[]]]"
        "{\"\\ud800\":1}"
        "\"used_percent\""
        "\"limit_window_seconds\""
        "\"reset_at\""
        "\"primary_window\""
        "\"window_minutes\""
        "\"codex\""
        "\"2026-11-23T02:07:52.328Z\""
        "\"9999-12-31T23:59:59.9999999-23:59\""
        "\"0001-01-01T00:00:00+14:00\""
        "253402300800"
        "253402300799999"
        ","
        ":"
        "}"
        "\\"
        "\ufeff"
    ]
    |> List.map Encoding.UTF8.GetBytes
    |> List.toArray

let private bytesOf (shapes: UsageShape list) =
    shapes
    |> List.map _.Bytes
    |> List.filter (fun bytes -> bytes.Length < 4_000)
    |> List.toArray

let private understood, private opaque =
    let understood, opaque = UsageShapes.all |> List.partition _.Essence.IsSome
    bytesOf understood, bytesOf opaque

let private oneOf (random: Random) (items: 'a[]) = items[random.Next items.Length]

let private isDelimiter (value: byte) =
    match char value with
    | ','
    | ':'
    | '{'
    | '}'
    | '['
    | ']' -> true
    | _ -> false

/// Puts a token where another one is, from one delimiter to the next.
let private swap (random: Random) (bytes: byte[]) =
    let start = random.Next bytes.Length
    let mutable from = start
    let mutable until = start

    while from > 0 && not (isDelimiter bytes[from - 1]) do
        from <- from - 1

    while until < bytes.Length && not (isDelimiter bytes[until]) do
        until <- until + 1

    Array.concat [ bytes[.. from - 1]; oneOf random tokens; bytes[until..] ]

let private damage (random: Random) (bytes: byte[]) =
    if bytes.Length = 0 then
        [| byte (random.Next 256) |]
    else
        let place = random.Next bytes.Length

        match random.Next 16 with
        | 0 -> Array.updateAt place (byte (random.Next 256)) bytes
        | 1 -> Array.removeAt place bytes
        | 2 -> Array.insertAt place (byte (random.Next 256)) bytes
        | 3 -> Array.truncate place bytes
        // A digit for a digit and a letter for a letter leave it well formed.
        | 4
        | 5
        | 6
        | 7 ->
            match char bytes[place] with
            | digit when Char.IsAsciiDigit digit -> Array.updateAt place (byte '0' + byte (random.Next 10)) bytes
            | letter when Char.IsAsciiLetter letter -> Array.updateAt place (byte 'a' + byte (random.Next 26)) bytes
            | _ -> bytes
        // A piece of another report, or of this one once more.
        | 8 ->
            let other = oneOf random understood
            let start = random.Next(other.Length + 1)
            let length = random.Next(Math.Min(80, other.Length - start) + 1)
            Array.insertManyAt place (Array.sub other start length) bytes
        | _ -> swap random bytes

let private damaged number =
    let random = Random(seed ^^^ (number * 7_919))

    let mutable bytes =
        if random.Next 10 = 0 then
            oneOf random opaque
        else
            oneOf random understood

    for _ in 1 .. 1 + random.Next 3 do
        bytes <- damage random bytes

    bytes

let private percentIsOne (percent: float option) =
    percent |> Option.forall (fun percent -> percent >= 0.0 && percent <= 100.0)

let private textIsBounded (text: string option) =
    text
    |> Option.forall (fun text -> text.Length > 0 && text.Length <= UsageFields.MaximumText)

/// Says what makes no sense in what was understood.
let private nonsense (quota: Quota) =
    [
        if quota.Windows.Length > UsageFields.MaximumWindows then
            "too many windows"

        if (quota.Windows |> List.distinctBy Window.key).Length <> quota.Windows.Length then
            "one window twice"

        if Quota.order quota.Windows <> quota.Windows then
            "windows out of order"

        for window in quota.Windows do
            if not (percentIsOne window.Used) then
                "used: out of range"

            if window.Minutes |> Option.exists (fun minutes -> minutes <= 0) then
                "minutes: out of range"

            if window.Minutes.IsNone && window.Used.IsNone then
                "a window that says nothing"

            if not (textIsBounded (Some window.Limit)) then
                "a family without a name"

            if (Window.label window).Length > 6 then
                "a label that is too long"

        if
            not (
                textIsBounded quota.Plan
                && textIsBounded quota.AccountId
                && textIsBounded quota.ReachedType
            )
        then
            "a text that is empty or too long"

        if quota.ResetCredits |> Option.exists (fun count -> count < 0) then
            "reset credits: negative"

        match quota.Spend with
        | Some spend when not (percentIsOne spend.UsedPercent) -> "spent: out of range"
        | _ -> ()

        // Whatever was understood can be told on: nothing here may throw either.
        match Segment.read (Segment.write (Segment.ofQuota (TimeSpan.FromMinutes 5.0) quota)) with
        | None -> "no prompt line"
        | Some _ -> ()

        Room.ofQuota quota.FetchedAt quota |> ignore
        Believed.next (Some(Believed.certain quota)) quota |> ignore
        QuotaHistory.add quota.FetchedAt quota QuotaHistory.empty |> ignore
    ]

let private parsers: (string * (ReadOnlyMemory<byte> -> Quota option)) list =
    [
        "the service's", UsageReport.ofService fetchedAt
        "the app-server's", UsageReport.ofAppServer fetchedAt
        "the log's", Rollout.news >> Option.toList >> SessionFigures.ofNews
    ]

let private check number =
    let bytes = damaged number

    let failed parser (message: string) =
        failtest (
            parser
            + " parser: "
            + message
            + " (CODEX_ROUTER_SEED="
            + string<int> seed
            + ", case "
            + string<int> number
            + ", base64 "
            + Convert.ToBase64String bytes
            + ")"
        )

    for parser, read in parsers do
        try
            match read (ReadOnlyMemory bytes) |> Option.map nonsense with
            | Some(first :: _) -> failed parser first
            | _ -> ()
        with
        | :? AssertException -> reraise ()
        | thrown -> failed parser (thrown.ToString())

    try
        Rollout.owner (ReadOnlyMemory bytes) |> ignore
    with thrown ->
        failed "the owner's" (thrown.ToString())

let tests =
    testList
        "damaged usage reports"
        [
            testCase (
                string<int> cases
                + " of them: nothing is thrown, and what is understood makes sense"
            )
            <| fun () ->
                for number in 1..cases do
                    check number

            testCase "the damage leaves enough to be understood"
            <| fun () ->
                let understood =
                    [ 1..1_000 ]
                    |> List.filter (fun number ->
                        let bytes = ReadOnlyMemory(damaged number)
                        parsers |> List.exists (fun (_, read) -> (read bytes).IsSome))

                Expect.isGreaterThan understood.Length 200 "reports that still say something"
        ]
