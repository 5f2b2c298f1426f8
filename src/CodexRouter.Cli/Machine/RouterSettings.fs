namespace CodexRouter.Cli

open System
open System.Text
open CodexRouter.Core
open Tomlyn
open Tomlyn.Model

/// What the person set in `router/config.toml`. A missing or broken file, and a missing or unusable setting, mean the
/// default; `doctor` tells of what is broken.
type RouterSettings =
    {
        /// From this age on a figure is stale: it is marked so, and the prompt has it read anew.
        StaleAfter: TimeSpan
    }

[<RequireQualifiedAccess>]
module RouterSettings =

    [<Literal>]
    let private Limit = 1_048_576

    /// What applies without settings.
    let defaults =
        {
            StaleAfter = TimeSpan.FromMinutes 5.0
        }

    /// The longest time that a figure may count as fresh.
    let private longest = TimeSpan.FromDays 1.0

    let private minutes (table: TomlTable) name =
        let read (minutes: float) =
            if minutes > 0.0 && minutes <= longest.TotalMinutes then
                Some(TimeSpan.FromMinutes minutes)
            else
                None

        match table.TryGetValue name with
        | true, (:? int64 as minutes) -> read (float minutes)
        | true, (:? float as minutes) -> read minutes
        | _ -> None

    /// Gives the settings, or why the file cannot be used.
    let tryRead root : Result<RouterSettings, string> =
        match Disk.readBytes Limit (Layout.settings root) with
        | None -> Ok defaults
        | Some bytes ->
            try
                match TomlSerializer.Deserialize<TomlTable>(Encoding.UTF8.GetString bytes.Span) with
                | null -> Ok defaults
                | table ->
                    Ok
                        {
                            StaleAfter = minutes table "stale_after_minutes" |> Option.defaultValue defaults.StaleAfter
                        }
            with :? TomlException as broken ->
                Error(Inert.text broken.Message)

    /// Gives the settings, or the defaults.
    let read root =
        tryRead root |> Result.defaultValue defaults
