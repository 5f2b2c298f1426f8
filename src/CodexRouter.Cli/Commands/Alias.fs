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
            | Names _ -> "the profile, and the other name for it"
            | Remove -> "remove the alias"
            | Json -> "answer in JSON"

/// Gives a profile a further name.
[<RequireQualifiedAccess>]
module Alias =

    let private work (context: Context) (arguments: AliasArguments list) : Ending =
        result {
            let root = context.Surroundings.Root

            let nameWord, aliasWord =
                arguments
                |> List.pick (function
                    | Names(name, alias) -> Some(name, alias)
                    | _ -> None)

            let! name = CommandLine.profile root nameWord
            let! alias = CommandLine.name aliasWord
            let isRemoval = List.contains Remove arguments

            let! plan =
                Changes.make context.Terminal.Note root (fun situation ->
                    if isRemoval then
                        Alias.remove situation name alias
                    else
                        Alias.add situation name alias)

            if List.contains Json arguments then
                context.Terminal.Raw(Answer.text AnswerShapes.change (Answer.change name plan))
            else
                context.Terminal.Line(
                    ProfileName.value alias
                    + (if isRemoval then
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
                Does = "Gives a profile a second name, so that pins can use the same name on every machine."
                Examples =
                    [
                        "codex-router alias work acme", ""
                        "codex-router alias work acme --remove", "remove the alias"
                    ]
                Ends = Ends.changing
                Offers = [ Offer.Profile; Offer.Free "alias" ]
            }
            work
