namespace CodexRouter.Cli

open System.Text
open CodexRouter.Core
open Tomlyn
open Tomlyn.Model

/// The part of Codex's own settings that decides whether a sign-in is a file at all.
[<RequireQualifiedAccess>]
module CodexSettings =

    [<Literal>]
    let private Limit = 1_048_576

    /// In the order in which the later wins.
    let private files root =
        [ Layout.(/) root "config.toml"; Layout.(/) root "managed_config.toml" ]

    let private storeIn file =
        Disk.readBytes Limit file
        |> Option.bind (fun bytes ->
            try
                match TomlSerializer.Deserialize<TomlTable>(Encoding.UTF8.GetString bytes.Span) with
                | null -> None
                | table ->
                    match table.TryGetValue "cli_auth_credentials_store" with
                    | true, (:? string as store) -> Some(file, store)
                    | _ -> None
            with :? TomlException ->
                // Codex refuses such a file too, and says where.
                None)

    /// Gives the file that asks for another store than `file`, and the word that it uses.
    let otherStore root =
        files root
        |> List.choose storeIn
        |> List.tryLast
        |> Option.filter (fun (_, store) -> store <> "file")

    /// Refuses to work on sign-ins that are not files: in a keyring there is one for each home's path, and nothing to link.
    let needFiles root : Result<unit, Problem> =
        match otherStore root with
        | None -> Ok()
        | Some(file, store) ->
            Problem.refused
                "credential_store"
                ("Codex keeps its sign-in in '"
                 + Inert.text store
                 + "' (cli_auth_credentials_store in "
                 + Inert.text file
                 + "), and profiles are files")
                "set cli_auth_credentials_store = \"file\" there, and sign in again with codex login"
            |> Error
