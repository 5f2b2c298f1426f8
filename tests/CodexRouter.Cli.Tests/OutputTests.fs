module CodexRouter.Cli.Tests.OutputTests

open System
open System.Globalization
open System.IO
open System.Text
open System.Text.RegularExpressions
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// Characters that act on a terminal. Line ends are the program's own.
let private acts (text: string) =
    text.EnumerateRunes()
    |> Seq.filter (fun rune ->
        match Rune.GetUnicodeCategory rune with
        | UnicodeCategory.Control -> rune.Value <> int '\n'
        | UnicodeCategory.Format
        | UnicodeCategory.LineSeparator
        | UnicodeCategory.ParagraphSeparator -> true
        | _ -> false)
    |> Seq.map (fun rune -> "U+" + rune.Value.ToString "X4")
    |> Seq.distinct
    |> List.ofSeq

let private isInert (what: string) (outcome: Outcome) =
    Expect.isEmpty (acts outcome.Out) ("stdout of " + what)
    Expect.isEmpty (acts outcome.Err) ("stderr of " + what)

let private hostile =
    "\u001b]0;owned\u0007\u001b[31m\u202eevil\u200f\u009b1m\r\u2028x"

let private commands =
    [
        []
        [ "list" ]
        [ "list"; "--json" ]
        [ "current" ]
        [ "current"; "--json" ]
        [ "which" ]
        [ "which"; "--json" ]
        [ "doctor" ]
        [ "doctor"; "--json" ]
        [ "switch"; "bob"; "--dry-run" ]
        [ "switch"; "bob"; "--dry-run"; "--json" ]
        [ "switch"; "bob" ]
        [ "switch"; "alice" ]
        [ "switch"; hostile ]
        [ "switch"; hostile; "--json" ]
        [ hostile ]
        [ "list"; "--" + hostile ]
        [ "pin"; hostile ]
        [ "which"; hostile ]
        [ "allow"; hostile ]
        [ "exec"; "bob"; "--"; hostile ]
        [ "save"; hostile ]
        [ "save"; "x"; "--from"; hostile ]
        [ "rename"; "bob"; hostile ]
        [ "delete"; "bob" ]
        [ "--help" ]
    ]

/// Runs a line on a terminal of its own, and gives what the terminal got.
let private onTerminal (person: Person) environment (line: string) (typed: string) =
    if (person.Shell "script --version 2>/dev/null").Out.Contains "util-linux" then
        person.Start(
            "script",
            [ "-qec"; line; "/dev/null" ],
            environment = ("router", Project.program) :: environment,
            input = typed
        )
    else
        skiptest "needs the script(1) of util-linux: apt-get install bsdutils"

