/// Plays a walk twice, in the specification and in a real zsh, and compares them after every step.
module CodexRouter.Shell.Tests.Replay

open System
open System.IO
open System.Text
open System.Text.RegularExpressions
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Shell.Tests.ShellModel

let private switchedOff = ": switched off here by CODEX_ROUTER_DISABLE"

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

    let inRoot (text: string) =
        text.Replace(WalkFiles.RootWord, world.Root)

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

    let rec go number happenings shells =
        match happenings with
        | [] -> None
        | happening :: rest ->
            let shells, said, status = happen number happening shells

            match difference world terminal shells said status (zsh.Report()) with
            | [] -> go (number + 1) rest shells
            | differences ->
                let state = List.head shells

                Some(
                    $"after step %d{number} (%s{Happening.show happening}) in %s{state.Folder}\n  "
                    + String.Join("\n  ", differences)
                )

    zsh.Report() |> ignore
    go 0 happenings [ start ]
