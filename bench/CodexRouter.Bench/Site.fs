namespace CodexRouter.Bench

open System
open System.IO
open CodexRouter.StandIn

/// Where the measurements take place: the project, the program under measurement, and a home made for them.
type Site =
    {
        Project: string
        Program: string
        Home: string
        Rounds: int
    }

[<RequireQualifiedAccess>]
module Site =

    /// Gives the absolute path of something that belongs to the benchmarks.
    let script site name =
        Path.Combine(site.Project, "bench", name)

    /// Gives the zsh plugin that is measured: the one that the build put beside the program, which finds it from there.
    let plugin site =
        Path.GetFullPath(Path.Combine(site.Program, "../../share/codex-router/codex-router.plugin.zsh"))

    /// Gives the path of a folder in the home, after making it.
    let folder site (relative: string) =
        Directory.CreateDirectory(Path.Combine(site.Home, relative)).FullName

    /// Writes lines of tab-separated words to a file for a zsh script, and gives its path.
    let write site (name: string) (lines: string list list) =
        let file = Path.Combine(site.Home, name)
        File.WriteAllLines(file, lines |> List.map (fun words -> String.Join('\t', words)))
        file

    let private environment (root: string) =
        [ "CODEX_ROUTER_ROOT", root; "CODEX_HOME", root ]

    /// Runs the program, which must succeed: this prepares a measurement, it is not one.
    let prepare site (root: string) (directory: string) (arguments: string list) =
        match Process.run site.Home directory (environment root) site.Program arguments with
        | 0, _ -> ()
        | code, _ ->
            failwith (
                "codex-router "
                + String.Join(' ', arguments)
                + ": exit code "
                + string<int> code
            )

    /// Gives a root with this many profiles, p1 to pN, the last one current, whose figures come from a service if there is one. They begin as an older tool would have left
    /// them, and the first `switch` makes them whole: one run in place of one for each.
    let rootOf site (name: string) (profiles: int) (service: StandIn option) =
        let root = folder site name
        let now = DateTimeOffset.UtcNow

        match service with
        | Some service ->
            File.WriteAllText(Path.Combine(root, "config.toml"), "chatgpt_base_url = \"" + service.BaseUrl + "\"\n")
        | None -> ()

        for number in 1..profiles do
            let home = folder site (name + "/profiles/p" + string<int> number)
            let signIn = Path.Combine(home, "auth.json")
            File.WriteAllBytes(signIn, SampleAccount.signIn (SampleAccount.numbered number) 1 now (now.AddDays 10.0))
            File.SetUnixFileMode(signIn, UnixFileMode.UserRead ||| UnixFileMode.UserWrite)

        // Two, so that there is a profile to go back to.
        for number in List.distinct [ 1; profiles ] do
            prepare site root site.Home [ "switch"; "p" + string<int> number ]

        root

    /// Gives a root with this many profiles and no service.
    let root site (profiles: int) =
        rootOf site ("root-" + string<int> profiles) profiles None
