namespace CodexRouter.Cli.Commands

open System
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type AllowArguments =
    | [<MainCommand; Unique>] Folder of dir: string
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Folder _ -> "the pinned directory, or the pin file itself; without it, the current directory"
            | Json -> "answer in JSON"

type AllowRequest =
    {
        /// The pinned directory or the pin file itself, as it was typed.
        Folder: string option
        IsJson: bool
    }

/// What a person says of a pin that someone else wrote.
[<RequireQualifiedAccess>]
module private Verdict =

    /// The chain of pins for the folder or the file that was named.
    let private chain (context: Context) folder =
        match folder with
        | None -> Ok(PinFiles.along context.Surroundings.Folder)
        | Some(word: string) ->
            let suffix = "/" + Pin.FileName

            let word =
                if word = Pin.FileName then
                    "."
                elif word.EndsWith(suffix, StringComparison.Ordinal) then
                    word.Substring(0, word.Length - suffix.Length)
                else
                    word

            PinFiles.physical context.Surroundings.Folder (if word = "" then "/" else word)
            |> Result.map PinFiles.along

    /// The pin that is meant: the nearest one that the word would change, else the nearest that can be read.
    let private meant root wouldChange pins =
        let trust = PinFiles.trust root

        let readable =
            pins
            |> List.choose (fun (path, file) ->
                match file with
                | PinFile.Holds pin -> Some(path, pin, Trust.judge path pin trust)
                | PinFile.Absent
                | PinFile.Broken _ -> None)

        let broken =
            pins
            |> List.tryPick (fun (path, file) ->
                match file with
                | PinFile.Broken fault -> Some(path, fault)
                | PinFile.Absent
                | PinFile.Holds _ -> None)

        match readable |> List.tryFind (fun (_, _, judgement) -> wouldChange judgement), readable, broken with
        | Some(path, pin, _), _, _ -> Ok(path, pin, true)
        | None, (path, pin, _) :: _, _ -> Ok(path, pin, false)
        | None, [], Some(path, fault) ->
            Problem.refused ProblemCode.BrokenPin (Inert.text path + ": " + Pin.explain fault) (Remedy.forEditing path)
            |> Error
        | None, [], None ->
            Problem.refused ProblemCode.NoPin ("there is no " + Pin.FileName + " here or above") "codex-router pin NAME"
            |> Error

    /// Makes of what was given to `allow` or `deny` one value.
    let request _ (given: AllowArguments list) : Result<AllowRequest, Problem> =
        Ok
            {
                Folder =
                    given
                    |> Given.tryValue (function
                        | Folder folder -> Some folder
                        | Json -> None)
                IsJson = Given.has Json given
            }

    /// Records the word for the pin that is meant, and says so.
    let say (context: Context) (request: AllowRequest) wouldChange change told isAllowed : Ending =
        result {
            let root = context.Surroundings.Root
            let! pins = chain context request.Folder
            let! path, pin, isNew = meant root wouldChange pins

            if isNew then
                do!
                    Changes.exclusively root (fun () ->
                        result {
                            Changes.recover context.Terminal.Note root |> ignore
                            do! TrustFile.change context.Terminal.Note root (change path pin)
                        })

            if request.IsJson then
                let answer: PinDto =
                    {
                        Schema = Answer.Schema
                        Pin = path
                        Text = Some(Pin.text pin)
                        Allowed = Some isAllowed
                        Changed = isNew
                    }

                context.Terminal.Raw(Answer.text AnswerShapes.pin answer)
            else
                context.Terminal.Line(
                    (if isNew then told else told + " already")
                    + ": "
                    + Surroundings.short context.Surroundings path
                    + " ("
                    + Pin.text pin
                    + ")"
                )

            return ExitCode.Done
        }

/// Accepts a pin that someone else wrote.
[<RequireQualifiedAccess>]
module Allow =

    let private work context request =
        Verdict.say context request ((<>) Judgement.Allowed) Trust.allow "allowed" true

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "allow"
                Names = "[DIR]"
                Shown = ""
                Summary = "follow a pin that someone else wrote"
                Does = "Allows a .codex-profile file that somebody else wrote, or that has changed, to take effect."
                Examples = [ "codex-router allow", "the pin that applies here" ]
                Ends = Ends.changingHere
                Offers = [ Offer.Directory ]
            }
            Verdict.request
            work

/// Refuses a pin for good.
[<RequireQualifiedAccess>]
module Deny =

    let private work context request =
        Verdict.say context request ((<>) Judgement.Denied) Trust.deny "denied" false

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "deny"
                Names = "[DIR]"
                Shown = ""
                Summary = "never follow a pin that someone else wrote"
                Does = "Refuses a .codex-profile file: it has no effect, and you get no more notices about it."
                Examples = [ "codex-router deny", "the pin that applies here" ]
                Ends = Ends.changingHere
                Offers = [ Offer.Directory ]
            }
            Verdict.request
            work
