namespace CodexRouter.Cli

open System
open CodexRouter.Core
open CodexRouter.Platform

/// What a person who begins may type next: one command, which works as it stands.
[<RequireQualifiedAccess>]
module NextStep =

    /// Gives the word that this program is called by: its name where PATH has it, else its path.
    let program (surroundings: Surroundings) : string =
        match Programs.Find("codex-router", Option.toObj surroundings.Path), surroundings.Program with
        | null, Some path -> ShellWord.quoted path
        | _ -> "codex-router"

    /// A name that no profile has yet.
    let private free (names: ProfileName list) =
        [ "work"; "personal"; "other" ]
        |> List.tryFind (fun name -> names |> List.forall (fun taken -> ProfileName.value taken <> name))
        |> Option.defaultValue "another"

    let private saving (signIn: SignIn) =
        match Refusals.suggestedName signIn.Email with
        | "NAME" -> "personal"
        | name -> name

    let private decide root =
        match Observed.names Disk.files root, Observed.live Disk.files root with
        | [], Live.Loose(_, Ok signIn) -> "to save Codex's current sign-in", [ "save"; saving signIn ]
        | [], _ -> "to sign in to an account", [ "login"; "personal" ]
        | [ one ], _ -> "to sign in to another account as well", [ "login"; free [ one ] ]
        | _ -> "to see them all", [ "list" ]

    let private line (surroundings: Surroundings) (what, words: string list) : Piece list =
        [
            Piece.plain ("next, " + what + ": ")
            Piece.strong (String.Join(' ', program surroundings :: List.map ShellWord.quoted words))
        ]

    /// Gives the line that says what may come next, by what is there.
    let here (surroundings: Surroundings) : Piece list =
        line surroundings (decide surroundings.Root)

    /// The same behind a change of this profile: one that is not current waits for a directory.
    let after (surroundings: Surroundings) (name: ProfileName) : Piece list =
        let root = surroundings.Root

        match Observed.names Disk.files root with
        | _ :: _ :: _ when Observed.current Disk.files root <> Some name ->
            line surroundings ("in the directory that should use it", [ "pin"; ProfileName.value name ])
        | _ -> here surroundings
