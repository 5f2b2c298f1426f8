module CodexRouter.Cli.Tests.DiskModelTests

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform
open CodexRouter.Testing
open Expecto
open FsCheck
open FsCheck.FSharp


/// What a link is expected to take the place of.
type Over =
    | Nothing
    /// What stands there now.
    | Seen
    /// Something else than what stands there.
    | Stale

/// An action on paths of either disk.
type Deed =
    | MakeFolder of string
    | HardLink of string * string
    | Bring of string * string
    | TakeAway of string * string
    | PlaceLink of string * string * Over
    | Write of string * string
    | Move of string * string
    | Exchange of string * string
    | MoveOver of string * string
    | Remove of string
    | RemoveTree of string

let private path =
    Gen.elements [ "/a"; "/b"; "/c"; "/a/x"; "/a/y"; "/b/x"; "/a/x/z"; "/c/x/z" ]

/// Links lead nowhere: the model follows none on the way to a path, and no plan has any there.
let private target = Gen.elements [ "nowhere"; "../nowhere"; "/nowhere/at/all" ]

let private deed =
    Gen.frequency
        [
            4, Gen.map MakeFolder path
            4, Gen.map2 (fun path text -> Write(path, text)) path (Gen.elements [ "one"; "two" ])
            2, Gen.map2 (fun one other -> HardLink(one, other)) path path
            2, Gen.map2 (fun one other -> Bring(one, other)) path path
            2, Gen.map2 (fun one other -> TakeAway(one, other)) path path
            2,
            Gen.map3
                (fun path target over -> PlaceLink(path, target, over))
                path
                target
                (Gen.elements [ Nothing; Seen; Seen; Stale ])
            2, Gen.map2 (fun one other -> Move(one, other)) path path
            2, Gen.map2 (fun one other -> Exchange(one, other)) path path
            2, Gen.map2 (fun one other -> MoveOver(one, other)) path path
            1, Gen.map Remove path
            1, Gen.map RemoveTree path
        ]

let private stale =
    Some
        {
            Device = 0UL
            Inode = 0UL
            Born = -1L
        }

/// Gives the action on a disk whose root is a folder.
let private actionIn folder (look: string -> Entry) deed =
    let at path = folder + path

    match deed with
    | MakeFolder path -> Action.MakeFolder(at path)
    | HardLink(one, other) -> Action.HardLink(at one, at other)
    | Bring(one, other) -> Action.Bring(at one, at other)
    | TakeAway(one, other) -> Action.TakeAway(at one, at other)
    | PlaceLink(path, target, over) ->
        let seen =
            match over, look (at path) with
            | Nothing, _ -> None
            | Stale, _ -> stale
            | Seen, (Entry.File id | Entry.Link(id, _)) -> Some id
            | Seen, _ -> None

        Action.PlaceLink(at path, target, seen)
    | Write(path, text) -> Action.Write(at path, Content.Text text)
    | Move(one, other) -> Action.Move(at one, at other)
    | Exchange(one, other) -> Action.Exchange(at one, at other)
    | MoveOver(one, other) -> Action.MoveOver(at one, at other)
    | Remove path -> Action.Remove(at path)
    | RemoveTree path -> Action.RemoveTree(at path)

/// What stands on a disk, with numbers for files' identities that say only which names are one file.
let private describe (entries: (string * Entry * string) list) =
    let identities =
        entries
        |> List.choose (fun (_, entry, _) ->
            match entry with
            | Entry.File id
            | Entry.Link(id, _) -> Some id
            | _ -> None)
        |> List.distinct

    let number id = List.findIndex ((=) id) identities

    entries
    |> List.map (fun (path, entry, content) ->
        path,
        match entry with
        | Entry.Folder -> "folder"
        | Entry.File id -> "file " + string<int>(number id) + " " + content
        | Entry.Link(id, target) -> "link " + string<int>(number id) + " " + target
        | Entry.Missing -> "missing"
        | Entry.Other -> "other")

let private described (files: FileSystem) folder =
    let rec below path =
        files.Names(folder + path)
        |> List.collect (fun name ->
            let path = path + "/" + name
            let entry = files.Look(folder + path)
            let content = files.ReadText(folder + path) |> Option.defaultValue ""
            (path, entry, content) :: (if entry = Entry.Folder then below path else []))

    describe (below "")

let private behaveAlike (deeds: Deed list) =
    use home = new TestHome()
    let real = CodexRouter.Cli.Disk.files
    let model = MemoryFiles(Disk.empty).Files

    deeds
    |> List.iteri (fun index deed ->
        let step = "step " + string<int>(index + 1) + ", " + deed.ToString()
        let onReal = real.Do(actionIn home.Path real.Look deed)
        let onModel = model.Do(actionIn "" model.Look deed)

        let told result =
            match result with
            | Ok _ -> "done"
            | Error message -> "refused: " + message

        Expect.equal
            (Result.isOk onModel)
            (Result.isOk onReal)
            (step + "\nreal: " + told onReal + "\nmodel: " + told onModel)

        Expect.equal (described model "") (described real home.Path) step)

/// A disk that counts how often each path is read, in each way.
let private counted (files: FileSystem) =
    let counts = System.Collections.Generic.Dictionary<string * string, int>()

    let count way read path =
        let _, before = counts.TryGetValue((way, path))
        counts[(way, path)] <- before + 1
        read path

    counts,
    { files with
        Look = count "look" files.Look
        ReadSignIn = count "sign-in" files.ReadSignIn
        ReadRecord = count "record" files.ReadRecord
        ReadText = count "text" files.ReadText
        Names = count "names" files.Names
    }

let private staysTrue (deeds: Deed list) =
    let counts, disk = counted (MemoryFiles(Disk.empty).Files)
    let once = CodexRouter.Cli.ReadOnce.over disk

    deeds
    |> List.iteri (fun index deed ->
        let step = "step " + string<int>(index + 1) + ", " + deed.ToString()
        once.Do(actionIn "" once.Look deed) |> ignore
        counts.Clear()
        let seen = described once ""
        Expect.equal (described once "") seen step

        Expect.isEmpty
            [
                for entry in counts do
                    if entry.Value > 1 then
                        entry.Key
            ]
            (step + ": read twice")

        Expect.equal seen (described disk "") step)

let private cases =
    { FsCheckConfig.defaultConfig with
        maxTest = Project.setting "CODEX_ROUTER_CASES" 300
    }

let private anyDeeds =
    Arb.fromGen (Gen.listOf deed) |> Arb.mapFilter id (fun _ -> true)

let tests =
    testList
        "the disk in memory that plans are tested on"
        [
            testPropertyWithConfig
                cases
                "does what the real one does, action by action"
                (Prop.forAll anyDeeds behaveAlike)

            testPropertyWithConfig
                cases
                "read through ReadOnce, tells the same after each change, and is read once"
                (Prop.forAll anyDeeds staysTrue)

            testCase "files and folders that the real disk makes are the owner's alone" (fun () ->
                use home = new TestHome()
                let real = CodexRouter.Cli.Disk.files
                let folder = home.File "a/b"
                Expect.isOk (real.Do(Action.MakeFolder folder)) "made"
                Expect.isOk (real.Do(Action.Write(folder + "/f", Content.Text "x"))) "written"

                for path, mode in [ home.File "a", 0o700; folder, 0o700; folder + "/f", 0o600 ] do
                    Expect.equal (int (FileStatus.Look path).Mode) mode path)
        ]
