/// A plan in a world: what it leaves behind when it is cut off, and what the laws look at there.
module CodexRouter.Core.Tests.Planned

open Expecto
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds

/// Something that holds for every request in every world.
let law name property =
    testPropertyWithConfig Law.config name (Prop.forAll arbitrary property)

/// A fresh copy of the world, and the plan for the request in it.
let planned spec request =
    let before = worldFor spec request
    let files = MemoryFiles before
    before, files, planFor (situation files "first") request

/// The world after a recovery without failures, and the steps that it took.
let recover disk stamp =
    let files = MemoryFiles disk

    match Recovery.run (situation files stamp) (fun _ -> false) with
    | { Failures = []; Taken = steps } -> files.Disk, steps
    | { Failures = failures } -> failtestf "recovery failed: %A" failures

let private contents disk = signIns disk |> List.map snd |> set

/// What a request may take away on purpose: what only the deleted profile has.
let private expected before request =
    match request with
    | DeleteOf text ->
        signIns before
        |> List.filter (fun (path, _) ->
            not (Disk.isInside (Layout.home root (name text)) path)
            && path <> Layout.sealedCopy root (name text)
            && not (Disk.isInside (Layout.trash root) path))
        |> List.map snd
        |> set
    | _ ->
        signIns before
        |> List.filter (fun (path, _) -> not (Disk.isInside (Layout.trash root) path))
        |> List.map snd
        |> set

/// Whether a sign-in is nowhere any more that the request was not to take away.
let isLost before request after =
    not (Set.isSubset (expected before request) (contents after))

/// Every world that a plan leaves behind when it is cut off: after no step, after one, and so on to the end.
let cuts before (plan: Plan) =
    [
        for steps in 0 .. plan.Length do
            let files = MemoryFiles(before, steps)
            Plan.run files.Files plan |> ignore
            files.Disk
    ]

/// The bytes that Codex would read at the root.
let readAtRoot (disk: Disk) =
    match Disk.resolve (Layout.live root) disk with
    | Some(Node.Bytes(_, bytes)) -> Some bytes
    | _ -> None

/// The file at a path, and what is in it.
let fileAt path (disk: Disk) =
    match Map.tryFind path disk.Nodes with
    | Some(Node.Bytes(id, bytes)) -> Some(id, bytes)
    | _ -> None

/// A profile with nothing unusual but this.
let profileOf held remembered copy =
    {
        Held = held
        Remembered = Some remembered
        Alias = None
        Separate = false
        Incoming = None
        Copy = copy
    }

/// One login of an account, so many renewals on.
let chainOf account generation =
    {
        Account = account
        Generation = generation
    }

/// Tokens of account 4 stand in cat's file. Their profile holds another account's sign-in by now, and an older copy of its own.
let ownerHoldsAnother =
    {
        Profiles =
            Map
                [
                    "ann", profileOf (Signed(chainOf 2 2)) 4 (Some(chainOf 4 1))
                    "ben", profileOf (Signed(chainOf 1 1)) 1 None
                    "cat", profileOf (Mixed(chainOf 4 3, 3)) 3 None
                ]
        Live = LinkTo "ann"
        Marker = None
        Previous = None
        Scratch = None
        ScratchEmpty = false
        Trash = None
        Kept = None
        Interrupted = None
        PackagesThrough = None
    }
