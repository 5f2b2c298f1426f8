namespace CodexRouter.Interop.Tests

open System
open System.Diagnostics
open System.Text.Json
open System.Threading.Tasks
open CodexRouter.Testing

/// Codex's app-server, as an editor runs it: a program that answers JSON lines on its standard input and output, and
/// refreshes a sign-in whose access token is about to end before it asks the provider anything.
[<Sealed>]
type AppServer private (child: Process) =
    // Codex stops when nobody reads what it says, so somebody always does.
    let complaints = child.StandardError.ReadToEndAsync()
    let mutable last = 0

    /// For a program that hangs; nothing here depends on how long anything takes.
    let patience = TimeSpan.FromMinutes 2.0

    let inTime (work: Task<'a>) =
        if not (work.Wait patience) then
            child.Kill(entireProcessTree = true)
            failwith "codex app-server did not answer"

        work.Result

    let send (line: string) =
        child.StandardInput.Write(line + "\n")
        child.StandardInput.Flush()

    /// Reads until the answer with this number; notices in between are passed over.
    let rec answer (number: int) =
        match inTime (child.StandardOutput.ReadLineAsync()) with
        | null -> failwith ("codex app-server ended: " + inTime complaints)
        | line ->
            use document = JsonDocument.Parse line
            let message = document.RootElement.Clone()

            match message.TryGetProperty "id" with
            | true, id when id.ValueKind = JsonValueKind.Number && id.GetInt32() = number ->
                match message.TryGetProperty "result" with
                | true, result -> Ok result
                | _ -> Error(message.GetProperty("error").GetProperty("message").GetString() |> string)
            | _ -> answer number

    /// Sends a request without waiting for its answer; gives what waits for it.
    member _.Ask(method: string, parameters: string) =
        last <- last + 1
        let number = last

        send (
            "{\"id\":"
            + string<int> number
            + ",\"method\":\""
            + method
            + "\",\"params\":"
            + parameters
            + "}"
        )

        fun () -> answer number

    /// Sends a request; gives its result or the text of its error.
    member server.Call(method, parameters) = server.Ask (method, parameters) ()

    /// Asks for the rate limits, as the router does.
    member server.RateLimits() =
        server.Call("account/rateLimits/read", "{}")

    /// The number of the process.
    member _.Process = child.Id

    /// Starts an app-server in a Codex home without waiting for anything.
    static member Launch(home: TestHome, codex: Codex, codexHome: string, more: (string * string) list) =
        let start =
            ProcessStartInfo(
                FileName = codex.Program,
                WorkingDirectory = home.Path,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true
            )

        start.ArgumentList.Add "app-server"
        start.Environment.Clear()

        for name, value in
            [
                "HOME", home.Path
                "PATH", Environment.GetEnvironmentVariable "PATH" |> string
            ]
            @ Codex.environment codexHome more do
            start.Environment[name] <- value

        match Process.Start start with
        | null -> failwith "could not start codex app-server"
        | child -> new AppServer(child)

    /// Sends the greeting without waiting for its answer; gives what waits for it. While a refresh is under way Codex
    /// does not answer. Codex names the client to the provider, and has some methods only for one that asks for what is
    /// experimental.
    member server.Greet(?client: string, ?isExperimental: bool) =
        server.Ask(
            "initialize",
            "{\"clientInfo\":{\"name\":\""
            + defaultArg client "interop"
            + "\",\"title\":\"Interop\",\"version\":\"1\"}"
            + (if defaultArg isExperimental false then
                   ",\"capabilities\":{\"experimentalApi\":true}}"
               else
                   "}")
        )

    /// Starts an app-server in a Codex home and greets it.
    static member Start
        (home: TestHome, codex: Codex, codexHome: string, more: (string * string) list, ?isExperimental: bool)
        =
        let server = AppServer.Launch(home, codex, codexHome, more)
        server.Welcome("interop", ?isExperimental = isExperimental)
        server

    /// Greets it by a client's name and waits until it is ready.
    member server.Welcome(client: string, ?isExperimental: bool) =
        match server.Greet (client, ?isExperimental = isExperimental) () with
        | Error message -> failwith ("codex app-server refused the greeting: " + message)
        | Ok _ -> send """{"method":"initialized"}"""

    /// Closes its standard input, on which it ends by itself.
    member _.Hush() = child.StandardInput.Close()

    /// Closes its standard input and waits until it has ended.
    member server.Close() =
        if not child.HasExited then
            server.Hush()
            server.Ended()

    /// Waits until it has ended.
    member _.Ended() =
        if not (child.WaitForExit patience) then
            child.Kill(entireProcessTree = true)
            failwith "codex app-server did not end"

    /// Ends it at once, as a crash would.
    member _.Kill() =
        if not child.HasExited then
            child.Kill(entireProcessTree = true)
            child.WaitForExit()

    interface IDisposable with
        member server.Dispose() =
            server.Kill()
            child.Dispose()

    /// Asks once for the rate limits in a Codex home and ends the app-server.
    static member rateLimits home codex codexHome more =
        use server = AppServer.Start(home, codex, codexHome, more)
        let answer = server.RateLimits()
        server.Close()
        answer
