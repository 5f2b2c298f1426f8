/// Keeping sign-ins from the commands of a model: what is asked, what is refused, what is told.
module CodexRouter.Cli.Tests.ProtectTests

open System.IO
open CodexRouter.Testing
open Expecto

/// A Codex whose settings say this, and whose sandbox answers that. It writes down what it is told to write.
let private codexSays (person: Person) (config: string) (ran: string) =
    [
        "while IFS= read -r line; do"
        "  id=${line#*\\\"id\\\":}; id=${id%%,*}"
        "  case $line in"
        "    *'\"method\":\"initialized\"'*) ;;"
        "    *'\"method\":\"initialize\"'*) echo \"{\\\"id\\\":$id,\\\"result\\\":{}}\" ;;"
        "    *'\"method\":\"config/read\"'*) echo '{\"id\":'\"$id\"',\"result\":{\"config\":"
        + config
        + "}}' ;;"
        "    *'\"method\":\"config/batchWrite\"'*) echo \"$line\" >>\"$HOME/told\"; echo \"{\\\"id\\\":$id,\\\"result\\\":{}}\" ;;"
        "    *'\"method\":\"command/exec\"'*) printf '%s\\n' '{\"id\":'\"$id\"',"
        + ran
        + "}' ;;"
        "  esac"
        "done"
    ]
    |> String.concat "\n"
    |> person.CodexDoes

let private out stdout =
    "\"result\":{\"exitCode\":0,\"stdout\":\"" + stdout + "\",\"stderr\":\"\"}"

let private told (person: Person) =
    let file = person.File "told"

    if File.Exists file then
        List.ofArray (File.ReadAllLines file)
    else
        []

