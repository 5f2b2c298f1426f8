/// Many routers at once, beside the real Codex that renews without pause and somebody who reads the root's sign-in all the
/// time: no sign-in is lost, and what is said of each afterwards is so.
module CodexRouter.Interop.Tests.RaceLabTests

open System
open System.Collections.Generic
open System.IO
open System.Text.Json
open System.Threading
open Expecto
open CodexRouter.Core
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

let private allNames = names |> List.collect (fun (one, other) -> [ one; other ])

let private draw (random: Random) : string list list =
    let one (words: 'a list) = words[random.Next words.Length]
    let name () = one allNames

    match random.Next 100 with
    | n when n < 18 -> [ [ "switch"; name () ] ]
    | n when n < 24 -> [ [ "switch"; "-" ] ]
    | n when n < 32 ->
        let first, second = one names
        let back = [ [ "rename"; first; second ]; [ "rename"; second; first ] ]
        if random.Next 2 = 0 then back else List.rev back
    | n when n < 36 -> [ [ "save"; name () ] ]
    | n when n < 40 -> [ [ "save"; name (); "--force" ] ]
    | n when n < 48 -> [ one [ [ "list" ]; [ "list"; "--json" ] ] ]
    | n when n < 53 -> [ one [ [ "current" ]; [ "which" ]; [] ] ]
    | n when n < 57 -> [ [ "quota" ] ]
    | n when n < 61 -> [ [ "quota"; name () ] ]
    | n when n < 65 -> [ [ "quota"; "--all"; "--json" ] ]
    | n when n < 67 -> [ one [ [ "refresh" ]; [ "guard"; "--min-left"; "1"; name () ] ] ]
    | n when n < 73 -> [ [ "restore"; name () ] ]
    | n when n < 75 -> [ [ "restore" ] ]
    | n when n < 79 -> [ [ "doctor" ] ]
    | n when n < 85 -> [ [ "doctor"; "--fix" ] ]
    | n when n < 89 -> [ one [ [ "pin"; name () ]; [ "unpin" ]; [ "allow" ]; [ "deny" ] ] ]
    | n when n < 91 -> [ [ "alias"; name (); one [ "a"; "b"; "c" ] ] ]
    | n when n < 93 -> [ [ "use"; name () ] ]
    | n when n < 97 -> [ [ "exec"; name (); "--"; "true" ] ]
    | _ -> [ [ "exec"; "--"; "true" ] ]

/// Three profiles, each the one sign-in of its account; alice's is current.
let private threeProfiles (service: StandIn) (test: TestHome) codex =
    let signIn account =
        SampleAccount.signIn account 1 DateTimeOffset.UnixEpoch (DateTimeOffset.UtcNow.AddDays 5.0)

    Router.write (test.File ".codex/config.toml") (Text.Encoding.UTF8.GetBytes(Codex.configuration service))
    Router.write (test.File ".codex/auth.json") (signIn alice)
    Router.ok test codex service [ "save"; "personal" ]
    Router.save test codex service "work" (signIn bob)
    Router.save test codex service "third" (signIn carol)

/// The home of a profile by whichever of its names it has.
let private homeOf (test: TestHome) (one: string, other: string) () =
    [ one; other ] |> List.map (RouterHome.home test) |> List.tryFind Directory.Exists

/// The provider is now slow and now quick, and gives out tokens that last for days, for minutes, and not at all.
let private providerVaries (service: StandIn) (random: Random) () =
    service.SetAccessTokenLifetime(
        match random.Next 10 with
        | 0 -> TimeSpan.FromMinutes -1.0
        | 1 -> TimeSpan.FromMinutes 2.0
        | _ -> TimeSpan.FromDays 10.0
    )

    service.DelayAnswer("/oauth/token", TimeSpan.FromMilliseconds(float (random.Next 200)))
    Thread.Sleep 50

let private race (test: TestHome) codex (service: StandIn) =
    let folders = [ for name in [ "one"; "two"; "three" ] -> test.File name ]
    folders |> List.iter (Directory.CreateDirectory >> ignore)
    let runs = RaceRuns(test, codex, service, test.Path :: folders)
    let random part = Lab.random ("race " + codex.Version + " " + part)

    let loops =
        [
            runs.CodexLoop("race-root", true, random "root", (fun () -> Some test.Root))
            runs.CodexLoop("race-work", false, random "work", homeOf test names[1])
            runs.CodexLoop("race-third", false, random "third", homeOf test names[2])
            runs.Meanwhile(providerVaries service (random "provider"))

            for number in 1..routers do
                runs.RouterLoop(random ("router " + string<int> number), draw)
        ]

    Thread.Sleep length
    runs.Stop()
    loops |> List.iter _.Join()
    service.Restore "/oauth/token"
    service.SetAccessTokenLifetime(TimeSpan.FromDays 10.0)
    runs

let private profiles test codex service =
    use document =
        JsonDocument.Parse (Router.run test codex service [ "list"; "--json" ]).Out

    document.RootElement.GetProperty("profiles").EnumerateArray()
    |> Seq.map (fun profile ->
        let text (key: string) =
            profile.GetProperty(key).GetString() |> string

        text "name", text "account_id", text "state")
    |> List.ofSeq

let private contents (file: string) =
    if File.Exists file then File.ReadAllText file else ""

/// Whether a file holds the one refresh token that the provider still takes from an account.
let private holdsLive (service: StandIn) account file =
    match service.Live account with
    | [ generation ] -> (contents file).Contains("\"" + SampleAccount.refreshToken account generation + "\"")
    | live -> failwith ("a chain has one end: " + string<int> live.Length)

let private tests' codex =
    ThreadPool.SetMinThreads(256, 256) |> ignore
    use service = StandIn.Start accounts
    use test = new TestHome()
    threeProfiles service test codex
    let reader = new Reader(test.File ".codex/auth.json", accounts)
    let runs = race test codex service
    (reader :> IDisposable).Dispose()
    let commands = runs.Commands
    let lives = runs.Codexes
    printfn "commands %d, by exit %A" commands.Length (commands |> List.countBy _.Outcome.Exit |> List.sort)
    printfn "by words %A" (commands |> List.countBy (fun r -> (r.Words |> List.tryHead |> Option.defaultValue ""), r.Outcome.Exit) |> List.sort)
    printfn "lives %d failures %A" lives.Length (lives |> List.choose _.Failure |> List.countBy id)
    let tokens = service.Requests |> List.filter (fun r -> r.Path = "/oauth/token")
    printfn "tokens %A" (tokens |> List.countBy (fun r -> r.Status, (r.Values |> Map.tryFind "originator" |> Option.map (fun s -> s.TrimEnd([|'0'..'9'|])))))
    printfn "reuses %d" service.Reuses.Length
    printfn "reader %d %A %A" reader.Looks reader.Bad reader.Reasons
    printfn "faults %A" (commands |> List.choose (fun r -> RouterRun.fault r |> Option.map (fun f -> f, RouterRun.title r, r.Outcome)) |> List.truncate 5)
    printfn "ended said: %d" (commands |> List.filter (fun r -> r.Outcome.Err.Contains "has ended" || r.Outcome.Out.Contains "has ended") |> List.length)
    printfn "said %A" (commands |> List.collect (fun r -> if r.Words = ["list";"--json"] then (use d = JsonDocument.Parse r.Outcome.Out in [ for p in d.RootElement.GetProperty("profiles").EnumerateArray() -> p.GetProperty("state").GetString() ]) else []) |> List.countBy id)
    printfn "err %A" (commands |> List.filter (fun r -> r.Outcome.Exit = 1) |> List.countBy (fun r -> (List.truncate 2 r.Words), r.Outcome.Err) |> List.sortByDescending snd |> List.truncate 40)
    let fixing = Router.run test codex service [ "doctor"; "--fix" ]
    printfn "%s" fixing.Out
    printfn "%A" (profiles test codex service)
    for account in accounts do
        for file in Directory.EnumerateFiles(test.Root, "*.json", SearchOption.AllDirectories) do
            if holdsLive service account file then printfn "%s live in %s" account.Email file

let tests =
    testSequenced (testList "race lab" [ yield! Codex.all "no sign-in is lost" tests' ])
