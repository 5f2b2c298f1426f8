namespace CodexRouter.Interop.Tests

open System
open System.Collections.Concurrent
open System.Text.Json
open System.Text.RegularExpressions
open System.Threading
open CodexRouter.StandIn
open CodexRouter.Testing

/// One command of the router that was run in the race.
type RouterRun =
    {
        Words: string list
        Began: DateTimeOffset
        Ended: DateTimeOffset
        Outcome: Outcome
    }

/// One app-server of the real Codex: how it named itself to the provider, in which home, and while it was there.
type CodexLife =
    {
        Client: string
        IsOfRoot: bool
        /// The home, by the name that it had when it was looked for.
        Home: string
        Looked: DateTimeOffset
        Began: DateTimeOffset
        /// Until then it asks the provider without a name.
        Greeted: DateTimeOffset
        Ended: DateTimeOffset
        /// What it answered to the renewals that it was asked for, each with the time.
        Answers: (DateTimeOffset * string) list
        /// Why it ended before its time, if it did.
        Failure: string option
    }

/// Commands and Codexes of a race, which go on until it is over.
[<Sealed>]
type RaceRuns(test: TestHome, codex: Codex, service: StandIn, folders: string list) =
    let runs = ConcurrentQueue<RouterRun>()
    let lives = ConcurrentQueue<CodexLife>()
    let mutable over = false

    let untilOver (work: unit -> unit) =
        let thread =
            Thread(
                (fun () ->
                    while not (Volatile.Read &over) do
                        work ()),
                IsBackground = true
            )

        thread.Start()
        thread

    /// Switches and renames come about only while no Codex runs there: the root is free now and then for a moment longer.
    let pause isOfRoot (random: Random) =
        if random.Next 2 = 0 then
            Thread.Sleep(random.Next(if isOfRoot then 1500 else 500))

    let renew (client: string) isOfRoot (random: Random) looked (home: string) =
        use server = AppServer.Launch(test, codex, home, service.Environment)
        let began = DateTimeOffset.UtcNow
        let mutable greeted = DateTimeOffset.MaxValue
        let answers = ResizeArray()

        let failure =
            try
                server.Welcome client
                greeted <- DateTimeOffset.UtcNow

                for _ in 1 .. random.Next(1, 5) do
                    let answer = server.Call("account/read", """{"refreshToken":true}""")

                    answers.Add(
                        DateTimeOffset.UtcNow,
                        match answer with
                        | Ok told -> told.GetRawText()
                        | Error message -> "refused: " + message
                    )

                server.Close()
                None
            with failure ->
                Some failure.Message

        lives.Enqueue
            {
                Client = client
                IsOfRoot = isOfRoot
                Home = home
                Looked = looked
                Began = began
                Greeted = greeted
                Ended = DateTimeOffset.UtcNow
                Answers = List.ofSeq answers
                Failure = failure
            }

    /// The commands that ended so far.
    member _.Commands = List.ofSeq runs

    /// The Codexes that ended so far.
    member _.Codexes = List.ofSeq lives

    /// Runs one command in one of the folders, and remembers it.
    member _.Run(folder: string, words: string list) =
        let began = DateTimeOffset.UtcNow
        let outcome = Router.runIn test codex service folder words ""

        let run =
            {
                Words = words
                Began = began
                Ended = DateTimeOffset.UtcNow
                Outcome = outcome
            }

        runs.Enqueue run
        run

    /// One process after the other of the router, each with the next words that are drawn.
    member race.RouterLoop(random: Random, draw: Random -> string list list) =
        untilOver (fun () ->
            let folder = folders[random.Next folders.Length]

            for words in draw random do
                race.Run(folder, words) |> ignore)

    /// One Codex after the other in one home, wherever that is just then, each of which renews a few times.
    member _.CodexLoop(client: string, isOfRoot, random: Random, home: unit -> string option) =
        let mutable number = 0

        untilOver (fun () ->
            let looked = DateTimeOffset.UtcNow

            match home () with
            | None -> Thread.Yield() |> ignore
            | Some home ->
                number <- number + 1
                renew (client + "-" + string<int> number) isOfRoot random looked home
                pause isOfRoot random)

    /// Something else that goes on meanwhile.
    member _.Meanwhile work = untilOver work

    /// Lets every loop come to the end of what it is at.
    member _.Stop() = Volatile.Write(&over, true)

/// What no command may do, whatever else is going on.
[<RequireQualifiedAccess>]
module RouterRun =

    /// The documented ends of commands that were typed rightly.
    let private documented = [ 0; 1; 3; 4; 5; 6 ]

    let private holds (word: string) (run: RouterRun) =
        run.Outcome.Out.Contains(word, StringComparison.Ordinal)
        || run.Outcome.Err.Contains(word, StringComparison.Ordinal)

    /// The command as it was typed.
    let title run = String.Join(' ', run.Words)

    /// Tells whether it has made another profile current.
    let hasSwitched run =
        List.tryHead run.Words = Some "switch"
        && run.Outcome.Out.StartsWith("switched to", StringComparison.Ordinal)

    /// Tells whether it has taken a profile's name away.
    let hasRenamed (name: string) run =
        run.Outcome.Exit = 0
        && match run.Words with
           | [ "rename"; before; _ ] -> before = name
           | _ -> false

    /// Gives the states of profiles that a run tells of in JSON.
    let states run =
        if run.Words = [ "list"; "--json" ] && run.Outcome.Exit = 0 then
            use document = JsonDocument.Parse run.Outcome.Out

            [
                for profile in document.RootElement.GetProperty("profiles").EnumerateArray() do
                    profile.GetProperty("state").GetString() |> string
            ]
        else
            []

    /// Tells whether it calls somebody's sign-in ended.
    let callsEnded run =
        holds "has ended, and Codex could not renew it" run

    /// Gives what is wrong with a run, if anything is.
    let fault (run: RouterRun) =
        if not (List.contains run.Outcome.Exit documented) then
            Some("ends by " + string<int> run.Outcome.Exit)
        elif Regex.IsMatch(run.Outcome.Err, "(?m)^\\s+at |xception") then
            Some "an exception that nobody caught"
        elif holds "FAKE" run || holds "eyJ" run then
            Some "shows a piece of a token"
        elif
            List.contains run.Outcome.Exit [ 3; 4; 6 ]
            && not (run.Outcome.Err.Contains "try: ")
        then
            Some "does not say what to do"
        else
            None
