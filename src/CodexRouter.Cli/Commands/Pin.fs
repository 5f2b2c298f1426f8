namespace CodexRouter.Cli.Commands

open System
open System.IO
open System.Text
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open CodexRouter.Platform
open FsToolkit.ErrorHandling

/// Changes what the person has said of pins.
[<RequireQualifiedAccess>]
module TrustFile =

    /// Applies a change to the list of allowed pins. To be called exclusively.
    let change warn root (apply: Trust -> Result<Trust, TrustRefusal>) : Result<unit, Problem> =
        // A list that cannot be read must not be replaced by one that knows less: that failure is the answer.
        Disk.readBytes 1 (Layout.trust root) |> ignore
        let before = PinFiles.trust root

        apply before
        |> Result.mapError (fun refusal ->
            Problem.refused ProblemCode.PinPath (Trust.explain refusal) "codex-router use NAME")
        |> Result.bind (fun after ->
            if after = before then
                Ok()
            else
                Disk.write (Layout.trust root) (Trust.render after)
                |> Result.map (Changes.warnOf warn)
                |> Result.mapError (fun message ->
                    Problem.refused ProblemCode.Failed message (Remedy.forSpace (Layout.trust root))))

type PinArguments =
    | [<MainCommand; Unique>] Name of name: string
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Name _ -> "a profile or alias, several separated by commas, or default; without it, the active profile"
            | Json -> "answer in JSON"

type PinRequest = { Pin: Pin; IsJson: bool }

/// Writes the pin of the present folder, and allows it.
[<RequireQualifiedAccess>]
module Pin =

    /// Readable to others: a pin holds no secret, and a team may share it.
    let private mode =
        UnixFileMode.UserRead
        ||| UnixFileMode.UserWrite
        ||| UnixFileMode.GroupRead
        ||| UnixFileMode.OtherRead

    let private pinOf (context: Context) (word: string option) : Result<Pin, Problem> =
        let root = context.Surroundings.Root

        match word with
        | None ->
            match (InForce.here context.Surroundings).Profile with
            | Some name ->
                CodexSettings.needProfileAccepted root name "codex-router pin OTHER, or "
                |> Result.map (fun () -> Pin.Names(name, []))
            | None -> Error(Problem.usage "no profile is in force here to pin" "codex-router pin NAME")
        | Some word ->
            match Pin.ofLine word with
            | Error fault -> Error(Problem.usage (Pin.explain fault) "codex-router pin NAME")
            | Ok Pin.Default -> Ok Pin.Default
            | Ok(Pin.Names(first, others) as pin) ->
                first :: others
                |> List.tryPick (ProfileName.value >> CommandLine.tryProfile root)
                |> Result.requireSome (CommandLine.noProfile root word)
                |> Result.bind (fun name -> CodexSettings.needProfileAccepted root name "codex-router pin OTHER, or ")
                |> Result.map (fun () -> pin)

    let private isFree path =
        match Disk.look path with
        | Entry.Missing
        | Entry.File _ -> Ok()
        | Entry.Link _
        | Entry.Folder
        | Entry.Other -> Error(Refusals.problem (Refusal.InTheWay path))

    let private write warn path (pin: Pin) =
        try
            AtomicFile.Replace(path, ReadOnlySpan(Encoding.UTF8.GetBytes(Pin.text pin + "\n")), mode)
            Ok()
        with
        | :? SystemCallException as failure when failure.IsDone ->
            Changes.warnOf warn [ FailureText.ofException failure ]
            Ok()
        | :? IOException as failure ->
            Error(
                Problem.refused
                    ProblemCode.Failed
                    (FailureText.ofException failure)
                    (Remedy.forAccess (string (Path.GetDirectoryName(path: string))))
            )

    /// Says what of the root will not be there, as far as it is known: whoever pins is about to work there.
    let private entering (context: Context) (pin: Pin) =
        let root = context.Surroundings.Root

        match pin with
        | Pin.Default -> ()
        | Pin.Names(first, others) ->
            first :: others
            |> List.tryPick (ProfileName.value >> CommandLine.tryProfile root)
            |> Option.iter (fun name ->
                HookWords.sayOnce context.Terminal root name
                HookWords.sayServers context.Terminal root name)

    let private request (context: Context) (given: PinArguments list) : Result<PinRequest, Problem> =
        given
        |> Given.tryValue (function
            | Name name -> Some name
            | Json -> None)
        |> pinOf context
        |> Result.map (fun pin ->
            {
                Pin = pin
                IsJson = Given.has Json given
            })

    let private work (context: Context) (request: PinRequest) : Ending =
        result {
            let root = context.Surroundings.Root
            let path = Layout.(/) context.Surroundings.Folder Pin.FileName
            let pin = request.Pin

            do! isFree path

            let isAsAsked =
                PinFiles.read path = PinFile.Holds pin
                && Trust.judge path pin (PinFiles.trust root) = Judgement.Allowed

            do!
                Changes.exclusively root (fun () ->
                    result {
                        Changes.recover context.Terminal.Note root |> ignore
                        // Allowed first: a pin that could not be allowed is not written.
                        do! TrustFile.change context.Terminal.Note root (Trust.allow path pin)
                        do! write context.Terminal.Note path pin
                    })

            if request.IsJson then
                let answer: PinDto =
                    {
                        Schema = Answer.Schema
                        Pin = path
                        Text = Some(Pin.text pin)
                        Allowed = Some true
                        Changed = not isAsAsked
                    }

                context.Terminal.Raw(Answer.text AnswerShapes.pin answer)
            else
                context.Terminal.Line
                    [
                        Piece.plain "pinned to "
                        Piece.strong (Pin.text pin)
                        Piece.plain (": " + Surroundings.short context.Surroundings path)
                    ]

                entering context pin

            return ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "pin"
                Names = "[NAME]"
                Shown = ""
                Summary = "make this directory and those below use a profile"
                Does =
                    "Writes a .codex-profile file into this directory, and allows it. In this directory and below it, "
                    + "Codex uses that profile."
                Examples =
                    [
                        "codex-router pin work", ""
                        "codex-router pin default", "use the current profile, despite a pin further up"
                        "codex-router pin work,acme", "whichever exists on the machine, work first"
                    ]
                Ends = Ends.changing
                Offers = [ Offer.Profile ]
            }
            request
            work

