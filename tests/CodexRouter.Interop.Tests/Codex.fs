namespace CodexRouter.Interop.Tests

open System.IO
open CodexRouter.StandIn
open CodexRouter.Testing

/// One release of the real Codex CLI: the native program inside the npm package.
type Codex = { Version: string; Program: string }

[<RequireQualifiedAccess>]
module Codex =

    let private modules = Path.Combine(Project.root, "tests", "interop", "node_modules")

    /// npm puts the native program beside the package that needs it, or above it for one of the releases.
    let private find version =
        let places =
            [
                Path.Combine(modules, "codex-" + version, "node_modules", "@openai")
                Path.Combine(modules, "codex-newest", "node_modules", "@openai")
                Path.Combine(modules, "@openai")
            ]

        let programs =
            seq {
                for place in places do
                    if Directory.Exists place then
                        for package in
                            Directory.EnumerateFiles(place, "codex-package.json", SearchOption.AllDirectories) do
                            if File.ReadAllText(package).Contains("\"version\": \"" + version) then
                                yield Path.Combine(Path.GetDirectoryName package |> string, "bin", "codex")
            }

        match Seq.tryHead programs with
        | Some program -> { Version = version; Program = program }
        | None ->
            failwith (
                "Codex "
                + version
                + " is not here: run tests/interop/install.sh once, which fetches it by npm"
            )

    /// The newest release that is tested: another one when a run asks for it (`.ci/newest-codex`).
    let private newest =
        match System.Environment.GetEnvironmentVariable "CODEX_ROUTER_NEWEST" with
        | null
        | "" -> "0.169"
        | version -> version

    /// The first release of the older behaviour that is tested, and the newest of the present one.
    let older = lazy find "0.160"

    let newer = lazy find newest

    /// The releases in between: 0.163 is the last that writes renewed tokens over whatever account it finds, and 0.166 the last
    /// that writes in place, after a look at the account.
    let between = [ "0.163", lazy find "0.163"; "0.166", lazy find "0.166" ]

    /// The oldest and the newest release, against which every interop test runs.
    let versions = [ "0.160", older; newest, newer ]

    /// Tells whether a release is of the older behaviour, which 0.163 was the last to have: renewed tokens go over whatever
    /// account is found, a sign-in's newer keys are not known, and a daemon's program is linked to through the home.
    let isOlder codex =
        codex.Version = "0.160" || codex.Version = "0.163"

    let private against releases (name: string) (test: Codex -> unit) =
        releases
        |> List.map (fun (version: string, codex: Lazy<Codex>) ->
            Expecto.Tests.testCase (name + " [" + version + "]") (fun () -> test (codex.Force())))

    /// Gives one test for the oldest and one for the newest release; with CODEX_ROUTER_LONG=1 one for each in between, too.
    let each name test =
        against
            (if Project.setting "CODEX_ROUTER_LONG" 0 = 1 then
                 versions @ between
             else
                 versions)
            name
            test

    /// Gives one test for each of the four releases: for what differs between them.
    let all name test = against (versions @ between) name test

    /// Gives one test for 0.166 and one for 0.169: for what the older ones do not have.
    let recent name test =
        against [ between[1]; newest, newer ] name test

    /// Gives what a home's configuration says so that Codex asks the stand-in and no other service.
    let configuration (service: StandIn) =
        "chatgpt_base_url = \""
        + service.BaseUrl
        + "\"\n\n[features]\ndaemon_auto_start = false\n"

    /// The variable that holds the key of the stand-in's model.
    [<Literal>]
    let ModelKey = "FAKE_MODEL_KEY"

    /// Gives a configuration by which Codex asks the stand-in's model too. It is a model provider of its own: with the
    /// provider's, Codex sends what it asks to HTTPS addresses only.
    let configurationWithModel (service: StandIn) =
        "model = \"gpt-5\"\nmodel_provider = \"stand-in\"\n"
        + configuration service
        + "\n[model_providers.stand-in]\nname = \"Stand-in\"\nwire_api = \"responses\"\nrequires_openai_auth = false\nbase_url = \""
        + service.ModelUrl
        + "\"\nenv_key = \""
        + ModelKey
        + "\"\n"

    /// What every Codex of the tests has in its environment: its home, and a proxy that nobody listens at for all but this
    /// machine, so that no test speaks to the real service.
    let environment (codexHome: string) more =
        [
            "CODEX_HOME", codexHome
            "HTTPS_PROXY", "http://127.0.0.1:9"
            "HTTP_PROXY", "http://127.0.0.1:9"
            "NO_PROXY", "127.0.0.1,localhost"
        ]
        @ more

    /// Runs Codex to its end in a Codex home.
    let run (home: TestHome) codex codexHome arguments more =
        home.Run(codex.Program, arguments, environment = environment codexHome more)

    /// Runs Codex to its end in a Codex home, with words on its standard input.
    let runWith (input: string) (home: TestHome) codex codexHome arguments more =
        home.Run(codex.Program, arguments, environment = environment codexHome more, input = input)
