namespace CodexRouter.Interop.Tests

open System
open System.ComponentModel
open System.Diagnostics
open System.IO
open System.Text.Json
open CodexRouter.Testing

/// The background app-server that Codex keeps for a home, and the process beside it that updates it.
[<Sealed>]
type Daemon private (home: TestHome, codex: Codex, codexHome: string) =

    let state = Path.Combine(codexHome, "app-server-daemon")

    /// Reads the number of a process from the file that Codex keeps about it.
    let number (file: string) =
        let path = Path.Combine(state, file)

        if File.Exists path then
            use document = JsonDocument.Parse(File.ReadAllText path)
            Some(document.RootElement.GetProperty("pid").GetInt32())
        else
            None

    let command verb =
        Codex.run home codex codexHome [ "app-server"; "daemon"; verb ] []

    /// The number of the app-server's process, while it runs.
    member _.Process = number "daemon.pid"

    /// The number of the updater's process: `codex app-server daemon stop` leaves it running.
    member _.Updater = number "daemon-updater.pid"

    /// Starts the daemon of a home, or asks what keeps it from starting. Dispose ends both processes.
    static member Start(home, codex, codexHome) =
        let daemon = new Daemon(home, codex, codexHome)
        daemon.Start(), daemon

    member private _.Start() = command "start"

    /// Ends the app-server as the person would.
    member _.Stop() = command "stop"

    interface IDisposable with
        member daemon.Dispose() =
            daemon.Stop() |> ignore

            match daemon.Updater with
            | Some id ->
                try
                    use updater = Process.GetProcessById id
                    updater.Kill()
                with
                | :? ArgumentException
                | :? InvalidOperationException
                | :? Win32Exception -> () // it has ended already
            | None -> ()
