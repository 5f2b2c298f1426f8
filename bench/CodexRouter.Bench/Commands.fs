namespace CodexRouter.Bench

open System
open System.IO

/// A command measured as a whole process, from its start to its end.
type Subject =
    {
        Name: string
        Arguments: string list
        /// The exit codes that mean that it did its work.
        Expected: int list
    }

/// The commands that need no network, against an empty process and against the real Codex asked a like question.
[<RequireQualifiedAccess>]
module Commands =

    let private subject (line: string) expected =
        {
            Name = "codex-router" + (if line = "" then "" else " " + line)
            Arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries) |> List.ofArray
            Expected = expected
        }

    /// Every command that works offline; to measure one more, add its line.
    let offline =
        [
            subject "" [ 0 ]
            subject "--help" [ 0 ]
            subject "list" [ 0 ]
            subject "list --json" [ 0 ]
            subject "current" [ 0 ]
            subject "current --json" [ 0 ]
            subject "switch -" [ 0 ]
            subject "switch p1 --dry-run" [ 0 ]
            subject "which" [ 0 ]
            subject "pin p1" [ 0 ]
            subject "unpin" [ 0 ]
            subject "alias p1 first" [ 0 ]
            subject "exec p1 -- /bin/true" [ 0 ]
            subject "doctor" [ 0; 1 ]
            subject "init zsh" [ 0 ]
            subject "completion zsh" [ 0 ]
        ]

    let private trueProgram = [ "/bin/true"; "/usr/bin/true" ] |> List.find File.Exists

    /// Gives the real Codex's own native program: without the Node.js launcher in front of it, which is slower.
    let realCodex site =
        let installed =
            Path.Combine(site.Project, "tests", "interop", "node_modules", "codex-0.169")

        if Directory.Exists installed then
            Directory.EnumerateFiles(installed, "codex", SearchOption.AllDirectories)
            |> Seq.tryFind (fun path -> path.Contains "/vendor/" && path.Contains "/bin/")
        else
            None

    /// Gives the sample of each named command, by one interleaved run. A command that fails measures nothing: it stops the run.
    let measure site (commands: (string * string * string list * int list) list) =
        let file =
            Site.write site "commands" [ for name, root, words, _ in commands -> name :: root :: words ]

        let runs =
            Process.table
                site.Home
                site.Home
                []
                "zsh"
                [ "-f"; Site.script site "processes.zsh"; string<int> site.Rounds; file ]

        Map
            [
                for name, _, _, expected in commands do
                    let own = runs |> List.filter (fun run -> run[0] = name)

                    match own |> List.tryFind (fun run -> not (List.contains (int run[2]) expected)) with
                    | Some run -> failwith (name + ": exit code " + run[2])
                    | None -> name, Sample.create (own |> Seq.map (fun run -> float run[1]))
            ]

    let private comparison (what: string) (baseline: string) (samples: Map<string, Sample>) (name: string) goal =
        {
            What = "`" + name + "`" + what
            Figures =
                Finding.duration (Sample.median samples[name])
                + " against "
                + Finding.duration (Sample.median samples[baseline])
            Value = Some(Sample.ratio samples[baseline] samples[name])
            Unit = "×"
            Goal = goal
        }

    let private size site =
        {
            What = "size of the program"
            Figures = ""
            Value = Some(float (FileInfo site.Program).Length / 1e6)
            Unit = " MB"
            Goal = Goal.Below 25.0
        }

    /// Gives the findings about the offline commands, in a root with these profiles.
    let findings site (root: string) =
        let codex = realCodex site

        let ours =
            [
                for each in offline -> each.Name, root, site.Program :: each.Arguments, each.Expected
            ]

        let theirs =
            match codex with
            | Some program -> [ "codex login status", root, [ program; "login"; "status" ], [ 0 ] ]
            | None -> []

        let samples = measure site (("true", root, [ trueProgram ], [ 0 ]) :: theirs @ ours)

        [
            for each in offline do
                comparison " against `/bin/true`" "true" samples each.Name (Goal.AtMost 12.0)

            for each in offline do
                if codex.IsSome then
                    comparison " against `codex login status`" "codex login status" samples each.Name (Goal.Below 1.0)
                else
                    {
                        What = "`" + each.Name + "` against `codex login status`"
                        Figures = "the real Codex is not in tests/interop"
                        Value = None
                        Unit = "×"
                        Goal = Goal.Below 1.0
                    }

            size site
        ]
