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

    /// The first release of the older behaviour that is tested, and the newest of the present one.
    let older = lazy find "0.160"
    let newer = lazy find "0.169"

    /// The releases that every interop test runs against.
    let versions = [ "0.160", older; "0.169", newer ]

    /// Gives one test for each release.
    let each (name: string) (test: Codex -> unit) =
        versions
        |> List.map (fun (version, codex) ->
            Expecto.Tests.testCase (name + " [" + version + "]") (fun () -> test (codex.Force())))

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
