/// The laws of deleting: a profile goes with what is its own, and never the current one.
module CodexRouter.Core.Tests.DeleteLaws

open Expecto
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds
open CodexRouter.Core.Tests.Planned

let tests =
    testList
        "plans"
        [
            law "deleting takes away what is the profile's own, and nothing else" (fun (spec, request) ->
                match request with
                | DeleteOf text ->
                    let before, files, plan = planned spec request

                    match plan with
                    | Error _ -> true
                    | Ok plan ->
                        Plan.run files.Files plan |> ignore
                        let home = Layout.home root (name text)
                        let mine path = path = home || Disk.isInside home path

                        let routers (path: string) =
                            path = Layout.previous root
                            || path = Layout.trash root
                            || path = Layout.sealedCopy root (name text)

                        let others (disk: Disk) =
                            disk.Nodes |> Map.filter (fun path _ -> not (mine path) && not (routers path))

                        others files.Disk = others before && Disk.look home files.Disk = Entry.Missing
                | _ -> true)

            law "the current profile is never deleted" (fun (spec, _) ->
                let files = MemoryFiles(disk spec)

                match Observed.current files.Files root with
                | Some current when Observed.exists files.Files root current ->
                    (Delete.plan (situation files "first") Running.nothing true current).IsError
                | _ -> true)
        ]
