/// Which pin decides, and which have no effect.
module CodexRouter.Core.Tests.LookupLaws

open CodexRouter.Core
open CodexRouter.Core.Tests.PinTests
open CodexRouter.Core.Tests.LookupSituations
open Expecto
open FsCheck.FSharp

// The law's own reading of "decides", independent of how the lookup walks.
let private decides situation (path, file) =
    match file with
    | PinFile.Holds pin when Trust.judge path pin situation.Registry.Trust = Judgement.Allowed ->
        match pin with
        | Pin.Default -> Some(Rule.Unpinned path)
        | Pin.Names(first, others) ->
            first :: others
            |> List.choose (fun name ->
                if situation.Registry.Profiles.Contains name then
                    Some name
                else
                    AliasIndex.find name situation.Registry.Aliases
                    |> Option.filter situation.Registry.Profiles.Contains)
            |> List.tryHead
            |> Option.filter (Lookup.usable situation.Registry).Contains
            |> Option.map (fun profile -> Rule.Pinned(profile, path))
    | _ -> None

let private inCapitals name =
    profileName ((ProfileName.value name).ToUpperInvariant())

/// The same situation on a file system that ignores case, with every name that a person writes written in capitals.
let private shouted situation =
    let shout pin =
        match pin with
        | Pin.Default -> Pin.Default
        | Pin.Names(first, others) -> Pin.Names(inCapitals first, List.map inCapitals others)

    let pins =
        situation.Pins
        |> List.map (fun (path, file) ->
            match file with
            | PinFile.Holds pin -> path, PinFile.Holds(shout pin)
            | other -> path, other)

    let trust =
        (Trust.empty, List.zip situation.Pins pins)
        ||> List.fold (fun trust (before, after) ->
            match before, after with
            | (path, PinFile.Holds pin), (_, PinFile.Holds shouted) ->
                match Trust.judge path pin situation.Registry.Trust with
                | Judgement.Allowed -> Trust.allow path shouted trust |> Result.defaultValue trust
                | Judgement.Denied -> Trust.deny path shouted trust |> Result.defaultValue trust
                | Judgement.Unknown -> trust
            | _ -> trust)

    { situation with
        Used = Option.map inCapitals situation.Used
        Pins = pins
        Registry =
            { situation.Registry with
                IgnoresCase = true
                Trust = trust
            }
    }

