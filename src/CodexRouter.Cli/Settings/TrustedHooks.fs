namespace CodexRouter.Cli

open System
open System.Text
open CodexRouter.Core
open Tomlyn
open Tomlyn.Model

/// What Codex's settings say of the person's hooks: `[hooks.state."KEY"]` with `trusted_hash` and `enabled`.
[<RequireQualifiedAccess>]
module TrustedHooks =

    [<Literal>]
    let private Limit = 1_048_576

    let private table (name: string) (parent: TomlTable) =
        match parent.TryGetValue name with
        | true, (:? TomlTable as found) -> Some found
        | _ -> None

    let private setting key (state: TomlTable) : HookSetting =
        {
            Key = key
            TrustedHash =
                match state.TryGetValue "trusted_hash" with
                | true, (:? string as hash) -> Some hash
                | _ -> None
            IsEnabled =
                match state.TryGetValue "enabled" with
                | true, (:? bool as isEnabled) -> isEnabled
                | _ -> true
        }

    let private ofText (text: string) : HookSetting list =
        try
            TomlSerializer.Deserialize<TomlTable> text
            |> Option.ofObj
            |> Option.bind (table "hooks")
            |> Option.bind (table "state")
            |> Option.map (fun states ->
                [
                    for entry in states do
                        match entry.Value with
                        | :? TomlTable as state -> setting entry.Key state
                        | _ -> ()
                ])
            |> Option.defaultValue []
        with :? TomlException ->
            // Codex refuses such a file too, and says where.
            []

    /// Gives what a home's settings say; nothing where no hook was ever trusted, which costs no parsing.
    let read home : HookSetting list =
        match Disk.tryReadBytes Limit (Layout.(/) home "config.toml") with
        | Some bytes ->
            let text = Encoding.UTF8.GetString bytes.Span

            if text.Contains("trusted_hash", StringComparison.Ordinal) then
                ofText text
            else
                []
        | None -> []
