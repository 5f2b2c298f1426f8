namespace CodexRouter.Cli

open System
open System.Collections
open System.Collections.Generic
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// The time, and a way to let it pass.
[<NoEquality; NoComparison>]
type Clock =
    {
        Now: unit -> DateTimeOffset
        Sleep: TimeSpan -> unit
    }

/// What the system gives to a program that is started. This file is the only one that asks for it.
[<NoEquality; NoComparison>]
type Start =
    {
        /// Every variable of the environment.
        Variables: IReadOnlyDictionary<string, string>
        /// The working folder, with links resolved; none when it was removed meanwhile.
        Folder: string option
        /// The path of the program itself, if the system knows it.
        Program: string option
        InputIsTerminal: bool
        OutputIsTerminal: bool
        ErrorIsTerminal: bool
        /// Says what a terminal's device is to the program.
        Terminal: string -> ControllingTerminal
        Clock: Clock
    }

[<RequireQualifiedAccess>]
module Start =

    let private variables () =
        let variables = Dictionary<string, string>()

        for entry in Environment.GetEnvironmentVariables() |> Seq.cast<DictionaryEntry> do
            match entry.Key, entry.Value with
            | (:? string as name), (:? string as value) -> variables[name] <- value
            | _ -> ()

        variables

    /// Gives what this process was started with.
    let ofProcess () : Start =
        {
            Variables = variables ()
            Folder =
                try
                    Some Environment.CurrentDirectory
                with :? IOException ->
                    None
            Program = Option.ofObj Environment.ProcessPath
            InputIsTerminal = TerminalInfo.InputIsTerminal
            OutputIsTerminal = TerminalInfo.OutputIsTerminal
            ErrorIsTerminal = TerminalInfo.ErrorIsTerminal
            Terminal = TerminalInfo.IsControlling
            Clock =
                {
                    Now = fun () -> DateTimeOffset.UtcNow
                    Sleep = Threading.Thread.Sleep
                }
        }

/// What a command is told about where it runs.
[<NoEquality; NoComparison>]
type Surroundings =
    {
        /// `HOME`.
        Home: string
        /// The folder that profiles are kept below; absolute.
        Root: string
        /// The working folder, with links resolved.
        Folder: string
        /// `CODEX_HOME`, as it is.
        CodexHome: Held
        /// `CODEX_ROUTER_CODEX`: the Codex program to run in place of the one on PATH.
        CodexProgram: string option
        Path: string option
        /// The path of this program itself, if the system knows it.
        Program: string option
        /// The profile in `CODEX_ROUTER_USE`, which the shell function sets, if it was set in this terminal.
        Used: ProfileName option
        /// What `CODEX_HOME` was before the hook set it, when the hook did.
        Ours: Ours option
        /// Whether the hook is at work in the shell above: it always exports the prompt's text.
        Hook: Hook
        /// Variables that are set and would override a stored sign-in.
        Overriding: string list
        InputIsTerminal: bool
        OutputIsTerminal: bool
        ErrorIsTerminal: bool
        /// A browser can open here, by all that the environment says: not over SSH, and not on Linux without a display.
        HasBrowser: bool
        /// Colours are wanted: a terminal that can, and no `NO_COLOR`.
        Colour: bool
        /// The terminal's character set, which is the locale's; without one it is ASCII (setlocale(3)).
        HasUnicode: bool
        /// Every variable, for the programs that are started from here.
        Variables: IReadOnlyDictionary<string, string>
        Clock: Clock
    }

