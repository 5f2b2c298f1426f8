namespace CodexRouter.Cli.Tests

open System
open System.Collections.Generic
open System.IO
open System.Text.Json
open CodexRouter.Cli
open CodexRouter.Cli.Commands
open CodexRouter.Platform
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// Runs the command line in this process, on the real disk: what a run costs is then the work and no start. A long run of the
/// tests (CODEX_ROUTER_LONG), and one with CODEX_ROUTER_NATIVE, starts the native program for all of it.
[<RequireQualifiedAccess>]
module InProcess =

    let private isNative =
        [ "CODEX_ROUTER_LONG"; "CODEX_ROUTER_NATIVE" ]
        |> List.exists (fun name -> Project.setting name 0 = 1)

    /// Commands in whose place another program runs, or that have a terminal, or signals, to themselves.
    let private ofOwnProcess = set [ "exec"; "resume"; "login"; "watch"; "wait" ]

    /// Variables that the runtime reads once, when it starts.
    let private ofRuntime =
        set [ "TZ"; "TMPDIR"; "PATH"; "SSL_CERT_FILE"; "SSL_CERT_DIR"; "LD_PRELOAD" ]

    /// Tells whether nothing but the process itself would differ.
    let isAlike (words: string list) (variables: (string * string) list) =
        not isNative
        && (List.tryHead words
            |> Option.forall (fun word -> not (ofOwnProcess.Contains word)))
        && variables
           |> List.forall (fun (name, _) ->
               not (
                   ofRuntime.Contains name
                   || name.StartsWith "DOTNET_"
                   || name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)
               ))

    /// The time as it is.
    let realClock: Clock =
        {
            Now = fun () -> DateTimeOffset.UtcNow
            Sleep = Threading.Thread.Sleep
        }

    /// Runs a command line with this environment and no terminal, by a clock.
    let run
        (clock: Clock)
        (words: string list)
        (variables: IReadOnlyDictionary<string, string>)
        (folder: string)
        : Outcome =
        use output = new MemoryStream()
        use errors = new MemoryStream()

        let exit =
            App.run
                {
                    Variables = variables
                    Folder = Some(Folders.Physical folder)
                    Program = Some Project.program
                    InputIsTerminal = false
                    OutputIsTerminal = false
                    ErrorIsTerminal = false
                    Terminal = fun _ -> ControllingTerminal.None
                    Clock = clock
                }
                {
                    ReadLine = fun () -> None
                    Output = output
                    Errors = errors
                }
                words

        {
            Exit = exit
            Out = Text.Encoding.UTF8.GetString(output.ToArray())
            Err = Text.Encoding.UTF8.GetString(errors.ToArray())
        }

