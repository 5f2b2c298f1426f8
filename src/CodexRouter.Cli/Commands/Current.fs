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
            | Json -> "answer in JSON"

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

    let private nameOr none (profile: ProfileName option) =
        profile |> Option.map ProfileName.value |> Option.defaultValue none

    /// Says that a `codex` that is started by itself here uses something else, and why.
    let private plainDiffers (surroundings: Surroundings) (inForce: InForce) =
        match inForce.Applying.Plain, surroundings.Hook with
        | (plain, _), _ when plain = inForce.Profile -> None
        | (plain, _), hook ->
            let why =
                match hook with
                | Hook.Absent -> "because the zsh hook is not loaded here; see: codex-router init zsh"
                | Hook.Loaded
                | Hook.SwitchedOff -> "because CODEX_HOME says so here"

            Some(
                "a plain codex uses "
                + nameOr "no profile" plain
                + ", "
                + why
                + ", or start it with: codex-router exec -- codex"
            )

    /// Says that a pin here asks for another profile than the one that a CODEX_HOME set by hand names.
    let private pinIsPassedOver (inForce: InForce) =
        match inForce.Because, inForce.Decision.Rule with
        | (Because.Current | Because.Environment), Rule.Pinned(wanted, pin) when inForce.Profile <> Some wanted ->
            Some(
                pin
                + " asks for "
                + ProfileName.value wanted
                + ", but CODEX_HOME was set by hand here"
            )
        | _ -> None

    let private pinGaveWay (inForce: InForce) =
        match inForce.Applying.GaveWay, inForce.Decision.Rule with
        | Some advice, Rule.Pinned(wanted, pin) ->
            Some(pin + " asks for " + ProfileName.value wanted + ", but " + advice.Text)
        | Some _, (Rule.Use _ | Rule.Unpinned _ | Rule.NoPin)
        | None, _ -> None

    /// Says what Codex uses in place of a profile's sign-in.
    let overridden (surroundings: Surroundings) =
        surroundings.Overriding
        |> List.map (fun name ->
            name
            + " is set: "
            + Surroundings.whatOverrides name
            + ": unset "
            + name
            + ", or codex-router exec -- codex")

    /// Gives what a person may not expect of what is in force, in words.
    let surprises (surroundings: Surroundings) (inForce: InForce) =
        [
            plainDiffers surroundings inForce
            pinIsPassedOver inForce
            pinGaveWay inForce
        ]
        |> List.choose id
        |> List.append (overridden surroundings)

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
                let now = context.Surroundings.Clock.Now()

                terminal.Line
                    [
                        Piece.faint "  left     "
                        QuotaView.cell now settings (Some believed)
                        Piece.faint ("  (" + QuotaView.origin now settings believed.Quota + ")")
                    ])

            PromptFiles.advice context.Surroundings.Root (context.Surroundings.Clock.Now()) name
            |> Option.iter (fun advice -> line "  limit    " advice.Text)

            let health = ProfileHealth.ofOne context.Surroundings.Root [] profile

            HealthView.sentence health
            |> Option.iter (fun sentence ->
                let situation = Changes.situation context.Surroundings.Root
                line "  state    " (sentence + ": " + HealthView.remedy situation profile health))

        surprises context.Surroundings inForce |> List.iter terminal.Note

    let private work (context: Context) isJson : Ending =
        let root = context.Surroundings.Root
        let inForce = InForce.here context.Surroundings

        if isJson then
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
                                        (context.Surroundings.Clock.Now())
                                        (RouterSettings.read root)
                                        false
                                        believed.Quota)

                            let health = ProfileHealth.ofOne root context.Surroundings.Overriding profile

                            ProfileView.dto current inForce.Profile health quota profile)
                    Because = Because.word inForce.Because
                    Pin = inForce.Pin
                    CodexHome = inForce.CodexHome
                    OverriddenBy = context.Surroundings.Overriding
                }

            context.Terminal.Raw(Answer.text AnswerShapes.current answer)
        else
            show context inForce

        Ok ExitCode.Done

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "current"
                Names = ""
                Shown = ""
                Summary = "show which profile is active here, and why"
                Does = "Shows the profile that applies in this terminal and directory, and why."
                Examples = [ "codex-router current", "which account would codex use here?" ]
                Ends = Ends.reading |> Ends.also ExitCode.NotSignedIn
                Offers = []
            }
            (fun _ given -> Ok(Given.has Json given))
            work
