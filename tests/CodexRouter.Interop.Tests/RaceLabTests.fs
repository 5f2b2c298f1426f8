/// Many routers at once, beside the real Codex that renews without pause and somebody who reads the root's sign-in all the
/// time: no sign-in is lost, and what is said of each afterwards is so.
module CodexRouter.Interop.Tests.RaceLabTests

open System
open System.IO
open System.Threading
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob
let private carol = SampleAccount.numbered 3
let private accounts = [ alice; bob; carol ]

/// How many routers run at the same time, and for how long.
let private routers, length =
    if Lab.isLong then
        32, TimeSpan.FromMinutes 1.0
    else
        8, TimeSpan.FromSeconds 8.0

/// Each profile goes by one of two names.
let private names = [ "personal", "me"; "work", "office"; "third", "spare" ]

/// A name that a profile has now, or now and then one that it may have had before.
let private anyName (test: TestHome) (random: Random) =
    let one, other = names[random.Next names.Length]

    let isThere name =
        Directory.Exists(RouterHome.home test name)

    match [ one; other ] |> List.filter isThere with
    | [ name ] when random.Next 6 > 0 -> name
    | _ -> if random.Next 2 = 0 then one else other

/// What a person does next: one command, or two that belong together.
let private draw (test: TestHome) (random: Random) : string list list =
    let one (words: 'a list) = words[random.Next words.Length]
    let name () = anyName test random

    let thereAndBack () =
        let name = name ()

        let other =
            names
            |> List.pick (fun (one, other) ->
                if name = one then Some other
                elif name = other then Some one
                else None)

        [ [ "rename"; name; other ]; [ "rename"; other; name ] ]

    let drawn =
        [
            24, (fun () -> [ [ "switch"; name () ] ])
            8, (fun () -> [ [ "switch"; "-" ] ])
            8, thereAndBack
            3, (fun () -> [ [ "save"; name () ] ])
            4, (fun () -> [ [ "save"; name (); "--force" ] ])
            8, (fun () -> [ one [ [ "list" ]; [ "list"; "--json" ] ] ])
            4, (fun () -> [ one [ [ "current" ]; [ "which" ]; [] ] ])
            4, (fun () -> [ [ "quota" ] ])
            5, (fun () -> [ [ "quota"; name () ] ])
            4, (fun () -> [ [ "quota"; "--all"; "--json" ] ])
            2, (fun () -> [ one [ [ "refresh" ]; [ "guard"; "--min-left"; "1"; name () ] ] ])
            6, (fun () -> [ one [ [ "restore"; name () ]; [ "restore"; name () ]; [ "restore" ] ] ])
            2, (fun () -> [ [ "doctor" ] ])
            6, (fun () -> [ [ "doctor"; "--fix" ] ])
            4, (fun () -> [ one [ [ "pin"; name () ]; [ "unpin" ]; [ "allow" ]; [ "deny" ] ] ])
            2, (fun () -> [ [ "alias"; name (); one [ "a"; "b"; "c" ] ] ])
            1, (fun () -> [ [ "use"; name () ] ])
            5, (fun () -> [ one [ [ "exec"; name (); "--"; "true" ]; [ "exec"; "--"; "true" ] ] ])
        ]

    let rec pick left choices =
        match choices with
        | (weight, deed) :: _ when left < weight -> deed ()
        | (weight, _) :: rest -> pick (left - weight) rest
        | [] -> failwith "never"

    pick (random.Next(drawn |> List.sumBy fst)) drawn

/// Three profiles, each the one sign-in of its account; alice's is current. All are to be renewed.
let private threeProfiles (service: StandIn) (test: TestHome) codex =
    let signIn account =
        SampleAccount.signIn account 1 DateTimeOffset.UnixEpoch (DateTimeOffset.UtcNow.AddHours -1.0)

    Router.write (test.File ".codex/config.toml") (Text.Encoding.UTF8.GetBytes(Codex.configuration service))
    Router.write (test.File ".codex/auth.json") (signIn alice)
    Router.ok test codex service [ "save"; "personal" ]
    Router.save test codex service "work" (signIn bob)
    Router.save test codex service "third" (signIn carol)

/// The home of a profile by whichever of its names it has; the other one may lead to it.
let private homeOf (test: TestHome) (one: string, other: string) () =
    [ one; other ]
    |> List.map (RouterHome.home test >> DirectoryInfo)
    |> List.tryFind (fun home -> home.Exists && isNull home.LinkTarget)
    |> Option.map _.FullName

/// What Codex renews before it uses it: an access token that ends within five minutes. A Codex that is given one like that
/// renews it over and over, and loses the sign-in if it is ended meanwhile, router or no router: none is due at once.
let private isDueInAMoment = TimeSpan.FromMinutes 5.0 + TimeSpan.FromSeconds 4.0

/// The provider is now slow and now quick, and gives out tokens that last for days, and such as are to be renewed soon.
let private providerVaries (service: StandIn) (random: Random) () =
    service.SetAccessTokenLifetime(
        if random.Next 3 = 0 then
            isDueInAMoment
        else
            TimeSpan.FromDays 10.0
    )

    service.DelayAnswer("/oauth/token", TimeSpan.FromMilliseconds(float (random.Next 200)))
    Thread.Sleep 50

let private race (test: TestHome) codex (service: StandIn) =
    let folders = [ for name in [ "one"; "two"; "three" ] -> test.File name ]
    folders |> List.iter (Directory.CreateDirectory >> ignore)
    let runs = RaceRuns(test, codex, service, test.Path :: folders)

    let random part =
        Lab.random ("race " + codex.Version + " " + part)

    let loops =
        [
            runs.CodexLoop("race-root", true, random "root", (fun () -> Some test.Root))
            runs.CodexLoop("race-work", false, random "work", homeOf test names[1])
            runs.CodexLoop("race-third", false, random "third", homeOf test names[2])
            runs.Meanwhile(providerVaries service (random "provider"))

            for number in 1..routers do
                runs.RouterLoop(random ("router " + string<int> number), draw test)
        ]

    Thread.Sleep length
    runs.Stop()
    loops |> List.iter _.Join()
    service.Restore "/oauth/token"
    service.SetAccessTokenLifetime(TimeSpan.FromDays 10.0)
    runs

/// What the states of the profiles may be called while the race is on: all sign-ins are accepted all the time.
let private mayBeSaid codex isCrossed =
    [
        "ok"
        if RaceLaw.writesInPlace codex then
            "damaged"
        if RaceLaw.mixes codex && isCrossed then
            "mixed"
    ]

/// Tells whether a look found what an older Codex leaves for a moment, and no router.
let private isCodexsOwn codex isCrossed look =
    match look with
    | BadLook.Empty
    | BadLook.Torn -> RaceLaw.writesInPlace codex
    | BadLook.Mixed -> RaceLaw.mixes codex && isCrossed
    | BadLook.Dangling -> false

let private countRuns (service: StandIn) (reader: Reader) (runs: RaceRuns) =
    let commands = runs.Commands
    Lab.count "race commands" commands.Length

    for exit, number in commands |> List.countBy _.Outcome.Exit do
        Lab.count ("race exit " + string<int> exit) number

    Lab.count "race switches" (commands |> List.filter RouterRun.hasSwitched |> List.length)

    Lab.count
        "race renames"
        (commands
         |> List.filter (fun run -> List.tryHead run.Words = Some "rename" && run.Outcome.Exit = 0)
         |> List.length)

    Lab.count "race renewals" (RaceLaw.renewals service).Length
    Lab.count "race reuses" service.Reuses.Length
    Lab.count "race codexes" runs.Codexes.Length
    Lab.count "race looks" reader.Looks

let private nothingIsLost codex =
    // Many wait for a pipe at once: none is to wait for a thread besides.
    ThreadPool.SetMinThreads(256, 256) |> ignore
    use service = StandIn.Start accounts
    use test = new TestHome()
    threeProfiles service test codex
    let reader = new Reader(test.File ".codex/auth.json", accounts)
    let runs = race test codex service
    (reader :> IDisposable).Dispose()
    countRuns service reader runs

    for run in runs.Commands do
        match RouterRun.fault run with
        | Some fault ->
            failtest (
                RouterRun.title run
                + ": "
                + fault
                + "\n"
                + run.Outcome.Out
                + "\n"
                + run.Outcome.Err
            )
        | None -> ()

    let fates = RaceLaw.settle test codex service runs accounts

    let count fate =
        fates |> List.filter (fun (_, _, found) -> found = fate) |> List.length

    let crossed = (RaceLaw.crossed service runs).Length
    let isCrossed = crossed > 0
    Lab.count "race crossed" crossed
    Lab.count "race gap" (count Fate.InTheGap)
    Lab.count "race ended before" (count Fate.EndedBefore)
    Lab.count "race brought back" (count Fate.BroughtBack)

    let lost =
        fates
        |> List.choose (fun (_, _, fate) ->
            match fate with
            | Fate.Lost story -> Some story
            | _ -> None)

    Lab.count "race lost" lost.Length
    Expect.equal lost [] "sign-ins that the provider accepts and nobody has"
    RaceLaw.sealedCopiesAreNew test service fates
    RaceLaw.wordsAreTrue test codex service fates

    let said = runs.Commands |> List.collect RouterRun.states |> List.countBy id

    Expect.equal
        (said
         |> List.filter (fun (word, _) -> not (List.contains word (mayBeSaid codex isCrossed))))
        []
        "what was said of sign-ins during the race"

    if not isCrossed then
        Expect.equal
            (runs.Commands |> List.filter RouterRun.callsEnded |> List.map RouterRun.title)
            []
            "commands that called a sign-in ended"

    for look, number in reader.Bad do
        Lab.count ("race " + string<BadLook> look) number

    Expect.equal
        (reader.Bad |> List.filter (fst >> isCodexsOwn codex isCrossed >> not))
        []
        ("what was found at the root: " + String.Join("; ", reader.Reasons))

    let tooLate, others =
        runs.Codexes
        |> List.filter _.Failure.IsSome
        |> List.partition (RaceLaw.cameTooLate runs)

    Lab.count "race too late" tooLate.Length
    Expect.equal others [] "Codexes that ended before their time"

let tests =
    testSequenced (
        testList
            "race lab"
            [
                yield!
                    Codex.all "many routers beside Codex and a reader lose no sign-in" nothingIsLost
                    |> Lab.sample "race releases" 1
            ]
    )

/// Says what was tried, when all is over.
let tell () =
    Lab.tell
        "race lab"
        [
            "race commands", "commands"
            "race switches", "switches made"
            "race renames", "renames made"
            "race exit 1", "refused (1)"
            "race exit 3", "without such a profile (3)"
            "race exit 4", "without a sign-in (4)"
            "race exit 5", "without figures (5)"
            "race exit 6", "told to wait (6)"
            "race codexes", "Codexes"
            "race renewals", "renewals by Codex"
            "race reuses", "tokens used twice"
            "race looks", "looks at the root"
            "race Empty", "at a file that an older Codex had just emptied"
            "race Torn", "at a part of one"
            "race Mixed", "at one account's tokens under another's number"
            "race Dangling", "at nothing"
            "race brought back", "brought back by restore"
            "race crossed", "renewals that began when a switch had looked already"
            "race too late", "Codexes that found no home, since a rename had come first"
            "race ended before", "lost by a Codex that was ended while it renewed"
            "race gap", "lost by a Codex that started in the middle of a switch"
            "race lost", "sign-ins lost"
        ]
