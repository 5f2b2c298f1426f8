namespace CodexRouter.Bench

/// Many measurements of one thing, in microseconds. Machines are noisy: what counts is the median, and comparisons are
/// between things that were measured in turn.
type Sample = private Sample of float[]

[<RequireQualifiedAccess>]
module Sample =

    /// Gives the sample of some measurements; there must be at least one.
    let create (measurements: float seq) =
        match Array.ofSeq measurements with
        | [||] -> invalidArg (nameof measurements) "nothing was measured"
        | measurements -> Sample(Array.sort measurements)

    let private at (share: float) (Sample sorted) =
        let place = share * float (sorted.Length - 1)
        let below = int (floor place)
        let above = min (below + 1) (sorted.Length - 1)
        sorted[below] + (sorted[above] - sorted[below]) * (place - float below)

    /// Gives the measurement that half of the others lie below.
    let median sample = at 0.5 sample

    /// Gives the measurement that nine tenths lie below: how bad it gets.
    let slow sample = at 0.9 sample

    /// Gives how many times the baseline's median the sample's is.
    let ratio (baseline: Sample) (sample: Sample) = median sample / median baseline
