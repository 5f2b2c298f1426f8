namespace CodexRouter.Interop.Tests

open System
open System.IO
open System.Text
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// Sessions of the real Codex, begun and gone on with without a screen.
[<RequireQualifiedAccess>]
module CodexSession =

    /// The environment of a Codex whose model is the stand-in.
    let more (service: StandIn) =
        (Codex.ModelKey, SampleAccount.personalAccessToken SampleAccount.alice)
        :: service.Environment

    /// Codex, that goes on with a session without a screen when it is told to resume one.
    let withoutScreen (test: TestHome) (codex: Codex) =
        let path = test.File "bin/codex"

        let script =
            [
                "#!/bin/sh"
                "export "
                + Codex.ModelKey
                + "="
                + SampleAccount.personalAccessToken SampleAccount.alice
                "[ \"$1\" = resume ] && exec '"
                + codex.Program
                + "' exec --skip-git-repo-check resume \"$2\" 'once more'"
                "exec '" + codex.Program + "' \"$@\""
            ]

        Router.write path (Encoding.UTF8.GetBytes(String.Join('\n', script) + "\n"))
        File.SetUnixFileMode(path, UnixFileMode.UserRead ||| UnixFileMode.UserWrite ||| UnixFileMode.UserExecute)
        { codex with Program = path }

    /// The logs below a folder, in order.
    let logs folder =
        if Directory.Exists folder then
            Directory.GetFiles(folder, "rollout-*.jsonl", SearchOption.AllDirectories)
            |> List.ofArray
            |> List.sort
        else
            []

    /// The id of the session that a log is of.
    let idOf (log: string) =
        match SessionLog.ofFileName (Path.GetFileName log |> string) with
        | Some id -> id
        | None -> failwith log

    /// Begins a session in a home, and gives its log.
    let beginIn (service: StandIn) (test: TestHome) codex home words =
        let folder = Path.Combine(home, "sessions")
        let before = logs folder

        let outcome =
            Codex.run test codex home [ "exec"; "--skip-git-repo-check"; words ] (more service)

        Expect.equal outcome.Exit 0 outcome.Err
        Expect.wantSome (logs folder |> List.except before |> List.tryExactlyOne) "one more log"
