module CodexRouter.Bench.Program

open System
open System.IO

let private usage =
    "usage: ./bench.sh [--rounds N] [--write] [commands] [prompt] [growth] [quota]\n"
    + "       ./bench.sh [--rounds N] --against PROJECT"

/// What was asked for.
type private Asked =
    {
        Rounds: int
        Write: bool
        Parts: string list
        /// Another copy of the project, whose program is measured beside this one's.
        Against: string option
    }

/// Gives the words that are options' values or switches apart from the parts to measure.
let rec private read (asked: Asked) arguments =
    match arguments with
    | [] -> Ok asked
    | "--rounds" :: number :: rest when fst (Int32.TryParse(number: string)) ->
        read { asked with Rounds = int number } rest
    | "--write" :: rest -> read { asked with Write = true } rest
    | "--against" :: project :: rest when File.Exists(Path.Combine(project, "out", "bin", "codex-router")) ->
        read { asked with Against = Some project } rest
    | part :: rest when List.contains part [ "commands"; "prompt"; "growth"; "quota" ] ->
        read
            { asked with
                Parts = part :: asked.Parts
            }
            rest
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

let private report site (asked: Asked) =
    let findings =
        match asked.Against with
        | Some project -> Against.findings site project
        | None -> measure site asked.Parts

    let table = Finding.table findings
    Console.Out.WriteLine table

    if asked.Write && asked.Against.IsNone then
        Finding.writeInto (Path.Combine(site.Project, "docs", "performance.md")) table

/// The first argument is the project's folder; the others are the person's.
[<EntryPoint>]
let main arguments =
    let nothing: Asked =
        {
            Rounds = 100
            Write = false
            Parts = []
            Against = None
        }

    match read nothing (List.tail (List.ofArray arguments)) with
    | Error usage ->
        eprintfn "%s" usage
        2
    | Ok asked ->
        let home = Directory.CreateTempSubdirectory("codex-router-bench-").FullName

        try
            let site =
                {
                    Project = arguments[0]
                    Program = Path.Combine(arguments[0], "out", "bin", "codex-router")
                    Home = home
                    Rounds = asked.Rounds
                }

            report site asked
            0
        finally
            Directory.Delete(home, recursive = true)
