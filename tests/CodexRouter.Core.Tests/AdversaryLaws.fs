/// Codex as the other writer: between any two steps of any plan it may renew, sign in, sign out or delete. A provider that
/// takes each refresh token once says which sign-ins it still accepts.
module CodexRouter.Core.Tests.AdversaryLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds

/// How a release of Codex stores a renewal when the file is another account's by then.
type Release =
    /// 0.150 to 0.163 write the renewed tokens over it.
    | WritesOver
    /// 0.164 to 0.166 compare the account, and throw the renewed tokens away.
    | ComparesAccount
    /// 0.169 compares the whole sign-in, and throws the renewed tokens away.
    | ComparesAll

type Deed =
    /// A Codex of the root asks for a renewal: the provider spends the token at that moment.
    | AskAtRoot
    /// The answer of the oldest renewal under way is stored.
    | Store
    /// `codex login --with-api-key` through the root's link.
    | LoginWithKey
    /// A setting for another account makes Codex delete the file of the home that it runs in.
    | DeleteIn of string
    /// Nothing happens between these two steps.
    | Rest

type Asked =
    | Switching of string
    | Renaming of string * string
    | Deleting of string
    | Restoring of string
    | Recovering

type Story =
    {
        Release: Release
        /// Whether the file system ignores case, and the person with it.
        IgnoresCase: bool
        Current: string
        Requests: Asked list
        /// One for each step that is taken, as far as they reach.
        Deeds: Deed list
    }

let private accounts = Map.ofList [ "ann", 1; "ben", 2; "cat", 3 ]

let private held = Gen.elements [ "ann"; "ben"; "cat" ]

let private deed =
    Gen.frequency
        [
            6, Gen.constant Rest
            4, Gen.constant AskAtRoot
            4, Gen.constant Store
            1, Gen.constant LoginWithKey
            1, Gen.map DeleteIn held
        ]

let private asked ignoresCase =
    let held =
        if ignoresCase then
            Gen.elements [ "ann"; "ben"; "cat"; "ANN"; "Ben"; "CAT" ]
        else
            held

    let free =
        if ignoresCase then
            Gen.elements [ "dan"; "Dan"; "Eve"; "Ann"; "BEN" ]
        else
            Gen.elements [ "dan"; "eve" ]

    Gen.frequency
        [
            5, Gen.map Switching held
            1, Gen.map2 (fun one other -> Renaming(one, other)) held free
            1, Gen.map Deleting held
            1, Gen.map Restoring held
            2, Gen.constant Recovering
        ]

let private story =
    gen {
        let! release = Gen.elements [ WritesOver; ComparesAccount; ComparesAll ]
        let! ignoresCase = Gen.frequency [ 2, Gen.constant false; 1, Gen.constant true ]
        let! current = held

        let! requests =
            Gen.choose (1, 4)
            |> Gen.bind (fun count -> Gen.listOfLength count (asked ignoresCase))

        let! deeds = Gen.listOfLength 30 deed

        return
            {
                Release = release
                IgnoresCase = ignoresCase
                Current = current
                Requests = requests
                Deeds = deeds
            }
    }

let private shrunk story =
    seq {
        for index in 0 .. story.Requests.Length - 1 do
            if story.Requests.Length > 1 then
                { story with
                    Requests = List.removeAt index story.Requests
                }

        for index in 0 .. story.Deeds.Length - 1 do
            if story.Deeds[index] <> Rest then
                { story with
                    Deeds = List.updateAt index Rest story.Deeds
                }
    }

let private stories = Arb.fromGenShrink (story, shrunk)

/// A renewal that the provider has answered and Codex has not stored yet.
type private Renewal =
    {
        Account: int
        Generation: int
        /// What Codex had read when it asked.
        Before: byte[]
    }

let private text (bytes: byte[]) = Text.Encoding.UTF8.GetString bytes

