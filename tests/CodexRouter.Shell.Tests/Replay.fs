/// Plays a walk twice, in the specification and in a real zsh, and compares them after every step.
module CodexRouter.Shell.Tests.Replay

open System
open System.IO
open System.Text
open System.Text.RegularExpressions
open CodexRouter.Core
open CodexRouter.Testing

/// What the specification says that one shell holds.
type private Model =
    {
        State: ShellState
        Prompt: Held
        Level: Held
        Folder: string
        Quiet: bool
        Disabled: bool
    }

let private newShell =
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
    | Warning.NoProfileForPin(_, pin) -> asked pin + ", which is no profile here: codex-router list"
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

// One run of the hook in the model, and what the lines that it says must hold.
let private hook (world: World) quiet (model: Model) =
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

// What CODEX_HOME is in a subshell of the model that changes directory.
let private inSubshell (world: World) folder (model: Model) =
    if model.Disabled then
        model.State.CodexHome
    else
        let decision = Lookup.decide world.Registry model.State.Use (world.Pins folder)
        let now = DateTimeOffset.UtcNow.ToUnixTimeSeconds()

        let advised =
            ShellState.advised now (Lookup.usable world.Registry) (fun profile -> snd (world.Prompt profile))

        (ShellState.step world.Root world.Registry world.Settings advised world.Current decision model.State)
            .State.CodexHome

let private switchedOff = ": switched off here by CODEX_ROUTER_DISABLE"

// The plugin is read in a shell, then the first prompt comes: silent, then not.
let private load world (model: Model) =
    let loaded, _ = hook world true model
    hook world loaded.Quiet loaded

let private trusting (world: World) folder (change: string -> Pin -> Trust -> Result<Trust, TrustRefusal>) =
    match world.PinFile folder with
    | PinFile.Holds pin ->
        match change (Path.Combine(folder, Pin.FileName)) pin (Trust.parse world.TrustText) with
        | Ok trust -> world.SetTrust(Trust.render trust)
        | Error _ -> ()
    | PinFile.Absent
    | PinFile.Broken _ -> ()

