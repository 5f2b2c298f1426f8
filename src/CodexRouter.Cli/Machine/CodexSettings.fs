namespace CodexRouter.Cli

open System.Text
open CodexRouter.Core
open Tomlyn
open Tomlyn.Model

/// The parts of Codex's own settings that matter here: whether a sign-in is a file at all, and where the services are.
[<RequireQualifiedAccess>]
module CodexSettings =

    [<Literal>]
    let private Limit = 1_048_576

    /// In the order in which the later wins.
    let private files home =
        [ Layout.(/) home "config.toml"; Layout.(/) home "managed_config.toml" ]

    let private textIn (key: string) file =
        Disk.readBytes Limit file
        |> Option.bind (fun bytes ->
            try
                match TomlSerializer.Deserialize<TomlTable>(Encoding.UTF8.GetString bytes.Span) with
                | null -> None
                | table ->
                    match table.TryGetValue key with
                    | true, (:? string as text) -> Some(file, text)
                    | _ -> None
            with :? TomlException ->
                // Codex refuses such a file too, and says where.
                None)

    /// Gives what a home's settings say for a key, and the file that says it.
    let private text key home =
        files home |> List.choose (textIn key) |> List.tryLast

    /// Gives the address of the provider's services for a home, if its settings name one, and the file that does.
    let serviceBase home = text "chatgpt_base_url" home

    /// Gives the file that asks for another store than `file`, and the word that it uses.
    let otherStore root =
        text "cli_auth_credentials_store" root
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
