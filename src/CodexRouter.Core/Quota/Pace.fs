namespace CodexRouter.Core

open System

/// How fast a window is being used, and when it would be empty if that went on.
[<RequireQualifiedAccess>]
module Pace =

    /// How far back the pace is looked for.
    let recent = TimeSpan.FromHours 1.0

    /// A shorter stretch than this tells no pace.
    let shortest = TimeSpan.FromMinutes 10.0

    /// Less than this much less, in percent, is rounding and no new beginning.
    let private tolerance = 1.0

    let private beganAnew (one: QuotaFigure) (next: QuotaFigure) =
        next.Used < one.Used - tolerance
        || one.ResetsAt |> Option.exists (fun resets -> resets <= next.At)

    /// The figures since the window last began anew.
    let private run (figures: QuotaFigure list) =
        match List.rev figures with
        | [] -> []
        | last :: earlier ->
            let rec back found (earlier: QuotaFigure list) =
                match found, earlier with
                | later :: _, figure :: rest when not (beganAnew figure later) -> back (figure :: found) rest
                | _ -> found

            back [ last ] earlier

    /// The window's last figure, and percent per hour up to it.
    let private measured (now: DateTimeOffset) (window: Window) (figures: QuotaFigure list) =
        let began =
            match window.ResetsAt, window.Minutes with
            | Some resets, Some minutes when TimeSpan.FromMinutes(float minutes) < resets - DateTimeOffset.MinValue ->
                resets.AddMinutes(-(float minutes))
            | _ -> DateTimeOffset.MinValue

        let recently =
            figures
            |> List.filter (fun figure -> figure.At <= now)
            |> run
            |> List.filter (fun figure -> now - figure.At <= recent && figure.At >= began)

        match recently with
        | first :: (_ :: _ as rest) ->
            let last = List.last rest
            let time = last.At - first.At

            if time >= shortest then
                Some(last, Math.Max(0.0, (last.Used - first.Used) / time.TotalHours))
            else
                None
        | _ -> None

    /// Gives how much of a window was used of late, in percent per hour, from its figures, the oldest first. It is known
    /// from two figures of the last hour, ten minutes apart, since the window last began anew.
    let perHour now window figures =
        measured now window figures |> Option.map snd

    /// When a window ends at the latest.
    let private ending (now: DateTimeOffset) (window: Window) =
        match window.ResetsAt, window.Minutes with
        | Some resets, _ -> Some resets
        | None, Some minutes when TimeSpan.FromMinutes(float minutes) < DateTimeOffset.MaxValue - now ->
            Some(now.AddMinutes(float minutes))
        | None, _ -> None

    /// Gives when a window would be empty at its pace, if that is before it resets. Nothing for one that is empty.
    let emptyAt (now: DateTimeOffset) (window: Window) (figures: QuotaFigure list) : DateTimeOffset option =
        match WindowState.used (Window.state now window), measured now window figures, ending now window with
        | Some used, Some(last, rate), Some ending when used < 100.0 && rate > 0.0 ->
            let hours = (100.0 - used) / rate

            if hours >= (ending - last.At).TotalHours then
                None
            else
                let empty = last.At.AddHours hours
                Some(if empty > now then empty else now)
        | _ -> None

/// A window's past in a row of equal slices of time.
[<RequireQualifiedAccess>]
module Sparkline =

    /// Gives percent used at the end of each of `count` slices of the time up to now, the oldest first: the last figure read
    /// until then, unless its window had begun anew since.
    let ofPoints (now: DateTimeOffset) (span: TimeSpan) (count: int) (figures: QuotaFigure list) : float option list =
        let slices = Math.Max(0, count)

        let rec walk slice (inForce: QuotaFigure option) (figures: QuotaFigure list) found =
            if slice > slices then
                List.rev found
            else
                let ending = now - span * (float (slices - slice) / float slices)

                match figures with
                | figure :: rest when figure.At <= ending -> walk slice (Some figure) rest found
                | _ ->
                    let used =
                        inForce
                        |> Option.filter (fun figure ->
                            figure.ResetsAt |> Option.forall (fun resets -> resets > ending))
                        |> Option.map _.Used

                    walk (slice + 1) inForce figures (used :: found)

        walk 1 None figures []
