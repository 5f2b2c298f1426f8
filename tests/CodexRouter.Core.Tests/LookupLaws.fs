module CodexRouter.Core.Tests.LookupLaws

open CodexRouter.Core
open CodexRouter.Core.Tests.PinTests
open Expecto
open FsCheck
open FsCheck.FSharp

let private root = "/home/me/.codex"
let private folder = "/home/me/one/two/three"
let private chain = Lookup.chain folder

/// What may stand along the way up, and what the person has said of it.
type private Situation =
    {
        Registry: Registry
        Used: ProfileName option
        Pins: (string * PinFile) list
        Mode: HookMode
        Current: ProfileName option
        /// What the prompt files advise, and the second at which the hook runs.
        Files: Map<ProfileName, Advice>
        Now: int64
    }

let private pinFiles =
    Gen.frequency
        [
            3, Gen.constant PinFile.Absent
            5, Gen.map PinFile.Holds pins
            1,
            Gen.map
                PinFile.Broken
                (Gen.elements [ PinFault.NotAFile; PinFault.TooLong; PinFault.NotOurs; PinFault.BadName ])
        ]

let private maybe generator =
    Gen.frequency [ 2, Gen.constant None; 1, Gen.map Some generator ]

let private advice =
    gen {
        let! mode = Gen.elements [ AdviceMode.Tell; AdviceMode.Switch; AdviceMode.Switch ]
        let! other = Gen.elements names
        let! until = Gen.elements [ None; Some 50L; Some 100L; Some 150L ]

        return
            {
                Mode = mode
                Other = other
                Until = until
                Text = "little is left"
            }
    }

let private situations: Gen<Situation> =
    gen {
        let! profiles = Gen.subListOf names
        let! aliases = Gen.listOf (Gen.zip (Gen.elements names) (Gen.elements names))
        let! files = Gen.listOfLength chain.Length pinFiles
        let pinned = List.zip chain files

        let! verdicts =
            Gen.listOfLength chain.Length (Gen.elements [ Some true; Some true; Some false; None ])

        let! used = maybe (Gen.elements names)
        let! current = maybe (Gen.elements names)

        let! mode =
            Gen.frequency [ 3, Gen.constant HookMode.Shell; 1, Gen.constant HookMode.Global ]

        let! states =
            Gen.listOf (Gen.zip (Gen.elements names) (Gen.elements [ StateIndex.Blocked; "ended" ]))

        let! advised = Gen.listOf (Gen.zip (Gen.elements names) advice)
        let! now = Gen.elements [ 0L; 60L; 100L; 200L ]

        let trust =
            (Trust.empty, List.zip pinned verdicts)
            ||> List.fold (fun trust ((path, file), verdict) ->
                let said =
                    match file, verdict with
                    | PinFile.Holds pin, Some true -> Trust.allow path pin trust
                    | PinFile.Holds pin, Some false -> Trust.deny path pin trust
                    | _ -> Ok trust

                Result.defaultValue trust said)

        return
            {
                Registry =
                    {
                        Profiles = Set.ofList profiles
                        IgnoresCase = false
                        Aliases = AliasIndex.ofPairs aliases
                        Trust = trust
                        States = StateIndex.ofPairs states
                    }
                Used = used
                Pins = pinned
                Mode = mode
                Current = current
                Files = Map.ofList advised
                Now = now
            }
    }

let private held: Gen<Held> =
    Gen.elements
        [
            Held.Unset
            Held.Set ""
            Held.Set root
            Held.Set "/elsewhere"
            Held.Set(Layout.home root names[0])
            Held.Set(Layout.home root names[1])
        ]

let private shellWith home =
    {
        CodexHome = home
        Ours = None
        Use = None
        Acted = None
        Said = Set.empty
    }

let private decide situation =
    Lookup.decide situation.Registry situation.Used situation.Pins

let private advised situation =
    ShellState.advised situation.Now (Lookup.usable situation.Registry) situation.Files.TryFind

let private step situation state =
    ShellState.step
        root
        situation.Registry
        situation.Mode
        (advised situation)
        situation.Current
        (decide situation)
        state

