namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core

type RefreshArguments =
    | [<MainCommand>] Names of name: string list

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Names _ -> "the profiles or aliases; without one, the active profile"

/// Reads figures anew for the prompt, quietly: the zsh hook runs it in the background.
[<RequireQualifiedAccess>]
module Refresh =

    let private request (context: Context) (given: RefreshArguments list) : Result<Profile list, Problem> =
        let names =
            given
            |> List.collect (function
                | Names names -> names)

        Quota.profiles context names false

    let private work (context: Context) (profiles: Profile list) : Ending =
        let settings = RouterSettings.read context.Surroundings.Root

        for profile in profiles do
            // For `use`, which the shell does by itself and without a process.
            HookNotes.current context.Surroundings.Root profile.Name |> ignore
            Sources.refresh context.Surroundings settings profile

        Ok ExitCode.Done

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "refresh"
                Names = "[NAME…]"
                Shown = ""
                Summary = "fetch new figures for the prompt, without output"
                Does =
                    "Fetches new figures for the prompt, and prints nothing. The zsh hook runs it in "
                    + "the background."
                Examples = [ "codex-router refresh", "" ]
                Ends = Ends.reading |> Ends.also ExitCode.NoSuchProfile
                Offers = [ Offer.Profiles ]
            }
            request
            work
