namespace CodexRouter.Cli.Commands

open System
open Argu
open CodexRouter.Cli
open CodexRouter.Core

type CurrentArguments =
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Json -> "answer in JSON."

/// Shows the profile in force here, and why.
[<RequireQualifiedAccess>]
module Current =

    /// Says why a profile is in force.
    let reason (surroundings: Surroundings) (inForce: InForce) =
        match inForce.Because, inForce.Pin with
        | Because.Pin, Some pin -> "pinned by " + Surroundings.short surroundings pin
        | Because.Pin, None -> "pinned"
        | Because.Use, _ -> "codex-router use, in this terminal"
        | Because.Current, _ -> "the current profile"
        | Because.Environment, _ -> "CODEX_HOME is set to " + Surroundings.short surroundings inForce.CodexHome

    /// Gives the advice by which this terminal is on another profile than its pin says.
    let private fellBack (surroundings: Surroundings) (inForce: InForce) wanted =
        PromptFiles.advice surroundings.Root DateTimeOffset.UtcNow wanted
        |> Option.filter (fun advice -> advice.Mode = AdviceMode.Switch && inForce.Profile = Some advice.Other)

    /// Says that a pin here has not been applied in this terminal, and what to do.
    let notApplied (surroundings: Surroundings) (inForce: InForce) =
        match inForce.NotApplied with
        | None -> None
        | Some(wanted, pin) ->
            let asks = pin + " asks for " + ProfileName.value wanted

            match fellBack surroundings inForce wanted with
            | Some advice -> Some(asks + ", but " + advice.Text)
            | None when surroundings.HookIsLoaded -> Some(asks + ", but CODEX_HOME was set by hand here")
            | None ->
                Some(
                    asks
                    + ", but the zsh hook is not loaded here: codex-router exec -- codex, or see codex-router init zsh"
                )

    /// Writes what is known of the profile in force.
    let show (context: Context) (inForce: InForce) =
        let terminal = context.Terminal

        match inForce.Profile with
        | None when inForce.Because = Because.Current -> terminal.Line "no profile is current"
        | None -> terminal.Line("no profile is in force: " + reason context.Surroundings inForce)
        | Some name ->
            let profile = Observed.profile Disk.files context.Surroundings.Root name
            let settings = RouterSettings.read context.Surroundings.Root
            SealedCopies.renew (Changes.situation context.Surroundings.Root) settings.SealedCopies [ profile ]

            let line label value =
                terminal.Line [ Piece.faint label; Piece.plain value ]

            terminal.Line
                [
                    Piece.strong (ProfileName.value name)
                    Piece.faint (" (" + reason context.Surroundings inForce + ")")
                ]

            line "  account  " (ProfileView.account profile)
            ProfileView.accountId profile |> Option.iter (line "  id       ")
            ProfileView.plan profile |> Option.iter (line "  plan     ")

            QuotaStore.read context.Surroundings.Root profile
            |> Option.iter (fun believed ->
                let now = DateTimeOffset.UtcNow

                terminal.Line
                    [
                        Piece.faint "  left     "
                        QuotaView.cell now settings (Some believed)
                        Piece.faint ("  (" + QuotaView.origin now settings believed.Quota + ")")
                    ])

            PromptFiles.advice context.Surroundings.Root DateTimeOffset.UtcNow name
            |> Option.iter (fun advice -> line "  limit    " advice.Text)

            match ProfileView.state profile with
            | "ok" -> ()
            | "signed_out" ->
                let remedy = SealedCopies.remedy (Changes.situation context.Surroundings.Root) name
                line "  state    " ("Not logged in: " + remedy)
            | "changed" -> line "  state    " "another account than the one that was saved: codex-router doctor"
            | "unreadable" ->
                line
                    "  state    "
                    ("unreadable: "
                     + Remedy.forAccess (Layout.signIn context.Surroundings.Root profile.Name))
            | state -> line "  state    " (state + ": codex-router doctor")

        notApplied context.Surroundings inForce |> Option.iter terminal.Note

    let private work (context: Context) (arguments: CurrentArguments list) : Ending =
        let root = context.Surroundings.Root
        let inForce = InForce.here context.Surroundings

        if List.contains Json arguments then
            let current = Observed.current Disk.files root

            let answer: CurrentDto =
                {
                    Schema = Answer.Schema
                    Profile =
                        inForce.Profile
                        |> Option.map (fun name ->
                            let profile = Observed.profile Disk.files root name

                            let quota =
                                QuotaStore.read root profile
                                |> Option.map (fun believed ->
                                    QuotaView.dto
                                        DateTimeOffset.UtcNow
                                        (RouterSettings.read root)
                                        false
                                        believed.Quota)

                            ProfileView.dto current inForce.Profile quota profile)
                    Because = InForce.because inForce.Because
                    Pin = inForce.Pin
                    CodexHome = inForce.CodexHome
                }

            context.Terminal.Raw(Answer.text answer)
        else
            show context inForce

        Ok ExitCode.Done

    /// The command.
    let command =
        {
            Name = "current"
            Words = ""
            Summary = "the profile in force here, and why"
            Run = fun context words -> CommandLine.run context "current" words (work context)
        }
