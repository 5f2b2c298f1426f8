module CodexRouter.Cli.Tests.SessionTests

open System
open System.IO
open System.Text.Json
open CodexRouter.StandIn
open Expecto

/// A log as Codex writes it: who, where, and what was typed.
type private Log =
    {
        Id: string
        Owner: SampleAccount option
        Folder: string
        Typed: string
    }

let private numbered (number: int) =
    "01a22f1d-4535-76c0-aa05-"
    + number.ToString("x12", Globalization.CultureInfo.InvariantCulture)

let private text (value: string) =
    JsonEncodedText.Encode(value).ToString()

let private lines log =
    let owner =
        match log.Owner with
        | Some account ->
            "\"creator_user_id\":\""
            + account.UserId
            + "\",\"creator_account_id\":\""
            + account.AccountId
            + "\","
        | None -> ""

    let instructions = String('x', 30_000)

    [
        "{\"timestamp\":\"2026-12-01T00:59:40.749Z\",\"type\":\"session_meta\",\"payload\":{"
        + owner
        + "\"id\":\""
        + log.Id
        + "\",\"timestamp\":\"2026-12-01T00:59:37.257Z\",\"cwd\":\""
        + text log.Folder
        + "\",\"source\":\"cli\",\"base_instructions\":{\"text\":\""
        + instructions
        + "\"}}}"
        "{\"type\":\"response_item\",\"payload\":{\"type\":\"message\",\"role\":\"developer\"}}"
        "{\"type\":\"event_msg\",\"payload\":{\"type\":\"item_completed\",\"item\":{\"type\":\"UserMessage\",\"content\":[{\"type\":\"text\",\"text\":\""
        + text log.Typed
        + "\"}]}}}"
        ""
    ]
    |> String.concat "\n"

/// Puts a log there; the greater its number, the later it was used.
let private has (person: Person) below number log =
    let path =
        person.In(below + "/rollout-2026-12-01T00-59-37-" + (log: Log).Id + ".jsonl")

    person.Write(path, lines log)
    File.SetLastWriteTimeUtc(path, DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(float<int> number))

let private day = "sessions/2026/12/01"

let private log number owner folder typed =
    {
        Id = numbered number
        Owner = owner
        Folder = folder
        Typed = typed
    }

let private sessions (person: Person) (words: string list) =
    use document = JsonDocument.Parse(person.Does([ "sessions"; "--json" ] @ words))

    [
        for session in document.RootElement.GetProperty("sessions").EnumerateArray() do
            let field (name: string) = session.GetProperty(name).ToString()
            field "id", field "title", field "profile", field "begun_with"
    ]

let private ids person words =
    sessions person words |> List.map (fun (id, _, _, _) -> id)

/// Codex says in which home it is started, and with which words.
let private telling = "printf '%s' \"$CODEX_HOME\"; printf '|%s' \"$@\""

let private ofAll (person: Person) =
    person.Has both
    let acme = person.File "acme"
    Directory.CreateDirectory acme |> ignore
    has person day 1 (log 1 (Some SampleAccount.alice) acme "first of alice")
    has person day 2 (log 2 (Some SampleAccount.bob) person.Home "then of bob")
    has person day 3 (log 3 None person.Home "of nobody")
    has person day 4 (log 4 (Some(SampleAccount.numbered 7)) person.Home "of a stranger")
    acme

