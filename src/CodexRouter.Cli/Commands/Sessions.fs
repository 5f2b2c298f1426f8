namespace CodexRouter.Cli.Commands

open System
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type SessionsArguments =
    | Here
    | Limit of number: string
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Here -> "only sessions that were started in this directory"
            | Limit _ -> "the maximum number of sessions to show (default: 20)"
            | Json -> "answer in JSON"

type SessionsRequest =
    {
        /// Only sessions that were begun in the present directory.
        IsHereOnly: bool
        Limit: int
        IsJson: bool
    }

/// Shows the sessions of all profiles.
[<RequireQualifiedAccess>]
module Sessions =

    [<Literal>]
    let private UsualLimit = 20

    [<Literal>]
    let private GreatestLimit = 10_000

    /// The most logs that are looked into for those of one directory.
    [<Literal>]
    let MostLooked = 10_000

    let private limit (word: string option) : Result<int, Problem> =
        match word with
        | None -> Ok UsualLimit
        | Some number ->
            match
                Int32.TryParse(number, Globalization.NumberStyles.None, Globalization.CultureInfo.InvariantCulture)
            with
            | true, number when number >= 1 && number <= GreatestLimit -> Ok number
            | _ ->
                Problem.usage
                    ("--limit takes an integer from 1 to 10000, not '" + Inert.text number + "'")
                    "codex-router sessions --limit 50"
                |> Error

    /// Tells whether a session was begun in a directory.
    let isOf (directory: string) (session: FoundSession) =
        session.Head.Folder
        |> Option.exists (fun folder -> folder = directory || (folder.StartsWith '/' && Homes.same folder directory))

    let private dto names (profiles: Profile list) begun (session: FoundSession) : SessionDto =
        let found = BegunWith.profiles begun

        {
            Id = session.Head.Id
            BegunAt = session.Head.BegunAt |> Option.map OwnJson.time
            LastUsedAt = OwnJson.time session.LastUsed
            Directory = session.Head.Folder
            Title = SessionFiles.title names session
            Profile = found |> List.tryHead |> Option.map ProfileName.value
            BegunWith = BegunWith.word begun
            OtherProfiles =
                found
                |> List.truncate 1
                |> (fun first -> List.except first found)
                |> List.map ProfileName.value
            Email =
                found
                |> List.tryHead
                |> Option.bind (fun name -> profiles |> List.tryFind (fun profile -> profile.Name = name))
                |> Option.bind ProfileView.email
            AccountId = session.Head.Owner |> Option.bind _.AccountId
            Archived = session.IsArchived
            ForkedFrom = session.Head.ForkedFrom
            Source = session.Head.Source
            Log = session.Path
        }

    /// Gives the words for the profiles that a session was begun with.
    let profileWords begun =
        match begun with
        | BegunWith.Stranger -> "another account"
        | BegunWith.NotKnown -> "not known"
        | BegunWith.Account _
        | BegunWith.Home _ -> BegunWith.profiles begun |> List.map ProfileName.value |> String.concat " or "

    let private row (surroundings: Surroundings) now names (profiles: Profile list) begun (session: FoundSession) =
        let account =
            BegunWith.profiles begun
            |> List.tryHead
            |> Option.bind (fun name -> profiles |> List.tryFind (fun profile -> profile.Name = name))
            |> Option.map ProfileView.account
            |> Option.defaultValue "-"

        let title = SessionFiles.title names session |> Option.defaultValue "-"

        [
            Piece.plain (TimeWords.ago (max TimeSpan.Zero (now - session.LastUsed)))
            Piece.plain (
                session.Head.Folder
                |> Option.map (Surroundings.short surroundings)
                |> Option.defaultValue "-"
            )
            Piece.strong (if session.IsArchived then "(archived) " + title else title)
            Piece.plain account
            Piece.plain (profileWords begun)
            Piece.faint session.Head.Id
        ]

    /// The beginning of an id is enough for `resume`, so it gives way before what people know a session by.
    let private ways =
        let ago, folder, title, account, profile, id = 0, 1, 2, 3, 4, 5

        [
            GiveWay.Shorten(title, 40)
            GiveWay.Shorten(id, 14)
            GiveWay.Shorten(folder, 20)
            GiveWay.Shorten(title, 24)
            GiveWay.Shorten(account, 12)
            GiveWay.Leave account
            GiveWay.Shorten(folder, 10)
            GiveWay.Shorten(profile, 8)
            GiveWay.Leave folder
            GiveWay.Shorten(title, 10)
            GiveWay.Leave profile
            GiveWay.Leave ago
            GiveWay.Shorten(title, 4)
            GiveWay.Leave title
            GiveWay.Shorten(id, 1)
        ]

    let private request _ (given: SessionsArguments list) : Result<SessionsRequest, Problem> =
        given
        |> Given.tryValue (function
            | Limit number -> Some number
            | Here
            | Json -> None)
        |> limit
        |> Result.map (fun limit ->
            {
                IsHereOnly = Given.has Here given
                Limit = limit
                IsJson = Given.has Json given
            })

    let private work (context: Context) (request: SessionsRequest) : Ending =
        result {
            let surroundings = context.Surroundings
            let root = surroundings.Root
            let profiles = Observed.profiles Disk.files root
            let known = SessionFiles.profiles profiles

            let sessions =
                SessionFiles.newestFirst root
                |> if request.IsHereOnly then
                       Seq.truncate MostLooked >> Seq.filter (isOf surroundings.Folder)
                   else
                       id
                |> Seq.truncate request.Limit
                |> Seq.map (fun session -> session, BegunWith.decide known session.HeldBy session.Head.Owner)
                |> List.ofSeq

            let names = SessionFiles.names root

            if request.IsJson then
                let answer: SessionsDto =
                    {
                        Schema = Answer.Schema
                        Sessions = sessions |> List.map (fun (session, begun) -> dto names profiles begun session)
                    }

                context.Terminal.Raw(Answer.text SessionShapes.sessions answer)
            elif sessions.IsEmpty then
                context.Terminal.Line "no sessions yet"
            else
                let now = context.Surroundings.Clock.Now()

                context.Terminal.Table(
                    [ "USED"; "DIRECTORY"; "TITLE"; "ACCOUNT"; "PROFILE"; "ID" ],
                    ways,
                    sessions
                    |> List.map (fun (session, begun) -> row surroundings now names profiles begun session)
                )

            return ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "sessions"
                Names = ""
                Shown = "[--here]"
                Summary = "show the sessions of all profiles, and which profile started each"
                Does =
                    "Shows the sessions of the root and of all profiles, the most recently used first: when and where "
                    + "each was used, its name or first message, and the profile that started it. Anything in a title "
                    + "that may be a token is hidden. Agents that a session started are left out."
                Examples =
                    [
                        "codex-router sessions --here", "sessions of this directory"
                        "codex-router sessions --json --limit 100", "for programs"
                    ]
                Ends = Ends.reading
                Offers = []
            }
            request
            work