/// The account and the generation of the refresh token in some bytes, if it is one of the provider's.
let private tokenIn (bytes: byte[]) =
    let found =
        Text.RegularExpressions.Regex.Match(text bytes, "FAKE-REFRESH-user-([0-9]+)-([0-9]+)")

    if found.Success then
        Some(int found.Groups[1].Value, int found.Groups[2].Value)
    else
        None

let private accountIn (bytes: byte[]) =
    Text.RegularExpressions.Regex.Match(text bytes, "\"account_id\": ?\"([^\"]*)\"").Groups[1].Value

/// Every refresh token in a readable sign-in, with where it stands.
let private tokensOn (disk: Disk) =
    disk.Nodes
    |> Map.toList
    |> List.choose (fun (path, node) ->
        match node with
        | Node.Bytes(_, bytes) -> tokenIn bytes |> Option.map (fun token -> path, token)
        | _ -> None)

/// A root with Codex and its provider beside it.
type private World(story: Story) =
    let profileOf account : ProfileSpec =
        {
            Held = Signed { Account = account; Generation = 1 }
            Remembered = Some account
            Alias = None
            Separate = false
            Incoming = None
            Copy = None
        }

    let files =
        MemoryFiles(
            Worlds.disk
                {
                    Profiles = accounts |> Map.map (fun _ account -> profileOf account)
                    Live = LinkTo story.Current
                    Marker = Some story.Current
                    Previous = None
                    Scratch = None
                    ScratchEmpty = false
                    Trash = None
                    Kept = None
                    Interrupted = None
                    PackagesThrough = None
                },
            ignoresCase = story.IgnoresCase
        )

    let mutable accepted =
        accounts
        |> Map.toList
        |> List.map (fun (_, account) -> account, 1)
        |> Map.ofList

    let mutable underWay: Renewal list = []
    let mutable given: Set<int> = Set.empty
    let mutable misplaced = false
    let mutable deeds = story.Deeds
    let mutable stamp = 0

    let target path =
        match Disk.look path files.Disk with
        | Entry.Link(_, target) ->
            let path = Layout.(/) root target

            if story.IgnoresCase then
                Disk.spelled path files.Disk
            else
                path
        | _ -> path

    let bytesAt path =
        match Map.tryFind (target path) files.Disk.Nodes with
        | Some(Node.Bytes(_, bytes)) -> Some bytes
        | _ -> None

    let put path bytes =
        let path = target path

        if Disk.look (Disk.parent path) files.Disk = Entry.Folder then
            files.Become(Disk.addFile path bytes files.Disk)

    let store renewal =
        let renewed =
            bytesOf
                {
                    Account = renewal.Account
                    Generation = renewal.Generation
                }

        match bytesAt (Layout.live root), story.Release with
        | Some there, WritesOver ->
            misplaced <- misplaced || accountIn there <> accountIn renewed

            AccountField.set (accountIn there) (ReadOnlyMemory renewed)
            |> Option.iter (put (Layout.live root))
        | Some there, ComparesAccount when accountIn there = accountIn renewed -> put (Layout.live root) renewed
        | Some there, ComparesAll when there = renewal.Before -> put (Layout.live root) renewed
        | _ -> ()

    /// Another program overwrites or removes a file: what no command has seen and no copy holds is beyond anybody's help.
    let replacing (change: unit -> unit) =
        let before = tokensOn files.Disk |> List.map snd |> set
        change ()
        let after = tokensOn files.Disk |> List.map snd |> set

        for account, generation in Set.difference before after do
            if Map.find account accepted = generation then
                given <- Set.add account given

    let perform deed =
        match deed with
        | Rest -> ()
        | AskAtRoot ->
            match bytesAt (Layout.live root) with
            | None -> ()
            | Some bytes ->
                match tokenIn bytes with
                | Some(account, generation) when Map.find account accepted = generation ->
                    accepted <- Map.add account (generation + 1) accepted

                    underWay <-
                        underWay
                        @ [
                            {
                                Account = account
                                Generation = generation + 1
                                Before = bytes
                            }
                        ]
                | _ -> ()
        | Store ->
            match underWay with
            | [] -> ()
            | oldest :: rest ->
                underWay <- rest
                replacing (fun () -> store oldest)

                // Thrown away by Codex itself: it was never on the disk.
                if
                    tokensOn files.Disk
                    |> List.forall (fun (_, token) -> token <> (oldest.Account, oldest.Generation))
                then
                    given <- Set.add oldest.Account given
        | LoginWithKey ->
            match Disk.look (Layout.live root) files.Disk with
            | Entry.Link _ ->
                replacing (fun () -> put (Layout.live root) (SampleAccount.apiKeySignIn "sk-FAKE-by-hand"))
            | _ -> ()
        | DeleteIn text ->
            let path = Layout.signIn root (name text)

            match Disk.look path files.Disk with
            | Entry.File _ ->
                replacing (fun () ->
                    files.Become(Disk.apply (Action.Remove path) files.Disk |> Result.defaultWith failwith))
            | _ -> ()

    let next () =
        match deeds with
        | [] -> ()
        | deed :: rest ->
            deeds <- rest
            perform deed

    let steps = files.Files

    /// Codex acts before each change.
    let beside: FileSystem =
        { steps with
            Do =
                fun action ->
                    next ()
                    steps.Do action
        }

    member _.Situation() : Situation =
        stamp <- stamp + 1

        {
            Root = root
            Files = beside
            Now = now
            Stamp = "stamp" + string<int> stamp
        }

    member _.Disk = files.Disk
    member _.Accepted = accepted

    /// Accounts whose newest token Codex threw away itself, or overwrote before any command could see it.
    member _.GivenUp = given

    /// A renewal was stored under another account's number.
    member _.Misplaced = misplaced

    /// Codex acts now.
    member _.Performs deed = perform deed

    /// Another program writes a file.
    member _.Put(path, bytes) = put path bytes

    /// The account's number and the refresh token in a profile's file.
    member _.Held text =
        match bytesAt (Layout.signIn root (name text)) with
        | Some bytes -> Some(accountIn bytes, tokenIn bytes)
        | None -> None

    /// No Codex acts from now on, but what it has asked for it stores.
    member _.Settle() =
        deeds <- List.replicate underWay.Length Store

        while not deeds.IsEmpty do
            next ()

