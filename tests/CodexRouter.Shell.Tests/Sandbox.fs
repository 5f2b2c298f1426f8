namespace CodexRouter.Shell.Tests

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Testing

/// A person's home for the scenarios: the profiles `personal` (current) and `work` with the alias `w`; the folders
/// `acme` (pinned to work, allowed), `list` (pinned to the first that exists of two), `stranger` (pinned by somebody,
/// not allowed) and `other`; and a stand-in for the program.
type Sandbox() as this =
    let home = new TestHome()
    let outcome = home.Run("zsh", [ "-fc"; "print -rn -- ${1:A}"; "zsh"; home.Path ])
    let physical = outcome.Out
    let bin = Path.Combine(physical, "bin")
    let root = Path.Combine(physical, ".codex")

    let pin folder (text: string) =
        File.WriteAllText(Path.Combine(physical, folder, Pin.FileName), text)

    do
        for folder in
            [
                ".codex/profiles/work"
                ".codex/profiles/personal"
                ".codex/router"
                "acme/sub dir"
                "list"
                "stranger"
                "other"
                "bin"
            ] do
            Directory.CreateDirectory(Path.Combine(physical, folder)) |> ignore

        pin "acme" "work\n"
        pin "list" "# team\nnobody, personal\n"
        pin "stranger" "work\n"

        let path folder =
            Path.Combine(physical, folder, Pin.FileName)

        File.WriteAllText(
            Layout.trust root,
            "# pins\nallow\twork\t"
            + path "acme"
            + "\nallow\tnobody,personal\t"
            + path "list"
            + "\n"
        )

        File.WriteAllText(Layout.aliases root, "w work\n")

        File.CreateSymbolicLink(Layout.live root, "profiles/personal/auth.json")
        |> ignore

        this.Program "printf 'program:'; printf ' <%s>' \"$@\"; echo; exit 42"

    /// The home's physical path.
    member _.Path = physical

    /// The Codex root in it.
    member _.Root = root

    /// Makes the stand-in for the program do this.
    member _.Program(script: string) =
        let file = Path.Combine(bin, "codex-router")
        File.WriteAllText(file, "#!/bin/sh\n" + script + "\n")
        File.SetUnixFileMode(file, enum<UnixFileMode>(Convert.ToInt32("0755", 8)))

    /// The environment of a person who has the program on PATH.
    member _.Environment =
        [
            "HOME", physical
            "PATH", bin + ":" + (Environment.GetEnvironmentVariable "PATH" |> string)
            "LANG", "C.UTF-8"
            "TZ", "UTC"
            "CODEX_ROUTER_REFRESH", "0"
        ]

    /// Runs a shell, or any program, with these arguments and variables.
    member sandbox.Start(program: string, arguments: string list, ?environment: (string * string) list) =
        home.Run(program, arguments, sandbox.Environment @ defaultArg environment [])

    /// Runs zsh with these arguments and variables.
    member sandbox.Zsh(arguments: string list, ?environment: (string * string) list) =
        sandbox.Start("zsh", arguments, ?environment = environment)

    /// Runs a script in a zsh without startup files; `$1` is the plugin and `$2` the home.
    member sandbox.Script(script: string, ?environment: (string * string) list) =
        sandbox.Zsh([ "-fc"; script; "zsh"; Project.plugin; physical ], ?environment = environment)

    /// Runs one of the scripts in tests/shell with the plugin (or what it is for instead) and more arguments.
    member sandbox.Run(name: string, arguments: string list, ?environment: (string * string) list, ?program: string) =
        let file = Path.Combine(Project.root, "tests", "shell", name)
        sandbox.Zsh([ "-f"; file; defaultArg program Project.plugin ] @ arguments, ?environment = environment)

    interface IDisposable with
        member _.Dispose() = (home :> IDisposable).Dispose()
