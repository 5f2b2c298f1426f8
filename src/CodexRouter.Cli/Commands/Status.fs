namespace CodexRouter.Cli.Commands

open CodexRouter.Cli
open CodexRouter.Core

/// The state at a glance: what `codex-router` says without a command.
[<RequireQualifiedAccess>]
module Status =

    let private begin' (context: Context) =
        let terminal = context.Terminal
        let root = context.Surroundings.Root

        terminal.Line "no profiles yet"

        match Observed.live Disk.files root with
        | Live.Loose(_, Ok signIn) ->
            let who = signIn.Email |> Option.defaultValue "an account without an e-mail"
            terminal.Line("  Codex is signed in as " + who + "; to keep that as a profile:")
            terminal.Line("    codex-router save " + Refusals.suggestedName signIn.Email)
            terminal.Line "  then sign in to another account, which leaves this one alone:"
            terminal.Line "    codex-router login NAME"
        | _ ->
            terminal.Line "  to sign in to a first account:"
            terminal.Line "    codex-router login NAME"

        terminal.Line "  help: codex-router --help"
        OtherRoot.hint context.Surroundings |> Option.iter terminal.Note

    /// No profile is current: what stands at the root instead, and what to do about it.
    let private tellOfRoot (context: Context) =
        match Observed.live Disk.files context.Surroundings.Root with
        | Live.Loose(_, Ok signIn) ->
            let who = signIn.Email |> Option.defaultValue "an account without an e-mail"

            context.Terminal.Line(
                "Codex is signed in as "
                + who
                + ", in a file of its own: codex-router save "
                + Refusals.suggestedName signIn.Email
            )
        | Live.Missing -> context.Terminal.Line "nobody is signed in elsewhere: codex-router switch NAME"
        | _ -> context.Terminal.Line "what Codex reads elsewhere is no profile: codex-router doctor"

    let private count names =
        match List.length names with
        | 1 -> "1 profile"
        | count -> string<int> count + " profiles"

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

            terminal.Line [ Piece.faint (count names + ": codex-router list; help: codex-router --help") ]

        Ok ExitCode.Done
