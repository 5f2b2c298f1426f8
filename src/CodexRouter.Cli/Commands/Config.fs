namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core

type ConfigArguments =
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Json -> "answer in JSON"

/// Shows the settings as they apply.
[<RequireQualifiedAccess>]
module Config =

    let private headings = [ "SETTING"; "VALUE"; "FROM" ]

    /// The setting's name gives way last.
    let private ways = [ GiveWay.Leave 2; GiveWay.Shorten(1, 8); GiveWay.Shorten(0, 8) ]

    let private work (context: Context) isJson : Ending =
        let root = context.Surroundings.Root
        let file = Layout.settings root
        let shown = RouterSettings.shown root
        let _, faults = RouterSettings.readWithFaults root

        if isJson then
            let answer: ConfigDto =
                {
                    Schema = Answer.Schema
                    File = file
                    Settings =
                        shown
                        |> List.map (fun setting ->
                            {
                                Key = setting.Key
                                Value = setting.Value
                                Default = setting.Default
                                IsSet = setting.IsSet
                            })
                    Faults = faults
                }

            context.Terminal.Raw(Answer.text AnswerShapes.config answer)
        else
            let from (setting: SettingShown) =
                if setting.IsSet then
                    Piece.plain (Surroundings.short context.Surroundings file)
                else
                    Piece.faint "default"

            context.Terminal.Table(
                headings,
                ways,
                shown
                |> List.map (fun setting -> [ Piece.plain setting.Key; Piece.strong setting.Value; from setting ])
            )

            for fault in faults do
                context.Terminal.Note(fault + " (" + Inert.text file + ")")

        Ok(if faults.IsEmpty then ExitCode.Done else ExitCode.Refused)

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "config"
                Names = ""
                Shown = ""
                Summary = "show the settings, and where each comes from"
                Does =
                    "Shows every setting, its value, and whether it comes from router/config.toml in the Codex root "
                    + "or is the default. It changes nothing: to change a setting, edit the file."
                Examples =
                    [
                        "codex-router config", ""
                        "${EDITOR:-vi} ~/.codex/router/config.toml && codex-router config", "change a setting"
                    ]
                Ends = [ ExitCode.Refused, "the file has an entry that cannot be used" ]
                Offers = []
            }
            (fun _ given -> Ok(Given.has Json given))
            work
