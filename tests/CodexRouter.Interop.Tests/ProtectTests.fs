/// Sign-ins out of reach of the commands that a model runs, tried in the real Codex's own sandbox.
module CodexRouter.Interop.Tests.ProtectTests

open System
open System.IO
open System.Text
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

let private alice = SampleAccount.alice
let private bob = SampleAccount.bob
let private later () = DateTimeOffset.UtcNow.AddDays 5.0

/// A home that a sandboxed command can see: the sandbox has a /dev of its own, and short runs keep homes in /dev/shm.
let private home () =
    if (Path.GetTempPath()).StartsWith "/dev/" then
        new TestHome("/tmp")
    else
        new TestHome()

/// A command in Codex's sandbox, in a home.
let private sandboxed (service: StandIn) test codex home words =
    Codex.run test codex home ([ "sandbox"; "--" ] @ words) service.Environment

/// Those of the files that a command in the sandbox can read.
let private readable service test codex home (files: string list) =
    let outcome =
        sandboxed
            service
            test
            codex
            home
            ([
                "/bin/sh"
                "-c"
                "for f; do cat \"$f\" >/dev/null 2>&1 && echo \"$f\"; done; echo end"
                "sh"
             ]
             @ files)

    let lines =
        outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries) |> List.ofArray

    Expect.equal (List.tryLast lines) (Some "end") outcome.Err
    lines |> List.filter ((<>) "end")

let private reads service test codex home file =
    readable service test codex home [ file ] = [ file ]

/// Two profiles, a sealed copy of each, and a replaced sign-in that is kept.
let private settled (service: StandIn) (test: TestHome) codex =
    Router.write
        (test.File ".codex/config.toml")
        (Encoding.UTF8.GetBytes("# mine\n" + Codex.configuration service + "# kept\n"))

    Router.write (test.File ".codex/auth.json") (service.SignIn(alice, later ()))
    Router.ok test codex service [ "save"; "personal" ]
    Router.save test codex service "work" (service.SignIn(bob, later ()))
    Router.write (test.File ".codex/router/kept/old.json") (service.SignIn(alice, later ()))
    Router.write (test.File ".codex/profiles/work/.credentials.json") "{}"B
    Router.write (test.File ".codex/profiles/work/tmp/helper") "helper"B

let private signIns (test: TestHome) =
    [
        for file in
            [
                "auth.json"
                "profiles/personal/auth.json"
                "profiles/work/auth.json"
                "profiles/work/.credentials.json"
                "router/kept/old.json"
                "router/sealed/personal.json"
                "router/sealed/work.json"
            ] do
            test.File(".codex/" + file)
    ]

let private ofReach codex =
    use service = StandIn.Start [ alice; bob ]
    use test = home ()
    settled service test codex
    let settings = test.File ".codex/config.toml"
    let before = File.ReadAllText settings
    let work = RouterHome.home test "work"

    if (sandboxed service test codex test.Root [ "/bin/true" ]).Exit <> 0 then
        skiptest "needs user namespaces for Codex's sandbox (sysctl kernel.unprivileged_userns_clone=1)"

    Expect.equal (readable service test codex work (signIns test)) (signIns test) "why anything is done"

    let check = Router.run test codex service [ "protect"; "--check" ]
    Expect.equal check.Exit 1 "not protected"
    Expect.stringContains check.Err "a command that Codex runs can read ~/.codex/auth.json and 6 more" "what is read"
    Expect.equal (File.ReadAllText settings) before "and nothing is changed"

    Router.ok test codex service [ "protect"; "--yes" ]
    Router.ok test codex service [ "protect"; "--check" ]
    let after = File.ReadAllLines settings
    Expect.containsAll after (before.Split '\n' |> Array.filter ((<>) "")) "what was there is there"

    for home in [ test.Root; work ] do
        // What commands need is there: Codex's helper programs, and the settings.
        let needed =
            [
                test.File ".codex/profiles/work/tmp/helper"
                test.File ".codex/profiles/work/config.toml"
            ]

        Expect.equal (readable service test codex home (signIns test @ needed)) needed ("in " + home)

    // Codex itself still uses the sign-in.
    let status = Codex.run test codex work [ "login"; "status" ] service.Environment
    Expect.equal status.Exit 0 status.Err

    // A profile that comes later is protected too.
    Router.save test codex service "later" (service.SignIn(SampleAccount.numbered 3, later ()))
    Expect.isFalse (reads service test codex work (test.File ".codex/profiles/later/auth.json")) "a later profile"
    let again = File.ReadAllText settings
    Router.ok test codex service [ "protect" ]
    Expect.equal (File.ReadAllText settings) again "a second time nothing is to be done"

    // The proof is of the sandbox, and not of the settings: a denial that is gone is seen.
    File.WriteAllLines(
        settings,
        again.Split '\n'
        |> Array.filter (fun line -> not (line.Contains "router/sealed"))
    )

    let check = Router.run test codex service [ "protect"; "--check" ]
    Expect.equal check.Exit 1 "not protected any more"
    Expect.stringContains check.Err "sealed" "which"
    Router.ok test codex service [ "protect"; "--yes" ]
    Expect.stringContains (File.ReadAllText settings) "router/sealed/**\" = \"deny\"" "and put right"

    // What is not there is not made: Codex makes a file at a plain path that is denied, and may leave it behind.
    Expect.isFalse (File.Exists(test.File ".codex/.credentials.json")) "no file is made"
    Expect.isFalse (Path.Exists(test.File ".codex/router/trash")) "none in a folder's place"

    Router.ok test codex service [ "protect"; "--remove"; "--yes" ]
    Expect.equal ((File.ReadAllText settings).Trim()) (before.Trim()) "as it was before"
    Expect.isTrue (reads service test codex work (test.File ".codex/profiles/work/auth.json")) "and readable again"

let private ofOwnPermissions codex =
    use service = StandIn.Start [ alice; bob ]
    use test = home ()
    settled service test codex
    let settings = test.File ".codex/config.toml"
    let hidden = test.File "hidden"
    Router.write hidden "hidden"B

    File.WriteAllText(
        settings,
        "default_permissions = \"mine\"\n"
        + File.ReadAllText settings
        + "\n[permissions.mine]\nextends = \":read-only\"\n\n[permissions.mine.filesystem]\n\""
        + hidden
        + "\" = \"deny\"\n"
    )

    let before = File.ReadAllText settings

    if (sandboxed service test codex test.Root [ "/bin/true" ]).Exit <> 0 then
        skiptest "needs user namespaces for Codex's sandbox (sysctl kernel.unprivileged_userns_clone=1)"

    Router.ok test codex service [ "protect"; "--yes" ]
    Expect.isFalse (reads service test codex test.Root hidden) "what the person denied is denied"
    Expect.isFalse (reads service test codex test.Root (test.File ".codex/auth.json")) "and the sign-ins"

    let writes =
        sandboxed service test codex test.Root [ "/bin/sh"; "-c"; "echo >\"$HOME/made\"" ]

    Expect.notEqual writes.Exit 0 "and nothing may be written, as the person had it"
    Router.ok test codex service [ "protect"; "--remove"; "--yes" ]
    Expect.equal ((File.ReadAllText settings).Trim()) (before.Trim()) "as it was before"

let tests =
    testList
        "protect"
        [
            yield! Codex.all "no command in Codex's sandbox can read a sign-in, and all else is as it was" ofReach
            yield! Codex.each "a permission profile of the person's own stays in force" ofOwnPermissions
        ]
