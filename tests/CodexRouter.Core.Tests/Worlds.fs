/// Generated roots: profiles, links, half-done work and unknown files, in any combination that a disk can hold.
module CodexRouter.Core.Tests.Worlds

open System
open FsCheck
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing

let root = "/home/person/.codex"

let now = DateTimeOffset(2030, 6, 1, 12, 0, 0, TimeSpan.Zero)

/// One login of one account at one point of its chain of renewals.
type Chain = { Account: int; Generation: int }

let bytesOf chain =
    SampleAccount.signIn
        (SampleAccount.numbered chain.Account)
        chain.Generation
        (now.AddHours(float chain.Generation))
        (now.AddHours(float chain.Generation + 1.0))

let name text =
    match ProfileName.create text with
    | Ok name -> name
    | Error fault -> failwith (ProfileName.explain fault)

let names = [ "ann"; "ben"; "cat"; "dan" ] |> List.map name

type HeldSpec =
    | NoSignIn
    | Signed of Chain
    /// The tokens of a chain under the number of another account.
    | Mixed of Chain * account: int
    | Broken
    | Obstacle

type ProfileSpec =
    {
        Held: HeldSpec
        /// The account that the record remembers, if there is a record.
        Remembered: int option
        Alias: string option
        Separate: bool
        Incoming: Chain option
        /// What lies in the profile's sealed copy.
        Copy: Chain option
    }

type LiveSpec =
    | NoLive
    | LinkTo of string
    | LinkElsewhere
    | LooseSigned of Chain
    | LooseSameFile of string
    | LooseBroken
    | LooseEmpty
    | LooseFolder

type Spec =
    {
        Profiles: Map<string, ProfileSpec>
        Live: LiveSpec
        Marker: string option
        Previous: string option
        Scratch: Chain option
        ScratchEmpty: bool
        Trash: Chain option
        Kept: Chain option
        /// A sign-in that an interrupted replacement left beside the link.
        Interrupted: Chain option
        /// Codex marked the release in use through the home of this profile.
        PackagesThrough: string option
    }

let private chain =
    Gen.map2
        (fun account generation ->
            {
                Account = account
                Generation = generation
            })
        (Gen.choose (1, 4))
        (Gen.choose (1, 3))

let private option generator =
    Gen.frequency [ 2, Gen.constant None; 1, Gen.map Some generator ]

let private profile =
    gen {
        let! held =
            Gen.frequency
                [
                    6, Gen.map Signed chain
                    1, Gen.map2 (fun chain account -> Mixed(chain, account)) chain (Gen.choose (1, 4))
                    1, Gen.constant NoSignIn
                    1, Gen.constant Broken
                    1, Gen.constant Obstacle
                ]

        let! remembered =
            match held with
            | Signed chain ->
                Gen.frequency
                    [
                        6, Gen.constant (Some chain.Account)
                        1, Gen.constant None
                        1, Gen.map Some (Gen.choose (1, 4))
                    ]
            | Mixed(_, account) -> Gen.constant (Some account)
            | _ -> option (Gen.choose (1, 4))

        let! alias =
            Gen.frequency [ 4, Gen.constant None; 1, Gen.map Some (Gen.elements [ "x"; "y"; "z" ]) ]

        let! separate = Gen.elements [ false; false; true ]
        let! incoming = Gen.frequency [ 8, Gen.constant None; 1, Gen.map Some chain ]
        let! copy = option chain

        return
            {
                Held = held
                Remembered = remembered
                Alias = alias
                Separate = separate
                Incoming = incoming
                Copy = copy
            }
    }

let private someName = Gen.elements [ "ann"; "ben"; "cat"; "dan" ]

