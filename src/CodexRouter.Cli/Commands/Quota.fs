namespace CodexRouter.Cli.Commands

open System
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type QuotaArguments =
    | [<MainCommand>] Names of name: string list
    | All
    | Offline
    | Format of format: string
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Names _ -> "the profiles or aliases; without one, the active profile"
            | All -> "all profiles"
            | Offline -> "contact no service; use the last figures read and Codex's session logs"
            | Format _ -> "print one line for each profile in this format, for example '{name} {5h.left}%'"
            | Json -> "answer in JSON"

/// How the figures are wanted.
[<RequireQualifiedAccess>]
type QuotaShow =
    | ForPeople
    | OnLines of FormatPart list
    | Json

type QuotaRequest =
    {
        Profiles: Profile list
        IsOffline: bool
        Show: QuotaShow
    }

/// Shows what is left of profiles' plans.
[<RequireQualifiedAccess>]
module Quota =

    /// Gives the profiles that the words mean; without words the one in force here.
    let profiles (context: Context) (words: string list) isAll : Result<Profile list, Problem> =
        let root = context.Surroundings.Root

        match words, isAll with
        | _, true -> Ok(Observed.profiles Disk.files root)
        | [], false ->
            match (InForce.here context.Surroundings).Profile with
            | Some name -> Ok [ Observed.profile Disk.files root name ]
            | None ->
                match Observed.live Disk.files root with
                // Somebody is signed in, who is no profile yet: figures belong to profiles.
                | Live.Loose(_, Ok signIn) ->
                    Error
                        {
                            Exit = ExitCode.NoSuchProfile
                            Code = ProblemCode.NotSaved
                            Message =
                                "the sign-in that Codex has is not saved as a profile yet, so nothing is known of its quota"
                            Try = "codex-router save " + Refusals.suggestedName signIn.Email
                        }
                | Live.Loose(_, Error _)
                | Live.Missing
                | Live.Current _
                | Live.Elsewhere _
                | Live.InTheWay ->
                    Problem.notSignedIn
                        "no profile is in force here"
                        "codex-router quota NAME, or codex-router quota --all"
                    |> Error
        | words, false ->
            words
            |> List.traverseResultM (CommandLine.profile root)
            |> Result.map (List.distinct >> List.map (Observed.profile Disk.files root))

    let private show (context: Context) settings now (answer: QuotaAnswer) =
        let terminal = context.Terminal

        let heading origin =
            let plan =
                answer.Believed
                |> Option.bind _.Quota.Plan
                |> Option.orElse (ProfileView.plan answer.Profile)
                |> Option.map (fun plan -> ", " + plan)
                |> Option.defaultValue ""

            terminal.Line
                [
                    Piece.strong (ProfileName.value answer.Profile.Name)
                    Piece.plain (" (" + ProfileView.account answer.Profile + plan + ")")
                    Piece.faint origin
                ]

        match answer.Believed, answer.NoPlan with
        | Some believed, _ ->
            heading ("  " + QuotaView.origin now settings believed.Quota)

            for line in QuotaView.lines now context.Surroundings.Colour believed do
                terminal.Line line

            match answer.Problem with
            | Some problem ->
                terminal.Note(ProfileName.value answer.Profile.Name + ": no newer figures: " + problem.Message)
            | None -> ()
        | None, Some reason ->
            heading ""
            terminal.Line [ Piece.plain ("  " + QuotaView.NotAvailable); Piece.faint (": " + reason) ]
        | None, None ->
            heading ""

            terminal.Line
                [
                    Piece.plain ("  " + QuotaView.NotAvailable)
                    match answer.Problem with
                    | Some problem -> Piece.faint (": " + problem.Message)
                    | None -> ()
                ]

    let private dto settings now (answer: QuotaAnswer) : ProfileQuotaDto =
        {
            Name = ProfileName.value answer.Profile.Name
            Quota =
                answer.Believed
                |> Option.map (fun believed -> QuotaView.dto now settings answer.IsFresh believed.Quota)
            Error =
                answer.Problem
                |> Option.map (fun problem ->
                    {
                        Code = ProblemCode.word problem.Code
                        Message = problem.Message
                    })
        }

    /// No figure at all is a failure, if one could have been expected.
    let private ending (answers: QuotaAnswer list) =
        let missing =
            answers
            |> List.choose (fun answer -> if answer.Believed.IsNone then answer.Problem else None)

        if
            missing.IsEmpty
            || answers
               |> List.exists (fun answer -> answer.Believed.IsSome || answer.NoPlan.IsSome)
        then
            None
        else
            Some missing.Head

    let private request (context: Context) (given: QuotaArguments list) : Result<QuotaRequest, Problem> =
        result {
            let names =
                given
                |> Given.tryValue (function
                    | Names names -> Some names
                    | All
                    | Offline
                    | Format _
                    | QuotaArguments.Json -> None)
                |> Option.defaultValue []

            let! format =
                given
                |> Given.tryValue (function
                    | Format format -> Some format
                    | Names _
                    | All
                    | Offline
                    | QuotaArguments.Json -> None)
                |> Option.traverseResult (QuotaLine.parse "codex-router quota --help")

            let! show =
                match format, Given.has QuotaArguments.Json given with
                | None, false -> Ok QuotaShow.ForPeople
                | Some format, false -> Ok(QuotaShow.OnLines format)
                | None, true -> Ok QuotaShow.Json
                | Some _, true ->
                    Error(Problem.usage "--format and --json exclude each other" "codex-router quota --help")

            let isAll = Given.has All given

            if isAll && not names.IsEmpty then
                return!
                    Problem.usage "names and --all exclude each other" "codex-router quota --help"
                    |> Error

            let! profiles = profiles context names isAll

            return
                {
                    Profiles = profiles
                    IsOffline = Given.has Offline given
                    Show = show
                }
        }

    let private work (context: Context) (request: QuotaRequest) : Ending =
        result {
            let settings = RouterSettings.read context.Surroundings.Root

            let answers =
                Sources.ask context.Surroundings settings request.IsOffline request.Profiles

            let now = context.Surroundings.Clock.Now()

            let asJson () =
                let answer: QuotasDto =
                    {
                        Schema = Answer.Schema
                        Profiles = answers |> List.map (dto settings now)
                    }

                context.Terminal.Raw(Answer.text AnswerShapes.quotas answer)

            let exit () =
                match ending answers with
                | Some problem -> problem.Exit
                | None -> ExitCode.Done

            match request.Show with
            | QuotaShow.Json ->
                asJson ()
                return exit ()
            | QuotaShow.OnLines format ->
                for answer in answers do
                    context.Terminal.Line(QuotaLine.text now format answer.Profile answer.Believed)

                return exit ()
            | QuotaShow.ForPeople ->
                match answers, ending answers with
                | [ answer ], Some problem when problem.Exit = ExitCode.QuotaUnavailable ->
                    return!
                        Error
                            { problem with
                                Message =
                                    ProfileName.value answer.Profile.Name
                                    + ": "
                                    + QuotaView.NotAvailable
                                    + ": "
                                    + problem.Message
                            }
                | [ _ ], Some problem -> return! Error problem
                | [], _ ->
                    context.Terminal.Line "no profiles yet"
                    context.Terminal.Line(NextStep.here context.Surroundings)
                    return ExitCode.Done
                | _, problem ->
                    for answer in answers do
                        show context settings now answer

                    return
                        match problem with
                        | Some problem -> problem.Exit
                        | None -> ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "quota"
                Names = "[NAME…]"
                Shown = "[--all] [--offline]"
                Summary = "show how much quota is left, and when it resets"
                Does =
                    "Shows how much is left in each window of the plan, when the window resets, how old the figure "
                    + "is and where it came from. This uses no quota and no reset credits."
                Examples =
                    [
                        "codex-router quota", ""
                        "codex-router quota --all", "every profile"
                        "codex-router quota --offline", "contact no service"
                        "codex-router quota --offline --format '{name} {5h.left}%'", "a line for a status bar"
                    ]
                Ends =
                    Ends.reading
                    |> Ends.also ExitCode.NoSuchProfile
                    |> Ends.also ExitCode.NotSignedIn
                    |> Ends.also ExitCode.QuotaUnavailable
                Offers = [ Offer.Profiles ]
            }
            request
            work
