/// The laws that every plan keeps, in any world, cut off anywhere.
module CodexRouter.Core.Tests.PlanLaws

open System
open Expecto
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds
open CodexRouter.Core.Tests.Planned

let private strangers (disk: Disk) =
    disk.Nodes
    |> Map.filter (fun path _ ->
        path.Contains "other-tool"
        || path.Contains ".hidden"
        || path.Contains "router/unknown"
        || path = root + "/config.toml"
        || path.StartsWith(root + "/sessions", StringComparison.Ordinal))
    |> Map.toList
    |> List.map (fun (path, node) ->
        path,
        match node with
        | Node.Bytes(_, bytes) -> Convert.ToBase64String bytes
        | _ -> "")

let tests =
    testList
        "plans"
        [
            law "no plan, cut off after any step, loses a sign-in" (fun (spec, request) ->
                let before, _, plan = planned spec request

                match plan with
                | Error _ -> true
                | Ok plan -> cuts before plan |> List.forall (isLost before request >> not))

            law "every plan that is made can be carried out" (fun (spec, request) ->
                let _, files, plan = planned spec request

                match plan with
                | Error _ -> true
                | Ok plan -> Plan.run files.Files plan = Ok [])

            law
                "Codex's locks are taken in Codex's own order: each home's own before those beside the sign-ins"
                (fun (spec, request) ->
                    let _, files, plan = planned spec request

                    match plan with
                    | Error _ -> true
                    | Ok plan ->
                        let locks = CodexLocks.forPlan (situation files "locks") plan

                        let homes = locks |> List.takeWhile _.EndsWith("/auth.lock") |> List.map Disk.parent

                        // Of several homes they come in one order too: two commands never wait for each other.
                        locks = (homes |> List.map CodexLocks.ofHome) @ (homes |> List.map CodexLocks.ofFile)
                        && List.distinct homes = homes
                        && (match homes with
                            | first :: profiles when first = root -> List.sort profiles = profiles
                            | profiles -> List.sort profiles = profiles))

            law "a plan run twice changes nothing the second time" (fun (spec, request) ->
                let _, files, plan = planned spec request

                match plan with
                | Error _ -> true
                | Ok plan ->
                    Plan.run files.Files plan |> ignore
                    let after = files.Disk

                    match planFor (situation files "second") request with
                    | Error _ -> true
                    | Ok again ->
                        Plan.run files.Files again |> ignore
                        // Saving again may only renew what is known of the profile; the disk says whether it did.
                        again.IsEmpty && files.Disk = after)

            law "a refusal changes nothing" (fun (spec, request) ->
                let before, files, plan = planned spec request
                plan.IsOk || files.Disk = before)

            law "no two profiles ever share a name or an alias" (fun (spec, request) ->
                let _, files, plan = planned spec request

                match plan with
                | Error _ -> true
                | Ok plan ->
                    Plan.run files.Files plan |> ignore
                    let aliases = Alias.all files.Files root |> List.map fst
                    let words = Observed.names files.Files root @ aliases
                    List.distinct words = words)

            law "files that are not the router's business stay as they are" (fun (spec, request) ->
                let before, files, plan = planned spec request

                match plan with
                | Error _ -> true
                | Ok plan ->
                    Plan.run files.Files plan |> ignore
                    recover files.Disk "recovery" |> fst |> strangers = strangers before)
        ]
