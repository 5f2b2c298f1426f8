namespace CodexRouter.Cli

open System
open System.Text
open CodexRouter.Core
open Tomlyn
open Tomlyn.Model

/// Who may be asked for figures.
[<RequireQualifiedAccess>]
type FigureSource =
    /// The provider's service, over the network.
    | Service
    /// Codex's own app-server.
    | Codex
    /// The logs of Codex's sessions.
    | Logs

/// What the person set in `router/config.toml`. A missing or broken file, and a missing or unusable setting, mean the
/// default; `doctor` tells of what is broken.
[<NoEquality; NoComparison>]
type RouterSettings =
    {
        /// From this age on a figure is stale: it is marked so, and the prompt has it read anew.
        StaleAfter: TimeSpan
        /// A byte copy of each sign-in is kept for repair.
        SealedCopies: bool
        /// Whoever is not here is never asked for figures.
        Sources: Set<FigureSource>
        Fallback: FallbackSettings
    }

/// One setting, as it applies.
type SettingShown =
    {
        Key: string
        Value: string
        /// What applies without it; none for a rule, which is there or not.
        Default: string option
        /// It stands in the file, and can be used.
        IsSet: bool
    }

[<RequireQualifiedAccess>]
module RouterSettings =

    [<Literal>]
    let private Limit = 1_048_576

    /// What applies without settings.
    let defaults =
        {
            StaleAfter = TimeSpan.FromMinutes 5.0
            SealedCopies = true
            Sources = set [ FigureSource.Service; FigureSource.Codex; FigureSource.Logs ]
            Fallback = Fallback.settings
        }

    /// The longest time that a setting may ask for.
    let private longest = TimeSpan.FromDays 1.0

    /// What is wrong with one setting.
    let private fault (key: string) (should: string) : string = key + " should be " + should

    let private value (key: string) (table: TomlTable) =
        match table.TryGetValue key with
        | true, value -> Some value
        | _ -> None

    let private number (least: float) (most: float) key (table: TomlTable) : Result<float option, string> =
        let within (number: float) =
            if number >= least && number <= most then
                Ok(Some number)
            else
                Error(fault key ("from " + string<float> least + " to " + string<float> most))

        match value key table with
        | None -> Ok None
        | Some(:? int64 as number) -> within (float number)
        | Some(:? float as number) -> within number
        | Some _ -> Error(fault key "a number")

    let private minutes key table =
        number 1.0 longest.TotalMinutes key table
        |> Result.map (Option.map TimeSpan.FromMinutes)

    let private truth key (table: TomlTable) =
        match value key table with
        | None -> Ok None
        | Some(:? bool as truth) -> Ok(Some truth)
        | Some _ -> Error(fault key "true or false")

    let private sourceWord source =
        match source with
        | FigureSource.Service -> "service"
        | FigureSource.Codex -> "codex"
        | FigureSource.Logs -> "logs"

    let private sources (table: TomlTable) : Result<Set<FigureSource> option, string> =
        let should = fault "sources" "a list of \"service\", \"codex\" and \"logs\""

        let source (item: obj | null) =
            defaults.Sources |> Seq.tryFind (fun source -> item = box (sourceWord source))

        match value "sources" table with
        | None -> Ok None
        | Some(:? TomlArray as items) ->
            let found = items |> Seq.map source |> List.ofSeq

            if not found.IsEmpty && found |> List.forall Option.isSome then
                Ok(Some(found |> List.choose id |> set))
            else
                Error should
        | Some _ -> Error should

    let private onLimit (table: TomlTable) =
        match value "on_limit" table with
        | None -> Ok None
        | Some(:? string as word) ->
            match word with
            | "stay" -> Ok(Some OnLimit.Stay)
            | "tell" -> Ok(Some OnLimit.Tell)
            | "switch" -> Ok(Some OnLimit.Switch)
            | _ -> Error(fault "on_limit" "\"stay\", \"tell\" or \"switch\"")
        | Some _ -> Error(fault "on_limit" "\"stay\", \"tell\" or \"switch\"")

    /// Below this much left, in percent, a rule without a threshold holds.
    [<Literal>]
    let private UsualThreshold = 10.0

    let private names key (table: TomlTable) : Result<ProfileName list, string> =
        let name (item: obj | null) =
            match item with
            | :? string as text -> ProfileName.create text |> Result.toOption
            | _ -> None

        match value "to" table with
        | Some(:? TomlArray as items) ->
            let names = items |> Seq.map name |> List.ofSeq

            if names |> List.forall Option.isSome then
                Ok(List.choose id names)
            else
                Error(fault (key + ".to") "a list of profiles' names")
        | _ -> Error(fault (key + ".to") "a list of profiles' names")

    let private rule (name: string) (table: obj | null) : Result<ProfileName * FallbackRule, string> =
        let key = "fallback." + name

        match ProfileName.create name, table with
        | Ok profile, (:? TomlTable as table) ->
            match names key table, number 0.0 100.0 "below" table with
            | Ok names, Ok below ->
                Ok(
                    profile,
                    {
                        To = names
                        Below = Option.defaultValue UsualThreshold below
                    }
                )
            | Error fault, _
            | _, Error fault -> Error fault
        | _ -> Error(fault key "a table with a profile's name")

    let private rules (table: TomlTable) : Result<ProfileName * FallbackRule, string> list =
        match value "fallback" table with
        | Some(:? TomlTable as rules) -> [ for entry in rules -> rule entry.Key entry.Value ]
        | Some _ -> [ Error(fault "fallback" "a table: [fallback.NAME]") ]
        | None -> []

    let private ofTable (table: TomlTable) =
        let staleAfter = minutes "stale_after_minutes" table
        let cooldown = minutes "fallback_cooldown_minutes" table
        let sealedCopies = truth "sealed_copies" table
        let sources = sources table
        let onLimit = onLimit table
        let rules = rules table

        let faults =
            [
                match staleAfter with
                | Error fault -> fault
                | Ok _ -> ()
                match cooldown with
                | Error fault -> fault
                | Ok _ -> ()
                match sealedCopies with
                | Error fault -> fault
                | Ok _ -> ()
                match sources with
                | Error fault -> fault
                | Ok _ -> ()
                match onLimit with
                | Error fault -> fault
                | Ok _ -> ()
                for rule in rules do
                    match rule with
                    | Error fault -> fault
                    | Ok _ -> ()
            ]

        let orUsual usual (setting: Result<'a option, string>) =
            setting |> Result.toOption |> Option.flatten |> Option.defaultValue usual

        {
            StaleAfter = orUsual defaults.StaleAfter staleAfter
            SealedCopies = orUsual defaults.SealedCopies sealedCopies
            Sources = orUsual defaults.Sources sources
            Fallback =
                {
                    OnLimit = orUsual defaults.Fallback.OnLimit onLimit
                    Rules = rules |> List.choose Result.toOption |> Map.ofList
                    Hysteresis = defaults.Fallback.Hysteresis
                    Cooldown = orUsual defaults.Fallback.Cooldown cooldown
                }
        },
        faults

    /// The settings outside tables.
    let private keys =
        [
            "hook"
            "stale_after_minutes"
            "sealed_copies"
            "sources"
            "on_limit"
            "fallback_cooldown_minutes"
        ]

    /// Names in the file that nobody reads, perhaps because they are misspelt.
    let private unknown (table: TomlTable) =
        let told (prefix: string) (known: string list) (name: string) =
            "there is no setting '"
            + Inert.text (prefix + name)
            + "'"
            + (match NearMiss.find known name with
               | Some near -> "; the nearest is " + prefix + near
               | None -> "")

        [
            for entry in table do
                if entry.Key <> "fallback" && not (List.contains entry.Key keys) then
                    told "" ("fallback" :: keys) entry.Key

            match value "fallback" table with
            | Some(:? TomlTable as rules) ->
                for rule in rules do
                    match rule.Value with
                    | :? TomlTable as fields ->
                        for field in fields do
                            if field.Key <> "to" && field.Key <> "below" then
                                told ("fallback." + rule.Key + ".") [ "to"; "below" ] field.Key
                    | _ -> ()
            | _ -> ()
        ]

    /// The zsh hook reads its setting by itself, and understands less than TOML allows.
    let private hookFaults (text: string) (table: TomlTable) =
        match value "hook" table with
        | None -> []
        | Some(:? string as word) when HookSettings.ofWord word = Some(HookSettings.parse text) -> []
        | Some(:? string as word) when (HookSettings.ofWord word).IsSome ->
            [ fault "hook" "on a line of its own before the first [table]" ]
        | Some _ -> [ fault "hook" "\"shell\" or \"global\"" ]

    /// The file's text and what TOML makes of it; with nothing in it if there is none.
    let private table root : Result<string * TomlTable, string> =
        match Disk.tryReadBytes Limit (Layout.settings root) with
        | None -> Ok("", TomlTable())
        | Some bytes ->
            let text = Encoding.UTF8.GetString bytes.Span

            try
                match TomlSerializer.Deserialize<TomlTable> text with
                | null -> Ok(text, TomlTable())
                | table -> Ok(text, table)
            with :? TomlException as broken ->
                Error(Inert.text broken.Message)

    /// Gives the settings, and what is wrong with the file, in words.
    let readWithFaults root : RouterSettings * string list =
        match table root with
        | Error broken -> defaults, [ broken ]
        | Ok(text, table) ->
            let settings, faults = ofTable table
            settings, hookFaults text table @ faults @ unknown table

    /// Gives the settings.
    let read root = fst (readWithFaults root)

    let private hookWord mode =
        match mode with
        | HookMode.Shell -> "shell"
        | HookMode.Global -> "global"

    let private limitWord onLimit =
        match onLimit with
        | OnLimit.Stay -> "stay"
        | OnLimit.Tell -> "tell"
        | OnLimit.Switch -> "switch"

    let private minutesText (time: TimeSpan) = string<float> time.TotalMinutes

    let private truthText truth = if truth then "true" else "false"

    /// The values of the settings outside tables, in the order of `keys`.
    let private valuesOf (settings: RouterSettings) hook =
        [
            hookWord hook
            minutesText settings.StaleAfter
            truthText settings.SealedCopies
            String.Join(", ", settings.Sources |> Seq.map sourceWord)
            limitWord settings.Fallback.OnLimit
            minutesText settings.Fallback.Cooldown
        ]

    /// Gives every setting as it applies.
    let shown root : SettingShown list =
        let text, present =
            match table root with
            | Ok(text, table) -> text, table
            | Error _ -> "", TomlTable()

        let settings, faults = readWithFaults root

        [
            for key, (value, usual) in
                List.zip
                    keys
                    (List.zip (valuesOf settings (HookSettings.parse text)) (valuesOf defaults HookMode.Shell)) do
                {
                    Key = key
                    Value = value
                    Default = Some usual
                    IsSet =
                        present.ContainsKey key
                        && not (
                            List.exists
                                (fun (fault: string) -> fault.StartsWith(key + " ", StringComparison.Ordinal))
                                faults
                        )
                }

            for KeyValue(name, rule) in settings.Fallback.Rules do
                {
                    Key = "fallback." + ProfileName.value name
                    Value =
                        String.Join(", ", rule.To |> List.map ProfileName.value)
                        + " below "
                        + string<float> rule.Below
                        + " %"
                    Default = None
                    IsSet = true
                }
        ]
