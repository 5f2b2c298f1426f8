/// Sessions and the program, with the real Codex.
module CodexRouter.Interop.Tests.ResumeTests

open System
open System.IO
open System.Text
open System.Text.Json
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob
let private later () = DateTimeOffset.UtcNow.AddDays 5.0

/// Alice is personal and current, bob is work.
let private twoAccounts (service: StandIn) (test: TestHome) codex =
    Router.write (test.File ".codex/config.toml") (Encoding.UTF8.GetBytes(Codex.configurationWithModel service))
    Router.write (test.File ".codex/auth.json") (service.SignIn(alice, later ()))
    Router.ok test codex service [ "save"; "personal" ]
    Router.save test codex service "work" (service.SignIn(bob, later ()))

/// Goes on with a session, by the router, and expects that it is the same log.
let private resumes (service: StandIn) test codex log words =
    let turns () =
        (File.ReadAllText log).Split("once more").Length

    let before = turns ()

    let outcome =
        Router.run test (CodexSession.withoutScreen test codex) service ([ "resume"; CodexSession.idOf log ] @ words)

    Expect.equal outcome.Exit 0 outcome.Err
    Expect.isGreaterThan (turns ()) before "the log goes on"
    outcome

let private sessions test codex service =
    let outcome = Router.run test codex service [ "sessions"; "--json" ]
    Expect.equal outcome.Exit 0 outcome.Err
    use document = JsonDocument.Parse outcome.Out

    [
        for session in document.RootElement.GetProperty("sessions").EnumerateArray() do
            let field (name: string) = session.GetProperty(name).ToString()
            field "id", (field "profile", field "begun_with", field "title")
    ]
    |> Map.ofList

let private ofEach codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex

    let one =
        CodexSession.beginIn service test codex (RouterHome.home test "personal") "words of alice"

    let two =
        CodexSession.beginIn service test codex (RouterHome.home test "work") "words of bob"

    let three = CodexSession.beginIn service test codex test.Root "words at the root"

    Expect.equal
        (sessions test codex service)
        (Map.ofList
            [
                CodexSession.idOf one, ("personal", "account", "words of alice")
                CodexSession.idOf two, ("work", "account", "words of bob")
                CodexSession.idOf three, ("personal", "account", "words at the root")
            ])
        "who began which"

let private afterRename codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex
    Router.save test codex service "spare" (service.SignIn(SampleAccount.numbered 3, later ()))

    let begun =
        CodexSession.beginIn service test codex (RouterHome.home test "work") "words of bob"
    // The home's path to it ends with the name.
    let log = begun.Replace(RouterHome.home test "work", test.Root)
    resumes service test codex log [] |> ignore
    Router.ok test codex service [ "rename"; "work"; "office" ]
    let renamed = resumes service test codex log []

    Expect.equal
        (Map.find (CodexSession.idOf log) (sessions test codex service))
        ("office", "account", "words of bob")
        "its name now"

    Expect.isFalse (renamed.Err.Contains "continues as") "no other profile's"
    Router.ok test codex service [ "delete"; "spare"; "--yes" ]
    resumes service test codex log [] |> ignore
    let other = resumes service test codex log [ "--as"; "personal" ]
    Expect.stringContains other.Err "was started with 'office' and continues as 'personal'" "said plainly"

let private apart codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex
    let file = test.File "third.json"
    Router.write file (service.SignIn(SampleAccount.numbered 3, later ()))
    File.SetUnixFileMode(file, UnixFileMode.UserRead ||| UnixFileMode.UserWrite)
    Router.ok test codex service [ "save"; "apart"; "--from"; file; "--separate-history" ]

    CodexSession.beginIn service test codex (RouterHome.home test "apart") "words apart"
    |> ignore

    Router.ok test codex service [ "rename"; "apart"; "alone" ]

    let log =
        CodexSession.logs (Path.Combine(RouterHome.home test "alone", "sessions"))
        |> List.exactlyOne

    resumes service test codex log [] |> ignore
    Router.ok test codex service [ "delete"; "work"; "--yes" ]
    resumes service test codex log [] |> ignore

    Expect.equal
        (Map.find (CodexSession.idOf log) (sessions test codex service))
        ("alone", "home", "words apart")
        "the home has it"