let private lookup =
    testList
        "Lookup"
        [
            testCase "the way up goes from the folder to the root of the file system"
            <| fun () ->
                Expect.equal
                    (Lookup.chain "/a/b")
                    [ "/a/b/.codex-profile"; "/a/.codex-profile"; "/.codex-profile" ]
                    "three files"

                Expect.equal (Lookup.chain "/") [ "/.codex-profile" ] "one file"

            for router, codexHome, due in
                [
                    "", "", "/home/me/.codex"
                    "/r/", "/elsewhere", "/r"
                    "", "/elsewhere/", "/elsewhere"
                    "", "/r/profiles/work", "/r"
                    "", "/r/profiles/work/", "/r"
                    "", "/r/profiles/-bad", "/r/profiles/-bad"
                    "", "/r/profiles", "/r/profiles"
                    "", "/profiles/work", "/profiles/work"
                    "", "/gone", "/home/me/.codex"
                    "", "/gone/profiles/work", "/home/me/.codex"
                    "/gone", "", "/gone"
                    "/r/profiles/work", "", "/r/profiles/work"
                    "r", "", "/now/r"
                    "", "r", "/now/r"
                    "/", "", "/"
                ] do
                testCase ("the root, from CODEX_ROUTER_ROOT=" + router + " and CODEX_HOME=" + codexHome)
                <| fun () -> Expect.equal (Lookup.root ((<>) "/gone") router codexHome "/home/me" "/now") due "the root"

            for text, due in
                [
                    "profiles/work/auth.json", Some "work"
                    root + "/profiles/work/auth.json", Some "work"
                    "/other/profiles/work/auth.json", None
                    "profiles/work/other.json", None
                    "profiles/../auth.json", None
                    "profiles//auth.json", None
                    "profiles/a/b/auth.json", None
                    "", None
                ] do
                testCase ("the current profile, from a link to: " + text)
                <| fun () ->
                    Expect.equal (Lookup.currentOfLink root text |> Option.map ProfileName.value) due "the profile"

            law "the nearest allowed pin decides"
            <| forAll situations (fun situation ->
                let situation = { situation with Used = None }

                let due =
                    situation.Pins
                    |> List.tryPick (decides situation)
                    |> Option.defaultValue Rule.NoPin

                (decide situation).Rule = due)

            law "what `use` set wins over every pin while that profile exists, and is as nothing otherwise"
            <| forAll situations (fun situation ->
                match situation.Used with
                | Some profile when (Lookup.usable situation.Registry).Contains profile ->
                    (decide situation).Rule = Rule.Use profile
                | _ -> (decide situation).Rule = (decide { situation with Used = None }).Rule)

            law "a pin that is not allowed, denied, broken or without a profile changes nothing"
            <| forAll (Gen.zip situations (Gen.choose (0, chain.Length - 1))) (fun (situation, index) ->
                let (path, file) = situation.Pins[index]

                let without =
                    { situation with
                        Pins = List.updateAt index (path, PinFile.Absent) situation.Pins
                    }

                decides situation (path, file) <> None
                || (decide situation).Rule = (decide without).Rule)

            law "no rule chooses a profile whose sign-in Codex would delete, and it is said"
            <| forAll situations (fun situation ->
                let decision = decide situation

                let isBlocked profile =
                    StateIndex.find profile situation.Registry.States = Some StateIndex.Blocked

                (Lookup.profile decision.Rule |> Option.exists isBlocked |> not)
                && decision.Looked
                   |> List.forall (fun looked ->
                       match looked.Finding with
                       | Finding.Blocked profile ->
                           isBlocked profile
                           && decision.Warnings
                              |> List.contains (Warning.BlockedProfile(looked.Path, profile))
                       | _ -> true))

            law "a pin that moves in and that nobody allowed does not change the profile"
            <| forAll (Gen.zip3 situations (Gen.choose (0, chain.Length - 1)) pins) (fun (situation, index, pin) ->
                let (path, file) = situation.Pins[index]

                let moved =
                    { situation with
                        Pins = List.updateAt index (path, PinFile.Holds pin) situation.Pins
                    }

                Trust.judge path pin situation.Registry.Trust = Judgement.Allowed
                || decides situation (path, file) <> None
                || (decide moved).Rule = (decide situation).Rule)

            law "where a file system ignores case, a name means the same profile however it is written"
            <| forAll situations (fun situation ->
                // An alias is no folder: it is written as it was given.
                let situation =
                    { situation with
                        Registry =
                            { situation.Registry with
                                Aliases = AliasIndex.ofPairs []
                            }
                    }

                (decide (shouted situation)).Rule = (decide situation).Rule)

            law "where a file system tells case apart, a name in another case is another profile"
            <| forAll situations (fun situation ->
                let situation = shouted situation

                let careful =
                    { situation with
                        Registry =
                            { situation.Registry with
                                IgnoresCase = false
                            }
                    }

                match Lookup.profile (decide careful).Rule with
                | Some _ -> false
                | None -> true)

            law "every file up to the one that decides is looked at, and none above it"
            <| forAll situations (fun situation ->
                let decision = decide { situation with Used = None }

                let due =
                    match decision.Rule with
                    | Rule.Pinned(_, path)
                    | Rule.Unpinned path -> List.findIndex ((=) path) chain + 1
                    | Rule.Use _
                    | Rule.NoPin -> chain.Length

                List.map _.Path decision.Looked = List.truncate due chain)
        ]

let tests = testList "Lookup laws" [ lookup ]
