namespace CodexRouter.Testing

open System
open System.Collections.Generic
open System.Diagnostics
open System.IO
open System.Text
open System.Threading.Tasks
open CodexRouter.Platform

/// Files as they are, whoever has locked them.
[<RequireQualifiedAccess>]
module Whole =

    /// Gives a file's bytes, 64 MB at most. Unlike File.ReadAllBytes it takes no lock itself, which is refused while another has
    /// one: a child that is just being started holds for an instant what this process had open.
    let bytes (path: string) : byte[] =
        let content = BoundedFile.Read(path, 64 * 1024 * 1024)

        match content.Outcome with
        | ReadOutcome.Complete -> content.Bytes.ToArray()
        | outcome -> raise (IOException(path + " cannot be read whole: " + string outcome))

/// How a program ended and what it said.
type Outcome = { Exit: int; Out: string; Err: string }

/// A throw-away HOME, in the folder for short-lived files or in another place. Nothing that a test starts sees the real one.
type TestHome(?place: string) =
    // Its path is short, for sockets lie in it. By itself in the folder for short-lived files: one for all homes would stay behind, and belong to whoever came first.
    let path =
        let folder =
            Path.Combine(defaultArg place (Path.GetTempPath()), "crt-" + Guid.NewGuid().ToString("N").Substring(0, 12))

        (Directory.CreateDirectory folder).FullName

    // What a test left that may not be looked into, or a program that still writes as it ends, is tried again.
    let rec remove attempts =
        try
            FolderTree.Delete path
        with :? SystemCallException when attempts > 1 ->
            Threading.Thread.Sleep 50
            remove (attempts - 1)

    // A program that outlives its test, like a Codex that is still starting, would write a home that is gone anew. Whoever was
    // started in this home has it in its environment, which Linux shows.
    let endPrograms () =
        let isOfHome folder =
            try
                File.ReadAllText(Path.Combine(folder, "environ")).Contains(path, StringComparison.Ordinal)
            with
            | :? IOException
            | :? UnauthorizedAccessException -> false

        if OperatingSystem.IsLinux() then
            for folder in Directory.GetDirectories "/proc" do
                match Int32.TryParse(Path.GetFileName folder) with
                | true, pid when pid <> Environment.ProcessId && isOfHome folder ->
                    try
                        use found = Process.GetProcessById pid
                        found.Kill()
                        found.WaitForExit 2000 |> ignore
                    with
                    | :? ArgumentException
                    | :? InvalidOperationException
                    | :? ComponentModel.Win32Exception -> () // it has ended meanwhile
                | _ -> ()

    /// The folder that stands for the person's home.
    member _.Path = path

    /// The Codex root in it; not made yet.
    member _.Root = Path.Combine(path, ".codex")

    /// Gives the absolute path of something in this home.
    member _.File(relative: string) = Path.Combine(path, relative)

    /// Gives the whole environment of what is run in this home: HOME, what programs need to run at all, and these variables.
    member home.Environment(variables: (string * string) seq) : IReadOnlyDictionary<string, string> =
        let environment = Dictionary<string, string>()

        for name in [ "PATH"; "TMPDIR"; "LANG" ] do
            match Environment.GetEnvironmentVariable name with
            | null -> ()
            | value -> environment[name] <- value

        environment["HOME"] <- home.Path

        for name, value in variables do
            environment[name] <- value

        environment :> IReadOnlyDictionary<string, string>

    /// Runs a program to its end in this home with a clean environment, and gives what came out. The time limit only
    /// ends a program that hangs.
    member home.Run
        (program: string, arguments: string seq, ?environment: (string * string) seq, ?directory: string, ?input: string) : Outcome =
        let start =
            ProcessStartInfo(
                FileName = program,
                WorkingDirectory = defaultArg directory home.Path,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = UTF8Encoding false,
                StandardErrorEncoding = UTF8Encoding false
            )

        for argument in arguments do
            start.ArgumentList.Add argument

        start.Environment.Clear()

        for KeyValue(name, value) in home.Environment(defaultArg environment Seq.empty) do
            start.Environment[name] <- value

        use child =
            match Process.Start start with
            | null -> failwith ("could not start " + program)
            | started -> started

        let out = child.StandardOutput.ReadToEndAsync()
        let err = child.StandardError.ReadToEndAsync()

        try
            child.StandardInput.Write(defaultArg input "")
            child.StandardInput.Close()
        with :? IOException ->
            () // the program ended without reading

        if not (child.WaitForExit(TimeSpan.FromMinutes 2.0)) then
            child.Kill(entireProcessTree = true)
            failwith (program + " " + String.Join(' ', arguments) + " did not end")

        Task.WaitAll(out, err)

        {
            Exit = child.ExitCode
            Out = out.Result
            Err = err.Result
        }

    interface IDisposable with
        member _.Dispose() =
            // What cannot be removed is no fault of the test's; test.sh counts what stays.
            endPrograms ()

            try
                remove 20
            with :? SystemCallException ->
                ()

/// The places of this project that tests need.
[<RequireQualifiedAccess>]
module Project =

    /// The folder of the project: the nearest one above the running test that holds the solution.
    let root =
        let rec climb (folder: DirectoryInfo | null) =
            match folder with
            | null -> failwith "the tests do not run inside the project"
            | folder when File.Exists(Path.Combine(folder.FullName, "CodexRouter.sln")) -> folder.FullName
            | folder -> climb folder.Parent

        climb (DirectoryInfo AppContext.BaseDirectory)

    /// The native program that the scripts built.
    let program = Path.Combine(root, "out", "bin", "codex-router")

    /// The zsh plugin.
    let plugin = Path.Combine(root, "shell", "codex-router.plugin.zsh")

    /// Gives an environment variable's value as a number, or a default: how many cases to try, and the like.
    let setting (name: string) (otherwise: int) =
        match Environment.GetEnvironmentVariable name with
        | null
        | "" -> otherwise
        | text -> Int32.Parse(text, Globalization.CultureInfo.InvariantCulture)
