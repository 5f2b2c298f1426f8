/// Each file that is read is once each kind of bad file: every command still ends, says what is documented, and loses nothing.
module CodexRouter.Cli.Tests.HostileLabTests

open System
open System.Diagnostics
open System.IO
open System.Text
open System.Text.Json
open System.Text.RegularExpressions
open CodexRouter.Platform
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// One for all worlds: it only answers.
let private service =
    lazy
        (let service = StandIn.Start [ alice; bob; carol ]

         for account in [ alice; bob; carol ] do
             service.SetUsage(account, SampleUsage.twoWindows DateTimeOffset.UtcNow 10 20)

         service)

/// What is read, below the home.
let private files =
    [
        ".codex/auth.json"
        ".codex/config.toml"
        ".codex/.current_profile"
        ".codex/history.jsonl"
        ".codex/session_index.jsonl"
        ".codex/sessions/2030/01/02/rollout-2.jsonl"
        ".codex/auth.lock"
        ".codex/profiles/alice/auth.json"
        ".codex/profiles/bob/auth.json"
        ".codex/profiles/bob/auth.json.lock"
        ".codex/profiles/bob/config.toml"
        ".codex/profiles/bob/profile.json"
        ".codex/profiles/bob/sessions"
        ".codex/router/aliases"
        ".codex/router/allowed"
        ".codex/router/config.toml"
        ".codex/router/fallback.json"
        ".codex/router/lock"
        ".codex/router/previous"
        ".codex/router/prompt/alice"
        ".codex/router/quota/alice/history.json"
        ".codex/router/quota/alice/snapshot.json"
        ".codex/router/refreshed"
        ".codex/router/sealed/bob.json"
        ".codex-profile"
    ]

let private nested = String('[', 40_000) + String(']', 40_000)

/// What stands in a file's place.
let private kinds: (string * (Person -> string -> unit)) list =
    [
        "missing", (fun _ _ -> ())
        "empty", (fun person path -> person.Write(path, ""))
        "a megabyte of zeros", (fun person path -> person.Write(path, Array.zeroCreate<byte> 1_048_576))
        "not UTF-8",
        (fun person path -> person.Write(path, [| 0xFFuy; 0xFEuy; 0xC3uy; 0x28uy; 0xEDuy; 0xA0uy; 0x80uy; 0x0Auy |]))
        "words and NUL", (fun person path -> person.Write(path, "bob\u0000\u0000bob\n"))
        "nested JSON", (fun person path -> person.Write(path, nested))
        "a table and half a line", (fun person path -> person.Write(path, "[a]\nb = \"\n{\"tokens\":{"))
        "a directory", (fun _ path -> Directory.CreateDirectory path |> ignore)
        "a pipe", (fun person path -> person.Shell("mkfifo '" + path + "'") |> ignore)
        "a link to itself", (fun _ path -> File.CreateSymbolicLink(path, Path.GetFileName path |> string) |> ignore)
        "a link to nothing", (fun _ path -> File.CreateSymbolicLink(path, "not-there") |> ignore)
        "a link to what never ends", (fun _ path -> File.CreateSymbolicLink(path, "/dev/zero") |> ignore)
        "a gigabyte with nothing in it",
        (fun person path ->
            person.Write(path, "")
            use file = File.OpenWrite path
            file.SetLength 1_073_741_824L)
    ]

/// Mode 000 leaves the bytes, and takes the right to read them.
let private closed = "closed to everybody"

/// Commands that read, and one of each kind that changes.
let private commands =
    [
        []
        [ "list" ]
        [ "list"; "--json" ]
        [ "current" ]
        [ "which" ]
        [ "doctor" ]
        [ "quota"; "--all"; "--offline" ]
        [ "restore" ]
        [ "guard"; "--min-left"; "1" ]
        [ "switch"; "bob" ]
        [ "exec"; "bob"; "--"; "true" ]
        [ "save"; "alice" ]
        [ "alias"; "bob"; "office2" ]
        [ "rename"; "carol"; "third" ]
        [ "doctor"; "--fix" ]
        [ "switch"; "alice" ]
    ]

