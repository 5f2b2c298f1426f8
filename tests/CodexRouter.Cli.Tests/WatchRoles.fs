/// What this program does when a test starts it in a terminal: a watch over a source that fails in some way, or over made-up
/// profiles.
module CodexRouter.Cli.Tests.WatchRoles

open System
open System.Text
open System.Threading.Tasks
open CodexRouter.Cli.Watch
open CodexRouter.Platform

[<Literal>]
let private Flag = "--watch-role"

/// The command that starts this program in a role.
let command role =
    "dotnet '"
    + Reflection.Assembly.GetExecutingAssembly().Location
    + "' "
    + Flag
    + " "
    + role

let private plan source =
    {
        Source = source
        Interval = TimeSpan.FromSeconds 60.0
        Look =
            {
                Unicode = true
                Zone = TimeZoneInfo.Utc
            }
        Colour = true
        Clock = TimeProvider.System
        Random = fun () -> 0.5
    }

let private rows _ = [ WatchRows.reading "personal" [] ]

/// The second reading, which a key asks for, ends in a fault.
let private fault () =
    let mutable round = 0

    {
        Read = rows
        Refetch =
            fun _ ->
                round <- round + 1

                if round = 1 then
                    Task.FromResult None
                else
                    Task.FromException<Complaint option>(InvalidOperationException "a fault")
    }

/// Another thread faults at the second reading, and nobody waits for it.
let private faultElsewhere () =
    let mutable round = 0

    {
        Read = rows
        Refetch =
            fun _ ->
                round <- round + 1

                if round = 2 then
                    let thread =
                        Threading.Thread(Threading.ThreadStart(fun () -> invalidOp "a fault elsewhere"))

                    thread.Start()

                Task.FromResult None
    }

/// A service that wants to be left alone for five minutes.
let private complaint () =
    {
        Read = rows
        Refetch =
            fun _ ->
                Task.FromResult(
                    Some
                        {
                            Text = "too many requests"
                            RetryAfter = Some(TimeSpan.FromMinutes 5.0)
                        }
                )
    }

/// Made-up profiles by a clock of their own look the same each time.
let private sample (count: string) =
    let clock = SampleClock()

    { plan (SampleWatch.source clock (Int32.Parse count)) with
        Interval = TimeSpan.FromSeconds 25.0
        Clock = clock
    }

/// Does what a test asked of another process; None when this is no such process.
let play (arguments: string array) =
    let run source =
        try
            WatchLoop.live (plan source)
            Some 0
        with :? InvalidOperationException as fault ->
            LineOutput.TryWrite(ReadOnlySpan(Encoding.UTF8.GetBytes("ended by: " + fault.Message + "\n")))
            |> ignore

            Some 70

    match arguments with
    | [| Flag; "fault" |] -> run (fault ())
    | [| Flag; "fault-elsewhere" |] -> run (faultElsewhere ())
    | [| Flag; "complaint" |] -> run (complaint ())
    | [| Flag; "sample"; count |] ->
        WatchLoop.live (sample count)
        Some 0
    | [| Flag; "sample-lines"; count |] ->
        WatchLoop.plain (sample count)
        Some 0
    | _ -> None
