namespace CodexRouter.Bench

open System.IO
open System.Threading

/// Today's program against another build of it, an earlier one say: the same commands and prompts, each on a root of its
/// own, interleaved in one run.
[<RequireQualifiedAccess>]
module Against =

    /// Which commands change something: their goal is wider, since they must do more to lose nothing.
    let private changing =
        set
            [
                "codex-router switch -"
                "codex-router pin p1"
                "codex-router unpin"
                "codex-router alias p1 first"
            ]

    let private finding what before after goal =
        {
            What = what
            Figures =
                Finding.duration (Sample.median after)
                + " against "
                + Finding.duration (Sample.median before)
            Value = Some(Sample.ratio before after)
            Unit = "×"
            Goal = Goal.AtMost goal
        }

    let private commands site other =
        let both =
            [ "today", site; "before", other ]
            |> List.map (fun (name, site) -> name, site, Site.rootOf site ("root-" + name) 10 None)

        let samples =
            Commands.measure
                site
                [
                    // One after the other: what the one pins the other would find pinned.
                    for name, site, root in both do
                        for each in Commands.offline ->
                            name + " " + each.Name, root, site.Program :: each.Arguments, each.Expected
                ]

        [
            for each in Commands.offline do
                finding
                    ("`" + each.Name + "`")
                    samples["before " + each.Name]
                    samples["today " + each.Name]
                    (if changing.Contains each.Name then 1.5 else 1.15)
        ]

    /// Short turns, one after the other: a busy moment of the machine meets both.
    let private turns = 20

    let private prompts site other =
        let places =
            [ site; other ]
            |> List.mapi (fun index site ->
                let name = "prompt-" + string<int> index
                let root = Site.rootOf site (name + "-root") 10 None
                site, root, Prompt.steps site root name)

        // Files that have just changed are looked at more closely than they will be from then on.
        Thread.Sleep 2_500

        let measured =
            [
                for _ in 1..turns do
                    for site, root, steps in places -> Prompt.runs site root (max 10 (site.Rounds / turns)) steps
            ]

        let samples index step =
            measured
            |> List.indexed
            |> List.filter (fun (turn, _) -> turn % 2 = index)
            |> List.collect (fun (_, runs) -> runs |> List.filter (fun (name, _) -> name = step) |> List.map snd)
            |> Sample.create

        let _, _, steps = places.Head

        [
            for step, _ in steps do
                // A `cd` into, between and out of pinned folders changes the terminal's account.
                let goal = if step.StartsWith "a prompt" then 1.1 else 1.5
                finding (step + " (the hook)") (samples 1 step) (samples 0 step) goal
        ]

    /// Gives the findings about today's program beside the one that was built in another copy of the project.
    let findings site project =
        let other =
            { site with
                Program = Path.Combine(project, "out", "bin", "codex-router")
            }

        commands site other @ prompts site other
