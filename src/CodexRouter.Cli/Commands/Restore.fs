namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core
open CodexRouter.Platform
open FsToolkit.ErrorHandling

type RestoreArguments =
    | [<MainCommand>] Name of name: string
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Name _ -> "the profile to restore; without it, all sealed copies are listed"
            | Json -> "answer in JSON"

type RestoreRequest =
    {
        /// Without one, all sealed copies are listed.
        Name: ProfileName option
        IsJson: bool
    }

/// Lists the sealed copies, and brings a profile's sign-in back from its own.
[<RequireQualifiedAccess>]
module Restore =

    /// One sealed copy, and what it is worth.
    type private Copy =
        {
            Name: ProfileName
            Email: string option
            Renewed: System.DateTimeOffset
            IsLive: bool
        }

    let private copies root : Copy list =
        Sealed.names Disk.files root
        |> List.choose (fun name ->
            let path = Layout.sealedCopy root name

            match Disk.files.ReadSignIn path with
            | Error _ -> None
            | Ok copy ->
                Some
                    {
                        Name = name
                        Email = copy.Email
                        Renewed = (FileStatus.Look path).Modified
                        IsLive =
                            Stored.signIn (Observed.profile Disk.files root name).Stored
                            |> Option.exists (fun held -> Identity.sameCredential held.Identity copy.Identity)
                    })

    let private show (context: Context) json =
        let copies = copies context.Surroundings.Root

        if json then
            let answer: SealedCopiesDto =
                {
                    Schema = Answer.Schema
                    Copies =
                        copies
                        |> List.map (fun copy ->
                            {
                                Name = ProfileName.value copy.Name
                                Email = copy.Email
                                SealedAt = OwnJson.time copy.Renewed
                                SameAsLive = copy.IsLive
                            })
                }

            context.Terminal.Raw(Answer.text AnswerShapes.sealedCopies answer)
        elif copies.IsEmpty then
            context.Terminal.Line "there are no sealed copies"
        else
            for copy in copies do
                context.Terminal.Line
                    [
                        Piece.strong (ProfileName.value copy.Name)
                        Piece.plain (" (" + Option.defaultValue "API key or token" copy.Email + ")")
                        Piece.faint ("  sealed " + OwnJson.time copy.Renewed)
                        if copy.IsLive then
                            Piece.plain "  same as the live sign-in"
                        else
                            Piece.plain ("  to bring it back: codex-router restore " + ProfileName.value copy.Name)
                    ]

        Ok ExitCode.Done

    let private restore (context: Context) json name : Ending =
        result {
            let root = context.Surroundings.Root

            let! plan =
                Changes.make context.Terminal.Note root (fun situation -> Sealed.restore situation name)

            if json then
                context.Terminal.Raw(Answer.text AnswerShapes.change (Answer.change name plan))
            else
                let account = ProfileView.account (Observed.profile Disk.files root name)

                context.Terminal.Line
                    [
                        Piece.plain (
                            if plan.IsEmpty then
                                "nothing to restore: the sign-in is there, profile "
                            else
                                "restored profile "
                        )
                        Piece.strong (ProfileName.value name)
                        Piece.plain (" (" + account + ")")
                    ]

                if not plan.IsEmpty then
                    context.Terminal.Line(
                        "whether the provider still accepts it, only asking can tell: codex-router quota "
                        + ProfileName.value name
                    )

            return ExitCode.Done
        }

    let private request (context: Context) (given: RestoreArguments list) : Result<RestoreRequest, Problem> =
        given
        |> Given.tryValue (function
            | Name name -> Some name
            | Json -> None)
        |> Option.traverseResult (CommandLine.profile context.Surroundings.Root)
        |> Result.map (fun name ->
            {
                Name = name
                IsJson = Given.has Json given
            })

    let private work (context: Context) (request: RestoreRequest) : Ending =
        match request.Name with
        | None -> show context request.IsJson
        | Some name -> restore context request.IsJson name

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "restore"
                Names = "[NAME]"
                Shown = ""
                Summary = "bring back a sign-in that another program removed or changed"
                Does =
                    "Restores a profile's newest sign-in from its sealed copy when another program has deleted, "
                    + "overwritten or damaged it. Without a name it lists the copies."
                Examples =
                    [
                        "codex-router restore", "list the copies"
                        "codex-router restore work", "restore one"
                    ]
                Ends = Ends.changing
                Offers = [ Offer.Profile ]
            }
            request
            work
