namespace CodexRouter.Cli.Tests

open System
open System.IO
open System.Text.Json

/// A stand-in for Codex that has one hook in every home, and trusts what it is told to. It writes down how it was started.
[<RequireQualifiedAccess>]
module FakeHooks =

    /// The hash of its hook.
    [<Literal>]
    let Hash = "sha256:1111"

    let private script (command: string) (more: string) =
        [
            "echo \"$*\" >>\"$HOME/started\""
            "home=${CODEX_HOME:-$HOME/.codex}"
            "[ \"$1\" = app-server ] || exit 9"
            "while IFS= read -r line; do"
            "  id=${line#*\\\"id\\\":}; id=${id%%,*}"
            "  case $line in"
            "    *'\"method\":\"initialized\"'*) ;;"
            "    *'\"method\":\"initialize\"'*) echo \"{\\\"id\\\":$id,\\\"result\\\":{}}\" ;;"
            more
            "    *'\"method\":\"hooks/list\"'*)"
            "      status=untrusted"
            "      if grep -qF \"\\\"$home/hooks.json:stop:0:0\\\":{\\\"trusted_hash\\\":\\\""
            + Hash
            + "\\\"}\" \"$HOME/told\" 2>/dev/null; then status=trusted; fi"
            "      echo \"{\\\"id\\\":$id,\\\"result\\\":{\\\"data\\\":[{\\\"cwd\\\":\\\"/\\\",\\\"hooks\\\":[{\\\"key\\\":\\\"$home/hooks.json:stop:0:0\\\",\\\"eventName\\\":\\\"stop\\\",\\\"command\\\":\\\""
            + command
            + "\\\",\\\"currentHash\\\":\\\""
            + Hash
            + "\\\",\\\"enabled\\\":true,\\\"trustStatus\\\":\\\"$status\\\"}],\\\"warnings\\\":[],\\\"errors\\\":[]}]}}\" ;;"
            "    *'\"method\":\"config/batchWrite\"'*) echo \"$line\" >>\"$HOME/told\"; echo \"{\\\"id\\\":$id,\\\"result\\\":{\\\"status\\\":\\\"ok\\\"}}\" ;;"
            "    *) echo \"{\\\"id\\\":$id,\\\"error\\\":{\\\"code\\\":-32600,\\\"message\\\":\\\"unknown FAKE\\\"}}\" ;;"
            "  esac"
            "done"
        ]
        |> String.concat "\n"

    /// Puts it in Codex's place. What is trusted at the root is written by hand, as Codex would.
    let install (person: Person) =
        person.CodexDoes(script "notify-me" "")

        person.Write(
            person.File "told",
            "{\""
            + person.In "hooks.json:stop:0:0"
            + "\":{\"trusted_hash\":\""
            + Hash
            + "\"}}\n"
        )

    /// The same with a hook that runs this command: a text without quotes.
    let installWith (person: Person) command =
        install person
        person.CodexDoes(script command "")

    /// The same, but with another answer to one kind of request: shell words after `id` is known.
    let installAnswering (person: Person) (method: string) (answer: string) =
        install person
        person.CodexDoes(script "notify-me" ("    *'\"method\":\"" + method + "\"'*) " + answer + " ;;"))

    /// How it was started, each time, since the last look.
    let started (person: Person) =
        let file = person.File "started"

        if File.Exists file then
            let lines = File.ReadAllLines file |> List.ofArray
            File.Delete file
            lines
        else
            []

    /// What it was told to trust.
    let told (person: Person) =
        File.ReadAllLines(person.File "told").Length - 1

    /// Codex's settings, in which the root's hook is trusted.
    let settings (person: Person) =
        "[hooks.state.\""
        + person.In "hooks.json:stop:0:0"
        + "\"]\ntrusted_hash = \""
        + Hash
        + "\"\n"

    /// Each profile's hooks as `hooks --json` has them: its name, and each hook's state.
    let states (output: string) =
        use document = JsonDocument.Parse output

        [
            for profile in document.RootElement.GetProperty("profiles").EnumerateArray() do
                profile.GetProperty("name").GetString() |> string,
                [
                    for hook in profile.GetProperty("hooks").EnumerateArray() ->
                        hook.GetProperty("state").GetString() |> string
                ]
        ]
