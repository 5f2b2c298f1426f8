/// The laws of sharing: what becomes a profile's own or common is never lost, wherever the change is cut off.
module CodexRouter.Core.Tests.ShareLaws

open System
open System.Text
open Expecto
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds
open CodexRouter.Core.Tests.Planned
open CodexRouter.Core.Tests.ShareWorlds

let private planIn (files: MemoryFiles) stamp world =
    Share.plan (situation files stamp) (fun () -> Running.nothing) false world.CanExchange world.Asked

/// The texts of all files below a folder, with their paths.
let private textsIn folder (disk: Disk) =
    disk.Nodes
    |> Map.toList
    |> List.choose (fun (path, node) ->
        match node with
        | Node.Bytes(_, bytes) when Disk.isInside folder path && not (Disk.isInside (Layout.trash root) path) ->
            Some(path, Encoding.UTF8.GetString bytes)
        | Node.Link(_, target) when Disk.isInside folder path && target = "../../../dotfiles" -> Some(path, target)
        | _ -> None)

let private texts disk =
    textsIn root disk |> List.map snd |> set

/// Whether every text is still somewhere but in the trash, and at the root where it was.
let private keepsAll before after =
    let isHomes (path: string, _) =
        Disk.isInside (Layout.profiles root) path

    Set.isSubset (texts before) (texts after)
    && Set.isSubset (textsIn root before |> List.filter (isHomes >> not) |> set) (textsIn root after |> set)

let private ownNow (disk: Disk) =
    match (MemoryFiles disk).Files.ReadRecord(Layout.record root ann) with
    | Some record -> record
    | None -> failwith "the record is gone"

/// Whether the home is as the record says, in the parts that were asked about.
let private isAsSaid world (disk: Disk) =
    let files = (MemoryFiles disk).Files
    let record = ownNow disk

    record.Unsettled.IsEmpty
    && entries
       |> List.filter (fun (group, _) -> world.Asked.Own.Contains group || world.Asked.Common.Contains group)
       |> List.forall (fun (group, entry) -> HomeLinks.isAt files home entry.Name = not (record.Own.Contains group))

let private law name property =
    testPropertyWithConfig Law.config name (Prop.forAll (Arb.fromGen world) property)

/// The same for what tries every cut of every cut: a fifth of the cases.
let private longLaw name property =
    testPropertyWithConfig
        { Law.config with
            maxTest = max 1 (Law.config.maxTest / 5)
        }
        name
        (Prop.forAll (Arb.fromGen world) property)

let private run world =
    let before = diskOf world
    let files = MemoryFiles before

    match planIn files "first" world with
    | Error refusal -> failwithf "refused: %A" refusal
    | Ok plan -> before, files, plan

let private logs folder disk =
    [
        for name in [ "sessions"; "archived_sessions" ] do
            let folder = Layout.(/) folder name

            for path, text in textsIn folder disk do
                name + path.Substring folder.Length, text
    ]

