namespace CodexRouter.Interop.Tests

open System
open System.Diagnostics
open System.IO
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

/// The router, as a person runs it: it finds one release of Codex and asks the stand-in.
[<RequireQualifiedAccess>]
module Router =

    let private environment (codex: Codex) (service: StandIn) =
        (Codex.environment "" service.Environment
         |> List.filter (fst >> (<>) "CODEX_HOME"))
        @ [ "CODEX_ROUTER_CODEX", codex.Program ]

    /// Runs it to its end in a directory, with words on its standard input.
    let runIn (test: TestHome) codex service directory (arguments: string list) input =
        test.Run(
            Project.program,
            arguments,
            environment = environment codex service,
            directory = directory,
            input = input
        )

    /// Runs it to its end in the home.
    let run (test: TestHome) codex service arguments =
        runIn test codex service test.Path arguments ""

    /// Runs it to its end in a real zsh with the hook, after going into a directory there.
    let runInShell (test: TestHome) codex service directory (arguments: string) =
        let words =
            "source '"
            + Project.plugin
            + "'; cd '"
            + directory
            + "'; '"
            + Project.program
            + "' "
            + arguments

        test.Run("zsh", [ "-f"; "-c"; words ], environment = environment codex service)

    /// Runs it, and expects that it succeeds.
    let ok test codex service arguments =
        let outcome = run test codex service arguments
        Expect.equal outcome.Exit 0 (String.Join(' ', (arguments: string list)) + ": " + outcome.Err)

    /// Writes a file and the folders above it.
    let write (path: string) (bytes: byte[]) =
        Directory.CreateDirectory(Path.GetDirectoryName path |> string) |> ignore
        File.WriteAllBytes(path, bytes)

    /// Keeps a sign-in as a profile.
    let save (test: TestHome) codex service profile (signIn: byte[]) =
        let file = test.File(profile + ".json")
        write file signIn
        File.SetUnixFileMode(file, UnixFileMode.UserRead ||| UnixFileMode.UserWrite)
        ok test codex service [ "save"; profile; "--from"; file ]

    /// Starts it in a process group of its own, as a shell does; gives what tells its end, and its process number.
    let launch (test: TestHome) codex service (arguments: string list) =
        let start =
            ProcessStartInfo(
                FileName = "bash",
                WorkingDirectory = test.Path,
                RedirectStandardOutput = true,
                RedirectStandardError = true
            )

        for word in
            [
                "-c"
                "set -m; \"$@\" >/dev/null 2>&1 & echo $!; wait $!"
                "bash"
                Project.program
            ]
            @ arguments do
            start.ArgumentList.Add word

        start.Environment.Clear()

        for name, value in
            [
                "HOME", test.Path
                "PATH", Environment.GetEnvironmentVariable "PATH" |> string
            ]
            @ environment codex service do
            start.Environment[name] <- value

        match Process.Start start with
        | null -> failwith "could not start bash"
        | shell -> shell, Int32.Parse(shell.StandardOutput.ReadLine() |> string)

    /// Sends a signal to all of a process group, as a terminal does.
    let signal (test: TestHome) (name: string) (group: int) =
        let outcome =
            test.Run("bash", [ "-c"; "kill -s " + name + " -- -" + string<int> group ])

        Expect.equal outcome.Exit 0 outcome.Err
