namespace CodexRouter.Cli

open System
open System.Collections.Generic
open CodexRouter.Core
open CodexRouter.Platform

/// Why Codex's app-server gave no result.
[<RequireQualifiedAccess>]
type NoHomeAnswer =
    /// The program cannot be run.
    | NotStarted
    /// It gave none in time, or ended.
    | Silent
    /// Nobody was asked: the home lacks links, and where one to a folder is missing Codex makes a folder of its own.
    | NotWhole
    /// It does not do this: the release does not have it, or something is wrong with what was asked. Its text may hold
    /// anything, and is not kept.
    | Refused

/// The real Codex's app-server in a home, asked about the home and not about the account. It has no sign-in: an app-server
/// that starts in a home whose access token has ended renews it, and a refresh token is good for one use. So only what is in
/// its own memory counts for a sign-in (`ephemeral`), and it may be ended at any moment.
[<Sealed>]
type HomeServer private (child: JsonLinesChild) =

    /// For a Codex that hangs. An answer takes some hundredths of a second, its start some tenths.
    static let patience = TimeSpan.FromSeconds 30.0

    static let farewell = TimeSpan.FromSeconds 2.0

    /// Lists of sessions and settings are one line each.
    static let longestLine = 16_777_216

    let mutable last = 1

    let rec await (deadline: Deadline) (id: int) =
        let received = child.Receive deadline

        match received.Kind with
        | ReceivedKind.NothingInTime
        | ReceivedKind.Ended -> Error NoHomeAnswer.Silent
        | _ ->
            let answer =
                JsonValue.parse received.Line (fun message ->
                    if (JsonValue.field "id" message |> Option.bind JsonValue.number) <> Some(float id) then
                        None
                    elif (JsonValue.field "error" message).IsSome then
                        Some(Error NoHomeAnswer.Refused)
                    else
                        Some(Ok received.Line))

            match answer with
            | Some answer -> answer
            | None -> await deadline id

    let call (method: string) (parameters: string) =
        last <- last + 1
        let deadline = Deadline.After patience

        let line =
            "{\"id\":"
            + string<int> last
            + ",\"method\":\""
            + method
            + "\",\"params\":"
            + parameters
            + "}"

        if child.Send(line, deadline) then
            await deadline last
        else
            Error NoHomeAnswer.Silent

    /// Gives the words by which a Codex has no sign-in.
    static member Without = [ "-c"; "cli_auth_credentials_store=\"ephemeral\"" ]

    /// Gives the environment in which Codex uses a home as a plain `codex` would: the usual root without `CODEX_HOME`, whose
    /// links Codex would resolve.
    static member Environment(surroundings: Surroundings, home: string) : IReadOnlyDictionary<string, string> =
        let variables = Dictionary<string, string>(Surroundings.forCodex surroundings home)

        if home = surroundings.Root && home = Layout.(/) surroundings.Home ".codex" then
            variables.Remove "CODEX_HOME" |> ignore

        variables :> IReadOnlyDictionary<string, string>

    /// Where Codex is asked from: a directory that no project is in, so that only the home decides.
    static member Folder = "/"

    /// Tells whether a home has all its links: the root has none.
    static member private IsWhole(surroundings: Surroundings, home: string) =
        home = surroundings.Root || HomeLinks.isWhole Disk.files surroundings.Root home

    /// Starts one in a home that is whole, and greets it.
    static member private Start
        (surroundings: Surroundings, program: string, home: string)
        : Result<HomeServer, NoHomeAnswer> =
        if HomeServer.IsWhole(surroundings, home) then
            HomeServer.Begin(surroundings, program, home)
        else
            Error NoHomeAnswer.NotWhole

    /// Asks one in a home that is whole, and ends it.
    static member Asking
        (surroundings: Surroundings, program: string, home: string, questions: HomeServer -> Result<'a, NoHomeAnswer>)
        : Result<'a, NoHomeAnswer> =
        HomeServer.Start(surroundings, program, home)
        |> Result.bind (fun server ->
            use server = server
            questions server)

    static member private Begin(surroundings, program, home) : Result<HomeServer, NoHomeAnswer> =
        try
            let child =
                JsonLinesChild.Start(
                    program,
                    Array.ofList ("app-server" :: HomeServer.Without),
                    HomeServer.Environment(surroundings, home),
                    HomeServer.Folder,
                    longestLine,
                    farewell
                )

            let server = new HomeServer(child)

            match server.Greet() with
            | Ok() -> Ok server
            | Error fault ->
                (server :> IDisposable).Dispose()
                Error fault
        with :? SystemCallException ->
            Error NoHomeAnswer.NotStarted

    member private _.Greet() =
        call
            "initialize"
            ("{\"clientInfo\":{\"name\":\"codex-router\",\"title\":\"Codex Router\",\"version\":\""
             + Version.text
             + "\"},\"capabilities\":{\"experimentalApi\":true}}")
        |> Result.bind (fun _ ->
            if child.Send("""{"method":"initialized"}""", Deadline.After patience) then
                Ok()
            else
                Error NoHomeAnswer.Silent)

    /// Asks, and reads what of the result is wanted.
    member _.Ask(method, parameters, read: Text.Json.JsonElement -> 'a) : Result<'a, NoHomeAnswer> =
        call method parameters
        |> Result.bind (fun (line: ReadOnlyMemory<byte>) ->
            JsonValue.parse line (fun message -> JsonValue.field "result" message |> Option.map read)
            |> Option.map Ok
            |> Option.defaultValue (Error NoHomeAnswer.Refused))

    interface IDisposable with
        member _.Dispose() =
            // It has no sign-in, so nothing is lost with it.
            child.Dispose()