let private applies hook situation state =
    ShellState.applies
        root
        situation.Registry
        hook
        Place.Here
        (advised situation)
        situation.Current
        (decide situation)
        state

/// The profile that the shell is put on, if the hook exports one: a pin's choice gives way to what is advised.
let private exported situation =
    match (decide situation).Rule, situation.Mode with
    | Rule.Use profile, _ -> Some profile
    | Rule.Pinned(profile, _), HookMode.Shell ->
        match situation.Files.TryFind profile with
        | Some advice when
            advice.Mode = AdviceMode.Switch
            && advice.Other <> profile
            && (Lookup.usable situation.Registry).Contains advice.Other
            && (advice.Until.IsNone || advice.Until.Value > situation.Now)
            ->
            Some advice.Other
        | _ -> Some profile
    | _ -> None

let private walk start situations =
    List.fold (fun state situation -> (step situation state).State) (shellWith start) situations

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

let private forAll generator property =
    Prop.forAll (Arb.fromGen generator) property

let private nothing =
    {
        Rule = Rule.NoPin
        Looked = []
        Warnings = []
    }

/// Nothing is known on this machine.
let private registry =
    {
        Profiles = Set.empty
        IgnoresCase = false
        Aliases = AliasIndex.ofPairs []
        Trust = Trust.empty
        States = StateIndex.empty
    }

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

