namespace CodexRouter.Cli.Watch

open System
open System.Text
open System.Threading
open System.Threading.Tasks
open CodexRouter.Platform

/// What a watch is given.
[<NoEquality; NoComparison>]
type WatchPlan =
    {
        Source: WatchSource
        Interval: TimeSpan
        Look: WatchLook
        Colour: bool
        Clock: TimeProvider
        /// Gives a number from 0 to 1, another one each time.
        Random: unit -> float
    }

/// What a person asks for by a key.
[<RequireQualifiedAccess>]
type WatchKey =
    | End
    | ReadNow

/// Shows, waits, asks again; until it is ended.
[<RequireQualifiedAccess>]
module WatchLoop =

    /// What others write meanwhile (a switch, a refresh in the background) is seen after this time.
    let private lookAgain = TimeSpan.FromSeconds 5.0

    /// A person's key asks the service no more often than this.
    let private leastDistance = TimeSpan.FromSeconds 2.0

    let private escape = 27uy
    let private endOfInput = 4uy

    /// Understands what was typed. A key that sends several bytes (an arrow, say) begins with that of Esc.
    let keys (typed: byte list) =
        match typed with
        | first :: _ :: _ when first = escape -> []
        | typed ->
            typed
            |> List.choose (fun typed ->
                match char typed with
                | 'q'
                | 'Q' -> Some WatchKey.End
                | 'r'
                | 'R' -> Some WatchKey.ReadNow
                | _ when typed = escape || typed = endOfInput -> Some WatchKey.End
                | _ -> None)

    /// Gives the time until the second is full: everything that counts seconds counts at once.
    let private untilFullSecond (now: DateTimeOffset) =
        TimeSpan.FromTicks(TimeSpan.TicksPerSecond - now.Ticks % TimeSpan.TicksPerSecond)

    /// Gives the time cut to its second.
    let private second (now: DateTimeOffset) =
        now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond))

    /// One reading that goes on beside the loop.
    let private refetch plan (cancelled: CancellationToken) =
        Task.Run<Complaint option>(Func<Task<Complaint option>>(fun () -> plan.Source.Refetch cancelled), cancelled)

    /// Shows the live view on a terminal of its own until the person ends it.
    let live (plan: WatchPlan) =
        use cancel = new CancellationTokenSource()
        use screen = FullScreen.Enter()
        let hasKeys = TerminalInfo.InputIsTerminal
        let mutable shown = [||]
        let mutable rows = []
        let mutable readAt = DateTimeOffset.MinValue
        let mutable askedAt = DateTimeOffset.MinValue
        let mutable schedule = RefetchSchedule.start (plan.Clock.GetUtcNow())
        let mutable going: Task<Complaint option> option = None
        let mutable ended = false

        let read now =
            rows <- plan.Source.Read now
            readAt <- now

        while not ended do
            let now = plan.Clock.GetUtcNow()

            match going with
            | Some task when task.IsCompleted ->
                going <- None
                // A fault is thrown here, in the thread that gives the terminal back.
                let complaint = task.GetAwaiter().GetResult()
                schedule <- RefetchSchedule.next plan.Interval (plan.Random()) now complaint schedule
                read now
            | _ -> ()

            if going.IsNone && now >= schedule.Due then
                let task = refetch plan cancel.Token

                task.ContinueWith((fun (_: Task<Complaint option>) -> screen.Wake()), cancel.Token)
                |> ignore

                going <- Some task
                askedAt <- now

            // The clock may have been set back meanwhile.
            if now - readAt >= lookAgain || now < readAt then
                read now

            let size = TerminalSize.OfOutput()

            let picture =
                WatchView.frame
                    plan.Look
                    (size.Columns, size.Rows)
                    (second now)
                    {
                        NextRefetch = if going.IsSome then None else Some(second schedule.Due)
                        Problem = schedule.Problem
                        HasKeys = hasKeys
                    }
                    rows
                |> Array.ofList

            match WatchScreen.changes plan.Colour size.Columns shown picture with
            | "" -> ()
            | text -> screen.Write(ReadOnlySpan(Encoding.UTF8.GetBytes text))

            shown <- picture

            let happened = screen.Wait(untilFullSecond (plan.Clock.GetUtcNow()))

            if happened.HasFlag ScreenEvents.Redraw then
                shown <- [||]

            if happened.HasFlag ScreenEvents.End then
                ended <- true

            if happened.HasFlag ScreenEvents.Keys then
                for key in keys (List.ofArray screen.Keys) do
                    match key with
                    | WatchKey.End -> ended <- true
                    | WatchKey.ReadNow when going.IsNone && plan.Clock.GetUtcNow() - askedAt >= leastDistance ->
                        schedule <-
                            { schedule with
                                Due = plan.Clock.GetUtcNow()
                            }
                    | WatchKey.ReadNow -> ()

        cancel.Cancel()

    let private block plan now (complaint: Complaint option) =
        WatchPlain.block plan.Look (second now) (complaint |> Option.map _.Text) (plan.Source.Read now)
        |> Encoding.UTF8.GetBytes

    /// Reads once, and writes that as plain lines.
    let once (plan: WatchPlan) =
        let complaint = (refetch plan CancellationToken.None).GetAwaiter().GetResult()

        LineOutput.TryWrite(ReadOnlySpan(block plan (plan.Clock.GetUtcNow()) complaint))
        |> ignore

    /// Writes a block of plain lines after each reading until nobody reads them any more.
    let plain (plan: WatchPlan) =
        let mutable schedule = RefetchSchedule.start (plan.Clock.GetUtcNow())
        let mutable isRead = true

        while isRead do
            let complaint = (refetch plan CancellationToken.None).GetAwaiter().GetResult()
            let now = plan.Clock.GetUtcNow()
            schedule <- RefetchSchedule.next plan.Interval (plan.Random()) now complaint schedule

            isRead <-
                LineOutput.TryWrite(ReadOnlySpan(block plan now complaint))
                && LineOutput.Wait(schedule.Due - now)
