module CodexRouter.Core.Tests.SessionLaws

open System
open System.Globalization
open System.Text
open CodexRouter.Core
open Expecto
open FsCheck
open FsCheck.FSharp

let private utf8 (text: string) =
    ReadOnlyMemory(Encoding.UTF8.GetBytes text)

let private id1 = "01a22f1d-4535-76c0-aa05-5cce8a0f5296"
let private id2 = "01a22f1d-4d09-7bb0-a405-9b7791738d86"

let private name text =
    match ProfileName.create text with
    | Ok name -> name
    | Error fault -> failwith (ProfileName.explain fault)

let private metaLine =
    """{"timestamp":"2026-12-01T00:59:40.749Z","ordinal":0,"type":"session_meta","payload":{"creator_user_id":"user-1","creator_account_id":"acct-1","id":"01a22f1d-4535-76c0-aa05-5cce8a0f5296","forked_from_id":"01a22f1d-4d09-7bb0-a405-9b7791738d86","timestamp":"2026-12-01T00:59:37.257Z","cwd":"/home/me/acme","source":"cli","cli_version":"0.169.0","base_instructions":{"text":"x"}}}"""

/// Any text, with much in it that acts on a terminal.
let private anyText =
    let piece =
        Gen.frequency
            [
                4, Gen.elements [ "please"; "look"; "at"; "ü"; "日本"; "😀"; "." ]
                2, Gen.elements [ " "; "\n"; "\t"; "  "; "\r\n" ]
                2, Gen.elements [ "\u001b[31m"; "\u202e"; "\u0000"; "\u0007"; "\ud800"; "\u2028" ]
                1,
                Gen.map
                    (fun (letters: char array) -> String letters)
                    (Gen.arrayOf (ArbMap.defaults |> ArbMap.generate<char>))
            ]

    Gen.listOf piece |> Gen.map (String.concat "")

/// Tokens and keys of all kinds that people have around Codex; all of them say that they are fake.
let private token =
    gen {
        let! letters =
            Gen.arrayOfLength 30 (Gen.elements (Seq.toArray "abcdefghijABCDEFGHIJ0123456789-_"))

        let letters = String letters

        let! first =
            Gen.elements [ "sk-"; "sk-proj-"; "at-"; "rt_"; "eyJ"; "ghp_"; "xoxb-"; "AKIA"; "" ]

        return first + "FAKE7" + letters
    }

let private around =
    Gen.elements
        [
            " "
            ""
            "\n"
            "'"
            "\""
            "("
            ": "
            "key="
            "https://host/a?token="
            "Bearer "
        ]

let private isSeen (title: string) =
    title.EnumerateRunes()
    |> Seq.forall (fun rune ->
        match Rune.GetUnicodeCategory rune with
        | UnicodeCategory.Control
        | UnicodeCategory.Format
        | UnicodeCategory.Surrogate
        | UnicodeCategory.LineSeparator
        | UnicodeCategory.ParagraphSeparator -> false
        | _ -> true)

let private profile label user account : SessionProfile =
    {
        Name = name label
        UserId = user
        AccountId = account
    }

let private owner user account : SessionOwner option =
    Some { UserId = user; AccountId = account }

let private two =
    [
        profile "personal" (Some "user-1") (Some "acct-1")
        profile "work" (Some "user-2") (Some "acct-2")
    ]

let private decide = BegunWith.decide two

/// Bytes that are nearly a line of a log.
let private nearlyLine =
    gen {
        let! place = Gen.choose (0, metaLine.Length - 1)
        let! cut = Gen.choose (0, 20)
        let! put = Gen.elements [ ""; "{"; "\""; "null"; "[[["; "\\ud800"; "9" ]

        return
            metaLine.Substring(0, place)
            + put
            + metaLine.Substring(min metaLine.Length (place + cut))
    }

