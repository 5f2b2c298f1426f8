/// What a person does over some weeks, drawn by a seed, with the real Codex at work in every profile: no sign-in, no session and
/// no setting is lost, and each session can be gone on with.
module CodexRouter.Interop.Tests.StoryTests

open System
open System.IO
open System.Text
open System.Text.RegularExpressions
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// How many stories are told with each release, and how many steps each has.
let private stories, steps = (if Lab.isLong then 50 else 2), 8

/// A profile of the story.
type private Held =
    {
        Account: SampleAccount
        KeepsApart: bool
    }

/// What is expected to be there.
type private World =
    {
        Profiles: Map<string, Held>
        Current: string
        /// The ids of all sessions that were begun, with the words that began each.
        Sessions: (string * string) list
        Accounts: int
        Told: string list
    }

let private names = [ "ann"; "ben"; "cleo"; "dora"; "emil" ]

let private settings service =
    Codex.configurationWithModel service + "\n# a line of the person's own\n"

let private instructions = "Speak of the FAKE-LANDMARK only."

/// What is wrong, with all that led there.
let private at (world: World) what =
    what
    + " (CODEX_ROUTER_SEED="
    + string<int> Lab.seed
    + "), after:\n  "
    + String.Join("\n  ", world.Told)

/// One story: a throw-away home, a service, and one release of Codex.
type private Story(service: StandIn, test: TestHome, codex: Codex, random: Random) =

    let one (items: 'a list) = items[random.Next items.Length]

    let later () = DateTimeOffset.UtcNow.AddDays 5.0

    let told (world: World) (words: string list) =
        { world with
            Told = world.Told @ [ String.Join(' ', words) ]
        }

    let ok (world: World) words =
        let outcome = Router.run test codex service words

        if outcome.Exit <> 0 then
            failtest (at world (String.Join(' ', words) + ": " + outcome.Err))

        told world words

    let allLogs () =
        CodexSession.logs (test.File ".codex/sessions")
        @ (Directory.GetDirectories(test.File ".codex/profiles")
           |> Seq.filter (fun home -> isNull (FileInfo(home).LinkTarget))
           |> Seq.collect (fun home ->
               let sessions = Path.Combine(home, "sessions")

               if isNull (DirectoryInfo(sessions).LinkTarget) then
                   CodexSession.logs sessions
               else
                   [])
           |> List.ofSeq)

    let free (world: World) =
        names |> List.filter (fun name -> not (world.Profiles.ContainsKey name))

    let held (world: World) =
        world.Profiles |> Map.keys |> List.ofSeq

    let save (world: World) =
        match free world with
        | [] -> world
        | names ->
            let name, account = one names, SampleAccount.numbered (10 + world.Accounts)
            let keepsApart = random.Next 3 = 0
            let file = test.File(account.UserId + ".json")
            Router.write file (service.SignIn(account, later ()))
            File.SetUnixFileMode(file, UnixFileMode.UserRead ||| UnixFileMode.UserWrite)

            let world =
                ok
                    world
                    ([ "save"; name; "--from"; file ]
                     @ (if keepsApart then [ "--separate-history" ] else []))

            { world with
                Accounts = world.Accounts + 1
                Profiles =
                    Map.add
                        name
                        {
                            Account = account
                            KeepsApart = keepsApart
                        }
                        world.Profiles
            }

    let rename (world: World) =
        match free world with
        | [] -> world
        | names ->
            let before, after = one (held world), one names
            let world = ok world [ "rename"; before; after ]

            { world with
                Profiles = world.Profiles |> Map.remove before |> Map.add after world.Profiles[before]
                Current = if world.Current = before then after else world.Current
            }

    let delete (world: World) =
        match held world |> List.filter ((<>) world.Current) with
        | [] -> world
        | names ->
            let name = one names
            let world = ok world [ "delete"; name; "--yes" ]

            { world with
                Profiles = Map.remove name world.Profiles
            }

    let switch (world: World) =
        let name = one (held world)

        { ok world [ "switch"; name ] with
            Current = name
        }

    let pin (world: World) =
        let folder = test.File("folder" + string<int>(random.Next 2))
        Directory.CreateDirectory folder |> ignore
        let name = one (held world)
        let outcome = Router.runIn test codex service folder [ "pin"; name ] ""
        Expect.equal outcome.Exit 0 outcome.Err
        told world [ "pin"; name ]

    let share (world: World) =
        let what =
            one [ "config"; "instructions"; "sessions"; "sessions"; "skills,history" ]

        ok world [ "share"; one (held world); one [ "--own"; "--common" ]; what ]

    /// A session is begun, as a person does it: the router starts Codex under a profile.
    let work (world: World) =
        let name = one (held world)
        let before = allLogs ()
        let words = "words " + string<int>(List.length world.Sessions)
        let program = CodexSession.withoutScreen test codex

        let world =
            ok world [ "exec"; name; "--"; program.Program; "exec"; "--skip-git-repo-check"; words ]

        match allLogs () |> List.except before with
        | [ log ] ->
            { world with
                Sessions = (CodexSession.idOf log, words) :: world.Sessions
            }
        | logs -> failtest (at world (string<int> logs.Length + " new logs"))

    /// Each session goes on: under the profile that it was begun with, or, where that is gone, as the current one.
    let goesOn (world: World) (id, words) =
        let turns () =
            match allLogs () |> List.filter (fun log -> CodexSession.idOf log = id) with
            | [ log ] ->
                let text = File.ReadAllText log
                Expect.stringContains text words (at world ("the log of " + words + ""))
                (text.Split "once more").Length
            | logs -> failtest (at world (string<int> logs.Length + " logs of " + words))

        let before = turns ()
        let program = CodexSession.withoutScreen test codex

        let resume more =
            Router.run test program service ([ "resume"; id ] @ more)

        let outcome = resume []

        // What is refused says what to do, and that helps.
        let outcome =
            let common =
                Regex.Match(outcome.Err, "(?m)^try: codex-router (share \\w+ --common sessions)$")

            if common.Success then
                Router.ok test program service (List.ofArray (common.Groups[1].Value.Split ' '))
                resume []
            elif outcome.Exit <> 0 && outcome.Err.Contains "--as" then
                resume [ "--as"; world.Current ]
            else
                outcome

        Expect.equal outcome.Exit 0 (at world (words + ": " + outcome.Err))
        Expect.isGreaterThan (turns ()) before (at world ("" + words + " goes on"))

    let isThere (world: World) =
        let listed = (Router.run test codex service [ "list"; "--json" ]).Out

        for KeyValue(name, held) in world.Profiles do
            let file = RouterHome.signIn test name
            Expect.isTrue (File.Exists file) (at world ("the sign-in of " + name + ""))

            Expect.equal (StoredSignIn.read file).AccountId held.Account.AccountId (at world ("whose " + name + " is"))

            Expect.stringContains listed ("\"name\":\"" + name + "\"") (at world "the list")

            Expect.equal
                (File.ReadAllText(Path.Combine(RouterHome.home test name, "config.toml")))
                (File.ReadAllText(test.File ".codex/config.toml"))
                (at world ("the settings in " + name + ""))

            Expect.equal
                (File.ReadAllText(Path.Combine(RouterHome.home test name, "AGENTS.md")))
                instructions
                (at world ("the instructions in " + name + ""))

        Expect.stringContains
            (File.ReadAllText(test.File ".codex/config.toml"))
            "a line of the person's own"
            (at world "the settings")

        Expect.stringContains listed ("\"current\":\"" + world.Current + "\"") (at world "the current one")

    member _.Tell() =
        Router.write (test.File ".codex/config.toml") (Encoding.UTF8.GetBytes(settings service))
        Router.write (test.File ".codex/AGENTS.md") (Encoding.UTF8.GetBytes instructions)
        let first = SampleAccount.numbered 9
        Router.write (test.File ".codex/auth.json") (service.SignIn(first, later ()))

        let start =
            {
                Profiles = Map [ "ann", { Account = first; KeepsApart = false } ]
                Current = "ann"
                Sessions = []
                Accounts = 0
                Told = []
            }

        let start = save (ok start [ "save"; "ann" ])

        let deeds =
            [ save; rename; rename; delete; switch; pin; share; share; work; work; work ]

        let ended =
            [ 1..steps ]
            |> List.fold
                (fun world _ ->
                    let world = one deeds world
                    isThere world
                    world)
                start

        // The last deed, so that each story has at least one session.
        let ended = work ended
        ended.Sessions |> List.iter (goesOn ended)
        Lab.count "sessions" ended.Sessions.Length
        Lab.count "stories" 1

let private told (codex: Codex) =
    for number in 1..stories do
        use service =
            StandIn.Start(SampleAccount.alice :: [ for number in 9..30 -> SampleAccount.numbered number ])

        use test = new TestHome()
        Story(service, test, codex, Lab.random ("story " + codex.Version + " " + string<int> number)).Tell()

let tests =
    testList
        "stories"
        [
            yield! Codex.each "whatever a person does, each session goes on, and no sign-in or setting is lost" told
        ]