let private limit = TimeSpan.FromSeconds 20.0

/// As a person whom modes bind.
let private start (person: Person) ordinary (words: string list) =
    // Whatever a file holds, it may not fill the memory.
    let environment = [ "DOTNET_GCHeapHardLimit", "0x10000000" ]

    if ordinary && Environment.UserName = "root" then
        person.Start(
            "setpriv",
            // All of root's rights are gone but the name, and the files are this user's own.
            [ "--bounding-set=-all"; "--inh-caps=-all"; Project.program ] @ words,
            environment = environment
        )
    else
        person.Run(words, environment = environment)

let private tokens =
    [ alice; bob; carol ]
    |> List.map (fun account -> SampleAccount.refreshToken account 1 + "\"")

/// Gives the tokens that are in a file somewhere in the home.
let private kept (person: Person) =
    let rec below folder =
        Folders.Names folder
        |> Seq.collect (fun name ->
            let path = folder + "/" + name
            let status = FileStatus.Look path

            match status.Kind with
            | FileKind.Folder -> below path
            | FileKind.File when FileInfo(path).Length < 2_000_000L -> [ Encoding.Latin1.GetString(person.Bytes path) ]
            | _ -> [])
        |> List.ofSeq

    let contents = below person.Root

    tokens
    |> List.filter (fun token -> contents |> List.exists _.Contains(token, StringComparison.Ordinal))

let private make (person: Person) =
    person.Write(person.In "config.toml", "chatgpt_base_url = \"" + service.Value.BaseUrl + "\"\n")

    person.Write(person.In "history.jsonl", "{\"session_id\":\"1\",\"ts\":1,\"text\":\"hello\"}\n")
    person.Write(person.In "session_index.jsonl", "{\"id\":\"1\"}\n")

    person.Logs(
        "sessions/2030/01/02/rollout-2.jsonl",
        [ SessionLog.first alice; SessionLog.figures DateTimeOffset.UtcNow 30 ]
    )

    person.Has(both @ [ "carol", carol ])
    person.Write(person.In "router/config.toml", "[fallback.alice]\nto = [\"bob\"]\nbelow = 95\n")

    for words in
        [
            [ "alias"; "bob"; "office" ]
            [ "pin"; "bob" ]
            [ "switch"; "bob" ]
            [ "switch"; "alice" ]
            [ "quota"; "--all" ]
            [ "refresh"; "alice" ]
        ] do
        person.Run words |> ignore

let private states (person: Person) =
    use document = JsonDocument.Parse(person.Does [ "list"; "--json" ])

    document.RootElement.GetProperty("profiles").EnumerateArray()
    |> Seq.map (fun profile ->
        profile.GetProperty("account_id").GetString() |> string, profile.GetProperty("state").GetString() |> string)
    |> List.ofSeq

/// A Codex that renews alice's sign-in when it is told to, and says so.
let private renewing =
    """
while read -r line; do
  case $line in
    *'"refreshToken":true'*) cp "$HOME/renewed.json" "$CODEX_HOME/auth.json" ;;
  esac
  case $line in
    *'"id":1,'*) echo '{"id":1,"result":{"userAgent":"stand-in"}}' ;;
    *'"id":2,'*) echo '{"id":2,"result":{"rateLimits":{}}}'; exit 0 ;;
    *'"id":3,'*) echo '{"id":3,"result":{"authMethod":"chatgpt","authToken":null,"requiresOpenaiAuth":true}}' ;;
    *'"id":4,'*) echo '{"id":4,"result":{"account":{"type":"chatgpt"},"requiresOpenaiAuth":true}}' ;;
    *'"id":5,'*) echo '{"id":5,"result":{"account":{"type":"chatgpt"},"requiresOpenaiAuth":true}}' ;;
  esac
done"""