/// A person with a throw-away home, a stand-in for Codex, and the router. Every run is searched for tokens.
type Person() =
    let home = new TestHome()
    let codex = home.File "tools/codex"

    let executable =
        UnixFileMode.UserRead ||| UnixFileMode.UserWrite ||| UnixFileMode.UserExecute

    let restricted = UnixFileMode.UserRead ||| UnixFileMode.UserWrite

    let searchForTokens (what: string) (outcome: Outcome) =
        for said in [ outcome.Out; outcome.Err ] do
            // Every token made for tests says FAKE; every JSON Web Token begins with the encoding of `{"`.
            for mark in [ "FAKE"; "eyJ" ] do
                if said.Contains(mark, StringComparison.Ordinal) then
                    failtest (what + " shows a piece of a token")

    let surroundings (variables: (string * string) list) =
        [
            "CODEX_ROUTER_CODEX", codex
            // Nobody listens there: a test that forgets to say where to ask reaches no provider.
            "https_proxy", "http://127.0.0.1:1"
        ]
        @ variables

    let looked (words: string list) (outcome: Outcome) =
        searchForTokens (String.Join(' ', words)) outcome
        MessageStyle.check outcome.Err outcome.Out
        outcome

    do
        Directory.CreateDirectory(home.File "tools") |> ignore
        File.WriteAllText(codex, "#!/bin/sh\nexit 0\n")
        File.SetUnixFileMode(codex, executable)

    /// When the sample sign-ins were last renewed.
    static member val Renewed = DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)

    /// Gives an auth.json of an account; a greater generation is a later renewal.
    static member SignInOf(account, ?generation: int) =
        let generation = defaultArg generation 1
        let renewed = Person.Renewed.AddHours(float generation)
        SampleAccount.signIn account generation renewed (renewed.AddYears 60)

    member _.Home = home.Path

    /// The throw-away home itself.
    member _.TestHome = home

    /// The Codex root.
    member _.Root = home.Root

    /// Gives the absolute path of something in the root.
    member _.In(relative: string) = Path.Combine(home.Root, relative)

    /// Gives the path of something in the home.
    member _.File(relative: string) = home.File relative

    /// The folder that the router's `codex` is in, for a PATH.
    member _.Tools = home.File "tools"

    /// Puts a file there, readable by its owner only, with the folders above it.
    member _.Write(path: string, bytes: byte[]) =
        Directory.CreateDirectory(Path.GetDirectoryName path |> string) |> ignore
        File.WriteAllBytes(path, bytes)
        File.SetUnixFileMode(path, restricted)

    member person.Write(path: string, text: string) =
        person.Write(path, Text.Encoding.UTF8.GetBytes text)

    /// Makes the program that the router takes for Codex: a shell script.
    member _.CodexDoes(script: string) =
        File.WriteAllText(codex, "#!/bin/sh\n" + script + "\n")
        File.SetUnixFileMode(codex, executable)

    /// Writes the root's own auth.json, as a `codex login` of an account does.
    member person.IsSignedInAs(account, ?generation: int) =
        person.Write(person.In "auth.json", Person.SignInOf(account, ?generation = generation))

    /// Runs any program in this home.
    member _.Start
        (program: string, words: string list, ?environment: (string * string) list, ?directory: string, ?input: string)
        : Outcome =
        home.Run(
            program,
            words,
            environment = surroundings (defaultArg environment []),
            ?directory = directory,
            ?input = input
        )
        |> looked (program :: words)

    /// Runs the native program in this home.
    member person.RunNative
        (words: string list, ?environment: (string * string) list, ?directory: string, ?input: string)
        : Outcome =
        person.Start(Project.program, words, ?environment = environment, ?directory = directory, ?input = input)

    /// Runs the router in this home: here, if nothing but the process itself would differ, else the native program.
    member person.Run
        (words: string list, ?environment: (string * string) list, ?directory: string, ?input: string)
        : Outcome =
        let variables = defaultArg environment []

        if input.IsNone && InProcess.isAlike words variables then
            InProcess.run
                InProcess.realClock
                words
                (home.Environment(surroundings variables))
                (defaultArg directory home.Path)
            |> looked words
        else
            person.RunNative(words, variables, ?directory = directory, ?input = input)

    /// Runs the router here, by another clock.
    member person.RunBy(clock: Clock, words: string list) : Outcome =
        InProcess.run clock words (home.Environment(surroundings [])) home.Path
        |> looked words

    /// Runs a shell's line in this home, with `$router` for the program.
    member person.Shell(line: string, ?environment: (string * string) list, ?directory: string) : Outcome =
        person.Start(
            "/bin/sh",
            [ "-c"; line ],
            environment = ("router", Project.program) :: defaultArg environment [],
            ?directory = directory
        )

    /// Runs the program and gives what it wrote; it must succeed and complain of nothing.
    member person.Does(words: string list, ?environment: (string * string) list, ?directory: string) : string =
        let outcome = person.Run(words, ?environment = environment, ?directory = directory)

        Expect.equal (outcome.Exit, outcome.Err) (0, "") (String.Join(' ', words) + " succeeds")
        outcome.Out

    /// Makes profiles, each by `save`; the first is current.
    member person.Has(profiles: (string * SampleAccount) list) =
        profiles
        |> List.iteri (fun index (name, account) ->
            if index = 0 then
                person.IsSignedInAs account
                person.Does [ "save"; name ] |> ignore
            else
                let file = person.File "sign-in.json"
                person.Write(file, Person.SignInOf account)
                person.Does [ "save"; name; "--from"; file ] |> ignore)

    /// Gives the bytes of a file.
    member _.Bytes(path: string) = Whole.bytes path

    /// The text of the root's link; nothing when it is none.
    member person.LiveLink =
        File.ResolveLinkTarget(person.In "auth.json", returnFinalTarget = false)
        |> Option.ofObj
        |> Option.map (fun _ -> FileInfo(person.In "auth.json").LinkTarget |> string)

    member person.Tree = Tree.take person.Root

    /// The name that `current --json` gives.
    member person.Current: string option =
        use document = JsonDocument.Parse(person.Does [ "list"; "--json" ])

        match document.RootElement.GetProperty "current" with
        | element when element.ValueKind = JsonValueKind.Null -> None
        | element -> element.GetString() |> Option.ofObj

    interface IDisposable with
        member _.Dispose() = (home :> IDisposable).Dispose()

/// What is expected of a run.
[<RequireQualifiedAccess>]
module Outcome =

    /// Says how a run ended and what it said, for a message.
    let describe (outcome: Outcome) =
        "exit " + string<int> outcome.Exit + "\n" + outcome.Out + "\n" + outcome.Err

    /// The run failed as failures are told: this exit code, nothing on stdout, and on stderr what happened and what to do.
    let isFailure (exit: int) (words: string list) (outcome: Outcome) =
        Expect.equal outcome.Exit exit ("the exit code of: " + describe outcome)
        Expect.equal outcome.Out "" "nothing on stdout"
        let lines = outcome.Err.TrimEnd('\n').Split '\n' |> List.ofArray
        Expect.all lines (fun line -> line.StartsWith "codex-router: " || line.StartsWith "try: ") (describe outcome)
        Expect.stringStarts (List.last lines) "try: " "the last line says what to do"
        Expect.isGreaterThan lines.Length 1 "what happened, and what to do"

        for word in words do
            Expect.stringContains outcome.Err word "the message says it"

    /// Runs the words, which must fail as `isFailure` has it and leave every byte of the root as it was.
    let isRefused (person: Person) exit said words =
        let before = person.Tree
        person.Run words |> isFailure exit said
        Expect.isEmpty (Tree.changes before person.Tree) ("nothing changes by: " + String.Join(' ', words))

/// Tests that need a home each.
[<AutoOpen>]
module PersonTests =

    /// A test with a person of its own.
    let promise name (test: Person -> unit) =
        testCase name (fun () ->
            use person = new Person()
            test person)

    let alice = SampleAccount.alice

    let bob = SampleAccount.bob

    let carol = SampleAccount.numbered 3

    /// Two profiles: alice, who is current, and bob.
    let both = [ "alice", alice; "bob", bob ]
