namespace CodexRouter.Bench

open System
open System.Diagnostics
open System.IO

/// Running programs to their end, in a home made for the measurement.
[<RequireQualifiedAccess>]
module Process =

    /// Gives a program's exit code and what it printed on stdout; what it says on stderr is dropped.
    let run
        (home: string)
        (directory: string)
        (environment: (string * string) list)
        (program: string)
        (arguments: string list)
        =
        let start =
            ProcessStartInfo(
                FileName = program,
                WorkingDirectory = directory,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true
            )

        for argument in arguments do
            start.ArgumentList.Add argument

        let path =
            match Environment.GetEnvironmentVariable "PATH" with
            | null -> "/usr/bin:/bin"
            | path -> path

        start.Environment.Clear()

        for name, value in ("PATH", path) :: ("HOME", home) :: ("TERM", "dumb") :: environment do
            start.Environment[name] <- value

        use child =
            match Process.Start start with
            | null -> failwith ("could not start " + program)
            | child -> child

        child.StandardInput.Close()
        child.ErrorDataReceived.Add ignore
        child.BeginErrorReadLine()
        let out = child.StandardOutput.ReadToEnd()
        child.WaitForExit()
        child.ExitCode, out

    /// Gives the lines of a program that must succeed, each split at its tabs.
    let table home directory environment program arguments =
        match run home directory environment program arguments with
        | 0, out ->
            out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            |> Array.map _.Split('\t')
            |> List.ofArray
        | code, _ -> failwith (program + " " + String.Join(' ', arguments) + ": exit code " + string<int> code)

    /// Says whether a program is on the PATH.
    let isThere (program: string) =
        match Environment.GetEnvironmentVariable "PATH" with
        | null -> false
        | path ->
            path.Split ':'
            |> Array.exists (fun folder -> File.Exists(Path.Combine(folder, program)))