let tests =
    testList
        "sessions"
        [
            Law.over "a title is one short line that does nothing on a terminal" anyText (fun typed ->
                match SessionTitle.ofText typed with
                | None -> String.IsNullOrWhiteSpace typed
                | Some title ->
                    title.Length <= SessionTitle.MostCharacters
                    && isSeen title
                    && not (title.StartsWith ' ' || title.EndsWith ' ')
                    && not (title.Contains "  "))

            Law.over
                "no title shows a token, wherever in a message it stands"
                (Gen.zip (Gen.zip anyText anyText) (Gen.zip token (Gen.zip around around)))
                (fun ((before, behind), (token, (left, right))) ->
                    // What stands around it may be the token's own letters, as far as anybody can tell.
                    match SessionTitle.ofText (before + " " + left + token + right + " " + behind) with
                    | None -> true
                    | Some title -> not (title.Contains "FAKE7"))

            testCase "words, paths and links of a message are shown as they are"
            <| fun () ->
                for typed in
                    [
                        "fix the flaky test in src/CodexRouter.Core/Sessions/SessionTitle.fs"
                        "what does https://example.com/docs/getting-started say?"
                        "why is internationalization so long"
                        "2026-12-01: rename sk to ks, and set A=1"
                    ] do
                    Expect.equal (SessionTitle.ofText typed) (Some typed) typed

                Expect.equal (SessionTitle.ofText " \n\t ") None "nothing to be seen"
                Expect.equal (SessionTitle.ofText "a\n\n  b") (Some "a b") "one line"

            testCase "a first line tells the id, where, when, who and from what"
            <| fun () ->
                Expect.equal
                    (SessionLog.head (utf8 metaLine))
                    (Some
                        {
                            Id = id1
                            BegunAt = Rfc3339.parse "2026-12-01T00:59:37.257Z"
                            Folder = Some "/home/me/acme"
                            Owner = owner (Some "user-1") (Some "acct-1")
                            ForkedFrom = Some id2
                            Source = Some "cli"
                        })
                    "all of it"

                Expect.equal
                    (SessionLog.head (utf8 (metaLine.Replace("\"cli\"", """{"subagent":"review"}""")))
                     |> Option.bind _.Source)
                    (Some "subagent")
                    "one that another session started"

            Law.over "a damaged first line is another one or none, and never a failure" nearlyLine (fun line ->
                SessionLog.head (utf8 line) |> ignore
                SessionLog.message (utf8 line) |> ignore
                SessionLog.name (utf8 line) |> ignore

                SessionLog.head (utf8 line)
                |> Option.forall (fun head -> SessionLog.id head.Id = Some head.Id))

            testCase "what a person typed is found in the old form and in the present one, and nothing else is"
            <| fun () ->
                let found (line: string) = SessionLog.message (utf8 line)

                Expect.equal
                    (found """{"type":"event_msg","payload":{"type":"user_message","message":"old words"}}""")
                    (Some "old words")
                    "the old form"

                Expect.equal
                    (found
                        """{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"UserMessage","content":[{"type":"text","text":"new"},{"type":"image"},{"type":"text","text":"words"}]}}}""")
                    (Some "new words")
                    "the present form"

                Expect.equal
                    (found
                        """{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"AgentMessage","content":[{"type":"text","text":"UserMessage"}]}}}""")
                    None
                    "the model's"

                Expect.equal
                    (found """{"type":"response_item","payload":{"type":"user_message","message":"x"}}""")
                    None
                    "another kind of line"

            testCase "a log's name ends with its session's id"
            <| fun () ->
                Expect.equal
                    (SessionLog.ofFileName ("rollout-2026-12-01T00-59-37-" + id1 + ".jsonl"))
                    (Some id1)
                    "its id"

                for other in
                    [
                        "rollout-2026-12-01T00-59-37-" + id1 + ".jsonl.zst"
                        "rollout-2026-12-01T00-59-37-" + id1.ToUpperInvariant() + ".jsonl"
                        "rollout-" + id1 + ".jsonl"
                        ""
                    ] do
                    Expect.equal (SessionLog.ofFileName other) None other

            testCase "the account that Codex wrote down decides who began a session"
            <| fun () ->
                Expect.equal
                    (decide None (owner (Some "user-2") (Some "acct-2")))
                    (BegunWith.Account(name "work", []))
                    "the profile of the account"

                Expect.equal
                    (decide None (owner (Some "user-2") (Some "acct-9")))
                    (BegunWith.Account(name "work", []))
                    "the person, who is in another workspace now"

                Expect.equal (decide None (owner (Some "user-3") (Some "acct-1"))) BegunWith.Stranger "another person's"
                Expect.equal (decide None None) BegunWith.NotKnown "nobody is named"

            testCase "the home that alone has a log decides where the account does not"
            <| fun () ->
                let held = Some(name "work")
                Expect.equal (decide held None) (BegunWith.Home(name "work")) "nobody is named"

                Expect.equal
                    (decide held (owner (Some "user-9") (Some "acct-9")))
                    (BegunWith.Home(name "work"))
                    "an account that no profile has any more"

                Expect.equal
                    (decide held (owner (Some "user-1") (Some "acct-1")))
                    (BegunWith.Account(name "personal", []))
                    "another profile's account"

            testCase "two profiles of one account may both have begun a session; the home that has it decides"
            <| fun () ->
                let twins = profile "again" (Some "user-1") (Some "acct-1") :: two
                let decide = BegunWith.decide twins
                let alice = owner (Some "user-1") (Some "acct-1")
                Expect.equal (decide None alice) (BegunWith.Account(name "again", [ name "personal" ])) "either"
                Expect.equal (decide (Some(name "personal")) alice) (BegunWith.Home(name "personal")) "the one"
        ]
