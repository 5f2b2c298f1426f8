namespace CodexRouter.Core

open System
open System.Text.Json

/// The parts of a usage report. The service, the app-server and the session logs tell the same facts under different
/// names; here each fact is looked for under every name it is known by. What is missing, broken or absurd is nothing,
/// and hides nothing beside it.
[<RequireQualifiedAccess>]
module UsageFields =

    /// The most windows that are kept of one report; the plan's own come first.
    [<Literal>]
    let MaximumWindows = 32

    /// The longest text of others that is kept.
    [<Literal>]
    let MaximumText = 128

    /// The longest window that is believed: a hundred years.
    [<Literal>]
    let MaximumMinutes = 52_560_000

    /// Gives the first of these fields that can be read.
    let first (names: string list) (read: JsonElement -> 'a option) (parent: JsonElement) =
        names
        |> List.tryPick (fun name -> JsonValue.field name parent |> Option.bind read)

    /// Gives a text without the space around it, cut off where it is too long; none that says nothing.
    let wordsOf (text: string) =
        match text.Trim() with
        | "" -> None
        | text when text.Length <= MaximumText -> Some text
        // Half a surrogate pair would be no text.
        | text when Char.IsHighSurrogate text[MaximumText - 1] -> Some(text.Substring(0, MaximumText - 1))
        | text -> Some(text.Substring(0, MaximumText))

    /// Gives a text that says something.
    let words value =
        JsonValue.text value |> Option.bind wordsOf

    /// Gives an object's fields whose names say something.
    let named (parent: JsonElement) =
        JsonValue.fields parent
        |> List.choose (fun (name, value) -> wordsOf name |> Option.map (fun name -> name, value))

    /// Gives a text as it is, or a number as it was written.
    let amount (value: JsonElement) =
        match value.ValueKind with
        | JsonValueKind.Number ->
            Some(value.GetRawText())
            |> Option.filter (fun digits -> digits.Length <= MaximumText)
        | _ -> words value

    /// Gives a whole number from 0 to a thousand million.
    let count value =
        JsonValue.number value
        |> Option.filter (fun number -> number >= 0.0 && number <= 1e9)
        |> Option.map int

    /// Gives a percentage between 0 and 100, also one that was written as `42%`.
    let percent (value: JsonElement) =
        let written =
            match words value with
            | Some text when text.EndsWith '%' -> JsonValue.numberOf (text.TrimEnd '%')
            | _ -> JsonValue.number value

        written |> Option.bind Percent.clamp

    /// Times before September 2001 are no times of a window.
    let private earliest = DateTimeOffset.FromUnixTimeSeconds 1_000_000_000L

    /// Seconds since 1970, or milliseconds where seconds would lead into the sixth millennium.
    let private ofUnix (number: float) =
        let seconds = if number > 1e11 then number / 1_000.0 else number

        if seconds > 1e11 || seconds < 1e9 then
            None
        else
            Some(DateTimeOffset.FromUnixTimeMilliseconds(int64 (seconds * 1_000.0)))

    /// Gives a time: seconds since 1970 as a number or a text, milliseconds, or RFC 3339.
    let time value =
        match JsonValue.number value with
        | Some number -> ofUnix number
        | None -> JsonValue.text value |> Option.bind (_.Trim() >> Rfc3339.parse)
        |> Option.filter (fun time -> time >= earliest)

    /// Gives the time after so many seconds.
    let private after (start: DateTimeOffset) value =
        JsonValue.number value
        |> Option.filter (fun seconds ->
            seconds >= 0.0
            && seconds <= float MaximumMinutes * 60.0
            && seconds < (DateTimeOffset.MaxValue - start).TotalSeconds)
        |> Option.map start.AddSeconds

    /// Gives when something begins anew: the time itself, or else the seconds until then.
    let resets (fetchedAt: DateTimeOffset) parent =
        first [ "reset_at"; "resets_at"; "resetsAt"; "resetAt" ] time parent
        |> Option.orElse (
            first
                [
                    "reset_after_seconds"
                    "resets_in_seconds"
                    "resetAfterSeconds"
                    "resetsInSeconds"
                ]
                (after fetchedAt)
                parent
        )

    let private usedNames = [ "used_percent"; "usedPercent" ]
    let private secondsNames = [ "limit_window_seconds"; "limitWindowSeconds" ]

    let private minutesNames =
        [
            "window_minutes"
            "windowDurationMins"
            "window_duration_mins"
            "windowMinutes"
        ]

    let private wholeMinutes (minutes: float) =
        if minutes > 0.0 && minutes <= float MaximumMinutes then
            Some(int (Math.Ceiling minutes))
        else
            None

    let private minutes window =
        let seconds value =
            JsonValue.number value
            |> Option.bind (fun seconds -> wholeMinutes (seconds / 60.0))

        first secondsNames seconds window
        |> Option.orElse (first minutesNames (JsonValue.number >> Option.bind wholeMinutes) window)

    let private usedPercent parent =
        first usedNames percent parent
        |> Option.orElse (
            first [ "remaining_percent"; "remainingPercent" ] percent parent
            |> Option.map (fun left -> 100.0 - left)
        )

    /// Gives a window, if the object says how long it is or how much of it is used.
    let private window fetchedAt limit (value: JsonElement) =
        let window =
            {
                Limit = limit
                Minutes = minutes value
                Used = usedPercent value
                ResetsAt = resets fetchedAt value
            }

        if window.Minutes.IsSome || window.Used.IsSome then
            Some window
        else
            None

    /// A window's name says only where it stands. One that is new is known by its name's end, or by a duration.
    let private isWindow (name: string, value: JsonElement) =
        value.ValueKind = JsonValueKind.Object
        && (name = "primary"
            || name = "secondary"
            || name.EndsWith("window", StringComparison.OrdinalIgnoreCase)
            || secondsNames @ minutesNames
               |> List.exists (fun name -> (JsonValue.field name value).IsSome))

    /// Gives every window in an object, for a family of limits.
    let windows fetchedAt limit (parent: JsonElement) =
        JsonValue.fields parent
        |> List.filter isWindow
        |> List.choose (snd >> window fetchedAt limit)

    /// Gives the windows in their order. Of two readings of one window in one report the one that says that more is used
    /// counts: it is the safer, and it does not depend on their positions.
    let tidy (windows: Window list) =
        windows
        |> List.groupBy Window.key
        |> List.map (snd >> List.maxBy (fun window -> window.Used, window.ResetsAt, window.Minutes))
        |> Quota.order
        |> List.truncate MaximumWindows

    /// Gives the family that an id and a name mean: the plan's own keeps its word, others go by the name that people know.
    let family (id: string option) (name: string option) =
        let isCodex (text: string) =
            String.Equals(text, Window.Codex, StringComparison.OrdinalIgnoreCase)

        match id, name with
        | Some id, _ when isCodex id -> Window.Codex
        | _, Some name when not (isCodex name) -> name
        | Some id, _ -> id
        | None, _ -> Window.Codex

    /// Gives the plan's name. The services call one plan by two names.
    let plan value =
        JsonValue.text value
        |> Option.bind ServiceWord.ofText
        |> Option.bind (fun plan ->
            match plan.ToLowerInvariant() with
            | "unknown" -> None
            | "hc" -> Some "enterprise"
            | "education" -> Some "edu"
            | _ -> Some plan)

    /// Gives an account's id; none that is too long to be one.
    let account value =
        JsonValue.text value
        |> Option.filter (fun id -> not (String.IsNullOrWhiteSpace id) && id.Length <= MaximumText)

    /// Gives the word for the limit that was reached: a text, or an object's `type`.
    let reachedType (value: JsonElement) =
        let word value =
            JsonValue.text value |> Option.bind ServiceWord.ofText

        word value |> Option.orElse (first [ "type" ] word value)

    /// Gives an amount as people read it: whole, or with two decimals, and without a power of ten. What is no number stays as it is.
    let private readable (text: string) =
        match Decimal.TryParse(text, Globalization.NumberStyles.Float, Globalization.CultureInfo.InvariantCulture) with
        // Adding nothing turns a negative zero into zero.
        | true, amount ->
            let amount = Math.Round(amount, 2) + 0m
            let form = if Math.Truncate amount = amount then "0" else "0.00"
            amount.ToString(form, Globalization.CultureInfo.InvariantCulture)
        | false, _ -> text

    /// Gives the credits: an object, or just the balance. None where there are none to speak of, as an account without any has
    /// the balance 0E-10.
    let credits (value: JsonElement) =
        let truth names =
            first names JsonValue.truth value |> Option.defaultValue false

        let credits =
            match value.ValueKind with
            | JsonValueKind.Object ->
                {
                    Balance = first [ "balance" ] amount value |> Option.map readable
                    Unlimited = truth [ "unlimited" ]
                }
            | _ ->
                {
                    Balance = amount value |> Option.map readable
                    Unlimited = false
                }

        let has = first [ "has_credits"; "hasCredits" ] JsonValue.truth value

        if
            credits.Unlimited
            || has = Some true
            || credits.Balance.IsSome && not (has = Some false && credits.Balance = Some "0")
        then
            Some credits
        else
            None

    /// Gives the limit on spending, from whether it is reached and from its own object; none where neither says anything.
    let spend fetchedAt (reached: bool option) (limit: JsonElement option) =
        let inside read = Option.bind read limit

        let spend =
            {
                Reached = Option.defaultValue false reached
                Limit = inside (first [ "limit" ] amount) |> Option.map readable
                Used = inside (first [ "used" ] amount) |> Option.map readable
                UsedPercent = inside usedPercent
                ResetsAt = inside (resets fetchedAt)
            }

        if
            spend.Reached
            || spend.Limit.IsSome
            || spend.Used.IsSome
            || spend.UsedPercent.IsSome
        then
            Some spend
        else
            None

    /// Gives how many reset credits there are: a count, or an object that has one.
    let resetCredits value =
        first [ "available_count"; "availableCount" ] count value
        |> Option.orElse (count value)

    /// Tells whether a report says anything about what is left.
    let saysSomething (quota: Quota) =
        not quota.Windows.IsEmpty
        || quota.LimitReached
        || quota.Credits.IsSome
        || quota.Spend.IsSome
        || quota.ResetCredits.IsSome
