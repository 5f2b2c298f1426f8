module CodexRouter.Core.Tests.TrustTests

open System
open CodexRouter.Core
open CodexRouter.Core.Tests.PinTests
open Expecto
open FsCheck
open FsCheck.FSharp

/// Few paths, so that they meet; some with what a careless reader would stumble over.
let paths =
    [
        "/a/.codex-profile"
        "/a/b c/.codex-profile"
        "/a/$(x)%/.codex-profile"
        "/\u00E9/.codex-profile"
        "/.codex-profile"
    ]

type private Said =
    | Allows
    | Denies
    | Forgets

let private said: Gen<(Said * string * Pin) list> =
    Gen.listOf (
        Gen.map3
            (fun what path pin -> what, path, pin)
            (Gen.elements [ Allows; Allows; Denies; Forgets ])
            (Gen.elements paths)
            pins
    )

let private apply trust (what, path, pin) =
    match what with
    | Allows -> Trust.allow path pin trust
    | Denies -> Trust.deny path pin trust
    | Forgets -> Ok(Trust.forget path trust)
    |> function
        | Ok trust -> trust
        | Error refusal -> failwith (Trust.explain refusal)

let private after = List.fold apply Trust.empty

let tests =
    testList
        "Trust"
        [
            testCase "nothing is allowed until the person says so"
            <| fun () ->
                let work = Pin.Names(profileName "work", [])
                Expect.equal (Trust.judge paths[0] work Trust.empty) Judgement.Unknown "at first"
                let trust = apply Trust.empty (Allows, paths[0], work)
                Expect.equal (Trust.judge paths[0] work trust) Judgement.Allowed "after allow"
                Expect.equal (Trust.judge paths[1] work trust) Judgement.Unknown "the same pin elsewhere"

                Expect.equal
                    (Trust.judge paths[0] (Pin.Names(profileName "personal", [])) trust)
                    Judgement.Unknown
                    "other content must be allowed again"

            testCase "the file says in its first line what it is, and is one line for each pin"
            <| fun () ->
                let trust =
                    after
                        [
                            Allows, "/b/.codex-profile", Pin.Default
                            Denies, "/a/.codex-profile", Pin.Default
                        ]

                Expect.equal
                    (Trust.render(trust).Split '\n' |> List.ofArray |> List.tail)
                    [ "deny\tdefault\t/a/.codex-profile"; "allow\tdefault\t/b/.codex-profile"; "" ]
                    "lines"

                Expect.stringStarts (Trust.render trust) "# " "a comment first"

            for line in
                [
                    "allow\twork"
                    "Allow\twork\t/a/.codex-profile"
                    "allow work /a/.codex-profile"
                    "allow\twork \t/a/.codex-profile"
                    "allow\tbad name\t/a/.codex-profile"
                    "allow\twork\trelative/.codex-profile"
                    "allow\twork\t/a/.codex-profile\r"
                    " allow\twork\t/a/.codex-profile"
                ] do
                testCase ("counts for nothing: " + line.Replace("\t", "\\t").Replace("\r", "\\r"))
                <| fun () -> Expect.equal (Trust.parse line) Trust.empty "no pin"

            testCase "a path that would break or forge a line is refused"
            <| fun () ->
                for path, refusal in
                    [
                        "/a\nallow\twork\t/b/.codex-profile", TrustRefusal.ControlCharacter
                        "/a\tb/.codex-profile", TrustRefusal.ControlCharacter
                        "/\027[2J/.codex-profile", TrustRefusal.ControlCharacter
                        "/\127/.codex-profile", TrustRefusal.ControlCharacter
                        "/\uFFFD/.codex-profile", TrustRefusal.NotText
                        "a/.codex-profile", TrustRefusal.NotAbsolute
                        "", TrustRefusal.NotAbsolute
                    ] do
                    Expect.equal (Trust.allow path Pin.Default Trust.empty) (Error refusal) "allow"
                    Expect.equal (Trust.deny path Pin.Default Trust.empty) (Error refusal) "deny"

            law "the list is read back as it was written"
            <| Prop.forAll (Arb.fromGen said) (fun said -> Trust.parse (Trust.render (after said)) = after said)

            law "the last word on a pin counts"
            <| Prop.forAll (Arb.fromGen said) (fun said ->
                Seq.allPairs paths (Seq.map (fun (_, _, pin) -> pin) said)
                |> Seq.forall (fun (path, pin) ->
                    let last =
                        said
                        |> List.tryFindBack (fun (what, there, which) ->
                            there = path && (which = pin || what = Forgets))

                    let due =
                        match last with
                        | Some(Allows, _, _) -> Judgement.Allowed
                        | Some(Denies, _, _) -> Judgement.Denied
                        | Some(Forgets, _, _)
                        | None -> Judgement.Unknown

                    Trust.judge path pin (after said) = due))

            law "of two lines for one pin the later counts, whatever stands between"
            <| Prop.forAll (Arb.fromGen pins) (fun pin ->
                let line verdict =
                    verdict + "\t" + Pin.text pin + "\t" + paths[1] + "\n"

                let judge text =
                    Trust.judge paths[1] pin (Trust.parse text)

                judge (line "allow" + "noise\n\n" + line "deny") = Judgement.Denied
                && judge (line "deny" + "noise\n\n" + line "allow") = Judgement.Allowed)

            law "reading the list never fails, whatever the text"
            <| fun (text: string | null) ->
                let text = Option.ofObj text |> Option.defaultValue ""
                let trust = Trust.parse text
                Trust.parse (Trust.render trust) = trust

            law "whatever a path holds, recording it adds exactly one line"
            <| fun (text: string | null) ->
                let path = "/" + (Option.ofObj text |> Option.defaultValue "")

                match Trust.allow path Pin.Default Trust.empty with
                | Ok trust -> Trust.render(trust).Split('\n').Length = 3
                | Error _ -> true
        ]

