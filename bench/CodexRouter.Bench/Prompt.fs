namespace CodexRouter.Bench

open System
open System.IO
open System.Threading

/// What `cd` and the prompt cost in a shell with the plugin, against direnv's hook in the same shell.
[<RequireQualifiedAccess>]
module Prompt =

    let private table site (root: string) (rounds: int) (direnv: bool) (steps: (string * string) list) =
        let file =
            Site.write site "steps" [ for name, directory in steps -> [ name; directory ] ]

        Process.table
            site.Home
            site.Home
            [
                "CODEX_ROUTER_ROOT", root
                "CODEX_ROUTER_QUIET", "1"
                "DIRENV_LOG_FORMAT", ""
            ]
            "zsh"
            ([
                "-f"
                Site.script site "hooks.zsh"
                string<int> rounds
                file
                Site.plugin site
             ]
             @ (if direnv then [ "direnv" ] else []))

    /// Runs the steps in a zsh, and gives how long the plugin's hooks took at each: its name and microseconds.
    let runs site root rounds steps =
        table site root rounds false steps |> List.map (fun row -> row[0], float row[2])

    /// Runs the steps in a zsh and gives whose hooks took how long at each step, by step and owner.
    let measure site root rounds direnv steps =
        table site root rounds direnv steps
        |> List.groupBy (fun row -> row[0], row[1])
        |> List.map (fun (key, rows) -> key, Sample.create (rows |> Seq.map (fun row -> float row[2])))
        |> Map

    let private pinned site root (name: string) (profile: string) =
        let directory = Site.folder site name
        Site.prepare site root directory [ "pin"; profile ]
        File.WriteAllText(Path.Combine(directory, ".envrc"), "export BENCH_PROFILE=" + profile + "\n")

        if Process.isThere "direnv" then
            Process.run site.Home directory [] "direnv" [ "allow" ] |> ignore

        directory

    /// The four things that happen at a prompt; the folders, below one, are visited in a circle.
    let steps site root below =
        let first = pinned site root (below + "/first") "p1"
        let second = pinned site root (below + "/second") "p2"
        let outside = Site.folder site "elsewhere"

        [
            "cd into a pinned folder", first
            "a prompt where nothing changed", ""
            "cd between pinned folders", second
            "cd out of a pinned folder", outside
        ]

    let private started site root steps rounds =
        let log = Path.Combine(site.Home, "strace")

        let file =
            Site.write site "steps" [ for name, directory in steps -> [ name; directory ] ]

        Process.run
            site.Home
            site.Home
            [ "CODEX_ROUTER_ROOT", root; "CODEX_ROUTER_QUIET", "1" ]
            "strace"
            [
                "-f"
                "-qq"
                "-o"
                log
                "-e"
                "trace=clone,clone3,fork,vfork"
                "-e"
                "signal=none"
                "zsh"
                "-f"
                Site.script site "hooks.zsh"
                string<int> rounds
                file
                Site.plugin site
            ]
        |> ignore

        File.ReadAllLines log
        |> Array.filter (fun line -> not (line.Contains "resumed>"))
        |> Array.length

    /// Gives how many processes the steps start: what many rounds start beyond what none does.
    let private processes site root (what: string) steps =
        let rounds = 50

        {
            What = "processes started by " + what
            Figures = "over " + string<int> rounds + " rounds of the four steps"
            Value =
                if Process.isThere "strace" then
                    Some(float (started site root steps rounds - started site root steps 0))
                else
                    None
            Unit = ""
            Goal = Goal.AtMost 0.0
        }

    /// How many profiles the segment is measured with.
    [<Literal>]
    let private Many = 50

    /// Two pinned folders, of which one's profile has figures for the segment, as all others have, and the other's has none.
    let private segmentSteps site root =
        let now = DateTimeOffset.UtcNow.ToUnixTimeSeconds()
        let prompts = Path.Combine(root, "router", "prompt")
        Directory.CreateDirectory prompts |> ignore

        for number in 1..Many do
            let file = Path.Combine(prompts, "p" + string<int> number)

            if number = 2 then
                File.Delete file
            else
                File.WriteAllText(
                    file,
                    "1 "
                    + string<int64> now
                    + " "
                    + string<int64>(now + 100_000L)
                    + " 5h 58 "
                    + string<int64>(now + 9_000L)
                    + " wk 93 "
                    + string<int64>(now + 300_000L)
                    + "\n"
                )

        let figures = pinned site root "segment/figures" "p1"
        let none = pinned site root "segment/none" "p2"
        // Files that have just changed are looked at more closely than they will be from then on.
        Thread.Sleep 2_500

        [
            "a cd with figures", figures
            "a prompt with figures", ""
            "a cd without", none
            "a prompt without", ""
        ]

    let private segment site =
        let root = Site.root site Many
        let steps = segmentSteps site root
        let samples = measure site root (max 200 site.Rounds) false steps
        let median name = Sample.median samples[name, "router"]

        [
            for what in [ "a prompt"; "a cd" ] do
                let figures, without = median (what + " with figures"), median (what + " without")

                {
                    What = "the segment adds to " + what + ", with " + string<int> Many + " profiles"
                    Figures = Finding.duration figures + " against " + Finding.duration without
                    Value = Some((figures - without) / 1_000.0)
                    Unit = " ms"
                    Goal = Goal.Below 0.1
                }

            processes site root ("the segment, with " + string<int> Many + " profiles") steps
        ]

    /// Gives the findings about the prompt.
    let findings site (root: string) =
        let steps = steps site root "work"
        let direnv = Process.isThere "direnv"
        let samples = measure site root site.Rounds direnv steps

        [
            processes site root "cd and prompts" steps

            for name, _ in steps do
                let ours = samples[name, "router"]

                {
                    What = name + ": times faster than direnv"
                    Figures =
                        Finding.duration (Sample.median ours)
                        + (if direnv then
                               " against " + Finding.duration (Sample.median samples[name, "direnv"])
                           else
                               "; direnv is not here")
                    Value =
                        if direnv then
                            Some(Sample.ratio ours samples[name, "direnv"])
                        else
                            None
                    Unit = "×"
                    Goal = Goal.AtLeast 20.0
                }

            yield! segment site
        ]
