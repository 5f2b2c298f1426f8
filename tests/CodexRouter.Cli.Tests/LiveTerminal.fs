namespace CodexRouter.Cli.Tests

open System
open System.Diagnostics
open System.Threading
open CodexRouter.Testing
open Expecto

/// A real terminal, made by tmux, in which a shell's lines run one after the other.
type LiveTerminal(home: TestHome, columns: int, rows: int, ?environment: (string * string) list) =
    let socket = home.File "tmux"

    let tmux words =
        let outcome =
            home.Run("tmux", [ "-f"; "/dev/null"; "-S"; socket; "-u" ] @ words, environment = [ "TERM", "xterm" ])

        Expect.equal outcome.Exit 0 ("tmux " + String.Join(' ', words) + ": " + outcome.Err)
        outcome.Out

    let variables =
        [
            "PATH", string (Environment.GetEnvironmentVariable "PATH")
            "HOME", home.Path
            "TERM", "tmux-256color"
            "LC_ALL", "C.UTF-8"
            "TZ", "UTC"
            "PS1", "$ "
            "router", Project.program
            yield! defaultArg environment []
        ]
        // The last one of a name counts.
        |> Map.ofList
        |> Map.toList

    do
        if not (LiveTerminal.IsPossible) then
            skiptest "needs tmux, to make a terminal: apt-get install tmux"

        tmux
            [
                "new-session"
                "-d"
                "-x"
                string<int> columns
                "-y"
                string<int> rows
                "env"
                "-i"
                for name, value in variables do
                    name + "=" + value
                "zsh"
                "-f"
                "-i"
            ]
        |> ignore

        tmux [ "set"; "-g"; "status"; "off" ] |> ignore
        tmux [ "set"; "-g"; "window-size"; "manual" ] |> ignore

    static member private IsPossible =
        string (Environment.GetEnvironmentVariable "PATH")
        |> fun path -> path.Split ':'
        |> Array.exists (fun folder -> IO.File.Exists(IO.Path.Combine(folder, "tmux")))

    /// The home that it works in.
    member _.Home = home

    /// What a person sees, line by line.
    member _.Screen =
        (tmux [ "capture-pane"; "-p" ]).TrimEnd('\n').Split '\n'
        |> Array.map _.TrimEnd()
        |> List.ofArray

    /// The same with the codes for colours.
    member _.Coloured = tmux [ "capture-pane"; "-p"; "-e" ]

    /// What the terminal is set to, by one of tmux's names for that.
    member _.State(name: string) =
        (tmux [ "display"; "-p"; "#{" + name + "}" ]).Trim()

    /// Presses keys, by tmux's names for them.
    member _.Press([<ParamArray>] keys: string array) =
        tmux ("send-keys" :: List.ofArray keys) |> ignore

    /// Types a line.
    member _.Type(line: string) =
        tmux [ "send-keys"; "-l"; line ] |> ignore
        tmux [ "send-keys"; "Enter" ] |> ignore

    /// Gives the terminal another size.
    member _.Resize(columns: int, rows: int) =
        tmux [ "resize-window"; "-x"; string<int> columns; "-y"; string<int> rows ]
        |> ignore

    /// Waits until the screen is as expected, and gives it. The time limit only ends a test that would hang.
    member terminal.Until(what: string, isSo: string list -> bool) =
        let since = Stopwatch.StartNew()

        let rec look () =
            let screen = terminal.Screen

            if isSo screen then
                screen
            elif since.Elapsed > TimeSpan.FromMinutes 2.0 then
                failtest (what + " does not come; the screen is:\n" + String.Join('\n', screen))
            else
                Thread.Sleep 50
                look ()

        look ()

    /// Waits until a text is on the screen.
    member terminal.Shows(text: string) =
        terminal.Until(text, List.exists (fun line -> line.Contains(text, StringComparison.Ordinal)))

    interface IDisposable with
        member _.Dispose() =
            home.Run("tmux", [ "-S"; socket; "kill-server" ]) |> ignore