/// The ids of a home's list, as the app-server gives it there.
let private listed (service: StandIn) test codex home isOfDatabase =
    use server = AppServer.Start(test, codex, home, CodexSession.more service)

    let answer =
        server.Call(
            "thread/list",
            "{\"limit\":50,\"sourceKinds\":[\"cli\",\"vscode\",\"exec\",\"appServer\"],\"useStateDbOnly\":"
            + (if isOfDatabase then "true" else "false")
            + "}"
        )

    server.Close()

    match answer with
    | Error message -> failtest message
    | Ok answer ->
        [
            for session in answer.GetProperty("data").EnumerateArray() ->
                session.GetProperty("id").GetString() |> string
        ]
        |> List.sort

/// Starts a Codex in a profile's home by exec until the home's list was brought up to date: on a busy machine the router
/// gives up, so as not to hold a person up, and does it the next time.
let private start service test codex profile =
    let mark = Path.Combine(RouterHome.home test profile, ".session-list")

    let rec attempt left =
        let outcome =
            Router.run
                test
                codex
                service
                [
                    "exec"
                    profile
                    "--"
                    (CodexSession.withoutScreen test codex).Program
                    "--version"
                ]

        Expect.equal outcome.Exit 0 outcome.Err

        if not (File.Exists mark) && left > 1 then
            attempt (left - 1)

    attempt 40
    Expect.isTrue (File.Exists mark) "the list was made"

let private lists codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex
    let personal, work = RouterHome.home test "personal", RouterHome.home test "work"
    let one = CodexSession.beginIn service test codex work "words of bob"

    let others =
        [ personal; test.Root; personal ]
        |> List.mapi (fun index home -> CodexSession.beginIn service test codex home ("words " + string<int> index))

    let all = List.sort (List.map CodexSession.idOf (one :: others))
    // Why anything is done: the list that the picker shows lacks them.
    Expect.equal (listed service test codex work true) [ CodexSession.idOf one ] "the picker's before"

    start service test codex "work"
    Expect.equal (listed service test codex work true) all "the picker's after a Codex was started by exec"

    for home in [ test.Root; personal; work ] do
        Expect.equal (listed service test codex home false) all ("whoever asks the app-server in " + home)

let private ownAndShared codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex
    let work = RouterHome.home test "work"
    let atRoot (log: string) = log.Replace(work, test.Root)
    let shared = atRoot (CodexSession.beginIn service test codex work "words before")
    resumes service test codex shared [] |> ignore

    Router.ok test codex service [ "share"; "work"; "--own"; "sessions" ]
    let own = CodexSession.beginIn service test codex work "words apart"
    resumes service test codex own [] |> ignore
    resumes service test codex shared [ "--as"; "personal" ] |> ignore
    Expect.equal (listed service test codex work false) [ CodexSession.idOf own ] "the profile lists its own"

    Router.ok test codex service [ "share"; "work"; "--common"; "sessions" ]
    let joined = atRoot own
    resumes service test codex joined [] |> ignore
    resumes service test codex shared [] |> ignore
    resumes service test codex joined [ "--as"; "personal" ] |> ignore

    for home in [ test.Root; RouterHome.home test "personal"; work ] do
        Expect.equal
            (listed service test codex home false)
            (List.sort [ CodexSession.idOf shared; CodexSession.idOf joined ])
            ("both, whoever asks in " + home)

let private withoutRenewal codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoAccounts service test codex
    Router.save test codex service "ended" (service.SignIn(SampleAccount.numbered 3, RouterHome.expired ()))

    CodexSession.beginIn service test codex (RouterHome.home test "personal") "words"
    |> ignore

    start service test codex "ended"

    Expect.isEmpty
        (service.Requests |> List.filter (fun request -> request.Path = "/oauth/token"))
        "no sign-in was renewed for it"

let tests =
    testList
        "Sessions, with the real Codex:"
        [
            yield! Codex.all "who began each is known by the account in its log" ofEach
            yield! Codex.all "one goes on after its profile was renamed, another deleted, and as another" afterRename
            yield! Codex.all "so does one of a profile that keeps its history apart" apart
            yield! Codex.all "a Codex that is started by exec lists what other homes began" lists
            yield! Codex.all "they go on while a profile's become its own, and shared again" ownAndShared
            yield! Codex.all "and no sign-in is renewed for that" withoutRenewal
        ]