let tests =
    testList
        "sessions"
        [
            promise
                "those of all profiles are there once each, the one used last first, with who began them"
                (fun person ->
                    ofAll person |> ignore

                    Expect.equal
                        (sessions person [])
                        [
                            numbered 4, "of a stranger", "", "other_account"
                            numbered 3, "of nobody", "", "not_known"
                            numbered 2, "then of bob", "bob", "account"
                            numbered 1, "first of alice", "alice", "account"
                        ]
                        "all four"

                    Expect.equal (ids person [ "--limit"; "2" ]) [ numbered 4; numbered 3 ] "the newest two"
                    Outcome.isRefused person 2 [ "--limit" ] [ "sessions"; "--limit"; "0" ])

            promise "--here gives those that were begun in this directory" (fun person ->
                let acme = ofAll person

                let told = person.Does([ "sessions"; "--here" ], directory = acme)

                Expect.stringContains told "first of alice" "the one of this directory"
                Expect.isFalse (told.Contains "then of bob") "none of another")

            promise "a profile that keeps its history apart has sessions of its own" (fun person ->
                ofAll person |> ignore
                let file = person.File "apart.json"
                person.Write(file, Person.SignInOf(SampleAccount.numbered 9))
                person.Does [ "save"; "apart"; "--from"; file; "--separate-history" ] |> ignore
                has person ("profiles/apart/" + day) 9 (log 9 None person.Home "of the one apart")

                Expect.equal
                    (List.head (sessions person []))
                    (numbered 9, "of the one apart", "apart", "home")
                    "by the home that has it"

                Outcome.isRefused person 1 [ "'apart' alone has the session" ] [ "resume"; numbered 9; "--as"; "bob" ])

            promise
                "archived ones are told apart, and a name that was given counts for more than what was typed"
                (fun person ->
                    ofAll person |> ignore
                    has person "archived_sessions" 5 (log 5 (Some SampleAccount.bob) person.Home "put away")

                    person.Write(
                        person.In "session_index.jsonl",
                        [ "one name"; "last name" ]
                        |> List.map (fun name ->
                            "{\"id\":\""
                            + numbered 2
                            + "\",\"thread_name\":\""
                            + name
                            + "\",\"updated_at\":\"\"}\n")
                        |> String.concat ""
                    )

                    let told = person.Does [ "sessions" ]
                    Expect.stringContains told "(archived) put away" "the archived one"
                    Expect.stringContains told "last name" "the name that was given last"
                    Expect.isFalse (told.Contains "then of bob") "not what was typed"
                    Outcome.isRefused person 1 [ "archived"; "codex unarchive" ] [ "resume"; numbered 5 ])

            promise "neither a token in a message nor what acts on a terminal gets out" (fun person ->
                person.Has both

                has
                    person
                    day
                    1
                    (log
                        1
                        (Some SampleAccount.alice)
                        (person.Home + "/\u001b[31m")
                        ("use "
                         + SampleAccount.apiKey SampleAccount.alice
                         + "\u001b[2J and eyJhbGciOiJub25lIn0 please"))

                let told = person.Does [ "sessions" ]
                Expect.stringContains told "use [hidden]" "hidden"
                Expect.isFalse (told.Contains '\u001b') "inert"
                person.Does [ "sessions"; "--json" ] |> ignore)

            promise "damaged logs, and those that other sessions started, are passed over" (fun person ->
                ofAll person |> ignore
                person.Write(person.In(day + "/rollout-2026-12-01T00-59-37-" + numbered 6 + ".jsonl"), "{\"type\":")
                person.Write(person.In(day + "/rollout-x.jsonl"), "")
                let agent = person.In(day + "/rollout-2026-12-01T00-59-37-" + numbered 7 + ".jsonl")

                person.Write(
                    agent,
                    (lines (log 7 None person.Home "of an agent")).Replace("\"cli\"", "{\"subagent\":\"review\"}")
                )

                Expect.equal (ids person []) (List.map numbered [ 4; 3; 2; 1 ]) "the four")

            promise "resume runs Codex as the profile that the session was begun with" (fun person ->
                let acme = ofAll person
                person.CodexDoes telling

                Expect.equal
                    (person.Does [ "resume"; numbered 2; "--"; "-m"; "other" ])
                    (person.In "profiles/bob" + "|resume|" + numbered 2 + "|-m|other")
                    "bob's home, and Codex's own words"

                Expect.equal
                    (person.Does([ "resume"; "--last" ], directory = acme))
                    (person.In "profiles/alice" + "|resume|" + numbered 1)
                    "the last one of the directory")

            promise "--as another is said, and so is a session of nobody" (fun person ->
                ofAll person |> ignore
                person.CodexDoes telling
                let other = person.Run [ "resume"; numbered 2; "--as"; "alice" ]
                Expect.stringStarts other.Out (person.In "profiles/alice") "alice's home"
                Expect.stringContains other.Err "was started with 'bob' and continues as 'alice'" "said"
                let same = person.Run [ "resume"; numbered 2; "--as"; "bob" ]
                Expect.equal same.Err "" "nothing to be said"
                let nobody = person.Run [ "resume"; numbered 3 ]
                Expect.stringStarts nobody.Out (person.In "profiles/alice") "the one that applies here"
                Expect.stringContains nobody.Err "did not record which account started" "said"
                Outcome.isRefused person 1 [ "no profile has the account"; "--as" ] [ "resume"; numbered 4 ])

            promise
                "the beginning of an id is enough, and a name too; what is not there is told with the nearest"
                (fun person ->
                    person.Has both
                    person.CodexDoes telling
                    let other = "11111111-4535-76c0-aa05-000000000001"
                    has person day 1 (log 1 (Some SampleAccount.bob) person.Home "one")

                    has
                        person
                        day
                        2
                        { log 2 (Some SampleAccount.bob) person.Home "two" with
                            Id = other
                        }

                    person.Write(
                        person.In "session_index.jsonl",
                        "{\"id\":\""
                        + other
                        + "\",\"thread_name\":\"the release\",\"updated_at\":\"\"}\n"
                    )

                    for word in [ "01a22f"; numbered 1 ] do
                        Expect.stringContains (person.Does [ "resume"; word ]) ("|" + numbered 1) word

                    Expect.stringContains (person.Does [ "resume"; "the release" ]) ("|" + other) "its name"

                    let near = person.Run [ "resume"; "the relaese" ]
                    near |> Outcome.isFailure 3 [ "the nearest is 'the release'" ]

                    Outcome.isRefused
                        person
                        3
                        [ "there is no session"; "codex-router sessions" ]
                        [ "resume"; "99999999" ]

                    has person day 3 (log 3 None person.Home "three")
                    Outcome.isRefused person 1 [ "may be 2 sessions" ] [ "resume"; "01a22f1d" ])

            promise "resume says what is missing, and what there is none of" (fun person ->
                person.Has both
                Outcome.isRefused person 2 [ "--last" ] [ "resume" ]
                Outcome.isRefused person 2 [ "--last" ] [ "resume"; "x"; "--last" ]
                Outcome.isRefused person 3 [ "no session was started in this directory" ] [ "resume"; "--last" ]
                has person day 1 (log 1 None person.Home "one")
                Outcome.isRefused person 3 [ "Profile not found" ] [ "resume"; numbered 1; "--as"; "nobody" ]
                File.Delete(person.In(day + "/rollout-2026-12-01T00-59-37-" + numbered 1 + ".jsonl"))
                Expect.equal (person.Does [ "sessions" ]) "no sessions yet\n" "none")
        ]
