/// Codex as the other writer, with a provider that takes each refresh token once and says which sign-ins it still accepts.
module CodexRouter.Core.Tests.AdversaryWorld

open System
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds
open CodexRouter.Core.Tests.AdversaryStories

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
let tokenIn (bytes: byte[]) =
    let found =
        Text.RegularExpressions.Regex.Match(text bytes, "FAKE-REFRESH-user-([0-9]+)-([0-9]+)")

    if found.Success then
        Some(int found.Groups[1].Value, int found.Groups[2].Value)
    else
        None

/// The number of the account that some bytes name.
let accountIn (bytes: byte[]) =
    Text.RegularExpressions.Regex.Match(text bytes, "\"account_id\": ?\"([^\"]*)\"").Groups[1].Value

/// Every refresh token in a readable sign-in, with where it stands.
let tokensOn (disk: Disk) =
    disk.Nodes
    |> Map.toList
    |> List.choose (fun (path, node) ->
        match node with
        | Node.Bytes(_, bytes) -> tokenIn bytes |> Option.map (fun token -> path, token)
        | _ -> None)

/// A root with Codex and its provider beside it.
type World(story: Story) =
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
let seal (world: World) =
    let situation = world.Situation()

    for profile in Observed.profiles situation.Files root do
        Plan.run situation.Files (Sealed.renew situation profile) |> ignore

    Plan.run situation.Files (Sealed.sweep situation) |> ignore

/// What every command does before its own work.
let recover (world: World) =
    Recovery.run (world.Situation()) (fun _ -> false) |> ignore
    seal world

/// Carries a plan out, as far as there is one.
let carryOut (world: World) (plan: Result<Plan, Refusal>) =
    match plan with
    | Ok plan -> Plan.run (world.Situation()).Files plan |> ignore
    | Error _ -> ()

/// A whole command.
let request (world: World) asked =
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

/// A world in which nothing happens but what a test does.
let quiet release =
    World
        {
            Release = release
            IgnoresCase = false
            Current = "ann"
            Requests = []
            Deeds = []
        }
