namespace CodexRouter.Cli

open System
open System.IO
open System.Text
open System.Text.Json
open CodexRouter.Core
open CodexRouter.Platform

/// Codex's own app-server, asked for a profile's figures in the profile's home. Codex renews an access token that has
/// ended by itself, and stores it; the router never does.
[<RequireQualifiedAccess>]
module AppServer =

    /// Codex does not answer while it renews, which takes it up to 40 s when the provider hangs (seen in 0.169.0).
    let private patience = TimeSpan.FromSeconds 60.0

    /// How long it may take to end when it is told to. A renewal that is under way is not cut off.
    let private farewell = TimeSpan.FromSeconds 40.0

    /// Held while an app-server runs in the profile's home, by the app-server too. Two of them would use the same refresh
    /// token, which is good for one use. A person who ends a router that hangs and starts the next one leaves the first
    /// app-server behind, in the middle of its renewal.
    [<Literal>]
    let private LockFile = "app-server.lock"

    [<Literal>]
    let private LongestLine = 4_194_304

    let private greeting =
        """{"id":1,"method":"initialize","params":{"clientInfo":{"name":"codex-router","title":"Codex Router","version":"""
        + "\""
        + Version.text
        + "\"}}}"

    /// An access token that has ended is renewed without being asked for; one that has not, but that the service does not
    /// take, only so (seen in 0.160 and 0.169).
    let private renewal =
        """{"id":3,"method":"getAuthStatus","params":{"includeToken":false,"refreshToken":true}}"""

    let private question = """{"id":2,"method":"account/rateLimits/read","params":{}}"""

    let private unavailable code message =
        Problem.noQuota code message "codex-router doctor"

    let private noAnswer =
        unavailable ProblemCode.AppServer "Codex's app-server gave no answer in time"

    let private ended =
        unavailable ProblemCode.AppServer "Codex's app-server ended without an answer"

    /// Why there is no result.
    [<RequireQualifiedAccess>]
    type private NoResult =
        /// Codex answered with an error of this text.
        | Refused of message: string
        /// Codex has no account any more since it was told to renew its sign-in.
        | RefusedForGood
        | Other of Problem

    let private hold (words: string) (text: string) =
        text.Contains(words, StringComparison.OrdinalIgnoreCase)

    let private isOver text =
        hold "sign in again" text || hold "log in again" text

    let private hasEnded (name: ProfileName) =
        let name = ProfileName.value name

        Problem.noQuota
            ProblemCode.LoginExpired
            ("the sign-in of '" + name + "' has ended, and Codex could not renew it")
            ("codex-router login " + name)

    /// When the service does not take the access token, Codex's answer is the same whether the sign-in has ended or the
    /// provider could not renew it just then; which of the two stands in what Codex complains of (seen in 0.160 and 0.169).
    /// The texts may hold anything that the provider answered: only what kind of failure they tell of is told.
    let private refused (name: ProfileName) (message: string) (complaints: string) =
        if isOver message || isOver complaints then
            hasEnded name
        elif hold "failed: 401" message then
            let name = ProfileName.value name

            Problem.noQuota
                ProblemCode.NotRenewed
                ("the service does not take the sign-in of '"
                 + name
                 + "', and Codex could not renew it now")
                (Again.asItWas + ", or codex-router login " + name)
        else
            unavailable ProblemCode.AppServer "Codex's app-server could not get the figures"

    /// Gives the answer to a request, as its result or the text of its error. Notices in between are passed over.
    let rec private await (child: JsonLinesChild) (deadline: Deadline) (id: float) =
        let received = child.Receive deadline

        match received.Kind with
        | ReceivedKind.NothingInTime -> Error(NoResult.Other noAnswer)
        | ReceivedKind.Ended -> Error(NoResult.Other ended)
        | _ ->
            let answer =
                JsonValue.parse received.Line (fun message ->
                    if (JsonValue.field "id" message |> Option.bind JsonValue.number) <> Some id then
                        None
                    else
                        match JsonValue.field "error" message with
                        | Some error ->
                            JsonValue.field "message" error
                            |> Option.bind JsonValue.text
                            |> Option.defaultValue ""
                            |> NoResult.Refused
                            |> Error
                            |> Some
                        | None -> Some(Ok received.Line))

            match answer with
            | Some answer -> answer
            | None -> await child deadline id

    let private whose (id: int) =
        "{\"id\":" + string<int> id + ",\"method\":\"account/read\",\"params\":{}}"

    /// Tells whether Codex has an account that it can use, if it says.
    let private hasAccount (answer: Result<ReadOnlyMemory<byte>, NoResult>) =
        match answer with
        | Ok line ->
            JsonValue.parse line (fun message ->
                JsonValue.field "result" message
                |> Option.map (JsonValue.field "account" >> Option.isSome))
        | Error _ -> None

    let private converse (clock: Clock) (child: JsonLinesChild) isRenewed =
        let deadline = Deadline.After patience

        let call id (line: string) =
            if child.Send(line, deadline) then
                await child deadline id
            else
                Error(NoResult.Other ended)

        call 1.0 greeting
        |> Result.bind (fun _ ->
            child.Send("""{"method":"initialized"}""", deadline) |> ignore

            if not isRenewed then
                call 2.0 question
            else
                let before = call 4.0 (whose 4) |> hasAccount
                call 3.0 renewal |> ignore
                let after = call 5.0 (whose 5) |> hasAccount
                let answer = call 2.0 question

                // An access token goes on after its sign-in was revoked, so figures do not prove that it was renewed. A Codex
                // that had an account and has none after a renewal was refused for good (seen in 0.160 to 0.169); that it has
                // none is no proof where the service cannot be reached, which the figures show.
                match before, after, answer with
                | Some true, Some false, Ok _ -> Error NoResult.RefusedForGood
                | _ -> answer)
        |> Result.bind (fun answer ->
            match UsageReport.ofAppServer (clock.Now()) answer with
            | Some quota -> Ok quota
            | None ->
                unavailable ProblemCode.AnswerUnknown "Codex's app-server answered without figures"
                |> NoResult.Other
                |> Error)

    let private busy =
        unavailable ProblemCode.Busy "Codex's app-server is still renewing this sign-in for another router"

    let private cannotRun program =
        unavailable ProblemCode.AppServer (Inert.text program + " cannot be run")

    let private run (surroundings: Surroundings) (name: ProfileName) isRenewed program held =
        let home = Layout.home surroundings.Root name

        try
            use child =
                JsonLinesChild.Start(
                    program,
                    [| "app-server" |],
                    Surroundings.forCodex surroundings home,
                    home,
                    LongestLine,
                    farewell,
                    held
                )

            // What it complains of is complete when it has ended.
            let complaints () =
                child.CloseInput()
                child.WaitForEnd farewell |> ignore
                Encoding.UTF8.GetString child.LastErrors.Span

            match converse surroundings.Clock child isRenewed with
            | Ok quota -> Ok quota
            | Error NoResult.RefusedForGood -> Error(hasEnded name)
            | Error(NoResult.Other problem) ->
                // Whatever it is at, it goes on by itself and holds the lock: to wait once more brings nothing.
                if problem = noAnswer then
                    child.LeaveToItself()

                Error problem
            | Error(NoResult.Refused message) -> Error(refused name message (complaints ()))
        with :? SystemCallException ->
            Error(cannotRun program)

    /// Asks for a profile's figures; one router at a time does. `mayStart` is asked when no other router's app-server lives
    /// in the home any more: it tells why none is to be started now, or whether Codex is to be told to renew the access token.
    let ask (surroundings: Surroundings) (name: ProfileName) (mayStart: unit -> Result<bool, Problem>) =
        match CodexProgram.find surroundings with
        | Error problem ->
            // That Codex is missing is no failure of the question: there is just nobody to ask.
            Error
                { problem with
                    Exit = ExitCode.QuotaUnavailable
                }
        | Ok program ->
            let folder = Layout.quota surroundings.Root name

            try
                Folders.Create(folder, PrivateMode.directory)

                match AdvisoryLock.Acquire(Layout.(/) folder LockFile, patience, PrivateMode.file) with
                | null -> Error busy
                | held ->
                    use held = held

                    mayStart ()
                    |> Result.bind (fun isRenewed -> run surroundings name isRenewed program held)
            with
            | :? IOException
            | :? UnauthorizedAccessException ->
                Error(
                    unavailable
                        ProblemCode.AppServer
                        (Inert.text folder + " cannot be written, so Codex was not started")
                )