let tests =
    testList
        "protect"
        [
            promise "the change is shown and asked for, and nothing is changed without a yes" (fun person ->
                person.Has both
                codexSays person "{}" (out "1\\nend\\n")
                let outcome = person.Run [ "protect" ]
                Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                Expect.stringContains outcome.Out "denied: ~/.codex/profiles/**/auth.json" "what it would be"
                Expect.stringContains outcome.Out "from now on it is \":workspace\" everywhere" "and what else changes"
                Expect.stringEnds outcome.Err "\ntry: codex-router protect --yes\n" "what to type"
                let json = person.Run [ "protect"; "--json" ]
                Expect.stringContains json.Out "\"not_confirmed\"" "nor for a program"
                Expect.equal (told person) [] "nothing is changed")

            promise "what was written is not believed: the sandbox is asked afterwards" (fun person ->
                person.Has both
                codexSays person "{}" (out "2\\n1\\nend\\n")
                let outcome = person.Run [ "protect"; "--yes" ]
                Expect.equal (told person).Length 1 "written once, where all homes read it"
                Expect.stringContains (told person).Head "\"glob_scan_max_depth\":3" "in Codex's own words"
                Expect.equal outcome.Exit 1 "and still readable"
                Expect.stringContains outcome.Err "and 1 more" "told"
                codexSays person "{}" (out "end\\n")
                Expect.stringContains (person.Does [ "protect"; "--yes" ]) "commands can read no sign-in" "or not")

            for name, config, words in
                [
                    "without a sandbox", "{\"sandbox_mode\":\"danger-full-access\"}", "without a sandbox (sandbox_mode)"

                    "with a permission profile without a sandbox",
                    "{\"default_permissions\":\":danger-full-access\"}",
                    "without a sandbox (default_permissions)"

                    "with older settings that would be lost",
                    "{\"sandbox_mode\":\"workspace-write\",\"sandbox_workspace_write\":{\"network_access\":true}}",
                    "sandbox_workspace_write"
                ] do
                promise ("a Codex " + name + " is left alone") (fun person ->
                    person.Has both
                    codexSays person config (out "end\\n")
                    let outcome = person.Run [ "protect"; "--yes" ]
                    Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                    Expect.stringContains outcome.Err words "why"
                    Expect.equal (told person) [] "nothing is changed")

            for name, ran in
                [
                    "fails", "\"error\":{\"code\":1,\"message\":\"FAKE\"}"
                    "says nothing", out ""
                    "breaks off", out "1\\n"
                ] do
                promise ("a sandbox that " + name + " proves nothing") (fun person ->
                    person.Has both
                    codexSays person "{}" ran
                    let outcome = person.Run [ "protect"; "--check" ]
                    Expect.equal outcome.Exit 1 (Outcome.describe outcome)
                    Expect.stringContains outcome.Err "could not run a command in its sandbox" "told"
                    let json = person.Run [ "protect"; "--check"; "--json" ]
                    Expect.stringContains json.Out "\"protected\":false" "and for programs")

            promise "a permission profile that looks too few directories down is written again" (fun person ->
                person.Has both

                let denied =
                    CodexRouter.Core.Protection.denied person.Root
                    |> List.map (fun path -> ",\"" + path + "\":\"deny\"")
                    |> System.String.Concat

                let settings (depth: int) =
                    "{\"default_permissions\":\"codex-router\",\"permissions\":{\"codex-router\":{\"extends\":\":workspace\",\"filesystem\":{\"glob_scan_max_depth\":"
                    + string<int> depth
                    + denied
                    + "}}}}"

                codexSays person (settings 1) (out "end\\n")
                person.Does [ "protect"; "--yes" ] |> ignore
                Expect.equal (told person).Length 1 "written again"
                codexSays person (settings CodexRouter.Core.Protection.Depth) (out "end\\n")
                person.Does [ "protect"; "--yes" ] |> ignore
                Expect.equal (told person).Length 1 "and left alone where it is deep enough")

            promise "what does not help once is not advised again" (fun person ->
                person.Has both
                codexSays person "{}" (out "1\\nend\\n")
                let outcome = person.Run [ "protect"; "--yes" ]
                Expect.isFalse (outcome.Err.Contains "try: codex-router protect\n") outcome.Err
                Expect.stringContains outcome.Err "config.toml" "but to look at what else is set")

            promise "without a sign-in nothing is proved" (fun person ->
                codexSays person "{}" (out "end\\n")

                for words in [ [ "protect"; "--check" ]; [ "protect"; "--yes" ] ] do
                    person.Run words |> Outcome.isFailure 4 [ "no sign-in" ]

                Expect.equal (told person) [] "and nothing is written")

            promise "--remove takes out what is there, and what was in force before comes back" (fun person ->
                person.Has both
                codexSays person "{}" (out "end\\n")
                let said = person.Does [ "protect"; "--remove"; "--yes" ]
                Expect.stringContains said "there is no permission profile of codex-router" "nothing to do"

                codexSays
                    person
                    "{\"default_permissions\":\"codex-router\",\"permissions\":{\"codex-router\":{\"description\":\"added by codex-router protect in place of nothing\",\"extends\":\":workspace\",\"filesystem\":{}}}}"
                    (out "1\\nend\\n")

                person.Does [ "protect"; "--remove"; "--yes" ] |> ignore
                Expect.equal (told person).Length 1 "written once"

                Expect.stringContains
                    (told person).Head
                    "{\"keyPath\":\"default_permissions\",\"value\":null"
                    "none was in force")

            promise "--check and --remove are two things" (fun person ->
                person.Run [ "protect"; "--check"; "--remove" ]
                |> Outcome.isFailure 2 [ "do not go together" ])

            promise "doctor says how it is, and finds no fault in it" (fun person ->
                person.Has both

                let said () = (person.Run [ "doctor" ]).Out

                Expect.stringContains (said ()) "ok the commands that Codex runs can read sign-ins here" "as it is"

                let denied =
                    CodexRouter.Core.Protection.denied (person.In "")
                    |> List.map (fun path -> "\"" + path + "\" = \"deny\"\n")
                    |> System.String.Concat

                person.Write(
                    person.In "config.toml",
                    "default_permissions = \"codex-router\"\n[permissions.codex-router.filesystem]\nglob_scan_max_depth = 3\n"
                    + denied
                )

                Expect.stringContains (said ()) "ok Codex's settings deny sign-ins to the commands" "as they say"

                // A profile with settings of its own is one by itself.
                person.Write(person.In "profiles/bob/config.toml.new", "model = \"x\"\n")
                File.Move(person.In "profiles/bob/config.toml.new", person.In "profiles/bob/config.toml", true)
                Expect.stringContains (said ()) "ok the commands that Codex runs can read sign-ins here" "not all are")
        ]
