module CodexRouter.Bench.Program

open System
open System.IO

let private usage =
    "usage: ./bench.sh [--rounds N] [--write] [commands] [prompt] [growth] [quota]"

/// Gives the words that are options' values or switches apart from the parts to measure.
let rec private read (rounds, write, parts) arguments =
    match arguments with
    | [] -> Ok(rounds, write, List.rev parts)
    | "--rounds" :: number :: rest when fst (Int32.TryParse(number: string)) -> read (int number, write, parts) rest
    | "--write" :: rest -> read (rounds, true, parts) rest
    | part :: rest when List.contains part [ "commands"; "prompt"; "growth"; "quota" ] ->
        read (rounds, write, part :: parts) rest
    | _ -> Error usage

let private measure site parts =
    let wants part =
        List.isEmpty parts || List.contains part parts

    let small = lazy (Site.root site 10)

    /// Ten profiles with figures, as after a day of use.
    let quotas =
        lazy
            (let root = Site.root site 10
             Quotas.furnish site root 10
             root)

    let roots =
        lazy
            [
                10, small.Value
                for size in [ 100; 1000 ] do
                    size, Site.root site size
            ]

    [
        if wants "commands" then
            yield! Commands.findings site small.Value

        if wants "prompt" then
            yield! Prompt.findings site small.Value

        if wants "growth" then
            yield! Growth.findings site roots.Value

        if wants "quota" then
            yield! Quotas.findings site quotas.Value
    ]

let private report site write parts =
    let table = Finding.table (measure site parts)
    Console.Out.WriteLine table

    if write then
        Finding.writeInto (Path.Combine(site.Project, "docs", "performance.md")) table

/// The first argument is the project's folder; the others are the person's.
[<EntryPoint>]
let main arguments =
    match read (100, false, []) (List.tail (List.ofArray arguments)) with
    | Error usage ->
        eprintfn "%s" usage
        2
    | Ok(rounds, write, parts) ->
        let home = Directory.CreateTempSubdirectory("codex-router-bench-").FullName

        try
            let site =
                {
                    Project = arguments[0]
                    Program = Path.Combine(arguments[0], "out", "bin", "codex-router")
                    Home = home
                    Rounds = rounds
                }

            report site write parts
            0
        finally
            Directory.Delete(home, recursive = true)
