namespace CodexRouter.Interop.Tests

open System.Text.Json
open Expecto
open CodexRouter.Testing

/// What `codex-router quota --json` says of one profile, without what differs by source and time.
type QuotaReading =
    {
        Source: string
        Plan: string option
        LimitReached: bool
        /// Limit, label, minutes, percent used, percent left, time of reset, state.
        Windows: (string * string * int * float * float * string * string) list
        Credits: string option
    }

[<RequireQualifiedAccess>]
module QuotaReading =

    let private text (name: string) (element: JsonElement) =
        Option.ofObj (element.GetProperty(name).GetString())

    let private word name element =
        text name element |> Option.defaultValue ""

    let private window (element: JsonElement) =
        word "limit" element,
        word "label" element,
        element.GetProperty("minutes").GetInt32(),
        element.GetProperty("used_percent").GetDouble(),
        element.GetProperty("left_percent").GetDouble(),
        word "resets_at" element,
        word "state" element

    let private quota (element: JsonElement) =
        {
            Source = word "source" element
            Plan = text "plan" element
            LimitReached = element.GetProperty("limit_reached").GetBoolean()
            Windows = [ for item in element.GetProperty("windows").EnumerateArray() -> window item ]
            Credits =
                match element.GetProperty "credits" with
                | credits when credits.ValueKind = JsonValueKind.Null -> None
                | credits -> text "balance" credits
        }

    /// Reads the answer about the first profile: its figures, and the code of what went wrong.
    let read (outcome: Outcome) =
        use document = JsonDocument.Parse outcome.Out
        let profile = document.RootElement.GetProperty("profiles")[0]

        let part (name: string) read =
            match profile.GetProperty name with
            | value when value.ValueKind = JsonValueKind.Null -> None
            | value -> Some(read value)

        part "quota" quota, part "error" (word "code")

    /// Gives the figures of a run that is expected to have some.
    let figures (outcome: Outcome) =
        Expect.equal outcome.Exit 0 (outcome.Out + outcome.Err)

        match read outcome with
        | Some quota, None -> quota
        | _ -> failtest outcome.Out