[<RequireQualifiedAccess>]
module Surroundings =

    /// Variables by which Codex would use something else than the stored sign-in (seen in 0.169.0).
    let overriding = [ "CODEX_API_KEY"; "CODEX_ACCESS_TOKEN" ]

    /// The working folder. One that was removed meanwhile is known by its name only, from the shell.
    let private workingFolder (start: Start) (said: string) =
        start.Folder
        |> Option.defaultWith (fun () -> if said.StartsWith '/' then said else "/")

    /// What `use` set counts in its own terminal. A program that has none belongs to the one that it was started from.
    let private used (start: Start) (value: string) =
        match value.IndexOf ':' with
        | colon when colon > 0 ->
            let device = value.Substring(colon + 1)

            let isHere = start.Terminal device <> ControllingTerminal.Other

            if isHere then ShellState.used value device else None
        | _ -> None

    let private isUnicode (said: string -> string) =
        [ "LC_ALL"; "LC_CTYPE"; "LANG" ]
        |> List.map said
        |> List.tryFind ((<>) "")
        |> Option.exists (fun locale ->
            let locale = locale.ToUpperInvariant()

            locale.Contains("UTF-8", StringComparison.Ordinal)
            || locale.Contains("UTF8", StringComparison.Ordinal))

    /// Gives what commands are told, from what the system gave.
    let ofStart (start: Start) : Surroundings =
        let variable name =
            match start.Variables.TryGetValue name with
            | true, value -> Some value
            | _ -> None

        let said name = variable name |> Option.defaultValue ""
        let folder = workingFolder start (said "PWD")

        let home =
            match said "HOME" with
            | "" -> Environment.GetFolderPath Environment.SpecialFolder.UserProfile
            | home -> home

        {
            Home = home
            Root = Lookup.root Directory.Exists (said "CODEX_ROUTER_ROOT") (said "CODEX_HOME") home folder
            Folder = folder
            CodexHome =
                match variable "CODEX_HOME" with
                | Some value -> Held.Set value
                | None -> Held.Unset
            CodexProgram = variable "CODEX_ROUTER_CODEX" |> Option.filter ((<>) "")
            Path = variable "PATH"
            Program = start.Program
            Used = used start (said ShellState.UseVariable)
            Ours = ShellState.ours (said ShellState.ProfileVariable) (said ShellState.BeforeVariable)
            Hook =
                match said "CODEX_ROUTER_DISABLE" with
                | ""
                | "0" when start.Variables.ContainsKey "CODEX_ROUTER_PROMPT" -> Hook.Loaded
                | ""
                | "0" -> Hook.Absent
                | _ -> Hook.SwitchedOff
            Overriding = overriding |> List.filter (fun name -> said name <> "")
            InputIsTerminal = start.InputIsTerminal
            OutputIsTerminal = start.OutputIsTerminal
            ErrorIsTerminal = start.ErrorIsTerminal
            HasBrowser =
                said "SSH_CONNECTION" = ""
                && (not (OperatingSystem.IsLinux())
                    || said "DISPLAY" <> ""
                    || said "WAYLAND_DISPLAY" <> "")
            Colour = start.OutputIsTerminal && said "NO_COLOR" = "" && said "TERM" <> "dumb"
            HasUnicode = isUnicode said
            Variables = start.Variables
            Clock = start.Clock
        }

    /// Says what a variable overrides that is set (seen in 0.169.0).
    let whatOverrides name =
        match name with
        | "CODEX_API_KEY" -> "`codex exec` uses it in place of every stored sign-in"
        | _ -> "Codex uses it in place of every stored sign-in"

    /// Gives a path as people write it, with `~` for their home.
    let short (surroundings: Surroundings) (path: string) =
        if path.StartsWith(surroundings.Home + "/", StringComparison.Ordinal) then
            "~" + path.Substring surroundings.Home.Length
        else
            path

    /// Gives the environment for a Codex in a home: the home, and nothing that would override its sign-in.
    let forCodex (surroundings: Surroundings) (home: string) : IReadOnlyDictionary<string, string> =
        let variables = Dictionary<string, string>(surroundings.Variables)

        for name in overriding do
            variables.Remove name |> ignore

        variables["CODEX_HOME"] <- home
        variables :> IReadOnlyDictionary<string, string>