let spec =
    gen {
        let! present = Gen.subListOf [ "ann"; "ben"; "cat" ]
        let! details = Gen.listOfLength present.Length profile

        // Aliases are unique: the first profile keeps one that came twice.
        let profiles, _ =
            List.zip present details
            |> List.fold
                (fun (done', taken) (name, profile) ->
                    match profile.Alias with
                    | Some alias when Set.contains alias taken ->
                        Map.add name { profile with Alias = None } done', taken
                    | Some alias -> Map.add name profile done', Set.add alias taken
                    | None -> Map.add name profile done', taken)
                (Map.empty, Set.empty)

        let! live =
            Gen.frequency
                [
                    1, Gen.constant NoLive
                    6, Gen.map LinkTo someName
                    1, Gen.constant LinkElsewhere
                    6, Gen.map LooseSigned chain
                    2, Gen.map LooseSameFile someName
                    1, Gen.constant LooseBroken
                    1, Gen.constant LooseEmpty
                    1, Gen.constant LooseFolder
                ]

        let! marker = option (Gen.elements [ "ann"; "ben"; "cat"; "dan"; "../etc"; "" ])
        let! previous = option someName
        let! scratch = Gen.frequency [ 6, Gen.constant None; 1, Gen.map Some chain ]
        let! scratchEmpty = Gen.elements [ false; false; false; true ]
        let! trash = Gen.frequency [ 6, Gen.constant None; 1, Gen.map Some chain ]
        let! interrupted = Gen.frequency [ 6, Gen.constant None; 1, Gen.map Some chain ]
        let! packagesThrough = option someName
        let! kept = Gen.frequency [ 6, Gen.constant None; 1, Gen.map Some chain ]

        return
            {
                Profiles = profiles
                Live = live
                Marker = marker
                Previous = previous
                Scratch = scratch
                ScratchEmpty = scratchEmpty
                Trash = trash
                Kept = kept
                Interrupted = interrupted
                PackagesThrough = packagesThrough
            }
    }

let private recordFor (text: string) (profile: ProfileSpec) account : ProfileRecord =
    match SignIn.read (ReadOnlyMemory(bytesOf { Account = account; Generation = 1 })) with
    | Error _ -> failwith "the sample sign-in is not one"
    | Ok signIn ->
        { ProfileRecord.ofSignIn
              (name text)
              signIn
              now
              (if profile.Separate then
                   HomeGroup.separateHistory
               else
                   Set.empty) with
            Aliases = profile.Alias |> Option.map name |> Option.toList
        }

/// Builds the disk of a spec. Files that are not the router's business stand among its own.
let disk spec =
    let mutable disk = Disk.empty

    let change action =
        disk <- Disk.apply action disk |> Result.defaultWith failwith

    let add path bytes = disk <- Disk.addFile path bytes disk
    let (/) = fun folder file -> Layout.(/) folder file

    change (Action.MakeFolder(Layout.router root))
    add (root / "config.toml") "model = \"sample\""B
    add (root / "sessions/2030/rollout.jsonl") "{}"B
    add (root / "profiles/other-tool.json") "{\"tokens\":{}}"B
    add (root / "profiles/.hidden/auth.json") "{}"B
    add (root / "router/unknown") "kept as it is"B

    for KeyValue(text, profile) in spec.Profiles do
        let home = Layout.home root (name text)
        change (Action.MakeFolder home)

        match profile.Held with
        | NoSignIn -> ()
        | Signed chain -> add (home / "auth.json") (bytesOf chain)
        | Mixed(chain, account) ->
            AccountField.set ("acct-" + string<int> account) (ReadOnlyMemory(bytesOf chain))
            |> Option.iter (add (home / "auth.json"))
        | Broken -> add (home / "auth.json") "{ broken"B
        | Obstacle -> change (Action.MakeFolder(home / "auth.json"))

        profile.Incoming
        |> Option.iter (fun chain -> add (Adoption.incoming root (name text)) (bytesOf chain))

        profile.Copy
        |> Option.iter (fun chain -> add (Layout.sealedCopy root (name text)) (bytesOf chain))

        profile.Remembered
        |> Option.iter (fun account ->
            change (Action.Write(home / "profile.json", Content.Record(recordFor text profile account))))

        add (home / "state_5.sqlite") "the profile's own"B

    match spec.Live with
    | NoLive -> ()
    | LinkTo text -> disk <- Disk.addLink (Layout.live root) (Layout.target (name text)) disk
    | LinkElsewhere -> disk <- Disk.addLink (Layout.live root) "../dotfiles/auth.json" disk
    | LooseSigned chain -> add (Layout.live root) (bytesOf chain)
    | LooseSameFile text ->
        match Disk.look (Layout.signIn root (name text)) disk with
        | Entry.File _ -> change (Action.HardLink(Layout.signIn root (name text), Layout.live root))
        | _ -> ()
    | LooseBroken -> add (Layout.live root) "{ broken"B
    | LooseEmpty -> add (Layout.live root) ""B
    | LooseFolder -> change (Action.MakeFolder(Layout.live root))

    let write path text =
        change (Action.Write(path, Content.Text text))

    spec.Marker |> Option.iter (write (Layout.marker root))
    spec.Previous |> Option.iter (write (Layout.previous root))

    spec.Scratch
    |> Option.iter (fun chain -> add (Layout.scratch root / "old/auth.json") (bytesOf chain))

    if spec.ScratchEmpty then
        change (Action.MakeFolder(Layout.scratch root / "empty"))

    spec.Trash
    |> Option.iter (fun chain -> add (Layout.trash root / "gone/auth.json") (bytesOf chain))

    spec.Interrupted
    |> Option.iter (fun chain -> add (root / ".auth.json.kept-abc123") (bytesOf chain))

    spec.PackagesThrough
    |> Option.iter (fun text ->
        change (Action.MakeFolder(root / "packages/app-server-daemon/releases/1"))

        disk <-
            Disk.addLink
                (root / "packages/app-server-daemon/current")
                (Layout.home root (name text) / "packages/app-server-daemon/releases/1")
                disk)

    spec.Kept
    |> Option.iter (fun chain -> add (Layout.kept root / "old.json") (bytesOf chain))

    disk

/// What a person may ask for in a world.
type Request =
    | SaveAs of string * force: bool
    | SwitchTo of string
    | DeleteOf of string
    | RenameOf of string * string
    | AliasOf of string * string
    | LoginReplaced of string * Chain
    | RestoreOf of string
    /// A sign-in in a file of the same volume or of another.
    | MoveIn of string * Chain * file: string

let request =
    Gen.frequency
        [
            3, Gen.map2 (fun text force -> SaveAs(text, force)) someName (Gen.elements [ true; false ])
            4, Gen.map SwitchTo someName
            1, Gen.map DeleteOf someName
            1, Gen.map2 (fun one other -> RenameOf(one, other)) someName someName
            1, Gen.map2 (fun one other -> AliasOf(one, other)) someName (Gen.elements [ "x"; "y"; "w"; "ann" ])
            1, Gen.map RestoreOf someName
            2,
            Gen.map3
                (fun text chain file -> MoveIn(text, chain, file))
                someName
                chain
                (Gen.elements [ "/home/person/in.json"; Disk.otherVolume + "/in.json" ])
            1, Gen.map2 (fun text chain -> LoginReplaced(text, chain)) someName chain
        ]

let situation (files: MemoryFiles) stamp : Situation =
    {
        Root = root
        Files = files.Files
        Now = now
        Stamp = stamp
    }

let private saving text force =
    {
        Name = name text
        Force = force
        Own = Set.empty
    }

/// Plans a request in a world.
let planFor situation request : Result<Plan, Refusal> =
    match request with
    | SaveAs(text, force) -> Save.plan situation (saving text force)
    | SwitchTo text -> Switch.plan situation (name text)
    | MoveIn(text, _, file) -> Save.from situation (saving text true) file
    | DeleteOf text -> Delete.plan situation Running.nothing false (name text)
    | RenameOf(one, other) -> Rename.plan situation Running.nothing false true (name one) (name other)
    | AliasOf(one, other) -> Alias.add situation (name one) (name other)
    | RestoreOf text -> Sealed.restore situation (name text)
    | LoginReplaced(text, _) -> Login.finishScratch situation (saving text false) (Layout.scratch root + "/login")

/// Gives the world in which a request is made: a finished login has left its sign-in in a scratch home.
let worldFor spec request =
    match request with
    | LoginReplaced(_, chain) -> Disk.addFile (Layout.scratch root + "/login/auth.json") (bytesOf chain) (disk spec)
    | MoveIn(_, chain, file) -> Disk.addFile file (bytesOf chain) (disk spec)
    | _ -> disk spec

let arbitrary = Gen.zip spec request |> Arb.fromGen

/// Every sign-in on a disk: the bytes of each readable one, wherever it stands.
let signIns (disk: Disk) =
    disk.Nodes
    |> Map.toList
    |> List.choose (fun (path, node) ->
        match node with
        | Node.Bytes(_, bytes) when (SignIn.read (ReadOnlyMemory bytes)).IsOk ->
            Some(path, Convert.ToBase64String bytes)
        | _ -> None)