/// Runs a walk in the specification and in a real zsh; gives where they first differ.
let compare (seed: int) (happenings: Happening list) : string option =
    use home = new TestHome()
    let random = Random seed
    let odd = Walk.oddNames |> List.sortBy (fun _ -> random.Next()) |> List.truncate 4
    let world = World(home, odd)
    world.AddProfile Walk.profiles[0]
    world.AddProfile Walk.profiles[1]
    world.SetLink(Some "profiles/personal/auth.json")

    let path =
        world.StandIn() + ":" + (Environment.GetEnvironmentVariable "PATH" |> string)

    let environment =
        [
            "PATH", path
            "HOME", home.Path
            "PS1", ""
            "LANG", "C.UTF-8"
            "CODEX_ROUTER_ROOT", world.Root
            "CODEX_ROUTER_REFRESH", "0"
            "TZ", "UTC"
        ]

    use zsh = new LiveZsh(world.Folders[0], environment)
    let sourcing = "source -- " + LiveZsh.Quote Project.plugin
    zsh.Type LiveZsh.Preamble
    let terminal = zsh.Report().Terminal
    zsh.Type(sourcing + "; __status 0")

    let start, _ =
        load
            world
            {
                State = newShell
                Prompt = Held.Unset
                Level = Held.Unset
                Folder = world.Folders[0]
                Quiet = false
                Disabled = false
            }

    let line folder byLink =
        if byLink then
            world.LinkTo folder
        else
            world.Folders[folder]

    // An inherited `use` counts only in the terminal that set it.
    let inherited (model: Model) terminals =
        let state = ShellState.child model.State

        { model with
            State =
                { state with
                    Use = if terminals then state.Use else None
                }
            // the segment is no inheritance: see the plugin's loading
            Prompt = Held.Unset
            Level = Held.Unset
        }

    let promptBytes (text: string) =
        let now = DateTimeOffset.UtcNow.ToUnixTimeSeconds()

        Regex.Replace(text, "\\{([+-][0-9]+)\\}", fun found -> string<int64>(now + int64 found.Groups[1].Value))
        |> Encoding.Latin1.GetBytes

    let inRoot (text: string) = text.Replace(Walk.RootWord, world.Root)

    // A line that the program might not write, for a path with control characters, say.
    let appendVerdict verdict folder pin =
        let path = Path.Combine(world.Folders[folder], Pin.FileName)
        world.SetTrust(world.TrustText + verdict + "\t" + Pin.text pin + "\t" + path + "\n")

    let startShell = "zsh " + String.Join(' ', LiveZsh.Arguments)

    // Does one thing on disk and in zsh, and gives the stack of shells, the lines said and the status that are due.
    let happen (number: int) happening (shells: Model list) : Model list * string list * int =
        let current, outer = List.head shells, List.tail shells
        let status = number % 4

        let prompted text (model: Model) =
            zsh.Type(text + "; __status " + string<int> status)
            let model, said = hook world model.Quiet model
            model :: outer, said, status

        let onDisk () = prompted "true" current

        match happening with
        | Happening.Cd(folder, byLink) ->
            prompted
                ("cd -- " + LiveZsh.Quote(line folder byLink))
                { current with
                    Folder = world.Folders[folder]
                }
        | Happening.Place(folder, placed) ->
            world.Place world.Folders[folder] placed

            // allowed, so that only their owner and mode keep them from counting
            match placed with
            | Placed.Foreign(bytes, _)
            | Placed.ForeignLink bytes
            | Placed.Unreadable bytes -> Pin.parse bytes |> Result.iter (appendVerdict "allow" folder)
            | _ -> ()

            onDisk ()
        | Happening.PlaceAllowed(folder, bytes) ->
            world.Place world.Folders[folder] (Placed.Text bytes)
            trusting world world.Folders[folder] Trust.allow
            onDisk ()
        | Happening.RemovePin folder ->
            world.RemovePin world.Folders[folder]
            onDisk ()
        | Happening.Allow folder ->
            trusting world world.Folders[folder] Trust.allow
            onDisk ()
        | Happening.Deny folder ->
            trusting world world.Folders[folder] Trust.deny
            onDisk ()
        | Happening.Forget folder ->
            trusting world world.Folders[folder] (fun path _ trust -> Ok(Trust.forget path trust))
            onDisk ()
        | Happening.AppendVerdict(folder, verdict) ->
            match world.PinFile world.Folders[folder] with
            | PinFile.Holds pin -> appendVerdict verdict folder pin
            | PinFile.Absent
            | PinFile.Broken _ -> ()

            onDisk ()
        | Happening.SpoilTrust text ->
            world.SetTrust(world.TrustText + text + "\n" + world.TrustText)
            onDisk ()
        | Happening.AddProfile profile ->
            world.AddProfile Walk.profiles[profile]
            onDisk ()
        | Happening.RemoveProfile profile ->
            world.RemoveProfile Walk.profiles[profile]
            onDisk ()
        | Happening.IgnoreCase on ->
            world.IgnoreCase on
            onDisk ()
        | Happening.SetAliases text ->
            world.SetAliases text
            onDisk ()
        | Happening.SetStates text ->
            world.SetStates text
            onDisk ()
        | Happening.SetLink text ->
            world.SetLink(Option.map inRoot text)
            onDisk ()
        | Happening.SetSettings text ->
            world.SetSettings text
            onDisk ()
        | Happening.SetPrompt(profile, what) ->
            let placed =
                match what with
                | "folder" -> PromptPlaced.Folder
                | "pipe" -> PromptPlaced.Pipe
                | "nothing" -> PromptPlaced.Nothing
                | link when link.StartsWith("link:", StringComparison.Ordinal) ->
                    PromptPlaced.LinkTo(promptBytes (link.Substring 5))
                | text -> PromptPlaced.Text(promptBytes text)

            world.SetPrompt Walk.profiles[profile] placed
            onDisk ()
        | Happening.Use word ->
            zsh.Type("codex-router use " + LiveZsh.Quote word)

            let found =
                ProfileName.create word
                |> Result.toOption
                |> Option.bind (Lookup.resolve world.Registry)

            match found with
            | _ when current.Disabled -> shells, [ switchedOff ], 1
            | Some profile ->
                let model, first =
                    hook
                        world
                        current.Quiet
                        { current with
                            State = ShellState.useProfile profile current.State
                        }

                let model, second = hook world model.Quiet model
                model :: outer, first @ second, 0
            | None ->
                let model, said = hook world current.Quiet current
                model :: outer, ": Profile not found: '" :: said, 3
        | Happening.UseNothing ->
            zsh.Type "codex-router use -"

            if current.Disabled then
                shells, [ switchedOff ], 1
            else
                let model, said =
                    hook
                        world
                        current.Quiet
                        { current with
                            State = ShellState.useNothing current.State
                        }

                let model, more = hook world model.Quiet model
                model :: outer, said @ more, 0
        | Happening.ExportHome value ->
            let value = inRoot value

            prompted
                ("export CODEX_HOME=" + LiveZsh.Quote value)
                { current with
                    State =
                        { current.State with
                            CodexHome = Held.Set value
                        }
                }
        | Happening.UnsetHome ->
            prompted
                "unset CODEX_HOME"
                { current with
                    State =
                        { current.State with
                            CodexHome = Held.Unset
                        }
                }
        | Happening.Subshell folder ->
            let due =
                match inSubshell world world.Folders[folder] current with
                | Held.Set value -> LiveZsh.Quote("=" + value)
                | Held.Unset -> "unset"

            prompted
                ("( cd -- "
                 + LiveZsh.Quote world.Folders[folder]
                 + "; due="
                 + due
                 + "; [[ ${CODEX_HOME-unset} == \"${due#=}\" ]] || print -ru2 -- subshell: ${CODEX_HOME-unset} )")
                current
        | Happening.Child folder when shells.Length < 3 ->
            zsh.Type(startShell + "; __status " + string<int> status)
            zsh.Type LiveZsh.Preamble
            zsh.Type("cd -q -- " + LiveZsh.Quote world.Folders[folder])
            zsh.Type(sourcing + "; __status " + string<int> status)

            let model, said =
                load
                    world
                    { inherited current true with
                        Folder = world.Folders[folder]
                    }

            model :: shells, said, status
        | Happening.Exit when not outer.IsEmpty ->
            zsh.Type "exit"
            let resumed = List.head outer
            let model, said = hook world resumed.Quiet resumed
            // the status is the one that was set when the inner shell was started: see `Child`
            model :: List.tail outer, said, -1
        | Happening.Exec otherTerminal ->
            let elsewhere =
                if otherTerminal then
                    "CODEX_ROUTER_USE=${CODEX_ROUTER_USE%:*}:/dev/elsewhere "
                else
                    ""

            zsh.Type(elsewhere + "exec " + startShell)
            zsh.Type LiveZsh.Preamble
            zsh.Type(sourcing + "; __status " + string<int> status)
            let model, said = load world (inherited current (not otherTerminal))
            model :: outer, said, status
        | Happening.SourceAgain ->
            zsh.Type(sourcing + "; __status " + string<int> status)
            let model, said = load world current
            model :: outer, said, status
        | Happening.Quiet on ->
            prompted
                (if on then
                     "export CODEX_ROUTER_QUIET=1"
                 else
                     "unset CODEX_ROUTER_QUIET")
                { current with Quiet = on }
        | Happening.Disable on ->
            prompted
                (if on then
                     "export CODEX_ROUTER_DISABLE=1"
                 else
                     "unset CODEX_ROUTER_DISABLE")
                { current with Disabled = on }
        | Happening.Child _
        | Happening.Exit
        | Happening.NothingHappens -> onDisk ()
        | Happening.Rest -> prompted "sleep 2.1; true" current

    let expected (model: Model) =
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

    let difference (shells: Model list) said status (report: Report) =
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
            for (name, due), (_, held) in List.zip (expected (List.head shells)) found do
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

    let rec go number happenings shells =
        match happenings with
        | [] -> None
        | happening :: rest ->
            let shells, said, status = happen number happening shells

            match difference shells said status (zsh.Report()) with
            | [] -> go (number + 1) rest shells
            | differences ->
                let state = List.head shells

                Some(
                    $"after step %d{number} (%s{Walk.show happening}) in %s{state.Folder}\n  "
                    + String.Join("\n  ", differences)
                )

    zsh.Report() |> ignore
    go 0 happenings [ start ]
