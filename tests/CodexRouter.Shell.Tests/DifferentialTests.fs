module CodexRouter.Shell.Tests.DifferentialTests

open System
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

let tests =
    let long = Project.setting "CODEX_ROUTER_LONG" 0 = 1
    let walks = Project.setting "CODEX_ROUTER_WALKS" (if long then 1000 else 50)
    let length = 60
    let seed = Project.setting "CODEX_ROUTER_SEED" (Random().Next 1_000_000)

    testCase
        $"the hook does what the specification says (%d{walks} walks of %d{length} steps from CODEX_ROUTER_SEED=%d{seed})"
    <| fun () ->
        for walk in seed .. seed + walks - 1 do
            let random = Random walk
            // the number of folders does not depend on the walk: see `World`
            let folders = 8

            let happenings = List.init length (fun _ -> Walk.happening random folders)

            match Replay.compare walk happenings with
            | None -> ()
            | Some failure ->
                let happenings, failure = shrink walk happenings failure

                failtest (
                    $"CODEX_ROUTER_SEED=%d{walk} CODEX_ROUTER_WALKS=1\n%s{failure}\n"
                    + String.Join("\n", happenings |> List.mapi (fun i happening -> $"%3d{i} %s{Walk.show happening}"))
                )
