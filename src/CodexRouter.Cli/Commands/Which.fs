namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type WhichArguments =
    | [<MainCommand; Unique>] Folder of dir: string
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Folder _ -> "the directory; without it, the current one"
            | Json -> "answer in JSON"

type WhichRequest =
    {
        /// With links resolved; without one it is the present folder.
        Folder: string option
        IsJson: bool
    }

/// Shows which profile applies in a folder, and every file and rule that led there.
[<RequireQualifiedAccess>]
module Which =

    let private findingWords finding =
        match finding with
        | Finding.NoFile -> "not there"
        | Finding.Broken fault -> "no effect: " + Pin.explain fault
        | Finding.NotAllowed pin -> "asks for " + Pin.text pin + ", not allowed yet: codex-router allow"
        | Finding.Denied pin -> "asks for " + Pin.text pin + ", denied"
        | Finding.NoSuchProfile pin -> "asks for " + Pin.text pin + ", which is not a profile on this machine"
        | Finding.Blocked profile ->
            "asks for "
            + ProfileName.value profile
            + ", whose sign-in Codex would delete: codex-router doctor"
        | Finding.Unpins -> "default: the current profile"
        | Finding.Chooses profile -> "asks for " + ProfileName.value profile + ", allowed"

    /// The pin that the answer is about: the one that decides, else the nearest one that is there.
    let private pinOf (decision: Decision) =
        match decision.Rule with
        | Rule.Pinned(_, path)
        | Rule.Unpinned path -> Some(path, Some true)
        | Rule.Use _ -> None
        | Rule.NoPin ->
            decision.Looked
            |> List.tryPick (fun looked ->
                match looked.Finding with
                | Finding.NoFile -> None
                | Finding.NotAllowed _
                | Finding.Denied _ -> Some(looked.Path, Some false)
                | Finding.Broken _ -> Some(looked.Path, None)
                | Finding.NoSuchProfile _
                | Finding.Blocked _
                | Finding.Unpins
                | Finding.Chooses _ -> Some(looked.Path, Some true))

    let private ruleWords (surroundings: Surroundings) (inForce: InForce) =
        match inForce.Decision.Rule, inForce.Because with
        | Rule.Unpinned path, Because.Current -> "the current profile, by " + Surroundings.short surroundings path
        | _, Because.Current -> "the current profile; no pin applies"
        | _, (Because.Pin | Because.Use | Because.Environment) -> Current.reason surroundings inForce

    let private request (context: Context) (given: WhichArguments list) : Result<WhichRequest, Problem> =
        given
        |> Given.tryValue (function
            | Folder folder -> Some folder
            | Json -> None)
        |> Option.traverseResult (PinFiles.physical context.Surroundings.Folder)
        |> Result.map (fun folder ->
            {
                Folder = folder
                IsJson = Given.has Json given
            })

    let private work (context: Context) (request: WhichRequest) : Ending =
        result {
            let surroundings = context.Surroundings
            let folder = request.Folder

            let inForce =
                match folder with
                | Some folder -> InForce.elsewhere surroundings folder
                | None -> InForce.here surroundings

            let decision = inForce.Decision
            let shown = Option.defaultValue surroundings.Folder folder

            if request.IsJson then
                let pin = pinOf decision

                let answer: WhichDto =
                    {
                        Schema = Answer.Schema
                        Directory = shown
                        Profile = inForce.Profile |> Option.map ProfileName.value
                        Because = Because.word inForce.Because
                        Pin = pin |> Option.map fst
                        Allowed = pin |> Option.bind snd
                        State =
                            inForce.Profile
                            |> Option.map (
                                Observed.profile Disk.files surroundings.Root
                                >> ProfileHealth.ofOne surroundings.Root surroundings.Overriding
                                >> Health.word
                            )
                        CodexHome = inForce.CodexHome
                        OverriddenBy = surroundings.Overriding
                        LookedAt = decision.Looked |> List.map _.Path
                    }

                context.Terminal.Raw(Answer.text AnswerShapes.which answer)
            else
                context.Terminal.Line
                    [
                        Piece.strong (
                            inForce.Profile
                            |> Option.map ProfileName.value
                            |> Option.defaultValue "no profile"
                        )
                        Piece.faint (" (" + ruleWords surroundings inForce + ")")
                    ]

                inForce.Profile
                |> Option.map (Observed.profile Disk.files surroundings.Root)
                |> Option.bind (ProfileHealth.ofOne surroundings.Root [] >> HealthView.sentence)
                |> Option.iter (fun sentence -> context.Terminal.Line("  state       " + sentence))

                context.Terminal.Line("  CODEX_HOME  " + Surroundings.short surroundings inForce.CodexHome)

                for looked in decision.Looked do
                    context.Terminal.Line
                        [
                            Piece.plain ("  " + Surroundings.short surroundings looked.Path)
                            Piece.faint ("  " + findingWords looked.Finding)
                        ]

                if folder.IsNone then
                    Current.overridden surroundings |> List.iter context.Terminal.Note

            return ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "which"
                Names = "[DIR]"
                Shown = ""
                Summary = "show which profile applies in a directory, and why"
                Does = "Shows which profile applies in a directory, and every file that was checked to find it."
                Examples = [ "codex-router which ~/client-x", "" ]
                Ends = Ends.reading
                Offers = [ Offer.Directory ]
            }
            request
            work
