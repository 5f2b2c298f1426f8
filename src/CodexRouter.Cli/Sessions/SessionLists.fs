namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// The list of sessions that the picker of `codex resume` shows. Codex keeps one in each home, and adds what other homes did
/// to shared sessions only when an app-server is asked for the list there (seen in 0.160 to 0.169).
[<RequireQualifiedAccess>]
module SessionLists =

    /// How long a Codex that is about to start is held up at most. It takes 0.2 s.
    let private patience = TimeSpan.FromSeconds 3.0

    let private farewell = TimeSpan.FromSeconds 1.0

    [<Literal>]
    let private LongestLine = 8_388_608

    /// The most pages that are asked for, of a hundred sessions each. A list that was never made is filled by Codex itself.
    [<Literal>]
    let private MostPages = 10

    let private greeting =
        """{"id":1,"method":"initialize","params":{"clientInfo":{"name":"codex-router","title":"Codex Router","version":"""
        + "\""
        + Version.text
        + "\"}}}"

    /// Asked without a sign-in, so that nothing is renewed: only what is in this process's memory counts for one.
    let private arguments =
        [| "app-server"; "-c"; "cli_auth_credentials_store=\"ephemeral\"" |]

    let private question (id: int) isArchived (cursor: string option) =
        let cursor =
            match cursor with
            | Some cursor -> ",\"cursor\":" + JsonValue.quoted cursor
            | None -> ""

        "{\"id\":"
        + string<int> id
        + ",\"method\":\"thread/list\",\"params\":{\"limit\":100,\"sourceKinds\":[\"cli\",\"vscode\",\"exec\",\"appServer\"],\"archived\":"
        + (if isArchived then "true" else "false")
        + cursor
        + "}}"

    /// Gives the result of the request of this number, if there is one in time: the cursor of the next page, if any.
    let rec private await (child: JsonLinesChild) (deadline: Deadline) (id: int) : string option option =
        let received = child.Receive deadline

        match received.Kind with
        | ReceivedKind.NothingInTime
        | ReceivedKind.Ended -> None
        | _ ->
            let answer =
                JsonValue.parse received.Line (fun message ->
                    match
                        JsonValue.field "id" message |> Option.bind JsonValue.number, JsonValue.field "result" message
                    with
                    | Some number, result when number = float<int> id ->
                        Some(
                            result
                            |> Option.map (fun result ->
                                JsonValue.field "nextCursor" result |> Option.bind JsonValue.text)
                        )
                    | _ -> None)

            match answer with
            | Some answer -> answer
            | None -> await child deadline id

    let private ask (child: JsonLinesChild) =
        let deadline = Deadline.After patience

        let call id (line: string) =
            if child.Send(line, deadline) then
                await child deadline id
            else
                None

        let rec pages id isArchived cursor left =
            match call id (question id isArchived cursor) with
            | None -> false
            | Some(Some next) when left > 1 -> pages (id + 1) isArchived (Some next) (left - 1)
            | Some _ -> true

        let isGreeted = (call 1 greeting).IsSome
        let isReady = isGreeted && child.Send("""{"method":"initialized"}""", deadline)
        let isDone = isReady && pages 100 false None MostPages && pages 200 true None 1

        // It has no sign-in, so nothing is lost with it.
        if not isDone then
            child.LeaveToItself()

        isDone

    /// The name of the log that was begun last: years, months and days sort as they follow each other.
    let private newest sessions =
        let rec below folder depth =
            let names = Disk.files.Names folder |> List.sortDescending

            if depth = 0 then
                names |> List.tryFind (SessionLog.ofFileName >> Option.isSome)
            else
                names |> List.tryPick (fun name -> below (Layout.(/) folder name) (depth - 1))

        below sessions 3

    /// Whether a Codex with these words may show its list.
    let private mayShow (program: string) (words: string list) =
        Path.GetFileName program = "codex"
        && match words with
           | [] -> true
           | ("resume" | "fork" | "agents") :: _ -> true
           | first :: _ -> first.StartsWith '-'

    /// Brings the list of a profile's home up to date before a Codex starts there that may show it. Does nothing where no
    /// session was begun elsewhere since; what fails is left for the next time.
    let bring (surroundings: Surroundings) home program words =
        let root = surroundings.Root
        let sessions = Layout.(/) home "sessions"

        let isShared =
            not (Homes.same root home) && Homes.same sessions (Layout.(/) root "sessions")

        if isShared && mayShow program words then
            let mark = Layout.(/) home ".session-list"

            match newest (Layout.(/) root "sessions") with
            | None -> ()
            | Some name when Disk.files.ReadText mark = Some name -> ()
            | Some name ->
                try
                    use child =
                        JsonLinesChild.Start(
                            program,
                            arguments,
                            Surroundings.forCodex surroundings home,
                            home,
                            LongestLine,
                            farewell
                        )

                    if ask child then
                        Disk.write mark name |> ignore
                with :? SystemCallException ->
                    ()
