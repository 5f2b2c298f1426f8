namespace CodexRouter.Cli.Watch

open System

/// When the service is asked again, and how it answered last.
type RefetchSchedule =
    {
        Due: DateTimeOffset
        /// How often in a row the service has complained.
        Failures: int
        /// The last complaint, with its time, until the service answers well.
        Problem: (string * DateTimeOffset) option
    }

/// Asks at even distances, not in step with others, and less and less often while the service complains.
[<RequireQualifiedAccess>]
module RefetchSchedule =

    /// The least interval, in seconds, that a person can ask for.
    [<Literal>]
    let LeastSeconds = 5

    /// The interval when the person asks for none.
    [<Literal>]
    let UsualSeconds = 30

    /// The longest distance that complaints alone lead to.
    let most = TimeSpan.FromMinutes 10.0

    /// Nothing that a service says puts it off for longer.
    let private longest = TimeSpan.FromHours 6.0

    /// How much the distance is changed at random, as a part of it.
    let private spread = 0.1

    /// Asks at once.
    let start now =
        {
            Due = now
            Failures = 0
            Problem = None
        }

    /// Gives the distance to the next time, of a random number from 0 to 1. The service's own wish is a least.
    let delay (interval: TimeSpan) (random: float) failures (wish: TimeSpan option) =
        let doubled =
            if failures = 0 then
                interval
            else
                max interval (min most (interval * Math.Pow(2.0, float (min failures 20))))

        let spreadOut = doubled * (1.0 + spread * (2.0 * random - 1.0))

        match wish with
        | Some wish -> max spreadOut (min longest wish)
        | None -> spreadOut

    /// Gives the schedule after an answer.
    let next interval random now (complaint: Complaint option) schedule =
        match complaint with
        | None ->
            {
                Due = now + delay interval random 0 None
                Failures = 0
                Problem = None
            }
        | Some complaint ->
            let failures = schedule.Failures + 1

            {
                Due = now + delay interval random failures complaint.RetryAfter
                Failures = failures
                Problem = Some(complaint.Text, now)
            }
