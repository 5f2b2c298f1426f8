/// What the hook makes of a shell that goes from folder to folder, and what applies there.
module CodexRouter.Core.Tests.ShellStateLaws

open CodexRouter.Core
open CodexRouter.Core.Tests.PinTests
open CodexRouter.Core.Tests.LookupSituations
open Expecto
open FsCheck.FSharp

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

let tests = testList "Lookup laws" [ transition ]