/// The other two files that the hook reads.
let otherFiles =
    testList
        "The files that the hook reads"
        [
            testCase "an alias is one line; the last for an alias counts, broken lines do not"
            <| fun () ->
                let index =
                    AliasIndex.parse "w personal\nbroken\nw work\nw  x\nw a b\ndefault work\np none\n# c\n"

                Expect.equal (AliasIndex.pairs index) [ profileName "w", profileName "work" ] "one alias"

            law "the aliases are read back as they were written"
            <| Prop.forAll (Arb.fromGen (Gen.listOf (Gen.zip (Gen.elements names) (Gen.elements names)))) (fun pairs ->
                let index = AliasIndex.ofPairs pairs
                AliasIndex.parse (AliasIndex.render index) = index)

            for text, mode in
                [
                    "", HookMode.Shell
                    "hook = \"global\"", HookMode.Global
                    "a = 1\n\thook='global'   # why\r\n[t]\n", HookMode.Global
                    "# hook = \"global\"", HookMode.Shell
                    "[t]\nhook = \"global\"", HookMode.Shell
                    "hook = \"global'", HookMode.Shell
                    "hook = \"else\"\nhook = \"global\"", HookMode.Global
                    "hooks = \"global\"", HookMode.Shell
                    "hook = \"global\" x", HookMode.Shell
                    "hook =", HookMode.Shell
                ] do
                testCase ("the hook's line in the settings: " + text.Replace("\n", "\\n"))
                <| fun () -> Expect.equal (HookSettings.parse text) mode "the mode"

            law "reading settings and aliases never fails, whatever the text"
            <| fun (text: string | null) ->
                let text = Option.ofObj text |> Option.defaultValue ""
                HookSettings.parse ("hook" + text) |> ignore
                AliasIndex.parse text |> AliasIndex.render |> String.IsNullOrEmpty |> ignore
        ]
