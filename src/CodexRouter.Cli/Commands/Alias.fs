namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type AliasArguments =
    | [<MainCommand; ExactlyOnce>] Names of name: string * alias: string
    | Remove
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Names _ -> "the profile, and its second name"
            | Remove -> "remove the alias"
            | Json -> "answer in JSON"

type AliasRequest =
    {
        Name: ProfileName
        Alias: ProfileName
        IsRemoval: bool
        IsJson: bool
    }

/// Gives a profile a further name.
[<RequireQualifiedAccess>]
module Alias =

    let private request (context: Context) (given: AliasArguments list) : Result<AliasRequest, Problem> =
        result {
            let name, alias =
                given
                |> Given.value (function
                    | Names(name, alias) -> Some(name, alias)
                    | Remove
                    | Json -> None)

            let! name = CommandLine.profile context.Surroundings.Root name
            let! alias = CommandLine.name alias

            return
                {
                    Name = name
                    Alias = alias
                    IsRemoval = Given.has Remove given
                    IsJson = Given.has Json given
                }
        }

    let private work (context: Context) (request: AliasRequest) : Ending =
        result {
            let name, alias = request.Name, request.Alias

            let! plan =
                Changes.make context.Terminal.Note context.Surroundings.Root (fun situation ->
                    if request.IsRemoval then
                        Alias.remove situation name alias
                    else
                        Alias.add situation name alias)

            if request.IsJson then
                context.Terminal.Raw(Answer.text AnswerShapes.change (Answer.change name plan))
            else
                context.Terminal.Line(
                    ProfileName.value alias
                    + (if request.IsRemoval then
                           " no longer means profile "
                       else
                           " now means profile ")
                    + ProfileName.value name
                )

            return ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "alias"
                Names = "NAME ALIAS"
                Shown = ""
                Summary = "give a profile a second name"
                Does =
                    "Gives a profile a second name. With it, the same pin works on machines where the profile has different names."
                Examples =
                    [
                        "codex-router alias work acme", ""
                        "codex-router alias work acme --remove", "remove the alias"
                    ]
                Ends = Ends.changing
                Offers = [ Offer.Profile; Offer.Free "alias" ]
            }
            request
            work