/// What every command does after its own work.
let private seal (world: World) =
    let situation = world.Situation()

    for profile in Observed.profiles situation.Files root do
        Plan.run situation.Files (Sealed.renew situation profile) |> ignore

    Plan.run situation.Files (Sealed.sweep situation) |> ignore

let private recover (world: World) =
    Recovery.run (world.Situation()) (fun _ -> false) |> ignore
    seal world

let private carryOut (world: World) (plan: Result<Plan, Refusal>) =
    match plan with
    | Ok plan -> Plan.run (world.Situation()).Files plan |> ignore
    | Error _ -> ()

let private request (world: World) asked =
    recover world
    let situation = world.Situation()

    match asked with
    | Switching text -> Switch.plan situation (name text) |> carryOut world
    | Renaming(one, other) ->
        Rename.plan situation Running.nothing false true (name one) (name other)
        |> carryOut world
    | Deleting text -> Delete.plan situation Running.nothing false (name text) |> carryOut world
    | Restoring text -> Sealed.restore situation (name text) |> carryOut world
    | Recovering -> ()

    seal world

/// The world after the whole story, when everything has come to rest.
let private told story =
    let world = World story
    seal world

    for asked in story.Requests do
        request world asked

    world.Settle()
    recover world
    recover world
    world

/// Accounts of profiles that are still there: what a person deletes is theirs to lose.
let private present (world: World) =
    Observed.names (world.Situation()).Files root
    |> List.choose (fun name ->
        (world.Situation()).Files.ReadRecord(Layout.record root name)
        |> Option.bind _.AccountId
        |> Option.map (fun account -> int (account.Substring "acct-".Length), name))

