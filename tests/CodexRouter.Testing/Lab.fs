namespace CodexRouter.Testing

open System
open System.Collections.Concurrent
open System.Threading

/// How much a lab tries: all of its cases with CODEX_ROUTER_LONG=1, and otherwise a sample that is another one each time.
[<RequireQualifiedAccess>]
module Lab =

    /// All cases are tried.
    let isLong = Project.setting "CODEX_ROUTER_LONG" 0 = 1

    /// What the samples are drawn by. A sample that failed is drawn again with CODEX_ROUTER_SEED.
    let seed = Project.setting "CODEX_ROUTER_SEED" (Random.Shared.Next(1, 1_000_000))

    let private numberOf (text: string) =
        text
        |> Seq.fold (fun number character -> number * 31 + int character) seed
        |> abs

    /// Gives the random numbers of one part of a lab, which depend on the seed and on the part's name alone.
    let random (part: string) = Random(numberOf part)

    /// Gives all of a list, or as many of it, drawn by the seed.
    let sample part count (cases: 'a list) =
        if isLong || cases.Length <= count then
            cases
        else
            let random = random part
            let drawn = Array.ofList cases
            random.Shuffle drawn
            List.ofArray (Array.truncate count drawn)

    let private counts = ConcurrentDictionary<string, int>()

    /// Counts something that a lab did or found.
    let count (what: string) (number: int) =
        counts.AddOrUpdate(what, number, (fun _ before -> before + number)) |> ignore

    let private counted what =
        match counts.TryGetValue what with
        | true, number -> number
        | _ -> 0

    /// Says what a lab did, in the log of the suite.
    let say (line: string) = Console.Out.WriteLine line

    /// Says all that was counted for a lab, in the order of these words.
    let tell (lab: string) (words: (string * string) list) =
        if words |> List.exists (fst >> counts.ContainsKey) then
            let figures =
                words |> List.map (fun (what, said) -> string<int>(counted what) + " " + said)

            say (
                lab
                + ": "
                + String.Join(", ", figures)
                + (if isLong then
                       ""
                   else
                       " (a sample, drawn by CODEX_ROUTER_SEED=" + string<int> seed + ")")
            )
