/// A Codex that runs as a background daemon: who is one, and how it is stopped.
module CodexRouter.Cli.Tests.DaemonTests

open System.Diagnostics
open System.IO
open System.Text
open CodexRouter.Cli.Tests.RunningCodex
open Expecto

let tests =
    testList
        "a Codex that runs"
        [
            promise "as a background daemon is stopped first by Codex's own command, when asked" (fun person ->
                person.Has(both @ [ "carol", carol ])

                let isDaemon home =
                    let daemon, pid = startCodex person false (Some home)

                    person.Write(
                        Path.Combine(home, "app-server-daemon/daemon.pid"),
                        "{\"pid\":" + string<int> pid + "}"
                    )

                    daemon, pid

                let stops pid =
                    person.CodexDoes("echo \"$CODEX_HOME $*\" >> \"$HOME/seen\"; kill " + string<int> pid)

                let daemon, pid = isDaemon person.Root
                stops pid

                person.Run [ "switch"; "bob" ]
                |> Outcome.isFailure 6 [ string<int> pid; "--stop-daemon" ]

                Expect.isFalse (File.Exists(person.File "seen")) "not without being asked"
                let forced = person.Run [ "switch"; "bob"; "--force" ]
                Expect.equal forced.Exit 0 forced.Err
                Expect.stringContains forced.Err ("process " + string<int> pid) "which keeps the account"
                Expect.stringContains (person.Run([ "doctor" ]).Out) ("process " + string<int> pid) "doctor tells"
                person.CodexDoes "exit 1"

                person.Run [ "switch"; "alice"; "--stop-daemon" ]
                |> Outcome.isFailure 6 [ "could not be stopped"; string<int> pid ]

                Expect.equal person.Current (Some "bob") "and nothing was switched"
                stops pid
                let stopped = person.Run [ "switch"; "alice"; "--stop-daemon" ]
                Expect.equal stopped.Exit 0 stopped.Err
                Expect.equal (File.ReadAllText(person.File "seen")) (person.Root + " app-server daemon stop\n") "asked"
                Expect.equal person.Current (Some "alice") "switched"
                daemon.Dispose()

                for words, home in
                    [
                        [ "rename"; "bob"; "work"; "--stop-daemon" ], "profiles/bob"
                        [ "rename"; "alice"; "home"; "--stop-daemon" ], ""
                        [ "delete"; "carol"; "--yes"; "--stop-daemon" ], "profiles/carol"
                    ] do
                    let home = if home = "" then person.Root else person.In home
                    let daemon, pid = isDaemon home
                    use _ = daemon
                    File.Delete(person.File "seen")
                    stops pid
                    let stopped = person.Run words
                    Expect.equal stopped.Exit 0 stopped.Err
                    Expect.equal (File.ReadAllText(person.File "seen")) (home + " app-server daemon stop\n") "asked")

            promise "--stop-daemon without a Codex program tells so, and nothing is switched" (fun person ->
                person.Has both
                let daemon, pid = startCodex person false (Some person.Root)
                use _ = daemon
                person.Write(person.In "app-server-daemon/daemon.pid", "{\"pid\":" + string<int> pid + "}")
                let without = [ "CODEX_ROUTER_CODEX", "/nowhere/codex" ]

                let refused =
                    person.Run([ "switch"; "bob"; "--stop-daemon"; "--json" ], environment = without)

                Expect.equal refused.Exit 6 (Outcome.describe refused)
                Expect.stringContains refused.Err "could not be stopped" "why"
                Expect.stringContains refused.Out (string<int> pid) "which process"

                Expect.equal person.Current (Some "alice") "not switched"

                let outcome =
                    person.Run([ "switch"; "bob"; "--stop-daemon"; "--force"; "--json" ], environment = without)

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
