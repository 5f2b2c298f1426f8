/// What advice near a limit makes of a shell: whom it moves, whom it tells, and that it ends.
module CodexRouter.Core.Tests.AdviceLaws

open CodexRouter.Core
open CodexRouter.Core.Tests.PinTests
open CodexRouter.Core.Tests.LookupSituations
open Expecto
open FsCheck.FSharp

let private advice =
    testList
        "Shell"
        [
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
        ]

let tests = testList "Lookup laws" [ advice ]
