namespace CodexRouter.StandIn

open System
open System.Text.Json

/// One window of a sample quota.
type SampleWindow =
    {
        /// A whole number: Codex refuses a fraction here.
        UsedPercent: int
        Minutes: int
        ResetsAt: DateTimeOffset
    }

/// How much of a sample account's quota is used.
type SampleUsage =
    {
        Primary: SampleWindow option
        Secondary: SampleWindow option
        LimitReached: bool
        /// What is left of paid credits, as the provider's text.
        Credits: string option
        /// How often the person may still reset the windows.
        ResetCredits: int
    }

[<RequireQualifiedAccess>]
module SampleUsage =

    /// The window of five hours, in minutes.
    [<Literal>]
    let FiveHours = 300

    /// The window of a week, in minutes.
    [<Literal>]
    let Week = 10080

    /// Gives the two windows that most plans have; the first resets in two hours, the second in four days.
    let twoWindows (now: DateTimeOffset) fiveHours week =
        {
            Primary =
                Some
                    {
                        UsedPercent = fiveHours
                        Minutes = FiveHours
                        ResetsAt = now.AddHours 2.0
                    }
            Secondary =
                Some
                    {
                        UsedPercent = week
                        Minutes = Week
                        ResetsAt = now.AddDays 4.0
                    }
            LimitReached = fiveHours >= 100 || week >= 100
            Credits = None
            ResetCredits = 0
        }

    let private window (writer: Utf8JsonWriter) (name: string) (now: DateTimeOffset) window =
        match window with
        | None -> writer.WriteNull name
        | Some window ->
            let left = window.ResetsAt.ToUnixTimeSeconds() - now.ToUnixTimeSeconds()
            writer.WriteStartObject name
            writer.WriteNumber("used_percent", window.UsedPercent)
            writer.WriteNumber("limit_window_seconds", window.Minutes * 60)
            writer.WriteNumber("reset_after_seconds", Math.Max(0L, left))
            writer.WriteNumber("reset_at", window.ResetsAt.ToUnixTimeSeconds())
            writer.WriteEndObject()

    /// Gives the provider's answer to `GET /wham/usage` for an account.
    let answer account (now: DateTimeOffset) usage =
        Json.object (fun writer ->
            writer.WriteString("user_id", account.UserId)
            writer.WriteString("account_id", account.AccountId)
            writer.WriteString("email", account.Email)
            writer.WriteString("plan_type", account.Plan)
            writer.WriteStartObject "rate_limit"
            writer.WriteBoolean("allowed", not usage.LimitReached)
            writer.WriteBoolean("limit_reached", usage.LimitReached)
            window writer "primary_window" now usage.Primary
            window writer "secondary_window" now usage.Secondary
            writer.WriteEndObject()
            writer.WriteNull "additional_rate_limits"

            match usage.Credits with
            | None -> writer.WriteNull "credits"
            | Some balance ->
                writer.WriteStartObject "credits"
                writer.WriteBoolean("has_credits", true)
                writer.WriteBoolean("unlimited", false)
                writer.WriteString("balance", balance)
                writer.WriteEndObject()

            writer.WriteStartObject "rate_limit_reset_credits"
            writer.WriteNumber("available_count", usage.ResetCredits)
            writer.WriteEndObject())

    let private windowHeaders name window =
        match window with
        | None -> []
        | Some window ->
            [
                "x-codex-" + name + "-used-percent", string<int> window.UsedPercent
                "x-codex-" + name + "-window-minutes", string<int> window.Minutes
                "x-codex-" + name + "-reset-at", string<int64>(window.ResetsAt.ToUnixTimeSeconds())
            ]

    /// Gives the headers in which the provider tells the same facts with each of the model's answers. There is none for the
    /// plan, nor for what is left to reset.
    let headers usage =
        [
            yield! windowHeaders "primary" usage.Primary
            yield! windowHeaders "secondary" usage.Secondary

            match usage.Credits with
            | None -> ()
            | Some balance ->
                "x-codex-credits-has-credits", "true"
                "x-codex-credits-unlimited", "false"
                "x-codex-credits-balance", balance

            if usage.LimitReached then
                "x-codex-rate-limit-reached-type", "rate_limit_reached"
        ]
