/// Codex as the other writer: between any two steps of any plan it may renew, sign in, sign out or delete. A provider that
/// takes each refresh token once says which sign-ins it still accepts.
module CodexRouter.Core.Tests.AdversaryLaws

open Expecto
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds
open CodexRouter.Core.Tests.AdversaryStories
open CodexRouter.Core.Tests.AdversaryWorld

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
