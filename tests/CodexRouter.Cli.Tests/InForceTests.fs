/// Every command that is given no name means the same profile, with the zsh hook and without it.
module CodexRouter.Cli.Tests.InForceTests

open System.IO
open System.Text.Json
open CodexRouter.Testing
open Expecto

let private answer key words environment (person: Person) directory =
    let outcome =
        person.Run(words @ [ "--json" ], environment = environment, directory = directory)

    use document = JsonDocument.Parse outcome.Out
    let value = document.RootElement.GetProperty(key: string)

    match value.ValueKind with
    | JsonValueKind.Object -> value.GetProperty("name").GetString() |> Option.ofObj
    | JsonValueKind.Array ->
        (Seq.head (value.EnumerateArray())).GetProperty("name").GetString()
        |> Option.ofObj
    | JsonValueKind.Null -> None
    | _ -> value.GetString() |> Option.ofObj

/// What each command takes for the profile here.
let private meant environment (person: Person) directory =
    [
        "current", answer "profile" [ "current" ] environment person directory
        "which", answer "profile" [ "which" ] environment person directory
        "guard", answer "profile" [ "guard"; "--min-left"; "1"; "--offline" ] environment person directory
        "quota", answer "profiles" [ "quota"; "--offline" ] environment person directory
        "exec",
        (let outcome =
            person.Run(
                [ "exec"; "--"; "sh"; "-c"; "basename \"$CODEX_HOME\"" ],
                environment = environment,
                directory = directory
            )

         Some(outcome.Out.Trim()))
        "list",
        (use document =
            JsonDocument.Parse (person.Run([ "list"; "--json" ], environment = environment, directory = directory)).Out

         document.RootElement.GetProperty("profiles").EnumerateArray()
         |> Seq.filter _.GetProperty("active").GetBoolean()
         |> Seq.map _.GetProperty("name").GetString()
         |> Seq.tryExactlyOne
         |> Option.bind Option.ofObj)
    ]

let private allMean environment (person: Person) directory name what =
    for command, said in meant environment person directory do
        Expect.equal said (Some name) (what + ": " + command)

let private pinned (person: Person) =
    person.Has both
    let work = person.File "work"
    Directory.CreateDirectory work |> ignore
    person.Does([ "pin"; "bob" ], directory = work) |> ignore
    work

let private loaded = [ "CODEX_ROUTER_PROMPT", "alice" ]

let private marked (person: Person) name =
    loaded
    @ [
        "CODEX_HOME", person.In("profiles/" + name)
        "CODEX_ROUTER_PROFILE", name
        "CODEX_ROUTER_BEFORE", "unset"
    ]

/// Runs a line on a terminal of its own, whose device it finds in `tty`.
let private onTerminal (person: Person) line =
    if (person.Shell "script --version 2>/dev/null").Out.Contains "util-linux" then
        person.Start(
            "script",
            [ "-qec"; "tty=$(tty); " + line; "/dev/null" ],
            environment = [ "router", Project.program ],
            input = ""
        )
    else
        skiptest "needs the script(1) of util-linux: apt-get install bsdutils"

