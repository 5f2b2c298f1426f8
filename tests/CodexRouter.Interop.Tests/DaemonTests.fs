module CodexRouter.Interop.Tests.DaemonTests

open System
open System.IO
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob

let private twoProfiles (service: StandIn) (test: TestHome) =
    RouterHome.createRoot test service

    for profile, account in [ "personal", alice; "work", bob ] do
        RouterHome.createSignedIn
            test
            profile
            (SampleAccount.signIn account 1 DateTimeOffset.UnixEpoch (DateTimeOffset.UtcNow.AddDays 5.0))

/// The link that names the installed release.
let private current (test: TestHome) =
    test.File ".codex/packages/app-server-daemon/current"

let private expectStarted (outcome: Outcome) =
    Expect.equal outcome.Exit 0 ("the exit code of codex app-server daemon start: " + outcome.Err)

let private oneCopy codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test
    let first, personal = Daemon.Start(test, codex, RouterHome.home test "personal")
    use _ = personal
    expectStarted first
    let second, work = Daemon.Start(test, codex, RouterHome.home test "work")
    use _ = work
    expectStarted second

    Expect.isTrue (personal.Process.IsSome && work.Process.IsSome) "each home has its daemon"
    Expect.notEqual personal.Process work.Process "and not the same one"

    let releases =
        Directory.GetDirectories(test.File ".codex/packages/app-server-daemon/releases")

    Expect.equal releases.Length 1 "copies of the program"

    for profile in [ "personal"; "work" ] do
        Expect.equal (RouterHome.brokenLinks test profile) [] "the links that Codex replaced"

let private stopLeavesTheUpdater codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test
    let outcome, daemon = Daemon.Start(test, codex, RouterHome.home test "personal")
    use _ = daemon
    expectStarted outcome

    Expect.equal (daemon.Stop()).Exit 0 "the exit code of codex app-server daemon stop"
    Expect.isNone daemon.Process "the file that names the daemon's process is gone"
    Expect.equal (daemon.Stop()).Exit 0 "the exit code when nothing runs"

let private installerGone codex =
    use service = StandIn.Start [ alice; bob ]
    use test = new TestHome()
    twoProfiles service test
    let root = RouterHome.home test "personal"

    // Each in its turn: nothing may run out of a home that is removed.
    do
        let outcome, daemon = Daemon.Start(test, codex, root)
        use _ = daemon
        expectStarted outcome

    do
        let outcome, daemon = Daemon.Start(test, codex, RouterHome.home test "work")
        use _ = daemon
        expectStarted outcome

    let target = FileInfo(current test).LinkTarget |> string
    Directory.Move(root, test.File "gone")
    let throughTheProfile = target.StartsWith(root + "/", StringComparison.Ordinal)

    Expect.equal
        throughTheProfile
        (Codex.isOlder codex)
        "whether the link to the release goes through the profile's home"

    if throughTheProfile then
        let outcome, daemon = Daemon.Start(test, codex, RouterHome.home test "work")
        use _ = daemon
        Expect.equal outcome.Exit 1 "no home finds the program any more"
        File.Delete(current test)

        File.CreateSymbolicLink(current test, test.Root + target.Substring root.Length)
        |> ignore

    let outcome, daemon = Daemon.Start(test, codex, RouterHome.home test "work")
    use _ = daemon
    expectStarted outcome

let tests =
    testSequenced (
        testList
            "The real Codex's daemon"
            [
                yield! Codex.each "runs once for each profile, out of one copy of the program" oneCopy
                yield! Codex.all "is stopped at once when nothing is under way" stopLeavesTheUpdater
                yield!
                    Codex.each
                        "is found by the other profiles after the one that installed it is gone, once the link names the root"
                        installerGone
            ]
    )
