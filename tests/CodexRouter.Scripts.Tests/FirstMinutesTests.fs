module CodexRouter.Scripts.Tests.FirstMinutesTests

open System
open System.IO
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

/// What a new person sees, line by line, with figures from a service of this machine.
let private transcript (home: TestHome) =
    let now = DateTimeOffset.UtcNow
    use service = StandIn.Start [ SampleAccount.alice; SampleAccount.bob ]
    service.SetUsage(SampleAccount.alice, SampleUsage.twoWindows now 42 7)
    service.SetUsage(SampleAccount.bob, SampleUsage.twoWindows now 71 35)
    let ending = now.AddDays 10.0
    File.WriteAllBytes(home.File "personal.json", service.SignIn(SampleAccount.alice, ending))
    File.WriteAllBytes(home.File "work.json", service.SignIn(SampleAccount.bob, ending))
    File.WriteAllText(home.File "config.toml", "chatgpt_base_url = \"" + service.BaseUrl + "\"\n")

    let outcome =
        home.Run(Path.Combine(Project.root, "build", "first-minutes.sh"), [ home.Path ])

    Expect.equal outcome.Exit 0 (outcome.Out + outcome.Err)
    outcome.Out

let private isThere program =
    string (Environment.GetEnvironmentVariable "PATH")
    |> _.Split(':')
    |> Array.exists (fun folder -> File.Exists(Path.Combine(folder, program)))

let tests =
    testList
        "the first five minutes"
        [
            testCase "each command ends with the next one, which works, and none is refused"
            <| fun () ->
                for program in [ "tmux"; "zsh" ] do
                    if not (isThere program) then
                        skiptest (program + " is not installed")

                use home = new TestHome()
                let shown = transcript home
                let lines = shown.Split '\n' |> Array.map _.Trim()

                // In this order: what is typed, and what comes of it.
                let expected =
                    [
                        "next: exec zsh, then: codex-router"
                        "~ $ codex-router"
                        "no profiles yet; Codex is signed in as alice@example.com"
                        "next, to save Codex's current sign-in: codex-router save alice"
                        "~ $ codex-router save alice"
                        "saved, and current: profile alice (alice@example.com)"
                        "next, to sign in to another account as well: codex-router login work"
                        "~ $ codex-router login work"
                        "no browser here? Ctrl-C, then: codex-router login work --device-auth"
                        "Starting local login server on http://localhost:1455."
                        "signed in to profile work (bob@work.example)"
                        "next, in the directory that should use it: codex-router pin work"
                        "~/acme $ codex-router pin work"
                        "pinned to work: ~/acme/.codex-profile"
                        "codex-router: work (from ~/acme/.codex-profile)"
                        "~/acme $ codex"
                        "~/acme $ cd"
                        "codex-router: alice (current)"
                        "~ $ cd acme"
                        "codex-router: work (from ~/acme/.codex-profile)"
                        "work (pinned by ~/acme/.codex-profile)"
                        "~/acme $ codex-router quota"
                        "work (bob@work.example, business)  service, just now"
                        "2 profiles: codex-router list"
                    ]

                let mutable rest = List.ofArray lines

                for line in expected do
                    match List.tryFindIndex ((=) line) rest with
                    | Some index -> rest <- List.skip (index + 1) rest
                    | None -> failtest (line + "\nis not there, in its place, in:\n" + shown)

                for sign in [ "try: "; "FAKE"; "eyJ"; "command not found" ] do
                    Expect.isFalse (shown.Contains sign) (sign + " in:\n" + shown)
        ]
