namespace CodexRouter.Bench

open System
open System.IO

/// How the cost grows with the number of profiles and with the depth of the folder: at most in step with it.
[<RequireQualifiedAccess>]
module Growth =

    /// Gives a finding for each step from one size to the next.
    let private steps (what: string) (unit: string) (sizes: (int * Sample) list) =
        [
            for (small, before), (large, after) in List.pairwise sizes do
                {
                    What = what + ", from " + string<int> small + " to " + string<int> large + " " + unit
                    Figures =
                        Finding.duration (Sample.median before)
                        + " → "
                        + Finding.duration (Sample.median after)
                    Value = Some(Sample.ratio before after)
                    Unit = "×"
                    Goal = Goal.AtMost(float large / float small)
                }
        ]

    let private byProfiles site (roots: (int * string) list) (what: string) (words: string list) =
        let name (size: int) = what + " " + string<int> size

        let samples =
            Commands.measure site [ for size, root in roots -> name size, root, words, [ 0 ] ]

        steps what "profiles" [ for size, _ in roots -> size, samples[name size] ]

    /// Each visit to a folder at some depth begins outside, which is not timed.
    let private byDepth site (root: string) =
        let depths = [ 1; 8; 64 ]
        let top = Site.folder site "deep"
        let outside = Site.folder site "elsewhere"
        Site.prepare site root top [ "pin"; "p1" ]

        let visits =
            [
                for depth in depths do
                    "-", outside

                    string<int> depth,
                    Site.folder site (Path.Combine("deep", String.Join('/', Seq.replicate depth "d")))
            ]

        let samples = Prompt.measure site root site.Rounds false visits
        steps "`cd` below a pin" "folders" [ for depth in depths -> depth, samples[string<int> depth, "router"] ]

    /// Gives the findings about growth, over roots of different sizes.
    let findings site (roots: (int * string) list) =
        let load = [ "zsh"; "-f"; "-c"; "source " + Site.plugin site ]

        byProfiles site roots "`codex-router list`" [ site.Program; "list" ]
        @ byProfiles site roots "loading the plugin" load
        @ byDepth site (snd roots.Head)
