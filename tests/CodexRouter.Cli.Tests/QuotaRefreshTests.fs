/// The lines for the prompt, and the refresh in the background that writes them.
module CodexRouter.Cli.Tests.QuotaRefreshTests

open System
open System.IO
open System.Threading.Tasks
open CodexRouter.StandIn
open Expecto

let private promptLine (person: Person) name =
    let text = person.PromptOf name
    Expect.isTrue (text.EndsWith '\n' && text.IndexOf '\n' = text.Length - 1) "one line"
    text.TrimEnd('\n').Split ' ' |> List.ofArray

let private seconds (time: DateTimeOffset option) =
    time |> Option.map _.ToUnixTimeSeconds() |> Option.defaultValue 0L

let private prompts =
    testList
        "prompt lines"
        [
            serviced "say when they were read, until when they are fresh, and each window" one (fun person _ ->
                let quota = person.Quota []
                let fetched = seconds (Told.time "fetched_at" quota)

                let resets =
                    Told.items "windows" quota
                    |> List.map (Told.time "resets_at" >> seconds >> string<int64>)

                Expect.equal
                    (promptLine person "alice")
                    [
                        "1"
                        string<int64> fetched
                        string<int64>(fetched + 300L)
                        "5h"
                        "58"
                        resets[0]
                        "wk"
                        "93"
                        resets[1]
                    ]
                    "words")

            serviced "are fresh for as long as the person set" one (fun person _ ->
                person.Write(person.In "router/config.toml", "stale_after_minutes = 30\n")
                person.Does [ "refresh" ] |> ignore

                match promptLine person "alice" with
                | _ :: fetched :: stale :: _ -> Expect.equal (int64 stale - int64 fetched) 1_800L "30 minutes"
                | words -> failtest (String.Join(' ', words)))

            serviced "hold a dash for what nobody knows, and no window without a length" one (fun person service ->
                service.SetUsageAnswer(
                    alice,
                    Answer.text
                        200
                        "application/json"
                        """{"rate_limit":{"primary_window":{"limit_window_seconds":18000},"secondary_window":{"used_percent":5}}}"""
                )

                person.Does [ "refresh" ] |> ignore
                Expect.equal (promptLine person "alice" |> List.skip 3) [ "5h"; "-"; "-" ] "words")

            promise "of an API key never ask again" (fun person ->
                person.Asks nowhere
                person.Write(person.In "profiles/key/auth.json", SampleAccount.apiKeySignIn "sk-FAKE-1")
                person.Does [ "refresh"; "key" ] |> ignore

                match promptLine person "key" with
                | [ "1"; _; "253402300799" ] -> ()
                | words -> failtest (String.Join(' ', words)))

            serviced "without figures say so, and do not ask again at once" one (fun person service ->
                service.Refuses()
                person.Does [ "refresh" ] |> ignore

                match promptLine person "alice" with
                | [ "1"; fetched; stale ] -> Expect.equal (int64 stale - int64 fetched) 300L "5 minutes"
                | words -> failtest (String.Join(' ', words)))

            serviced "keep the last figures when a refresh has none" one (fun person service ->
                person.Does [ "refresh" ] |> ignore
                let before = promptLine person "alice"
                service.Refuses()
                person.Does [ "refresh" ] |> ignore
                Expect.equal (promptLine person "alice") before "as they were")
        ]

let private refreshes =
    testList
        "refresh"
        [
            serviced "says nothing, whatever happens" one (fun person service ->
                Expect.equal (person.Does [ "refresh" ]) "" "with figures"
                service.Refuses()
                Expect.equal (person.Does [ "refresh" ]) "" "without"
                person.Asks "https://evil.example"
                Expect.equal (person.Does [ "refresh" ]) "" "with an address that is refused"
                File.Delete(person.In "profiles/alice/auth.json")
                Expect.equal (person.Does [ "refresh"; "alice" ]) "" "signed out")

            serviced
                "takes names and aliases, and knows none but those"
                [ "alice", alice; "bob", bob ]
                (fun person service ->
                    person.Does [ "alias"; "bob"; "office" ] |> ignore
                    person.Does [ "refresh"; "alice"; "office" ] |> ignore
                    Expect.equal (timesAsked service) 2 "both"
                    person.Run [ "refresh"; "nobody" ] |> Outcome.isFailure 3 [ "nobody" ])

            serviced "one at a time for each profile: a second one leaves at once" one (fun person service ->
                let gate = service.Hold Usage
                let first = Task.Run(fun () -> person.Does [ "refresh" ])
                Expect.isTrue (gate.Arrived(TimeSpan.FromSeconds 60.0)) "the first asks"
                person.Does [ "refresh" ] |> ignore
                Expect.isFalse first.IsCompleted "the first is not done"
                gate.Open()
                first.Wait()
                Expect.equal (timesAsked service) 1 "asked once")

            for status, name, pause in [ 429, "a minute", "60"; 429, "a day", "86400"; 403, "a gate's minute", "60" ] do
                serviced
                    ("leaves the service alone for as long as it wants to be, in the background only: "
                     + name)
                    one
                    (fun person service ->
                        service.Answer(Usage, Answer.error status "x" "y" |> Answer.withHeader "Retry-After" pause)
                        person.Does [ "refresh" ] |> ignore
                        Expect.equal (timesAsked service) 1 "asked"
                        service.Restore Usage
                        person.Does [ "refresh" ] |> ignore
                        Expect.equal (timesAsked service) 1 "left alone"
                        person.Quota [] |> ignore
                        Expect.equal (timesAsked service) 2 "a person's own question is asked")

            serviced "leaves the service alone also when a person's question was answered so" one (fun person service ->
                service.Answer(Usage, Answer.error 429 "x" "y" |> Answer.withHeader "Retry-After" "60")
                person.Run [ "quota" ] |> ignore
                let asked = timesAsked service
                person.Does [ "refresh" ] |> ignore
                Expect.equal (timesAsked service) asked "left alone")

            serviced
                "is not stopped by a note that is past, broken, or of a clock that was set back"
                one
                (fun person service ->
                    let note = person.In "router/quota/alice/not-before"

                    for index, text in
                        List.indexed
                            [
                                "2020-01-01T00:00:00Z\n"
                                "2090-01-01T00:00:00Z\n"
                                "soon\n"
                                ""
                                String('x', 100_000)
                            ] do
                        person.Write(note, text)
                        person.Does [ "refresh" ] |> ignore
                        Expect.equal (timesAsked service) (index + 1) text)
        ]

let tests = testList "quota store" [ prompts; refreshes ]