let tests =
    testList
        "sharing"
        [
            law "makes the home what was asked for" (fun world ->
                let _, files, plan = run world
                Expect.equal (Plan.run files.Files plan) (Ok []) "carried out"
                let record = ownNow files.Disk
                Expect.equal record.Own (world.Own + world.Asked.Own - world.Asked.Common) "the record"
                isAsSaid world files.Disk)

            law "asked for twice is nothing to do, and leaves nothing to put right" (fun world ->
                let _, files, plan = run world
                Plan.run files.Files plan |> ignore
                let _, mended = recover files.Disk "recovery"
                Expect.isEmpty mended "nothing to put right"

                match planIn files "second" world with
                | Ok again -> Expect.isEmpty again "nothing to do"
                | Error refusal -> failwithf "refused: %A" refusal)

            law "cut off after any step loses nothing, and the root keeps what it has" (fun world ->
                let before, _, plan = run world
                cuts before plan |> List.forall (keepsAll before))

            longLaw "what was cut off is finished or taken back by the next change, and nothing is lost" (fun world ->
                let before, _, plan = run world

                cuts before plan
                |> List.forall (fun disk ->
                    let recovered, _ = recover disk "recovery"
                    let _, again = recover recovered "again"
                    let record = ownNow recovered

                    again.IsEmpty
                    && keepsAll before recovered
                    && (record.Own = world.Own && record.Unsettled.IsEmpty || isAsSaid world recovered)))

            longLaw "a recovery that is itself cut off loses nothing" (fun world ->
                let before, _, plan = run world

                cuts before plan
                |> List.forall (fun disk ->
                    let _, steps = recover disk "recovery"

                    [ 0 .. steps.Length ]
                    |> List.forall (fun count ->
                        let files = MemoryFiles(disk, count)
                        Recovery.run (situation files "cut") (fun _ -> false) |> ignore
                        keepsAll before files.Disk)))

            longLaw
                "a profile that is deleted leaves the logs of its own sessions, wherever that is cut off"
                (fun world ->
                    let before = diskOf world
                    let files = MemoryFiles before

                    match Delete.plan (situation files "first") Running.nothing false ann with
                    | Error refusal -> failwithf "refused: %A" refusal
                    | Ok plan ->
                        let ofHome = logs home before |> List.map snd |> set

                        cuts before plan
                        |> List.forall (fun disk ->
                            let recovered, _ = recover disk "recovery"

                            Set.isSubset ofHome (texts disk)
                            && Set.isSubset ofHome (texts recovered)
                            && Set.isSubset
                                (textsIn root before
                                 |> List.filter (fun (path, _) -> not (Disk.isInside home path))
                                 |> set)
                                (textsIn root recovered |> set)))

            law "what becomes a profile's own begins as a copy of what is common; a history begins empty" (fun world ->
                let before, files, plan = run world
                Plan.run files.Files plan |> ignore

                entries
                |> List.filter (fun (group, entry) ->
                    world.Asked.Own.Contains group
                    && HomeLinks.isAt (MemoryFiles before).Files home entry.Name)
                |> List.forall (fun (group, entry) ->
                    let at folder =
                        let path = Layout.(/) folder entry.Name

                        textsIn folder files.Disk
                        |> List.filter (fun (other, _) -> other = path || Disk.isInside path other)
                        |> List.map (fun (other, text) -> other.Substring folder.Length, text)

                    if HomeGroup.beginsEmpty group then
                        Disk.look (Layout.(/) home entry.Name) files.Disk = Entry.Missing
                    else
                        at home = at root))

            law
                "the logs of sessions that are shared again are all in the root, but for other ones of the same name"
                (fun world ->
                    let before, files, plan = run world

                    if world.Asked.Common.Contains HomeGroup.Sessions then
                        Plan.run files.Files plan |> ignore
                        let there = logs root files.Disk
                        let known = logs root before |> List.map fst |> set

                        let folders =
                            HomeEntry.ofGroup HomeGroup.Sessions
                            |> List.filter (fun entry -> Disk.look (Layout.(/) home entry.Name) before = Entry.Folder)
                            |> List.map _.Name

                        logs home before
                        |> List.filter (fun (path, _) -> List.contains (path.Split('/')[0]) folders)
                        |> List.forall (fun (path, text) -> List.contains (path, text) there || known.Contains path)
                    else
                        true)

            law "a part that nobody asked about stays as it is" (fun world ->
                let before, files, plan = run world
                Plan.run files.Files plan |> ignore

                entries
                |> List.filter (fun (group, _) ->
                    not (world.Asked.Own.Contains group || world.Asked.Common.Contains group))
                |> List.forall (fun (_, entry) ->
                    let at (disk: Disk) =
                        let path = Layout.(/) home entry.Name

                        disk.Nodes
                        |> Map.filter (fun other _ -> other = path || Disk.isInside path other)

                    at before = at files.Disk))

            law "a home in which a Codex runs is left alone, also by a recovery" (fun world ->
                let before, files, plan = run world

                let busy =
                    { Running.nothing with
                        Profiles = Map [ ann, [ 7 ] ]
                    }

                let refused =
                    Share.plan (situation files "busy") (fun () -> busy) false world.CanExchange world.Asked

                let isRefused =
                    match refused with
                    | Error(Refusal.InUse(name, [ 7 ])) -> name = ann
                    | Error _ -> false
                    | Ok steps -> steps.IsEmpty && plan.IsEmpty

                isRefused
                && cuts before plan
                   |> List.forall (fun disk ->
                       let files = MemoryFiles disk
                       Recovery.run (situation files "recovery") (fun path -> path = home) |> ignore

                       textsIn home disk = textsIn home files.Disk
                       && (ownNow disk).Unsettled = (ownNow files.Disk).Unsettled))

            testCase "what was set aside is told, and each time kept under another name" (fun () ->
                let entry = HomeEntry.find "config.toml" |> Option.get

                let disk =
                    diskOf
                        {
                            Root = entries |> List.map (fun (_, entry) -> entry.Name, Nothing) |> Map
                            Home = entries |> List.map (fun (_, entry) -> entry.Name, Linked) |> Map
                            Own = set [ HomeGroup.Config ]
                            Asked =
                                {
                                    Name = ann
                                    Own = Set.empty
                                    Common = Set.empty
                                }
                            CanExchange = true
                        }
                    |> Disk.addFile (root + "/config.toml") "root's"B

                let share stamp (text: string) disk =
                    let files =
                        MemoryFiles(
                            disk
                            |> place home entry Nothing
                            |> Disk.addFile (home + "/config.toml") (Encoding.UTF8.GetBytes text)
                        )

                    let plan =
                        Share.plan
                            (situation files stamp)
                            (fun () -> Running.nothing)
                            false
                            true
                            {
                                Name = ann
                                Own = Set.empty
                                Common = set [ HomeGroup.Config ]
                            }
                        |> Result.defaultWith (fun _ -> failwith "refused")

                    Plan.run files.Files plan |> ignore
                    Share.setAside plan, files.Disk

                let first, disk = share "one" "first" disk
                let second, disk = share "two" "second" disk
                Expect.equal first [ home + "/before-share-config.toml" ] "first"
                Expect.equal second [ home + "/before-share-2-config.toml" ] "second"
                Expect.isSome (fileAt (List.head first) disk) "the first is still there"

                for path in first @ second do
                    let name = path.Substring(home.Length + 1)
                    Expect.equal (HomeEntry.find name |> Option.map _.Name) (Some "before-share-*") name)
        ]
