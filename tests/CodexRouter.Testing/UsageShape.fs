namespace CodexRouter.Testing

open System.Text

/// Who tells of an account's usage.
[<RequireQualifiedAccess>]
type UsageTeller =
    /// The body of the usage service's answer.
    | Service
    /// The `result` of the app-server's answer.
    | AppServer
    /// A line of a session's log.
    | SessionLog

/// When a window resets, as it should be read.
[<RequireQualifiedAccess>]
type ShapeReset =
    | Unsaid
    /// Seconds since 1970.
    | At of int64
    /// Seconds after the report was fetched.
    | After of int

/// A window as it should be read.
type ShapeWindow =
    {
        Limit: string
        Label: string
        Used: float option
        Resets: ShapeReset
    }

/// What is to be understood of a report.
type UsageEssence =
    {
        /// In the order in which they are told.
        Windows: ShapeWindow list
        Plan: string option
        Account: string option
        Reached: bool
        ReachedType: string option
        /// The balance and whether there is no end to it.
        Credits: (string option * bool) option
        /// Whether the spending limit is reached, and percent used.
        Spend: (bool * float option) option
        ResetCredits: int option
    }

/// One report as somebody may send or write it.
type UsageShape =
    {
        /// Says what is special about it, and is different for each.
        Name: string
        Teller: UsageTeller
        Bytes: byte[]
        /// Nothing where nothing is to be understood.
        Essence: UsageEssence option
    }

/// How a shape of a usage report is put together.
module UsageShape =

    /// 1 January 2099: no window of a shape has begun anew when the tests run.
    [<Literal>]
    let ResetsAt = 4_070_908_800L

    /// A week later.
    [<Literal>]
    let WeekResetsAt = 4_071_513_600L

    let private fill (text: string) =
        text
            .Replace("@5H", "\"limit_window_seconds\":18000,\"reset_at\":@AT")
            .Replace("@WEEK", "\"limit_window_seconds\":604800,\"reset_at\":@LATER")
            .Replace("@PRIMARY", "\"primary_window\":{\"used_percent\":42,@5h}")
            .Replace("@5h", "\"limit_window_seconds\":18000,\"reset_at\":@AT")
            .Replace("@AT", string<int64> ResetsAt)
            .Replace("@LATER", string<int64> WeekResetsAt)

    /// Nothing is understood but that it is a report.
    let nothing =
        {
            Windows = []
            Plan = None
            Account = None
            Reached = false
            ReachedType = None
            Credits = None
            Spend = None
            ResetCredits = None
        }

    /// A window of a limit.
    let known limit label used resets =
        {
            Limit = limit
            Label = label
            Used = used
            Resets = resets
        }

    let fiveHours used =
        known "codex" "5h" used (ShapeReset.At ResetsAt)

    let week used =
        known "codex" "week" used (ShapeReset.At WeekResetsAt)

    /// These windows, and nothing else.
    let windows list = Some { nothing with Windows = list }

    /// A report by somebody: `@…` words in it stand for what is always the same.
    let shape teller name (text: string) essence =
        {
            Name = name
            Teller = teller
            Bytes = Encoding.UTF8.GetBytes(fill text)
            Essence = essence
        }

    /// Everything that the service and the app-server can tell.
    let full =
        {
            Windows =
                [
                    fiveHours (Some 42.0)
                    week (Some 7.0)
                    known "GPT-X-Mini" "5h" (Some 3.0) (ShapeReset.At ResetsAt)
                ]
            Plan = Some "plus"
            Account = Some "acct-1"
            Reached = false
            ReachedType = None
            Credits = Some(Some "9.99", false)
            Spend = Some(false, Some 32.0)
            ResetCredits = Some 3
        }