let tests =
    testList
        "what is in force"
        [
            promise "is the same profile in any case of its letters, where the file system says so" (fun person ->
                let work = pinned person
                person.Write(Path.Combine(work, ".codex-profile"), "BOB\n")
                person.Does([ "allow" ], directory = work) |> ignore
                allMean [] person work "alice" "here case is told apart: no such profile"
                File.CreateSymbolicLink(person.In "PROFILES", "profiles") |> ignore
                allMean [] person work "bob" "a pin"
                allMean [ "CODEX_HOME", person.In "profiles/BOB" ] person person.Home "bob" "CODEX_HOME")

            promise "a pin counts for every command, without the hook too" (fun person ->
                let work = pinned person
                allMean [] person work "bob" "no hook"
                allMean (marked person "bob") person work "bob" "the hook has applied it"
                allMean (marked person "alice") person work "bob" "a script that came here from a folder of alice's"
                allMean [] person person.Home "alice" "no pin")

            promise "a CODEX_HOME set by hand under the hook decides, and the pin is told" (fun person ->
                let work = pinned person
                let byHand = loaded @ [ "CODEX_HOME", person.In "profiles/alice" ]
                allMean byHand person work "alice" "by hand"
                let said = person.Run([ "current" ], environment = byHand, directory = work)
                Expect.stringContains said.Err "asks for bob, but CODEX_HOME was set by hand" "told")

            promise "where the hook is switched off, the environment decides" (fun person ->
                let work = pinned person

                let off = [ "CODEX_ROUTER_DISABLE", "1" ]
                Expect.equal (answer "profile" [ "which" ] off person work) (Some "alice") "which"
                Expect.equal (answer "profile" [ "current" ] off person work) (Some "alice") "current"

                Expect.equal
                    (answer "codex_home" [ "which" ] (off @ marked person "bob") person person.Home)
                    (Some(person.In "profiles/bob"))
                    "a home that is left")

            promise "current says what a plain codex uses, where that differs" (fun person ->
                let work = pinned person
                let outcome = person.Run([ "current" ], directory = work)
                Expect.stringContains outcome.Out "bob" "what is in force"
                Expect.stringContains outcome.Err "a plain codex uses alice" "what Codex does"
                Expect.stringContains outcome.Err "codex-router exec -- codex" "the way out"

                let applied =
                    person.Run([ "current" ], directory = work, environment = marked person "bob")

                Expect.stringContains applied.Out "pinned by" "with the hook at work"
                Expect.equal applied.Err "" "nothing to tell")

            promise "what `use` set counts in its own terminal only" (fun person ->
                person.Has both

                let said device =
                    (onTerminal person ("CODEX_ROUTER_USE=bob:" + device + " \"$router\" which")).Out

                Expect.stringContains (said "$tty") "codex-router use, in this terminal" "its own"
                Expect.stringContains (said "$tty") "bob" "its own"
                Expect.stringContains (said "/dev/pts/99999") "alice" "another one"
                Expect.stringContains (said "/dev/null") "alice" "no terminal at all"
                Expect.stringContains (said "") "alice" "one that was set without a terminal"

                let unbound =
                    (onTerminal person "CODEX_ROUTER_USE=bob:$tty setsid -w \"$router\" which").Out

                Expect.stringContains unbound "bob" "a program without a terminal, started from there")

            promise "a CODEX_HOME of the person's own, without profiles, is no silent second root" (fun person ->
                person.Has both
                person.Write(person.File ".codex-client/auth.json", Person.SignInOf carol)
                let environment = [ "CODEX_HOME", person.File ".codex-client" ]

                for words in [ []; [ "list" ]; [ "save"; "carol" ] ] do
                    let outcome = person.Run(words, environment = environment)
                    Expect.equal outcome.Exit 0 (Outcome.describe outcome)
                    Expect.stringContains outcome.Err "in ~/.codex there are 2" (Outcome.describe outcome)
                    Expect.stringContains outcome.Err "CODEX_ROUTER_ROOT=~/.codex" "the way out"

                Expect.equal (person.Run([ "list" ], environment = environment)).Err "" "now it is meant")

            promise "what overrides every sign-in is told" (fun person ->
                person.Has both
                let token = [ "CODEX_ACCESS_TOKEN", "at-FAKE-1" ]

                for words in [ [ "current" ]; [ "which" ]; [ "guard"; "--min-left"; "1"; "--offline" ] ] do
                    let outcome = person.Run(words, environment = token)
                    Expect.stringContains outcome.Err "CODEX_ACCESS_TOKEN is set" words.Head
                    Expect.isFalse ((outcome.Out + outcome.Err).Contains "at-FAKE") "and not what it is"
                    let outcome = person.Run(words @ [ "--json" ], environment = token)
                    use document = JsonDocument.Parse outcome.Out

                    Expect.equal
                        (document.RootElement.GetProperty("overridden_by").EnumerateArray()
                         |> Seq.map (fun name -> string (name.GetString()))
                         |> List.ofSeq)
                        [ "CODEX_ACCESS_TOKEN" ]
                        (words.Head + " --json"))
        ]