let private transition =
    testList
        "Shell"
        [
            law "leaving restores exactly what the shell had before"
            <| forAll (Gen.zip held (Gen.listOf situations)) (fun (start, situations) ->
                let state = walk start situations

                let left =
                    (ShellState.step root registry HookMode.Shell (fun _ -> None) None nothing state).State

                left.CodexHome = start && left.Ours = None)

            law "in a pinned folder the shell has that profile's home, and the mark says what was before"
            <| forAll (Gen.zip3 held (Gen.listOf situations) situations) (fun (start, before, situation) ->
                let state = walk start (before @ [ situation ])

                match exported situation with
                | Some profile ->
                    state.CodexHome = Held.Set(Layout.home root profile)
                    && state.Ours = Some { Profile = profile; Before = start }
                | None -> state.CodexHome = start && state.Ours = None)

            law "without advice to switch, in a pinned folder the shell has the pin's own profile"
            <| forAll (Gen.zip held situations) (fun (start, situation) ->
                let situation =
                    { situation with
                        Files =
                            situation.Files
                            |> Map.map (fun _ advice -> { advice with Mode = AdviceMode.Tell })
                    }

                match (decide situation).Rule, situation.Mode with
                | Rule.Pinned(profile, _), HookMode.Shell ->
                    (walk start [ situation ]).CodexHome = Held.Set(Layout.home root profile)
                | _ -> true)

            law "advice never moves what `use` chose, what is current, or anything with hook = \"global\""
            <| forAll (Gen.zip held situations) (fun (start, situation) ->
                let without = { situation with Files = Map.empty }

                match (decide situation).Rule, situation.Mode with
                | Rule.Pinned _, HookMode.Shell -> true
                | _ -> (walk start [ situation ]).CodexHome = (walk start [ without ]).CodexHome)

            law "when advice is taken back the shell is where it would be without it"
            <| forAll (Gen.zip held situations) (fun (start, situation) ->
                let without = { situation with Files = Map.empty }
                let back = walk start [ situation; without ]
                let direct = walk start [ without ]
                back.CodexHome = direct.CodexHome && back.Ours = direct.Ours)

            law "who is put on another profile is told which and why, and told again when that ends"
            <| forAll (Gen.zip held situations) (fun (start, situation) ->
                let without = { situation with Files = Map.empty }

                match (decide situation).Rule, exported situation with
                | Rule.Pinned(pinned, _), Some other when
                    other <> pinned
                    && start <> Held.Set(Layout.home root other)
                    && start <> Held.Set(Layout.home root pinned)
                    ->
                    let first = step situation (shellWith start)
                    let second = step without first.State

                    first.Change = Change.FellBack(pinned, situation.Files[pinned])
                    && second.Change = Change.Entered (decide without).Rule
                | _ -> true)

            law "advice about the profile in force is told, once for each other profile and end"
            <| forAll (Gen.zip held situations) (fun (start, situation) ->
                let first = step situation (shellWith start)

                let current =
                    match first.Change with
                    | Change.Switched(profile, _) -> Some profile
                    | _ -> situation.Current

                let due =
                    fst (ShellState.inForce root situation.Registry current first.State.CodexHome)
                    |> Option.bind (advised situation)

                first.Advice = due
                && (step { situation with Current = current } first.State).Advice = None)

            law "advice that has ended, or names no profile, or the profile itself, is as nothing"
            <| forAll (Gen.zip held situations) (fun (start, situation) ->
                let spoilt =
                    situation.Files
                    |> Map.map (fun profile advice ->
                        if situation.Now % 3L = 0L then
                            { advice with
                                Until = Some situation.Now
                            }
                        elif situation.Now % 3L = 1L then
                            { advice with Other = profile }
                        else
                            { advice with
                                Other = profileName "nobody-at-all"
                            })

                let with' = step { situation with Files = spoilt } (shellWith start)
                let without = step { situation with Files = Map.empty } (shellWith start)
                with' = without)

            law "how one came to a folder does not matter"
            <| forAll (Gen.zip3 held (Gen.listOf situations) situations) (fun (start, before, situation) ->
                let roundabout = walk start (before @ [ situation ])
                let direct = walk start [ situation ]
                roundabout.CodexHome = direct.CodexHome && roundabout.Ours = direct.Ours)

            law "the same situation again changes nothing and says nothing"
            <| forAll (Gen.zip3 held (Gen.listOf situations) situations) (fun (start, before, situation) ->
                // what the pin makes current everywhere is current
                let situation =
                    { situation with
                        Current =
                            match (decide situation).Rule with
                            | Rule.Pinned(profile, _) when situation.Mode = HookMode.Global -> Some profile
                            | _ -> situation.Current
                    }

                let state = walk start (before @ [ situation ])
                let again = step situation state

                again.State = state
                && again.Change = Change.None
                && again.Warnings = []
                && again.Advice = None)

            law "a CODEX_HOME set by hand stays while the same profile is wanted, and is never taken away"
            <| forAll (Gen.zip3 held held situations) (fun (start, byHand, situation) ->
                let state =
                    { walk start [ situation ] with
                        CodexHome = byHand
                    }

                let stays = (step situation state).State

                let left =
                    (ShellState.step root registry HookMode.Shell (fun _ -> None) None nothing stays).State

                let isOurs =
                    match state.Ours with
                    | Some ours -> byHand = Held.Set(Layout.home root ours.Profile)
                    | None -> false

                stays.CodexHome = byHand && (isOurs || left.CodexHome = byHand))

            law "a new shell in the same situation adopts what it inherits, and says nothing of it"
            <| forAll (Gen.zip3 held (Gen.listOf situations) situations) (fun (start, before, situation) ->
                let situation =
                    { situation with
                        Current =
                            match (decide situation).Rule with
                            | Rule.Pinned(profile, _) when situation.Mode = HookMode.Global -> Some profile
                            | _ -> situation.Current
                    }

                let state = walk start (before @ [ situation ])
                let adopted = step situation (ShellState.child state)

                adopted.State.CodexHome = state.CodexHome
                && adopted.State.Ours = state.Ours
                && adopted.Change = Change.None)

            law "a new shell inherits the mark through its environment as it was"
            <| forAll (Gen.zip (Gen.elements names) held) (fun (profile, before) ->
                ShellState.ours (ProfileName.value profile) (ShellState.beforeText before) =
                    Some { Profile = profile; Before = before })

            law "nothing is said twice in one shell"
            <| forAll (Gen.listOf situations) (fun situations ->
                let _, said =
                    ((shellWith Held.Unset, []), situations)
                    ||> List.fold (fun (state, said) situation ->
                        let step = step situation state
                        step.State, step.Warnings @ said)

                List.distinct said = said)

            law "with hook = \"global\" a pin makes its profile current and sets nothing in the shell"
            <| forAll (Gen.zip held situations) (fun (start, situation) ->
                let situation =
                    { situation with
                        Used = None
                        Mode = HookMode.Global
                    }

                let step = step situation (shellWith start)

                match (decide situation).Rule with
                | Rule.Pinned(profile, path) when situation.Current <> Some profile ->
                    step.Change = Change.Switched(profile, path) && step.State.CodexHome = start
                | _ -> step.Change = Change.None && step.State.CodexHome = start)

            law "where the hook is at work, what applies is what Codex uses"
            <| forAll
                (Gen.zip3 held (Gen.listOf situations) (Gen.zip situations (maybe held)))
                (fun (start, before, (last, byHand)) ->
                    // With hook = "global" it is the current profile that follows the pin.
                    let last = { last with Mode = HookMode.Shell }
                    let state = walk start (before @ [ last ])

                    let state =
                        { state with
                            CodexHome = Option.defaultValue state.CodexHome byHand
                        }

                    let applying = applies Hook.Loaded last state
                    applying.Profile = fst applying.Plain)

            law "without the hook the same pin decides, and `use`"
            <| forAll situations (fun situation ->
                let situation =
                    { situation with
                        Mode = HookMode.Shell
                        Files = Map.empty
                    }

                let hooked = (step situation (shellWith Held.Unset)).State
                let without = applies Hook.Absent situation (shellWith Held.Unset)

                without.Profile = (applies Hook.Loaded situation hooked).Profile
                && fst without.Plain = situation.Current)

            law "where the hook is switched off, what the environment says applies"
            <| forAll (Gen.zip held situations) (fun (start, situation) ->
                let applying = applies Hook.SwitchedOff situation (shellWith start)
                (applying.Profile, applying.Because) = applying.Plain)

            testCase "what `use` set does not count in another terminal"
            <| fun () ->
                let work = Some(profileName "work")
                Expect.equal (ShellState.used "work:/dev/pts/1" "/dev/pts/1") work "here"
                Expect.equal (ShellState.used "work:/dev/pts/1" "/dev/pts/2") None "there"
                Expect.equal (ShellState.used "work:" "") work "without a terminal"
                Expect.equal (ShellState.used "work" "") None "not what the shell writes"
                Expect.equal (ShellState.used "../x:" "") None "no name"

            for held, due, because in
                [
                    Held.Unset, "personal", Because.Current
                    Held.Set "", "personal", Because.Current
                    Held.Set root, "personal", Because.Current
                    Held.Set(root + "/"), "personal", Because.Current
                    Held.Set(root + "/profiles/work"), "work", Because.Environment
                    Held.Set(root + "/profiles/work/"), "work", Because.Environment
                    Held.Set(root + "/profiles/%F{red}"), "", Because.Environment
                    Held.Set(root + "/profiles/work/x"), "", Because.Environment
                    Held.Set "/elsewhere", "", Because.Environment
                ] do
                testCase ("the prompt shows what is in force: " + ShellState.beforeText held)
                <| fun () ->
                    let current = Some(profileName "personal")
                    let profile, why = ShellState.inForce root registry current held

                    Expect.equal
                        (Segment.inShell 0L (fun _ _ -> "") StateIndex.empty (fun _ -> None) profile).Text
                        due
                        "the segment"

                    Expect.equal why because "why"

            testCase "a CODEX_HOME in another case is that profile, where the file system says so"
            <| fun () ->
                let held = Held.Set(root + "/profiles/WORK")

                let shown ignoresCase =
                    let registry =
                        { registry with
                            Profiles = Set.singleton (profileName "work")
                            IgnoresCase = ignoresCase
                        }

                    fst (ShellState.inForce root registry None held) |> Option.map ProfileName.value

                Expect.equal (shown true) (Some "work") "one folder"
                Expect.equal (shown false) (Some "WORK") "two names"
        ]

let tests = testList "Lookup laws" [ lookup; transition ]