/// A world in which nothing happens but what a test does.
let private quiet release =
    World
        {
            Release = release
            IgnoresCase = false
            Current = "ann"
            Requests = []
            Deeds = []
        }

let private releases =
    [
        "0.150 to 0.163", WritesOver
        "0.164 to 0.166", ComparesAccount
        "0.169", ComparesAll
    ]

let private own account generation =
    Some("acct-" + string<int> account, Some(account, generation))

/// What each release was seen to do with a renewal that comes back to another file than it asked with. What the laws find
/// they find by this.
let private models =
    testList
        "a renewal is stored as each release was seen to do it"
        [
            for title, release in releases do
                let asked () =
                    let world = quiet release
                    world.Performs AskAtRoot
                    world

                let after (meanwhile: World -> unit) =
                    let world = asked ()
                    meanwhile world
                    world.Performs Store
                    world

                testCase (title + ": over what it asked with") (fun () ->
                    let world = after ignore
                    Expect.equal (world.Held "ann") (own 1 2) "renewed"
                    Expect.isEmpty world.GivenUp "nothing is thrown away")

                testCase (title + ": when another account's file stands there") (fun () ->
                    let world =
                        after (fun world -> Switch.plan (world.Situation()) (name "ben") |> carryOut world)

                    Expect.equal (world.Held "ann") (own 1 1) "where it came from nothing is stored"

                    match release with
                    | WritesOver ->
                        Expect.equal (world.Held "ben") (Some("acct-2", Some(1, 2))) "over it, under its number"
                        Expect.isTrue world.Misplaced "which is noted"
                    | ComparesAccount
                    | ComparesAll ->
                        Expect.equal (world.Held "ben") (own 2 1) "not over it"
                        Expect.equal world.GivenUp (Set.singleton 1) "but thrown away")

                testCase (title + ": when the same account's file was written anew") (fun () ->
                    let world =
                        after (fun world ->
                            world.Put(
                                Layout.signIn root (name "ann"),
                                Array.append (bytesOf { Account = 1; Generation = 1 }) "\n"B
                            ))

                    match release with
                    | WritesOver
                    | ComparesAccount -> Expect.equal (world.Held "ann") (own 1 2) "over it"
                    | ComparesAll ->
                        Expect.equal (world.Held "ann") (own 1 1) "not over it"
                        Expect.equal world.GivenUp (Set.singleton 1) "but thrown away")

                testCase (title + ": nowhere, when the file is gone") (fun () ->
                    let world = after _.Performs(DeleteIn "ann")
                    Expect.isNone (world.Held "ann") "still gone")
        ]

/// What the router is to do beside each of them.
let private besides =
    testList
        "beside each release"
        [
            for title, release in releases do
                testCase (title + ": a renewal that comes back to a restored sign-in is stored over it") (fun () ->
                    let world = quiet release
                    seal world
                    world.Performs AskAtRoot
                    world.Performs Store
                    // Any command sees the renewed sign-in, and seals it.
                    request world (Switching "ann")
                    world.Performs AskAtRoot
                    world.Performs(DeleteIn "ann")
                    request world (Restoring "ann")
                    world.Performs Store
                    Expect.equal (world.Held "ann") (own 1 3) "the newest")

                testCase
                    (title
                     + ": after a switch in the middle of a renewal each has a sign-in of its own")
                    (fun () ->
                        let world = quiet release
                        seal world
                        world.Performs AskAtRoot
                        request world (Switching "ben")
                        world.Performs Store
                        recover world
                        Expect.equal (world.Held "ben") (own 2 1) "ben's"
                        // What a release throws away itself, nobody can bring back.
                        let generation = if release = WritesOver then 2 else 1
                        Expect.equal (world.Held "ann") (own 1 generation) "ann's")
        ]