let tests =
    testList
        "output"
        [
            promise "no escape codes in a pipe, whatever the terminal" (fun person ->
                person.Has both

                for words in commands |> List.filter (List.forall (fun word -> not (word.Contains hostile))) do
                    person.Run(words, environment = [ "TERM", "xterm-256color"; "COLORTERM", "truecolor" ])
                    |> isInert (String.Join(' ', words)))

            promise "colours on a terminal, none with NO_COLOR or on a dumb one" (fun person ->
                person.Has both

                for words in [ "list"; "current"; "doctor"; "which"; "switch bob"; "switch alice" ] do
                    let line = "\"$router\" " + words
                    let coloured = onTerminal person [ "TERM", "xterm" ] line ""
                    Expect.stringContains coloured.Out "\u001b[" words

                    let dumb = onTerminal person [ "TERM", "dumb" ] line ""
                    Expect.isFalse (dumb.Out.Contains '\u001b') (words + ": nothing at all on a dumb one")
                    let plain = onTerminal person [ "TERM", "xterm"; "NO_COLOR", "1" ] line ""
                    // The runtime tells a terminal what its keys are to send, which is no colour.
                    Expect.isFalse (Regex.IsMatch(plain.Out, "\\x1b\\[[0-9;]*m")) (words + ": no colour"))

            promise "delete asks on a terminal, and takes yes only for yes" (fun person ->
                person.Has both

                let ask typed =
                    onTerminal person [ "TERM", "dumb" ] "\"$router\" delete bob" typed

                let refused = ask "n\n"
                Expect.stringContains refused.Out "delete profile bob (bob@work.example)" "the question"
                Expect.equal refused.Exit 1 "refused"
                Expect.equal (ask "\n").Exit 1 "nothing is no"
                Expect.isTrue (Directory.Exists(person.In "profiles/bob")) "still there"
                Expect.equal (ask "y\n").Exit 0 "done"
                Expect.isFalse (Directory.Exists(person.In "profiles/bob")) "gone")

            promise "list keeps whole words and the current profile's mark on a terminal of any width" (fun person ->
                let long number =
                    { SampleAccount.numbered number with
                        Email = "firstname.lastname" + string<int> number + "@bigcorp.example"
                    }

                person.Has [ "personal", long 1; "bigcorp-emea", long 2; "bigcorp-apac", long 3 ]
                File.Delete(person.In "profiles/bigcorp-apac/auth.json")

                let listed (width: int) =
                    let line = "stty cols " + string<int> width + " && \"$router\" list"

                    (onTerminal person [ "TERM", "dumb"; "LC_ALL", "C.UTF-8" ] line "").Out.TrimEnd().Split '\n'
                    |> Array.map _.TrimEnd()
                    |> List.ofArray

                for width in [ 200; 80; 60; 40; 24; 10; 3; 1 ] do
                    let lines = listed width
                    let told = string<int> width + " columns:\n" + String.Join('\n', lines)
                    Expect.hasLength lines 4 ("one line a profile, below the headings; " + told)
                    Expect.all lines (fun line -> line.Length <= width) told
                    Expect.hasLength (lines |> List.filter _.StartsWith('*')) 1 told

                    if width >= 40 then
                        for word in [ "*  personal "; "bigcorp-emea "; "bigcorp-apac "; " signed out" ] do
                            Expect.exists lines _.Contains(word) (word + "; " + told)

                let words = [ "firstname.lastname1@"; "bigcorp-emea"; "STATE"; "LEFT"; " ok " ]

                for word in words do
                    Expect.exists (listed 80) _.Contains(word) (word + " at 80"))

            promise "what others chose is inert: e-mails, plans, ids, file names, links, settings" (fun person ->
                let evil: SampleAccount =
                    {
                        Email = hostile + "@example.com"
                        UserId = "user-" + hostile
                        AccountId = "acct-" + hostile
                        Plan = hostile
                    }

                person.Has [ "alice", evil; "bob", { bob with Email = hostile } ]
                person.Write(person.In("profiles/" + hostile + ".json"), Person.SignInOf carol)
                let work = person.File("work " + hostile)
                Directory.CreateDirectory work |> ignore
                File.WriteAllText(Path.Combine(work, ".codex-profile"), hostile + "\n")

                let all () =
                    for words in commands do
                        person.Run(words, directory = work) |> isInert (String.Join(' ', words))

                all ()
                person.Does([ "pin"; "bob" ], directory = person.Home) |> ignore
                person.Run([ "allow" ], directory = work) |> isInert "allow"

                person.Run([ "current" ], environment = [ "CODEX_HOME", "/" + hostile ])
                |> isInert "CODEX_HOME"

                person.Run([ "doctor" ], environment = [ "CODEX_ROUTER_CODEX", hostile ])
                |> isInert "CODEX_ROUTER_CODEX"

                person.Write(person.In "config.toml", "cli_auth_credentials_store = \"\\u001b[31m\"\n")
                all ()
                File.Delete(person.In "config.toml")
                person.Write(person.In ".current_profile", hostile)
                File.Delete(person.In "auth.json")
                File.CreateSymbolicLink(person.In "auth.json", hostile) |> ignore
                all ()
                File.Delete(person.In "auth.json")
                person.IsSignedInAs { carol with Email = hostile }
                all ()
                Directory.CreateDirectory(person.In("profiles/bob/x" + hostile)) |> ignore
                person.Run [ "delete"; "bob"; "--yes" ] |> isInert "delete")

            promise "a hostile root is inert too" (fun person ->
                let root = person.File("root " + hostile)
                person.Write(Path.Combine(root, "auth.json"), Person.SignInOf alice)
                let environment = [ "CODEX_ROUTER_ROOT", root ]
                person.Run([ "save"; "alice" ], environment = environment) |> isInert "save"

                for words in commands do
                    person.Run(words, environment = environment)
                    |> isInert (String.Join(' ', words)))

            promise "JSON keeps every text as it is, in escapes" (fun person ->
                person.Has [ "alice", { alice with Email = hostile } ]
                use document = Json.JsonDocument.Parse(person.Does [ "list"; "--json" ])

                Expect.equal
                    (document.RootElement.GetProperty("profiles").[0].GetProperty("email").GetString())
                    hostile
                    "the very text")

            promise "whoever stops reading is no failure" (fun person ->
                // More text than a pipe and the program's own room hold.
                person.Has [ "alice", alice ]

                for number in 1..400 do
                    let home = person.In("profiles/p" + string<int> number)
                    person.Write(Path.Combine(home, "auth.json"), Person.SignInOf(SampleAccount.numbered number))

                for words in [ "list"; "list --json"; "doctor"; "doctor --json"; "--help"; "list --help" ] do
                    // Doctor's exit code is its verdict, which stays the same.
                    let expected = (person.Shell("\"$router\" " + words)).Exit

                    let outcome =
                        person.Shell("{ \"$router\" " + words + "; echo \"exit $?\" >&2; } | true")

                    Expect.equal outcome.Err ("exit " + string<int> expected + "\n") words

                let outcome = person.Shell "\"$router\" --help | head -n 1"
                Expect.equal outcome.Err "" "quiet"
                Expect.stringStarts outcome.Out "codex-router: " "one line")

            promise "a full disk behind stdout is a failure that is told" (fun person ->
                if File.Exists "/dev/full" then
                    let outcome = person.Shell "\"$router\" --help > /dev/full"
                    Expect.equal outcome.Exit 1 "not taken for done"
                    Expect.stringContains outcome.Err "codex-router: " "told"
                else
                    skiptest "needs Linux, which has /dev/full")
        ]