/// Runs every command on a world in which one file is bad, and then, with the file as it was, mends the world.
let private survives relative kind (spoil: (Person -> string -> unit) option) ordinary (person: Person) =
    make person
    let path = person.File relative
    let aside = person.File "aside"
    let isThere = (FileStatus.Look path).Kind <> FileKind.Missing

    match spoil with
    | Some spoil ->
        if isThere then
            (person.Shell("mv '" + path + "' '" + aside + "'")).Exit |> ignore

        Directory.CreateDirectory(Path.GetDirectoryName path |> string) |> ignore
        spoil person path
    | None when isThere -> (person.Shell("chmod 000 '" + path + "'")).Exit |> ignore
    | None -> ()

    let stands () =
        let status = FileStatus.Look path

        status.Kind,
        status.LinkTarget,
        (if status.Kind = FileKind.File then
             FileInfo(path).Length
         else
             0L)

    let bad = stands ()
    let mutable before = kept person

    for words in commands do
        let watch = Stopwatch.StartNew()
        let outcome = start person ordinary words
        let what = relative + ", " + kind + ": " + String.Join(' ', words) + "\n"
        Lab.count "runs" 1
        Expect.isLessThan watch.Elapsed limit (what + "ends in time")
        Expect.contains [ 0; 1; 3; 4; 5; 6 ] outcome.Exit (what + Outcome.describe outcome)
        Expect.isFalse (Regex.IsMatch(outcome.Err, "(?m)^\\s+at |xception")) (what + Outcome.describe outcome)
        let after = kept person
        let lost = List.except after before
        Lab.count "lost in bad files" lost.Length
        Expect.isEmpty lost (what + "no sign-in is lost")
        before <- after

    // What stood there comes back, unless the program has put something in the bad file's place.
    match spoil with
    | None -> (person.Shell("chmod u+rwX '" + path + "'")).Exit |> ignore
    | Some _ when stands () = bad ->
        let back =
            if isThere then
                "; mv '" + aside + "' '" + path + "'"
            else
                ""

        (person.Shell("rm -rf '" + path + "'" + back)).Exit |> ignore
    | Some _ -> ()

    let mended = person.Run [ "doctor"; "--fix" ]
    Expect.contains [ 0; 1 ] mended.Exit (Outcome.describe mended)

    // Without the root's file, a sign-in that was there may be signed out: what is suspected is asked for, as is advised.
    person.Write(person.File "renewed.json", Person.SignInOf(alice, 2))
    person.CodexDoes renewing
    let asked = person.Run [ "quota"; "--all" ]

    Expect.equal
        (states person |> List.sort)
        ([ alice; bob; carol ]
         |> List.map (fun account -> account.AccountId, "ok")
         |> List.sort)
        (relative
         + ", "
         + kind
         + ": all are well afterwards\n"
         + mended.Out
         + asked.Out
         + asked.Err)

let private cases =
    List.allPairs files (None :: List.map Some kinds)
    |> List.collect (fun (file, kind) ->
        match kind with
        | None -> [ file, closed, None, true ]
        | Some(name, spoil) -> [ for ordinary in [ false; true ] -> file, name, Some spoil, ordinary ])

let tests =
    testList
        "hostile lab"
        [
            for file, kind, spoil, ordinary in Lab.sample "hostile lab" 24 cases do
                promise (file + " is " + kind + (if ordinary then ", as an ordinary user" else "")) (fun person ->
                    if ordinary && not (OperatingSystem.IsLinux()) then
                        skiptest "needs Linux, where root can give up what modes do not bind"

                    Lab.count "bad files" 1
                    survives file kind spoil ordinary person)
        ]

/// Says what was tried, when all is over.
let tell () =
    Lab.tell
        "hostile lab"
        [
            "bad files", "bad files"
            "runs", "runs"
            "lost in bad files", "sign-ins lost"
        ]