/// A command as it is while a Codex runs in the root all the time: what the caution speaks against is not done.
let private heeding (world: World) asked =
    let running = { Running.nothing with Root = [ 42 ] }
    Recovery.run (world.Situation()) (fun _ -> true) |> ignore
    seal world
    let situation = world.Situation()

    let plan =
        match asked with
        | Switching text -> Switch.plan situation (name text)
        | Renaming(one, other) -> Rename.plan situation running false true (name one) (name other)
        | Deleting text -> Delete.plan situation running false (name text)
        | Restoring text -> Sealed.restore situation (name text)
        | Recovering -> Ok []

    match plan with
    | Ok steps when (Caution.ofPlan situation (fun () -> running) steps).IsNone -> carryOut world plan
    | _ -> ()

    seal world

let private renewing =
    Arb.fromGenShrink (
        story
        |> Gen.map (fun story ->
            { story with
                Deeds =
                    story.Deeds
                    |> List.map (function
                        | LoginWithKey
                        | DeleteIn _ -> Rest
                        | deed -> deed)
            }),
        shrunk
    )

let private cautious =
    testList
        "with the caution heeded"
        [
            for title, release in releases ->
                testPropertyWithConfig
                    Law.config
                    (title + ": no change costs a running Codex the renewal that it asked for")
                    (Prop.forAll renewing (fun story ->
                        let world = World { story with Release = release }
                        seal world

                        for asked in story.Requests do
                            heeding world asked

                        world.Settle()
                        Expect.isEmpty world.GivenUp "no renewal is thrown away"
                        Expect.isFalse world.Misplaced "none is stored as another account's"))
        ]

let private law title property =
    testPropertyWithConfig Law.config title (Prop.forAll stories property)

let tests =
    testList
        "Codex between the steps"
        [
            models
            besides
            cautious

            law
                "whatever Codex does between two steps, a sign-in that the provider accepts stays on the disk"
                (fun story ->
                    let world = told story
                    let tokens = tokensOn world.Disk |> List.map snd |> set

                    for account, name in present world do
                        if not (Set.contains account world.GivenUp) then
                            Expect.isTrue
                                (Set.contains (account, Map.find account world.Accepted) tokens)
                                ("the newest sign-in of " + ProfileName.value name + " is on the disk"))

            law "a profile that shows its own whole sign-in shows the one that the provider accepts" (fun story ->
                let world = told story

                for account, name in present world do
                    if not (Set.contains account world.GivenUp) then
                        match Map.tryFind (Layout.signIn root name) world.Disk.Nodes with
                        | Some(Node.Bytes(_, bytes)) when
                            accountIn bytes = "acct-" + string account && (tokenIn bytes).IsSome
                            ->
                            Expect.equal
                                (tokenIn bytes)
                                (Some(account, Map.find account world.Accepted))
                                ("the sign-in of " + ProfileName.value name)
                        | _ -> ())

            law "what another program deleted or overwrote is brought back by restore" (fun story ->
                let world = told story

                for account, name in present world do
                    if not (Set.contains account world.GivenUp) then
                        Sealed.restore (world.Situation()) name |> carryOut world

                        match Map.tryFind (Layout.signIn root name) world.Disk.Nodes with
                        | Some(Node.Bytes(_, bytes)) ->
                            Expect.equal
                                (tokenIn bytes)
                                (Some(account, Map.find account world.Accepted))
                                ("the sign-in of " + ProfileName.value name)
                        | _ -> failtest ("profile " + ProfileName.value name + " has its sign-in again"))

            law "no two profiles hold one sign-in, and no sealed copy is a live one" (fun story ->
                let world = told story

                let live =
                    tokensOn world.Disk
                    |> List.filter (fun (path, _) -> Disk.isInside (Layout.profiles root) path)
                    |> List.map snd

                Expect.equal (List.distinct live) live "each sign-in has one live copy"

                for KeyValue(path, node) in world.Disk.Nodes do
                    match node with
                    | Node.Link(_, target) ->
                        Expect.isFalse (target.Contains "sealed") ("nothing points at a sealed copy: " + path)
                    | _ -> ())
        ]