type UnpinArguments =
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Json -> "answer in JSON"

/// Removes the pin of the present folder.
[<RequireQualifiedAccess>]
module Unpin =

    let private noPinHere (context: Context) =
        let above =
            PinFiles.along context.Surroundings.Folder
            |> List.tryFind (fun (_, file) -> file <> PinFile.Absent)

        match above with
        | Some(path, _) ->
            Problem.refused
                ProblemCode.NoPin
                ("there is no "
                 + Pin.FileName
                 + " in this folder; the nearest is "
                 + Inert.text path)
                ("cd "
                 + ShellWord.quoted (string (Path.GetDirectoryName(path: string)))
                 + " && codex-router unpin, or codex-router pin default")
        | None ->
            Problem.refused ProblemCode.NoPin ("there is no " + Pin.FileName + " here or above") "codex-router which"

    let private work (context: Context) isJson : Ending =
        result {
            let root = context.Surroundings.Root
            let path = Layout.(/) context.Surroundings.Folder Pin.FileName

            do!
                match Disk.look path with
                | Entry.File _
                | Entry.Link _ -> Ok()
                | Entry.Missing -> Error(noPinHere context)
                | Entry.Folder
                | Entry.Other -> Error(Refusals.problem (Refusal.InTheWay path))

            do!
                Changes.exclusively root (fun () ->
                    result {
                        do!
                            Disk.files.Do(Action.Remove path)
                            |> Result.map (Changes.warnOf context.Terminal.Note)
                            |> Result.mapError (fun message ->
                                Problem.refused
                                    ProblemCode.Failed
                                    message
                                    (Remedy.forAccess context.Surroundings.Folder))

                        // The pin is gone; that it was allowed once is only remembered longer.
                        match TrustFile.change context.Terminal.Note root (Trust.forget path >> Ok) with
                        | Ok() -> ()
                        | Error problem -> Changes.warnOf context.Terminal.Note [ problem.Message ]
                    })

            if isJson then
                let answer: PinDto =
                    {
                        Schema = Answer.Schema
                        Pin = path
                        Text = None
                        Allowed = None
                        Changed = true
                    }

                context.Terminal.Raw(Answer.text AnswerShapes.pin answer)
            else
                context.Terminal.Line("removed " + Surroundings.short context.Surroundings path)

            return ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "unpin"
                Names = ""
                Shown = ""
                Summary = "remove this directory's pin"
                Does = "Removes the .codex-profile file from this directory."
                Examples = [ "codex-router unpin", "" ]
                Ends = Ends.changingHere
                Offers = []
            }
            (fun _ given -> Ok(Given.has UnpinArguments.Json given))
            work
