/// Programs by the name of Codex that run while the router works.
module CodexRouter.Cli.Tests.RunningCodex

open System
open System.Diagnostics
open System.IO
open CodexRouter.StandIn

/// A process by the name of Codex in a home of the person's, until it is disposed of. It only waits for its input to end.
let startCodexWith (words: string list) (person: Person) (asScript: bool) (codexHome: string option) =
    let program =
        if asScript then
            let path = person.File "script/codex"

            // Once: a shell that has just been started reads it a moment later, and would end if it were empty then.
            if not (File.Exists path) then
                person.Write(path, "#!/bin/sh\nread line\n")
                File.SetUnixFileMode(path, UnixFileMode.UserRead ||| UnixFileMode.UserExecute)

            path
        else
            let path = person.File "binary/codex"
            Directory.CreateDirectory(person.File "binary") |> ignore
            File.Copy("/bin/cat", path, overwrite = true)
            path

    let start =
        ProcessStartInfo(program, words, RedirectStandardInput = true, RedirectStandardOutput = true)

    start.Environment.Clear()
    start.Environment["PATH"] <- "/usr/bin:/bin"
    start.Environment["HOME"] <- person.Home
    codexHome |> Option.iter (fun home -> start.Environment["CODEX_HOME"] <- home)

    /// A program that was only just written is busy while another test's child, on its way to its own program, still has
    /// the file open for writing.
    let rec started attempts =
        try
            match Process.Start start with
            | null -> failwith "no process"
            | started -> started
        with :? System.ComponentModel.Win32Exception when attempts > 0 ->
            System.Threading.Thread.Sleep 50
            started (attempts - 1)

    let codex = started 100

    // On a busy machine the system may still be loading it: until then it has no words and no environment to be known by.
    let environment = "/proc/" + string<int> codex.Id + "/environ"

    if File.Exists environment then
        let limit = DateTime.UtcNow.AddMinutes 1.0

        while File.ReadAllText(environment) = "" && DateTime.UtcNow < limit do
            System.Threading.Thread.Sleep 5

    { new IDisposable with
        member _.Dispose() =
            codex.StandardInput.Close()
            codex.WaitForExit()
            codex.Dispose()
    },
    codex.Id

/// One that was started without words.
let startCodex (person: Person) = startCodexWith [] person

/// A sign-in whose access token ends in so many minutes.
let endsIn (minutes: float) account =
    let now = DateTimeOffset.UtcNow
    SampleAccount.signIn account 1 now (now.AddMinutes minutes)
