/// What the specification says that a shell holds, and where a real one differs from it.
module CodexRouter.Shell.Tests.ShellModel

open System
open System.IO
open CodexRouter.Core

/// What the specification says that one shell holds.
type Model =
    {
        State: ShellState
        Prompt: Held
        Level: Held
        Folder: string
        Quiet: bool
        Disabled: bool
    }

let newShell =
    {
        CodexHome = Held.Unset
        Ours = None
        Use = None
        Acted = None
        Said = Set.empty
    }

// What a line must hold for a warning, and for a change.
let private warned warning =
    let asked pin =
        "asks for "
        + (Pin.text pin |> fun text -> text.Substring(0, min 200 text.Length))

    match warning with
    | Warning.BrokenPin(_, fault) -> Pin.FileName + ": " + Pin.explain fault + "; it has no effect"
    | Warning.PinNotAllowed(_, pin) -> asked pin + "; to follow it: codex-router allow"
    | Warning.NoProfileForPin(_, pin) -> asked pin + ", which is not a profile here: codex-router list"
    | Warning.UseWithoutProfile name -> "'" + ProfileName.value name + "', which this terminal is to use"
    | Warning.BlockedProfile(_, name) ->
        "asks for "
        + ProfileName.value name
        + ", whose sign-in Codex would delete: codex-router doctor"
    | Warning.UseBlocked name ->
        "Codex would delete the sign-in of '"
        + ProfileName.value name
        + "', which this terminal is to use"
    | Warning.NearLimit _ -> "advice, which is no warning of a decision"

let private changed (world: World) change =
    match change with
    | Change.None -> []
    | Change.Entered(Rule.Use profile) -> [ ": " + ProfileName.value profile + " (in this terminal, until" ]
    | Change.Entered rule ->
        [
            ": "
            + String.Join("", Lookup.profile rule |> Option.map string |> Option.toList)
            + " (from "
        ]
    | Change.FellBack(pinned, advice) ->
        [
            ": "
            + ProfileName.value advice.Other
            + " (in place of "
            + ProfileName.value pinned
            + ": "
            + advice.Text
            + ")"
        ]
    | Change.Switched(profile, _) -> [ ": " + ProfileName.value profile + " (current everywhere, from " ]
    | Change.Left(Held.Set value) when value <> "" && value <> world.Root -> [ ": CODEX_HOME is " ]
    | Change.Left _ ->
        match world.Current with
        | Some profile -> [ ": " + ProfileName.value profile + " (current)" ]
        | None -> [ ": no profile here" ]

let private clock withDay (time: int64) =
    DateTimeOffset
        .FromUnixTimeSeconds(time)
        .ToString((if withDay then "ddd HH:mm" else "HH:mm"), Globalization.CultureInfo.InvariantCulture)

let private levelWord level =
    match level with
    | Level.None -> "none"
    | Level.Good -> "good"
    | Level.Low -> "low"
    | Level.Bad -> "bad"
    | Level.Stale -> "stale"

/// One run of the hook in the model, and what the lines that it says must hold.
let hook (world: World) quiet (model: Model) =
    if model.Disabled then
        match model.Prompt with
        | Held.Unset
        | Held.Set "" -> model, []
        | Held.Set _ ->
            { model with
                Prompt = Held.Set ""
                Level = Held.Set "none"
            },
            []
    else
        let decision =
            Lookup.decide world.Registry model.State.Use (world.Pins model.Folder)

        let now = DateTimeOffset.UtcNow.ToUnixTimeSeconds()

        let advised =
            ShellState.advised now (Lookup.usable world.Registry) (fun profile -> snd (world.Prompt profile))

        let step =
            ShellState.step world.Root world.Registry world.Settings advised world.Current decision model.State

        match step.Change with
        | Change.Switched(profile, _) -> world.LinkChanged(Layout.target profile)
        | Change.None
        | Change.Entered _
        | Change.FellBack _
        | Change.Left _ -> ()

        let said =
            if quiet then
                []
            else
                List.map warned step.Warnings
                @ changed world step.Change
                @ (step.Advice |> Option.map (fun advice -> ": " + advice.Text) |> Option.toList)

        let segment =
            fst (ShellState.inForce world.Root world.Registry world.Current step.State.CodexHome)
            |> Segment.inShell now clock world.Registry.States (fun profile -> fst (world.Prompt profile))

        { model with
            State =
                { step.State with
                    Said = if quiet then model.State.Said else step.State.Said
                }
            Prompt = Held.Set segment.Text
            Level = Held.Set(levelWord segment.Level)
        },
        said

/// What CODEX_HOME is in a subshell of the model that changes directory.
let inSubshell (world: World) folder (model: Model) =
    if model.Disabled then
        model.State.CodexHome
    else
        let decision = Lookup.decide world.Registry model.State.Use (world.Pins folder)
        let now = DateTimeOffset.UtcNow.ToUnixTimeSeconds()

        let advised =
            ShellState.advised now (Lookup.usable world.Registry) (fun profile -> snd (world.Prompt profile))

        (ShellState.step world.Root world.Registry world.Settings advised world.Current decision model.State)
            .State.CodexHome

/// The plugin is read in a shell, then the first prompt comes: silent, then not.
let load world (model: Model) =
    let loaded, _ = hook world true model
    hook world loaded.Quiet loaded

let private expected (terminal: string) (model: Model) =
    let ours =
        model.State.Ours
        |> Option.map (fun ours -> ProfileName.value ours.Profile, ShellState.beforeText ours.Before)

    let held value =
        match value with
        | Some text -> Held.Set text
        | None -> Held.Unset

    [
        "CODEX_HOME", model.State.CodexHome
        ShellState.ProfileVariable, held (Option.map fst ours)
        ShellState.BeforeVariable, held (Option.map snd ours)
        ShellState.UseVariable,
        held (
            model.State.Use
            |> Option.map (fun name -> ProfileName.value name + ":" + terminal)
        )
        "CODEX_ROUTER_PROMPT", model.Prompt
        "CODEX_ROUTER_PROMPT_LEVEL", model.Level
    ]

/// Where a shell differs from the innermost of the model's, and from what it had to say.
let difference (world: World) terminal (shells: Model list) said status (report: Report) =
    let found =
        [
            "CODEX_HOME", report.CodexHome
            ShellState.ProfileVariable, report.Profile
            ShellState.BeforeVariable, report.Before
            ShellState.UseVariable, report.Use
            "CODEX_ROUTER_PROMPT", report.Prompt
            "CODEX_ROUTER_PROMPT_LEVEL", report.Level
        ]

    let lines =
        report.Said |> List.filter (fun line -> line.StartsWith "codex-router: ")

    let noise =
        report.Said
        |> List.filter (fun line ->
            not (line.StartsWith "codex-router: " || line.StartsWith "try: ")
            || line
               |> Seq.exists (fun character -> Char.IsControl character || character = '\u202E'))

    [
        for (name, due), (_, held) in List.zip (expected terminal (List.head shells)) found do
            if due <> held then
                $"%s{name}: due %A{due}, zsh holds %A{held}"
        if status >= 0 && status <> report.Status then
            $"status: due %d{status}, is %d{report.Status}"
        if
            lines.Length <> List.length said
            || not (List.forall2 (fun (line: string) (part: string) -> line.Contains part) lines said)
        then
            $"lines: due %A{said}, said %A{lines}"
        if not noise.IsEmpty then
            $"noise: %A{noise}"
        if File.Exists world.Trace || File.Exists(Path.Combine(world.Folders[0], "trace")) then
            "a name was run as a command"
    ]
