namespace CodexRouter.Cli.Commands

open System
open System.IO
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open CodexRouter.Platform
open FsToolkit.ErrorHandling

type LoginArguments =
    | [<MainCommand; ExactlyOnce>] Name of name: string
    | Device_Auth
    | With_Api_Key
    | Workspace of id: string
    | Force
    | Separate_History
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Name _ -> "the name of a new or existing profile"
            | Device_Auth -> "sign in with a code on another device, like codex login --device-auth"
            | With_Api_Key -> "read an API key from standard input, like codex login --with-api-key"
            | Workspace _ -> "accept only the ChatGPT workspace with this id"
            | Force -> "replace another account in the profile; the old sign-in is moved to router/kept"
            | Separate_History -> "give a new profile its own sessions, history and memories"
            | Json -> "answer in JSON; Codex's own output goes to standard error"

/// How Codex signs in.
[<RequireQualifiedAccess>]
type LoginWay =
    | Browser
    | Device
    | ApiKey

type LoginRequest =
    {
        Save: SaveRequest
        Way: LoginWay
        /// The id of the only workspace that may be signed in to.
        Workspace: string option
        IsJson: bool
    }

/// Signs in to a profile with Codex's own login, in a home where nothing can be revoked by it.
[<RequireQualifiedAccess>]
module Login =

    let private homeOf place =
        match place with
        | LoginHome.Own home
        | LoginHome.Scratch home -> home

    /// Makes the home ready and holds its lock, so that nobody takes it for something left behind. Tells too whether the
    /// profile's own home was made just now.
    let private prepare warn root (request: SaveRequest) : Result<LoginHome * bool * AdvisoryLock, Problem> =
        Changes.exclusively root (fun () ->
            result {
                Changes.recover warn root |> ignore
                let situation = Changes.situation root
                let isNew = Disk.look (Layout.home root request.Name) = Entry.Missing
                let! place, _ = Login.prepare situation request |> Result.mapError Refusals.problem

                let! _ =
                    Changes.carryOut warn situation (fun situation ->
                        Login.prepare situation request |> Result.map snd)

                match AdvisoryLock.Acquire(Changes.loginLock (homeOf place), TimeSpan.Zero, PrivateMode.file) with
                | null ->
                    return!
                        Problem.busy
                            ("another login to '" + ProfileName.value request.Name + "' is going on")
                            "finish that one first"
                        |> Error
                | held -> return place, isNew, held
            })

    /// Codex puts the workspace into the address of the sign-in (seen in 0.160 to 0.169).
    let private arguments (request: LoginRequest) =
        [|
            "login"
            match request.Way with
            | LoginWay.Browser -> ()
            | LoginWay.Device -> "--device-auth"
            | LoginWay.ApiKey -> "--with-api-key"
            match request.Workspace with
            | Some id ->
                "-c"
                Preflight.WorkspaceKey + "=\"" + id + "\""
            | None -> ()
        |]

    /// A home that was made for a login that came to nothing goes again; one that was there before may hold anything.
    let private abandon warn root place isNew name =
        Changes.exclusively root (fun () ->
            match place with
            | LoginHome.Scratch _ -> Changes.recover warn root |> ignore |> Ok
            | LoginHome.Own _ when isNew ->
                let profile = Observed.profile Disk.files root name

                if profile.Stored.IsMissing && profile.Record.IsNone then
                    Changes.carryOut warn (Changes.situation root) (fun situation ->
                        Delete.plan situation Running.nothing true name)
                    |> Result.map ignore
                else
                    Ok()
            | LoginHome.Own _ -> Ok())

    /// What was signed in to and may not take its place is not lost: recovery takes it out of the scratch home and keeps
    /// it aside, now or before the next change.
    let private keepUnwanted warn root place (problem: Problem) =
        match place with
        | LoginHome.Own _ -> problem
        | LoginHome.Scratch _ ->
            Changes.recover warn root |> ignore

            { problem with
                Message =
                    problem.Message
                    + "; the new sign-in is kept in "
                    + Inert.text (Layout.kept root)
                Try = "codex-router save OTHER --from FILE"
            }

    let private finish warn root (request: SaveRequest) place : Result<Plan, Problem> =
        Changes.exclusively root (fun () ->
            result {
                let! taken =
                    Changes.carryOut warn (Changes.situation root) (fun situation ->
                        match place with
                        | LoginHome.Own _ -> Login.finishOwn situation request
                        | LoginHome.Scratch home -> Login.finishScratch situation request home)
                    |> Result.mapError (keepUnwanted warn root place)

                let! more =
                    Changes.carryOut warn (Changes.situation root) (fun situation ->
                        Ok(Login.makeFirst situation request.Name))

                return taken @ more
            })

    /// Codex signs in to a profile's own home itself: whatever fails afterwards, the profile is signed in.
    let private isSignedIn root name (place: LoginHome) =
        place.IsOwn && (Observed.profile Disk.files root name).Stored.IsSignIn

    /// Another profile of the same account is no harm, but worth a word.
    let private tellOfTwin (context: Context) name =
        let root = context.Surroundings.Root

        match Stored.signIn (Observed.profile Disk.files root name).Stored with
        | Some signIn ->
            Observed.profiles Disk.files root
            |> List.tryFind (fun other ->
                other.Name <> name
                && Stored.signIn other.Stored
                   |> Option.exists (fun held -> Identity.same held.Identity signIn.Identity))
            |> Option.iter (fun other ->
                context.Terminal.Note("profile '" + ProfileName.value other.Name + "' is of the same account"))
        | None -> ()

    let private tellOfSignIn (context: Context) name =
        let root = context.Surroundings.Root
        let profile = Observed.profile Disk.files root name

        context.Terminal.Line
            [
                Piece.plain "signed in to profile "
                Piece.strong (ProfileName.value name)
                Piece.plain (" (" + ProfileView.account profile + ")")
            ]

        tellOfTwin context name

        context.Terminal.Line(NextStep.after context.Surroundings name)

    /// Where no browser can open, Codex waits for one all the same: what works there is said before Codex says anything.
    let private tellOfCode (context: Context) (request: LoginRequest) =
        let surroundings = context.Surroundings

        if
            surroundings.OutputIsTerminal
            && not surroundings.HasBrowser
            && request.Way = LoginWay.Browser
            && not request.IsJson
        then
            context.Terminal.Line(
                "no browser here? Ctrl-C, then: "
                + NextStep.program surroundings
                + " login "
                + ProfileName.value request.Save.Name
                + " --device-auth"
            )

            context.Terminal.Flush()

    /// Letters, digits and dashes, as the ids of accounts are: it stands in a setting that Codex reads.
    let private workspaceId way (word: string) : Result<string, Problem> =
        let isOfId c =
            System.Char.IsAsciiLetterOrDigit c || c = '-' || c = '_'

        if way = LoginWay.ApiKey then
            Error(Problem.usage "an API key is of no workspace" "codex-router login --help")
        elif word <> "" && word.Length <= 128 && Seq.forall isOfId word then
            Ok word
        else
            Problem.usage
                ("--workspace takes an id of letters, digits and dashes, not '"
                 + Inert.text word
                 + "'")
                "codex-router list --json"
            |> Error

    let private request _ (given: LoginArguments list) : Result<LoginRequest, Problem> =
        result {
            let! name =
                given
                |> Given.value (function
                    | Name name -> Some name
                    | Device_Auth
                    | With_Api_Key
                    | Workspace _
                    | Force
                    | Separate_History
                    | Json -> None)
                |> CommandLine.name

            let! way =
                match Given.has Device_Auth given, Given.has With_Api_Key given with
                | false, false -> Ok LoginWay.Browser
                | true, false -> Ok LoginWay.Device
                | false, true -> Ok LoginWay.ApiKey
                | true, true ->
                    Problem.usage "--device-auth and --with-api-key exclude each other" "codex-router login --help"
                    |> Error

            let! workspace =
                given
                |> Given.tryValue (function
                    | Workspace id -> Some id
                    | Name _
                    | Device_Auth
                    | With_Api_Key
                    | Force
                    | Separate_History
                    | Json -> None)
                |> Option.traverseResult (workspaceId way)

            return
                {
                    Save =
                        {
                            Name = name
                            Force = Given.has Force given
                            Own = HomeGroup.ofProfile (Given.has Separate_History given)
                        }
                    Way = way
                    Workspace = workspace
                    IsJson = Given.has Json given
                }
        }

    let private work (context: Context) (given: LoginRequest) : Ending =
        result {
            let root = context.Surroundings.Root
            let request = given.Save
            let name = request.Name

            OtherRoot.hint context.Surroundings |> Option.iter context.Terminal.Note
            do! CodexSettings.needFiles root

            do!
                CodexSettings.needKind
                    root
                    (match given.Way with
                     | LoginWay.ApiKey -> SignInKind.ApiKey
                     | LoginWay.Browser
                     | LoginWay.Device -> SignInKind.ChatGpt)

            let! program = CodexProgram.find context.Surroundings

            // What is certainly refused is refused before a folder is made.
            let! _ =
                Login.prepare (Changes.situation root) request
                |> Result.mapError Refusals.problem

            let! place, isNew, held = prepare context.Terminal.Note root request

            tellOfCode context given

            let ended =
                try
                    ForegroundChild.Run(
                        program,
                        arguments given,
                        Surroundings.forCodex context.Surroundings (homeOf place),
                        outputToErrors = given.IsJson
                    )
                finally
                    held.Dispose()

            let signedIn =
                Disk.look (Layout.(/) (homeOf place) Layout.SignInFile) <> Entry.Missing

            if ended <> 0 || not signedIn then
                do! abandon context.Terminal.Note root place isNew name

                // Codex may fail after it has stored a sign-in: that is kept wherever it is.
                let left =
                    match place with
                    | LoginHome.Own _ when signedIn && isNew ->
                        "it left a sign-in in profile '" + ProfileName.value name + "'"
                    | LoginHome.Scratch _ when signedIn ->
                        "the sign-in that it left is kept in "
                        + Inert.text (Layout.kept root)
                        + "; profile '"
                        + ProfileName.value name
                        + "' is as it was"
                    | LoginHome.Own _
                    | LoginHome.Scratch _ -> "profile '" + ProfileName.value name + "' is as it was"

                return!
                    Problem.refused
                        ProblemCode.LoginFailed
                        ("codex login ended with exit code " + string<int> ended + "; " + left)
                        ("codex-router login " + ProfileName.value name)
                    |> Error

            let! taken =
                Changes.unlessDone root (fun () -> isSignedIn root name place) context.Terminal.Note (fun () ->
                    finish context.Terminal.Note root request place)

            if given.IsJson then
                // Codex itself signed in, whether or not anything was to be moved afterwards.
                context.Terminal.Raw(
                    Answer.text
                        AnswerShapes.change
                        { Answer.change name (Option.defaultValue [] taken) with
                            Changed = true
                        }
                )
            else
                tellOfSignIn context name

            return ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "login"
                Names = "NAME"
                Shown = "[--device-auth | --with-api-key]"
                Summary = "sign in to NAME with Codex's own login; no other sign-in changes"
                Does =
                    "Signs in to profile NAME with Codex's own login, in that profile's home. No other sign-in "
                    + "is changed or revoked."
                Examples =
                    [
                        "codex-router login work", "sign in with a browser"
                        "codex-router login work --device-auth", "sign in without a browser here"
                        "codex-router login ci --with-api-key <key.txt", "use an API key"
                        "codex-router login acme --workspace 3f6c1a2e-0000", "accept only that workspace"
                    ]
                Ends = Ends.changing
                Offers = [ Offer.Profile ]
            }
            request
            work
