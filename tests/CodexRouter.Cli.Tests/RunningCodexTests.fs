module CodexRouter.Cli.Tests.RunningCodexTests

open System
open System.Diagnostics
open System.IO
open System.Text
open CodexRouter.StandIn
open Expecto

/// A process by the name of Codex in a home of the person's, until it is disposed of. It only waits for its input to end.
let private startCodex (person: Person) (asScript: bool) (codexHome: string option) =
    let program =
        if asScript then
            let path = person.File "script/codex"
            person.Write(path, "#!/bin/sh\nread line\n")
            File.SetUnixFileMode(path, UnixFileMode.UserRead ||| UnixFileMode.UserExecute)
            path
        else
            let path = person.File "binary/codex"
            Directory.CreateDirectory(person.File "binary") |> ignore
            File.Copy("/bin/cat", path, overwrite = true)
            path

    let start =
        ProcessStartInfo(program, RedirectStandardInput = true, RedirectStandardOutput = true)

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

    { new IDisposable with
        member _.Dispose() =
            codex.StandardInput.Close()
            codex.WaitForExit()
            codex.Dispose()
    },
    codex.Id

let private endsIn (minutes: float) account =
    let now = DateTimeOffset.UtcNow
    SampleAccount.signIn account 1 now (now.AddMinutes minutes)

let private hasDueSignIn (person: Person) =
    person.Has both
    person.Write(person.In "profiles/alice/auth.json", endsIn 2.0 alice)

