module CodexRouter.Shell.Tests.DifferentialTests

open System
open CodexRouter.Core
open CodexRouter.Testing
open Expecto

// Leaves out one happening after another while the walk still fails.
let private shrink seed happenings failure =
    let rec leaveOut index (happenings: Happening list) failure =
        if index < 0 then
            happenings, failure
        else
            let fewer = List.removeAt index happenings

            match Replay.compare seed fewer with
            | Some failure -> leaveOut (index - 1) fewer failure
            | None -> leaveOut (index - 1) happenings failure

    leaveOut (List.length happenings - 1) happenings failure

/// The number of folders does not depend on the walk: see `World`.
let private folders = 8

let private explain seed happenings failure =
    $"CODEX_ROUTER_SEED=%d{seed} CODEX_ROUTER_WALKS=1\n%s{failure}\n"
    + String.Join(
        "\n",
        happenings
        |> List.mapi (fun i happening -> $"%3d{i} %s{Happening.show happening}")
    )

let private anywhere walks length seed =
    testCase
        $"the hook does what the specification says (%d{walks} walks of %d{length} steps from CODEX_ROUTER_SEED=%d{seed})"
    <| fun () ->
        for walk in seed .. seed + walks - 1 do
            let random = Random walk
            let happenings = List.init length (fun _ -> Walk.happening random folders)

            match Replay.compare walk happenings with
            | None -> ()
            | Some failure ->
                let happenings, failure = shrink walk happenings failure
                failtest (explain walk happenings failure)

/// Files that have just changed are looked at every time. These walks pause, so that the hook has reason to think that
/// nothing changed, and then one thing does. They wait side by side.
let private afterRest walks seed =
    testCase $"a single change after a rest is seen (%d{walks} walks from CODEX_ROUTER_SEED=%d{seed})"
    <| fun () ->
        let walk seed =
            let random = Random seed

            // A pin that works where we are, a rest, and then mostly something of what the pin rests on.
            let afterRest () =
                let folder = random.Next folders
                let name = Text.Encoding.UTF8.GetBytes(ProfileName.value Walk.profiles[0])

                let change =
                    match random.Next 8 with
                    | 0 -> Happening.RemoveProfile 0
                    | 1 -> Happening.RemovePin folder
                    | 2 -> Happening.Forget folder
                    | 6 -> Happening.SetPrompt(0, "1 {-60} {+9000} 5h 58 {+9000}\n")
                    | 7 ->
                        Happening.SetPrompt(
                            0,
                            "1 {-60} {+9000} 5h 4 {+9000}\nswitch "
                            + ProfileName.value Walk.profiles[1]
                            + " - little is left\n"
                        )
                    | 3 -> Happening.SetLink(Some("profiles/" + ProfileName.value Walk.profiles[1] + "/auth.json"))
                    | _ -> Walk.happening random folders

                [
                    Happening.AddProfile 0
                    Happening.PlaceAllowed(folder, name)
                    Happening.Cd(folder, false)
                    Happening.Rest
                    Happening.NothingHappens
                    change
                    Happening.NothingHappens
                ]

            let happenings =
                List.init 8 (fun _ -> Walk.happening random folders)
                @ List.concat (List.init 4 (fun _ -> afterRest ()))

            Replay.compare seed happenings |> Option.map (explain seed happenings)

        let failures =
            [| seed .. seed + walks - 1 |]
            |> Array.map (fun seed -> async { return walk seed })
            |> fun walks -> Async.Parallel(walks, maxDegreeOfParallelism = 24)
            |> Async.RunSynchronously
            |> Array.choose id

        Expect.isEmpty failures "every change is seen"

let tests =
    let long = Project.setting "CODEX_ROUTER_LONG" 0 = 1
    let walks = Project.setting "CODEX_ROUTER_WALKS" (if long then 1000 else 20)
    let seed = Project.setting "CODEX_ROUTER_SEED" (Random().Next 1_000_000)

    testList "the hook and its specification" [ anywhere walks 60 seed; afterRest (if long then 480 else 24) seed ]
