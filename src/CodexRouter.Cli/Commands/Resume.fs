namespace CodexRouter.Cli.Commands

open System
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type ResumeArguments =
    | [<MainCommand; Unique>] Session of id: string
    | Last
    | As of name: string

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Session _ -> "the session's id, its first characters, or its name; arguments after -- are passed to Codex"
            | Last -> "the most recently used session in this directory"
            | As _ -> "resume under this profile"

/// Which session is meant.
[<RequireQualifiedAccess>]
type WantedSession =
    /// By its id, the beginning of one, or its name.
    | Called of word: string
    /// The most recently used one of the present directory.
    | Last

type ResumeRequest =
    {
        Session: WantedSession
        As: ProfileName option
    }

/// Goes on with a session under the profile that it was begun with.
[<RequireQualifiedAccess>]
module Resume =

    /// So much of an id is no guess any more.
    [<Literal>]
    let private LeastOfId = 6

    let private notFound known (word: string) =
        let told = "there is no session '" + Inert.text word + "'"

        let problem remedy message =
            {
                Exit = ExitCode.NoSuchProfile
                Code = ProblemCode.SessionNotFound
                Message = message
                Try = remedy
            }

        match NearMiss.find known word with
        | Some near ->
            problem
                (Again.replacing word near + ", or codex-router sessions")
                (told + "; the nearest is '" + Inert.text near + "'")
        | None -> problem "codex-router sessions" told

    let private byId root (word: string) =
        let sessions = SessionFiles.newestFirst root

        sessions |> Seq.tryFind (fun session -> session.Head.Id = word)

    /// Finds the one session that a word means: an id, the beginning of one, or a name.
    let private find root (word: string) : Result<FoundSession, Problem> =
        let ids = SessionFiles.ids root
        let names = SessionFiles.names root
        let lower = word.ToLowerInvariant()

        let meant =
            match ids |> List.filter ((=) lower) with
            | [] when word.Length >= LeastOfId ->
                match ids |> List.filter _.StartsWith(lower, StringComparison.Ordinal) with
                | [] -> names |> Map.filter (fun _ name -> name = word) |> Map.keys |> List.ofSeq
                | begun -> begun
            | [] -> names |> Map.filter (fun _ name -> name = word) |> Map.keys |> List.ofSeq
            | exact -> exact

        match meant with
        | [ id ] ->
            match byId root id with
            | Some session -> Ok session
            | None -> Error(notFound [] word)
        | [] -> Error(notFound (Seq.append ids (Map.values names)) word)
        | first :: _ ->
            Problem.refused
                ProblemCode.SessionAmbiguous
                ("'" + Inert.text word + "' may be " + string<int> meant.Length + " sessions")
                (Again.replacing word first + ", or codex-router sessions")
            |> Error

    let private last root directory : Result<FoundSession, Problem> =
        SessionFiles.newestFirst root
        |> Seq.truncate Sessions.MostLooked
        |> Seq.filter (fun session -> not session.IsArchived)
        |> Seq.tryFind (Sessions.isOf directory)
        |> function
            | Some session -> Ok session
            | None ->
                Error
                    {
                        Exit = ExitCode.NoSuchProfile
                        Code = ProblemCode.SessionNotFound
                        Message = "no session was started in this directory"
                        Try = "codex-router sessions"
                    }

    let private isNotArchived home (session: FoundSession) =
        if session.IsArchived then
            Problem.refused
                ProblemCode.SessionArchived
                "the session is archived"
                ("codex-router exec " + home + " -- codex unarchive " + session.Head.Id)
            |> Error
        else
            Ok()

    /// The profile to go on under, and what has to be said of it.
    let private choose (context: Context) (session: FoundSession) (asked: ProfileName option) =
        let root = context.Surroundings.Root
        let known = Observed.profiles Disk.files root |> SessionFiles.profiles
        let begun = BegunWith.decide known session.HeldBy session.Head.Owner
        let inForce = lazy (InForce.here context.Surroundings).Profile

        match BegunWith.profiles begun, asked with
        | found, Some name when not found.IsEmpty && not (List.contains name found) ->
            Ok(
                name,
                Some(
                    "the session was started with '"
                    + Sessions.profileWords begun
                    + "' and continues as '"
                    + ProfileName.value name
                    + "'"
                )
            )
        | [], Some name when begun = BegunWith.Stranger ->
            Ok(
                name,
                Some(
                    "the session was started with another account and continues as '"
                    + ProfileName.value name
                    + "'"
                )
            )
        | _, Some name -> Ok(name, None)
        | first :: others, None ->
            // Of several profiles of one account, the one that applies here.
            match inForce.Value with
            | Some name when List.contains name others -> Ok(name, None)
            | _ -> Ok(first, None)
        | [], None ->
            let again name =
                "codex-router resume " + session.Head.Id + " --as " + name

            match begun, inForce.Value with
            | BegunWith.Stranger, _ ->
                Problem.refused
                    ProblemCode.SessionOfAnother
                    "no profile has the account that started the session"
                    (again "NAME")
                |> Error
            | _, Some name ->
                Ok(
                    name,
                    Some(
                        "Codex did not record which account started the session; it continues as '"
                        + ProfileName.value name
                        + "', which applies here"
                    )
                )
            | _, None -> Error(Problem.notSignedIn "no profile applies here" (again "NAME"))

    /// The home to go on in. A log that one home alone has is not found by a Codex in another; the root's is the current
    /// profile's too.
    let private homeFor root (session: FoundSession) (name: ProfileName) =
        let folder =
            if session.IsArchived then
                "archived_sessions"
            else
                "sessions"

        let own =
            session.HeldBy |> Option.map (Layout.home root) |> Option.defaultValue root

        let home = Layout.home root name

        if Homes.same (Layout.(/) home folder) (Layout.(/) own folder) then
            Ok home
        elif session.HeldBy.IsNone && Observed.current Disk.files root = Some name then
            Ok root
        else
            let name = ProfileName.value name

            match session.HeldBy with
            | Some holder ->
                Problem.refused
                    ProblemCode.SessionApart
                    ("'"
                     + ProfileName.value holder
                     + "' alone has the session, so it cannot continue as '"
                     + name
                     + "'")
                    ("codex-router resume " + session.Head.Id + " --as " + ProfileName.value holder)
            | None ->
                Problem.refused
                    ProblemCode.SessionApart
                    ("'"
                     + name
                     + "' has its own sessions and does not have this one, which was started in the root")
                    ("codex-router switch "
                     + name
                     + ", or codex-router share "
                     + name
                     + " --common sessions")
            |> Error

    let private request (context: Context) (given: ResumeArguments list) : Result<ResumeRequest, Problem> =
        result {
            let word =
                given
                |> Given.tryValue (function
                    | Session id -> Some id
                    | Last
                    | As _ -> None)

            let! wanted =
                match word, Given.has Last given with
                | Some word, false -> Ok(WantedSession.Called word)
                | None, true -> Ok WantedSession.Last
                | Some _, true ->
                    Error(Problem.usage "a session and --last exclude each other" "codex-router resume --last")
                | None, false -> Error(Problem.usage "a session or --last is missing" "codex-router resume --last")

            let! asked =
                given
                |> Given.tryValue (function
                    | As name -> Some name
                    | Session _
                    | Last -> None)
                |> Option.traverseResult (CommandLine.profile context.Surroundings.Root)

            return { Session = wanted; As = asked }
        }

    let private resume rest (context: Context) (request: ResumeRequest) : Ending =
        result {
            let root = context.Surroundings.Root
            do! CodexSettings.needFiles root

            let! session =
                match request.Session with
                | WantedSession.Called word -> find root word
                | WantedSession.Last -> last root context.Surroundings.Folder

            let! name, said = choose context session request.As
            let! home = homeFor root session name
            do! isNotArchived (ProfileName.value name) session
            let! program = CodexProgram.find context.Surroundings
            said |> Option.iter context.Terminal.Note
            return! Exec.inHome context home program ([ "resume"; session.Head.Id ] @ rest)
        }

    let private about =
        {
            Name = "resume"
            Names = "[ID | --last] [-- ARGS…]"
            Shown = ""
            Summary = "resume a session under the profile that started it"
            Does =
                "Runs `codex resume` for a session, in the home of the profile that started it. `codex-router "
                + "sessions` shows the ids; the first characters of an id are enough. As with exec, Codex replaces "
                + "codex-router."
            Examples =
                [
                    "codex-router resume --last", "the last session in this directory"
                    "codex-router resume 01a22f2b-134a --as work", "under another profile"
                ]
            Ends =
                [
                    ExitCode.Done, "Codex succeeded; every code not listed here is also Codex's own"
                    ExitCode.NoSuchProfile, "no such session or profile"
                    yield!
                        Ends.reading
                        |> Ends.also ExitCode.NotSignedIn
                        |> Ends.also ExitCode.CommandNotRunnable
                        |> Ends.also ExitCode.CommandNotFound
                ]
            Offers = [ Offer.Free "session" ]
        }

    /// The command. What stands behind `--` is Codex's.
    let command =
        let understanding rest =
            CommandLine.command about request (resume rest)

        { understanding [] with
            Run =
                fun context words ->
                    let own = words |> List.takeWhile ((<>) "--")
                    (understanding (words |> List.skip (min words.Length (own.Length + 1)))).Run context own
        }