let tests =
    testList
        "a Codex that runs"
        [
            promise "may be renewing the outgoing sign-in: a switch waits for it, and then refuses" (fun person ->
                hasDueSignIn person
                let codex, pid = startCodex person false None
                use _ = codex
                let before = person.Tree
                let watch = Stopwatch.StartNew()

                person.Run [ "switch"; "bob" ]
                |> Outcome.isFailure 6 [ "waiting a moment"; string<int> pid; "'alice'"; "--force" ]

                Expect.isGreaterThan watch.Elapsed (TimeSpan.FromSeconds 9.0) "it waited"
                Expect.isEmpty (Tree.changes before person.Tree) "nothing changed")

            promise "is not waited for with --force" (fun person ->
                hasDueSignIn person
                let codex, _ = startCodex person true (Some person.Root)
                use _ = codex
                person.Does [ "switch"; "bob"; "--force" ] |> ignore
                Expect.equal person.Current (Some "bob") "switched")

            promise "is waited for no longer than it runs" (fun person ->
                hasDueSignIn person
                let codex, _ = startCodex person true None

                let switching =
                    System.Threading.Tasks.Task.Run(fun () -> person.Run [ "switch"; "bob" ])
                // Long enough to be seen, and whether it is or not, the switch has to come about.
                System.Threading.Thread.Sleep 1000
                codex.Dispose()
                Expect.equal switching.Result.Exit 0 (Outcome.describe switching.Result)
                Expect.equal person.Current (Some "bob") "switched")

            promise "is no obstacle while the outgoing sign-in is fresh, or elsewhere in use" (fun person ->
                person.Has both
                let codex, _ = startCodex person false None
                person.Does [ "switch"; "bob" ] |> ignore
                person.Does [ "switch"; "alice" ] |> ignore
                codex.Dispose()
                person.Write(person.In "profiles/alice/auth.json", endsIn 2.0 alice)
                let elsewhere, _ = startCodex person false (Some(person.In "profiles/bob"))
                use _ = elsewhere
                person.Does [ "switch"; "bob" ] |> ignore)

            promise "in a profile's home keeps that profile from being removed or renamed" (fun person ->
                person.Has(both @ [ "carol", carol ])

                for asScript, home in [ true, person.In "profiles/bob"; false, person.In "profiles/bob/" ] do
                    let codex, pid = startCodex person asScript (Some home)
                    use _ = codex
                    Outcome.isRefused person 1 [ string<int> pid; "'bob'"; "--force" ] [ "delete"; "bob"; "--yes" ]
                    Outcome.isRefused person 1 [ string<int> pid; "'bob'"; "--force" ] [ "rename"; "bob"; "work" ]
                    person.Does [ "rename"; "carol"; "dave" ] |> ignore
                    person.Does [ "rename"; "dave"; "carol" ] |> ignore

                let codex, _ = startCodex person true (Some(person.In "profiles/bob"))
                use _ = codex
                person.Does [ "rename"; "bob"; "work"; "--force" ] |> ignore)

            promise "as a background daemon is told of, and stopped by Codex's own command when asked" (fun person ->
                person.Has both
                let daemon, pid = startCodex person false (Some person.Root)
                use _ = daemon
                person.Write(person.In "app-server-daemon/daemon.pid", "{\"pid\":" + string<int> pid + "}")
                person.CodexDoes "echo \"$CODEX_HOME $*\" >> \"$HOME/seen\""
                let told = person.Run [ "switch"; "bob" ]
                Expect.equal told.Exit 0 told.Err
                Expect.stringContains told.Err ("process " + string<int> pid) "which"
                Expect.stringContains told.Err "--stop-daemon" "what to do"
                Expect.isFalse (File.Exists(person.File "seen")) "not without being asked"
                let stopped = person.Run [ "switch"; "alice"; "--stop-daemon" ]
                Expect.equal stopped.Exit 0 stopped.Err
                Expect.equal (File.ReadAllText(person.File "seen")) (person.Root + " app-server daemon stop\n") "asked"
                Expect.stringContains (person.Run([ "doctor" ]).Out) ("process " + string<int> pid) "doctor tells"
                person.CodexDoes "exit 1"
                let refused = person.Run [ "switch"; "bob"; "--stop-daemon" ]
                Expect.stringContains refused.Err "could not be stopped" "told")

            promise
                "--stop-daemon without a Codex program answers with one object in JSON, after the switch"
                (fun person ->
                    person.Has both
                    let daemon, pid = startCodex person false (Some person.Root)
                    use _ = daemon
                    person.Write(person.In "app-server-daemon/daemon.pid", "{\"pid\":" + string<int> pid + "}")

                    let outcome =
                        person.Run(
                            [ "switch"; "bob"; "--stop-daemon"; "--json" ],
                            environment = [ "CODEX_ROUTER_CODEX", "/nowhere/codex" ]
                        )

                    Expect.equal (outcome.Out.TrimEnd('\n').Split '\n').Length 1 "one object"
                    use document = Json.JsonDocument.Parse outcome.Out
                    Expect.isTrue (document.RootElement.GetProperty("changed").GetBoolean()) "what happened"
                    Expect.stringContains outcome.Err "could not be stopped" "and what did not")

            promise "whose number another program has by now is no daemon, nor is another home's Codex" (fun person ->
                person.Has both

                use other =
                    match Process.Start(ProcessStartInfo("sleep", "600")) with
                    | null -> failwith "no process"
                    | started -> started

                let elsewhere, pid = startCodex person false (Some(person.In "profiles/bob"))
                use _ = elsewhere

                for number in [ 1; other.Id; pid ] do
                    person.Write(person.In "app-server-daemon/daemon.pid", "{\"pid\":" + string<int> number + "}")
                    // `Does` fails if anything is said of a daemon.
                    person.Does [ "switch"; "bob" ] |> ignore
                    person.Does [ "switch"; "alice" ] |> ignore

                other.Kill()
                other.WaitForExit())

            promise "once, and is gone: its file is no daemon" (fun person ->
                person.Has both

                for text in
                    [
                        "{\"pid\":2147483646}"
                        "{\"pid\":0}"
                        "{\"pid\":-1}"
                        "{\"pid\":\"x\"}"
                        "[]"
                        ""
                        "{\"pid\":1e99}"
                    ] do
                    person.Write(person.In "app-server-daemon/daemon.pid", text)
                    person.Does [ "switch"; "bob" ] |> ignore
                    person.Does [ "switch"; "alice" ] |> ignore)
        ]
