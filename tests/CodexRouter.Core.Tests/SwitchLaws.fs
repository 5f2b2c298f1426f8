/// The laws of switching: which sign-in Codex finds, and that no other profile changes.
module CodexRouter.Core.Tests.SwitchLaws

open System
open Expecto
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds
open CodexRouter.Core.Tests.Planned

/// A world without what tells of the way here: the name that `switch -` goes back to.
let private withoutPrevious (disk: Disk) =
    disk.Nodes
    |> Map.remove (Layout.previous root)
    |> Map.map (fun _ node ->
        match node with
        | Node.Link(_, target) -> "link " + target
        | Node.Bytes(id, bytes) -> "file " + string id.Inode + Convert.ToBase64String bytes
        | Node.Written(_, Content.Text text) -> "text " + text.Trim()
        | Node.Written(_, Content.Record record) -> "record " + string (hash record)
        | Node.Folder -> "folder")

let tests =
    testList
        "plans"
        [
            law "after a switch Codex finds the profile's own file, and everybody is told so" (fun (spec, request) ->
                match request with
                | SwitchTo text ->
                    let _, files, plan = planned spec request

                    match plan with
                    | Error _ -> true
                    | Ok plan ->
                        Plan.run files.Files plan |> ignore
                        let own = fileAt (Layout.signIn root (name text)) files.Disk

                        Observed.current files.Files root = Some(name text)
                        && Observed.marked files.Files root = Some(name text)
                        && readAtRoot files.Disk = Option.map snd own
                | _ -> true)

            law "a switch never leaves Codex without a sign-in on the way" (fun (spec, request) ->
                match request with
                | SwitchTo _
                | SaveAs _ ->
                    let before, _, plan = planned spec request

                    match plan, readAtRoot before with
                    | Error _, _
                    | _, None -> true
                    | Ok plan, Some _ -> cuts before plan |> List.forall (readAtRoot >> Option.isSome)
                | _ -> true)

            law "a switch changes no profile but the one that a loose sign-in returns to" (fun (spec, request) ->
                match request with
                | SwitchTo _ ->
                    let before, files, plan = planned spec request

                    let holder =
                        match Observed.live files.Files root with
                        | Live.Loose(_, Ok loose) -> Observed.holderOf files.Files root loose |> Option.map _.Name
                        | _ -> None

                    match plan with
                    | Error _ -> true
                    | Ok plan ->
                        Plan.run files.Files plan |> ignore

                        Observed.names files.Files root
                        |> List.filter (fun name -> Some name <> holder)
                        |> List.forall (fun name ->
                            fileAt (Layout.signIn root name) files.Disk = fileAt (Layout.signIn root name) before)
                | _ -> true)

            law
                "a sign-in that another tool put in the link's place replaces the profile's only when it is newer"
                (fun (spec, request) ->
                    match request with
                    | SwitchTo _ ->
                        let before, files, plan = planned spec request

                        match plan, Observed.live files.Files root with
                        | Ok plan, Live.Loose(_, Ok loose) ->
                            match Observed.holderOf files.Files root loose with
                            | Some {
                                       Name = holder
                                       Stored = Stored.SignIn(_, held)
                                   } ->
                                Plan.run files.Files plan |> ignore
                                let own = fileAt (Layout.signIn root holder) files.Disk |> Option.map snd

                                if SignIn.isNewer loose held then
                                    own = readAtRoot before
                                else
                                    own = (fileAt (Layout.signIn root holder) before |> Option.map snd)
                            | _ -> true
                        | _ -> true
                    | _ -> true)

            law "a loose sign-in that no profile holds is never replaced" (fun (spec, request) ->
                match request with
                | SwitchTo _ ->
                    let _, files, plan = planned spec request

                    match Observed.live files.Files root with
                    | Live.Loose(_, Ok loose) when (Observed.holderOf files.Files root loose).IsNone -> plan.IsError
                    | _ -> true
                | _ -> true)

            law "switching there and back restores the world" (fun (spec, _) ->
                let files = MemoryFiles(disk spec)

                match Observed.current files.Files root with
                | None -> true
                | Some start ->
                    let usable =
                        [ "ann"; "ben"; "cat" ]
                        |> List.filter (fun text -> name text <> start)
                        |> List.filter (fun text -> (planFor (situation files "probe") (SwitchTo text)).IsOk)

                    match usable, planFor (situation files "first") (SwitchTo(ProfileName.value start)) with
                    | there :: _, Ok settle ->
                        Plan.run files.Files settle |> ignore
                        let before = files.Disk

                        for text, stamp in [ there, "there"; ProfileName.value start, "back" ] do
                            match planFor (situation files stamp) (SwitchTo text) with
                            | Ok plan -> Plan.run files.Files plan |> ignore
                            | Error _ -> failtest "a switch that was possible is refused"

                        withoutPrevious files.Disk = withoutPrevious before
                    | _ -> true)

            law "where case is ignored, a profile is one profile however it is spelled" (fun (spec, _) ->
                let start = disk spec

                Observed.names (MemoryFiles start).Files root
                |> List.forall (fun profile ->
                    let files = MemoryFiles(start, ignoresCase = true)
                    let other = name ((ProfileName.value profile).ToUpperInvariant())

                    match Switch.plan (situation files "first") other with
                    | Error _ -> true
                    | Ok plan ->
                        Plan.run files.Files plan |> ignore

                        let isRefused name =
                            match Delete.plan (situation files "second") Running.nothing true name with
                            | Error(Refusal.IsCurrent current) -> current = profile
                            | _ -> false

                        Observed.current files.Files root = Some profile
                        && isRefused profile
                        && isRefused other))
        ]
