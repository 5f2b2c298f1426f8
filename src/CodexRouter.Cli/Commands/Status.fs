namespace CodexRouter.Cli.Commands

open CodexRouter.Cli
open CodexRouter.Core

/// The state at a glance: what `codex-router` says without a command.
[<RequireQualifiedAccess>]
module Status =

    let private begin' (context: Context) =
        let terminal = context.Terminal

        match Live.loose (Observed.live Disk.files context.Surroundings.Root) with
        | Some signIn ->
            let who = signIn.Email |> Option.defaultValue "an account without an e-mail"
            terminal.Line("no profiles yet; Codex is signed in as " + who)
        | None -> terminal.Line "no profiles yet, and Codex is not signed in"

        terminal.Line [ Piece.faint "help: codex-router --help" ]
        OtherRoot.hint context.Surroundings |> Option.iter terminal.Note
        terminal.Line(NextStep.here context.Surroundings)

    /// No profile is current: what stands at the root instead, and what to do about it.
    let private tellOfRoot (context: Context) =
        match Observed.live Disk.files context.Surroundings.Root with
        | Live.Loose(_, Ok signIn) ->
            let who = signIn.Email |> Option.defaultValue "an account without an e-mail"

            context.Terminal.Line(
                "Codex is signed in as "
                + who
                + ", which is not saved yet: codex-router save "
                + Refusals.suggestedName signIn.Email
            )
        | Live.Missing -> context.Terminal.Line "Codex is not signed in elsewhere: codex-router switch NAME"
        | Live.Current _
        | Live.Elsewhere _
        | Live.Loose(_, Error _)
        | Live.InTheWay -> context.Terminal.Line "Codex does not use a profile elsewhere: codex-router doctor"

    /// Shows what is in force here, what is current, and what is pinned.
    let run (context: Context) : Ending =
        let root = context.Surroundings.Root
        let terminal = context.Terminal

        match Observed.names Disk.files root with
        | [] -> begin' context
        | names ->
            let inForce = InForce.here context.Surroundings
            Current.show context inForce

            match Observed.current Disk.files root with
            | Some current when inForce.Because <> Because.Current ->
                terminal.Line("current everywhere else: " + ProfileName.value current)
            | Some _ -> ()
            | None -> tellOfRoot context

            match names with
            | [ _ ] -> terminal.Line(NextStep.here context.Surroundings)
            | names -> terminal.Line [ Piece.faint (string<int> names.Length + " profiles: codex-router list") ]

        Ok ExitCode.Done
