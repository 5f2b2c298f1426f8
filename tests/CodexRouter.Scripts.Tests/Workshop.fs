namespace CodexRouter.Scripts.Tests

open System
open System.IO
open CodexRouter.Testing

/// A small copy of the project in a throw-away HOME: the real scripts, made-up sources, and a stand-in for `dotnet`
/// that writes down how it was called and "publishes" a program in a moment.
type Workshop() =
    let home = new TestHome()
    let project = home.File "a project"
    let tools = home.File "tools"

    let write (path: string) (text: string) =
        match Path.GetDirectoryName path with
        | null -> ()
        | folder -> Directory.CreateDirectory folder |> ignore

        File.WriteAllText(path, text)

    let writeProgram (path: string) (text: string) =
        write path ("#!/bin/sh\n" + text + "\n")
        File.SetUnixFileMode(path, enum<UnixFileMode> 0o755)

    let copy (folder: string) (pattern: string) =
        let target = Path.Combine(project, folder)
        Directory.CreateDirectory target |> ignore

        for file in DirectoryInfo(Path.Combine(Project.root, folder)).EnumerateFiles pattern do
            file.CopyTo(Path.Combine(target, file.Name)) |> ignore

    do
        copy "." "*.sh"
        copy "build" "*.sh"

        for file in
            [
                "src/Program.fs"
                "src/CodexRouter.Platform/File.cs"
                "demo/Program.fs"
                "shell/codex-router.plugin.zsh"
                ".config/dotnet-tools.json"
                ".paket/Paket.Restore.targets"
                "paket.dependencies"
                "paket.lock"
                "global.json"
                "Directory.Build.props"
                "Directory.Build.targets"
            ] do
            write (Path.Combine(project, file)) ("the first " + file + "\n")

        writeProgram
            (Path.Combine(tools, "dotnet"))
            """echo "$*" >>"$HOME/dotnet-calls"
case $1 in
  nuget) echo "D a feed that is off"; echo "E a feed"; echo "E another" ;;
  publish)
    [ ! -e "$HOME/publish-fails" ] || { echo "error FS0001: made up"; exit 1; }
    sleep "${SLOW:-0}"
    mkdir -p out/publish
    printf '#!/bin/sh\necho "ran in $PWD with $*"\n' >out/publish/codex-router
    chmod 755 out/publish/codex-router ;;
  build) mkdir -p out/demo; echo "the demo" >out/demo/CodexRouter.Demo.dll ;;
  */CodexRouter.Demo.dll) shift; echo "demo in $PWD of" "$@" ;;
esac"""

    /// The throw-away home.
    member _.Home = home

    /// The folder of the copied project; there is a space in its name.
    member _.Project = project

    /// Gives the absolute path of something in the copied project.
    member _.File(relative: string) = Path.Combine(project, relative)

    /// Writes a file of the copied project, its folders included.
    member workshop.Write(relative: string, text: string) = write (workshop.File relative) text

    /// Puts a program before all others on the PATH.
    member _.PutTool(name: string, script: string) =
        writeProgram (Path.Combine(tools, name)) script

    /// Runs a script of the copied project from the home, with the stand-in for `dotnet`.
    member workshop.Run(script: string, arguments: string list, ?environment: (string * string) list) =
        let path = tools + ":" + Environment.GetEnvironmentVariable "PATH"

        home.Run(
            workshop.File script,
            arguments,
            environment = ("PATH", path) :: defaultArg environment [],
            directory = home.Path
        )

    /// Runs lines of bash in the copied project, after the functions of the scripts.
    member workshop.Bash(lines: string) =
        let path = tools + ":" + Environment.GetEnvironmentVariable "PATH"

        home.Run(
            "bash",
            [
                "-c"
                "set -euo pipefail; . build/compile.sh; . build/tally.sh; . build/zshrc.sh\n"
                + lines
            ],
            environment = [ "PATH", path ],
            directory = project
        )

    /// Gives how often `dotnet` was run so, with the arguments of each time.
    member _.Calls(word: string) =
        let calls = home.File "dotnet-calls"

        if File.Exists calls then
            File.ReadAllLines calls
            |> Array.filter _.StartsWith(word, StringComparison.Ordinal)
            |> List.ofArray
        else
            []

    /// Gives how often `dotnet publish` was run, with the arguments of each time.
    member workshop.Publishes = workshop.Calls "publish"

    interface IDisposable with
        member _.Dispose() = (home :> IDisposable).Dispose()
