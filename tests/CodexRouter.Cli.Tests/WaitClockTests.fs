/// `wait` through hours, by a clock that a test turns.
module CodexRouter.Cli.Tests.WaitClockTests

open System
open System.IO
open CodexRouter.Cli
open CodexRouter.StandIn
open Expecto

/// A clock that goes only when somebody sleeps, and then tells what time it is. It begins in the past: what is read by it is
/// never of the future.
type private Simulated(start: DateTimeOffset, happens: TimeSpan -> unit) =
    let mutable now = start
    let mutable jump = TimeSpan.Zero

    /// How much time has passed.
    member _.Passed = now - start

    /// While somebody sleeps next, so much more time passes: the machine sleeps too.
    member _.SleepsOn time = jump <- time

    member clock.Clock: Clock =
        {
            Now = fun () -> now
            Sleep =
                fun time ->
                    now <- now + time + jump
                    jump <- TimeSpan.Zero
                    happens clock.Passed
        }

let private start = DateTimeOffset.UtcNow.AddDays -2.0

let private hours (count: float) = start.AddHours count

/// Waits, and gives how that ended, how much time passed, and when the service was asked. What happens meanwhile is told by the
/// time from which on it is so, in hours; a change may give another that follows once somebody has asked.
let private wait
    (person: Person)
    (service: StandIn)
    words
    (changes: (float * (unit -> (unit -> unit) option)) list)
    (sleeps: TimeSpan option)
    =
    let asked = Collections.Generic.List<TimeSpan>()
    let mutable left = changes
    let mutable before = 0
    let mutable following: (unit -> unit) option = None

    let rec happens (passed: TimeSpan) =
        match left with
        | (time, change) :: rest when passed.TotalHours >= time ->
            left <- rest
            following <- change ()
            happens passed
        | _ -> ()

    happens TimeSpan.Zero

    let clock =
        Simulated(
            start,
            fun passed ->
                // Whoever sleeps has asked already.
                let times = QuotaPerson.timesAsked service

                if times > before then
                    before <- times
                    asked.Add passed
                    following |> Option.iter (fun change -> change ())
                    following <- None

                happens passed
        )

    sleeps |> Option.iter clock.SleepsOn
    let outcome = person.RunBy(clock.Clock, [ "wait"; "--min-left"; "20" ] @ words)
    outcome, clock.Passed, List.ofSeq asked

/// The service was asked at these times, one after the other, at least a minute apart.
let private isPolite (asked: TimeSpan list) =
    for one, next in List.pairwise asked do
        Expect.isGreaterThanOrEqual (next - one) (TimeSpan.FromMinutes 0.9) "once a minute at most"

/// A change that nothing follows.
let private always (change: unit -> unit) () : (unit -> unit) option =
    change ()
    None

let private one = [ "alice", alice ]

let tests =
    testList
        "wait, by a clock"
        [
            serviced "until the reset, asking about every ten minutes" one (fun person service ->
                let outcome, passed, asked =
                    wait
                        person
                        service
                        []
                        [
                            0.0, always (fun () -> WaitTests.tells service 99 (hours 2.0))
                            2.0, always (fun () -> WaitTests.tells service 0 (hours 7.0))
                        ]
                        None

                Expect.equal outcome.Exit 0 (Outcome.describe outcome)
                Expect.equal outcome.Out "alice: 5h 100% left\n" "in the end"
                Expect.stringStarts outcome.Err "codex-router: waiting: alice: 5h 1% left, 20% needed; resets " "why"
                Expect.equal (outcome.Err.Trim().Split '\n').Length 1 "one line in a log"
                Expect.isLessThan passed (TimeSpan.FromHours 2.1) "soon after the reset"
                Expect.isLessThan asked.Length 16 "not often"
                isPolite asked)

            serviced "through a reset that the service takes back" one (fun person service ->
                let outcome, passed, asked =
                    wait
                        person
                        service
                        []
                        [
                            0.0, always (fun () -> WaitTests.tells service 99 (hours 4.0))
                            // Before its time, and only for one answer.
                            1.0,
                            (fun () ->
                                WaitTests.tells service 3 (hours 4.0)
                                Some(fun () -> WaitTests.tells service 99 (hours 4.0)))
                            4.0, always (fun () -> WaitTests.tells service 0 (hours 9.0))
                        ]
                        None

                Expect.equal outcome.Exit 0 (Outcome.describe outcome)
                Expect.isGreaterThan passed (TimeSpan.FromHours 4.0) "not before the true one"
                isPolite asked)

            serviced "until the timeout, and no longer" one (fun person service ->
                let outcome, passed, asked =
                    wait
                        person
                        service
                        [ "--timeout"; "90m" ]
                        [ 0.0, always (fun () -> WaitTests.tells service 99 (hours 400.0)) ]
                        None

                Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                Expect.equal (Math.Round passed.TotalMinutes) 90.0 "to the minute"
                isPolite asked)

            serviced "while a machine sleeps, and asks as soon as it wakes" one (fun person service ->
                let outcome, passed, asked =
                    wait
                        person
                        service
                        []
                        [
                            0.0, always (fun () -> WaitTests.tells service 99 (hours 1.0))
                            1.0, always (fun () -> WaitTests.tells service 0 (hours 20.0))
                        ]
                        (Some(TimeSpan.FromHours 9.0))

                Expect.equal outcome.Exit 0 (Outcome.describe outcome)
                Expect.isLessThan passed (TimeSpan.FromHours 9.1) "at once when it is awake"
                Expect.isLessThan asked.Length 4 "what was missed is not made up for")

            serviced "while the service is away, less and less often" one (fun person service ->
                let outcome, passed, asked =
                    wait
                        person
                        service
                        []
                        [
                            0.0, always (fun () -> service.SetUsageAnswer(alice, Answer.text 500 "text/plain" "no"))
                            3.0, always (fun () -> WaitTests.tells service 10 (hours 5.0))
                        ]
                        None

                Expect.equal outcome.Exit 0 (Outcome.describe outcome)
                Expect.isLessThan passed (TimeSpan.FromHours 3.3) "when it is back"
                Expect.isLessThan asked.Length 30 "not often"
                isPolite asked)

            serviced "until what is empty after its reset has figures again" one (fun person service ->
                let outcome, _, asked =
                    wait
                        person
                        service
                        [ "--timeout"; "3h" ]
                        // The service goes on about the old window.
                        [ 0.0, always (fun () -> WaitTests.tells service 99 (hours 1.0)) ]
                        None

                Expect.equal outcome.Exit 5 (Outcome.describe outcome)
                Expect.stringContains outcome.Err "window has reset" "nobody knows yet"
                isPolite asked)

            serviced "no longer than there is a sign-in" one (fun person service ->
                let outcome, passed, _ =
                    wait
                        person
                        service
                        [ "alice" ]
                        [
                            0.0, always (fun () -> WaitTests.tells service 99 (hours 2.0))
                            0.5, always (fun () -> File.Delete(person.In "profiles/alice/auth.json"))
                        ]
                        None

                Expect.equal outcome.Exit 4 (Outcome.describe outcome)
                Expect.isLessThan passed (TimeSpan.FromMinutes 45.0) "seen at the next look")
        ]
