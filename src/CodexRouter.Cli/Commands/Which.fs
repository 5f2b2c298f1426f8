namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type WhichArguments =
    | [<MainCommand; Unique>] Folder of folder: string
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Folder _ -> "the folder; otherwise the present one."
            | Json -> "answer in JSON."

/// Shows which profile applies in a folder, and every file and rule that led there.
[<RequireQualifiedAccess>]
module Which =

    let private findingWords finding =
        match finding with
        | Finding.NoFile -> "not there"
        | Finding.Broken fault -> "no effect: " + Pin.explain fault
        | Finding.NotAllowed pin -> "asks for " + Pin.text pin + ", not allowed yet: codex-router allow"
        | Finding.Denied pin -> "asks for " + Pin.text pin + ", denied"
        | Finding.NoSuchProfile pin -> "asks for " + Pin.text pin + ", which is no profile on this machine"
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
                | Finding.Unpins
                | Finding.Chooses _ -> Some(looked.Path, Some true))

    let private ruleWords (surroundings: Surroundings) decision because =
        match decision.Rule, because with
        | Rule.Use _, _ -> "codex-router use, in this terminal"
        | Rule.Pinned(_, path), _ -> "pinned by " + Surroundings.short surroundings path
        | Rule.Unpinned path, Because.Current -> "the current profile, by " + Surroundings.short surroundings path
        | _, Because.Current -> "the current profile; no pin applies"
        | _ ->
            match surroundings.CodexHome with
            | Held.Set value -> "CODEX_HOME is set to " + Surroundings.short surroundings value
            | Held.Unset -> "the current profile"

    let private work (context: Context) (arguments: WhichArguments list) : Ending =
        result {
            let surroundings = context.Surroundings

            let! folder =
                match
                    arguments
                    |> List.tryPick (function
                        | Folder folder -> Some folder
                        | _ -> None)
                with
                | Some folder -> PinFiles.physical surroundings.Folder folder |> Result.map Some
                | None -> Ok None

            let decision, profile, because, home = InForce.decide surroundings folder
            let shown = Option.defaultValue surroundings.Folder folder

            if List.contains Json arguments then
                let pin = pinOf decision

                let answer: WhichDto =
                    {
                        Schema = Answer.Schema
                        Directory = shown
                        Profile = profile |> Option.map ProfileName.value
                        Because = InForce.because because
                        Pin = pin |> Option.map fst
                        Allowed = pin |> Option.bind snd
                        CodexHome = home
                        LookedAt = decision.Looked |> List.map _.Path
                    }

                context.Terminal.Raw(Answer.text answer)
            else
                context.Terminal.Line
                    [
                        Piece.strong (profile |> Option.map ProfileName.value |> Option.defaultValue "no profile")
                        Piece.faint (" (" + ruleWords surroundings decision because + ")")
                    ]

                context.Terminal.Line("  CODEX_HOME  " + Surroundings.short surroundings home)

                for looked in decision.Looked do
                    context.Terminal.Line
                        [
                            Piece.plain ("  " + Surroundings.short surroundings looked.Path)
                            Piece.faint ("  " + findingWords looked.Finding)
                        ]

            return ExitCode.Done
        }

    /// The command.
    let command =
        {
            Name = "which"
            Words = "[DIR]"
            Summary = "which profile applies in a folder, and why"
            Run = fun context words -> CommandLine.run context "which" words (work context)
        }
