namespace CodexRouter.StandIn

open System
open System.Threading
open System.Threading.Tasks

/// Holds back the requests to one path until the test lets them go, so that a test can say what is under way.
[<Sealed>]
type Gate internal () =
    let opened =
        TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)

    let arrivals = new SemaphoreSlim 0

    member internal _.Pass() : Task =
        arrivals.Release() |> ignore
        opened.Task

    /// Waits until one more request has arrived; tells whether it did within the time.
    member _.Arrived(limit: TimeSpan) = arrivals.Wait limit

    /// Lets all go, those to come too.
    member _.Open() = opened.TrySetResult() |> ignore

/// What happens to the requests to one path instead of the usual.
[<RequireQualifiedAccess>]
type internal Disturbance =
    | Delay of TimeSpan
    /// The request is carried out at once, and its answer takes a time.
    | DelayAnswer of TimeSpan
    | Hold of Gate
    | Instead of Answer
    /// These answers, one for each request; the usual ones when they are used up.
    | First of System.Collections.Generic.Queue<Answer>
    /// The answer begins, and does not go on until the gate is opened.
    | Stall of Gate
    /// The connection is closed in the middle of an answer.
    | Cut
    /// The request is carried out, and then the connection is closed: the caller never learns what happened.
    | CutAfter
