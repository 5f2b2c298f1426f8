/// Roots and homes, with parts that are shared and parts that are a profile's own, for the laws of sharing.
module CodexRouter.Core.Tests.ShareWorlds

open System
open System.Text
open Expecto
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Testing
open CodexRouter.Core.Tests.Worlds
open CodexRouter.Core.Tests.Planned

/// What stands at the name of an entry, in the root or in the home.
type Standing =
    | Nothing
    | Linked
    /// A link of the person's own making.
    | LinkedElsewhere
    /// A file; or, where a folder belongs, a folder with these files. `Letter` is what is in them.
    | Holds of parts: (string * string) list
    /// A folder where a file belongs, or the other way round.
    | WrongKind of letter: string

type ShareWorld =
    {
        Root: Map<string, Standing>
        Home: Map<string, Standing>
        Own: Set<HomeGroup>
        Asked: ShareRequest
        CanExchange: bool
    }

let ann = name "ann"
let home = Layout.home root ann

let entries =
    HomeGroup.all
    |> List.collect (fun group -> HomeEntry.ofGroup group |> List.map (fun entry -> group, entry))

let part letters =
    Gen.map2
        (fun place letter -> place, letter)
        (Gen.elements [ "one"; "2030/06/two"; "2030/07/three" ])
        (Gen.elements letters)

let private holds letters =
    Gen.map (List.distinctBy fst >> Holds) (Gen.listOfLength 2 (part letters))

let private groups = Gen.subListOf HomeGroup.all |> Gen.map set

let world =
    gen {
        let names = entries |> List.map (fun (_, entry) -> entry.Name)

        let common =
            Gen.frequency
                [
                    1, Gen.constant Nothing
                    1, Gen.constant (Holds [])
                    3, holds [ "root's"; "both's" ]
                ]

        let own =
            Gen.frequency
                [
                    1, Gen.constant Nothing
                    4, Gen.constant Linked
                    1, Gen.constant LinkedElsewhere
                    1, Gen.constant (WrongKind "home's")
                    4, holds [ "home's"; "both's" ]
                    1, Gen.constant (Holds [])
                ]

        let! atRoot = Gen.listOfLength names.Length common
        let! atHome = Gen.listOfLength names.Length own
        let! had = groups
        let! wanted = groups
        let! unwanted = groups
        let! canExchange = Gen.elements [ true; false ]

        return
            {
                Root = Map(List.zip names atRoot)
                Home = Map(List.zip names atHome)
                Own = had
                Asked =
                    {
                        Name = ann
                        Own = wanted
                        Common = unwanted - wanted
                    }
                CanExchange = canExchange
            }
    }

let place folder (entry: HomeEntry) standing disk =
    let path = Layout.(/) folder entry.Name

    let file path (letter: string) disk =
        Disk.addFile path (Encoding.UTF8.GetBytes letter) disk

    let makeFolder path disk =
        Disk.makeFolder path disk |> Result.defaultWith failwith

    match standing, entry.Kind with
    | Nothing, _ -> disk
    | Linked, _ -> Disk.addLink path (HomeLinks.target entry.Name) disk
    | LinkedElsewhere, _ -> Disk.addLink path "../../../dotfiles" disk
    | WrongKind letter, EntryKind.Folder -> file path (path + letter) disk
    | WrongKind letter, EntryKind.File -> file (Layout.(/) path "inside") (path + letter) disk
    | Holds parts, EntryKind.Folder ->
        parts
        |> List.fold
            (fun disk (part, letter) -> file (Layout.(/) path part) (entry.Name + part + letter) disk)
            (makeFolder path disk)
    | Holds [], EntryKind.File -> disk
    | Holds((_, letter) :: _), EntryKind.File -> file path (entry.Name + letter) disk

let diskOf world =
    let signIn = bytesOf (chainOf 1 1)

    let record =
        match SignIn.read (ReadOnlyMemory signIn) with
        | Ok signIn -> ProfileRecord.ofSignIn ann signIn now world.Own
        | Error fault -> failwith (SignIn.explain fault)

    let disk =
        Disk.empty
        |> Disk.addFile (Layout.signIn root ann) signIn
        |> Disk.apply (Action.Write(Layout.record root ann, Content.Record record))
        |> Result.bind (Disk.makeFolder (Layout.router root))
        |> Result.defaultWith failwith
        |> Disk.addFile (Layout.(/) home "state_5.sqlite") "a list"B

    (disk, entries)
    ||> List.fold (fun disk (_, entry) ->
        disk
        |> place root entry world.Root[entry.Name]
        |> place home entry world.Home[entry.Name])
    // The links that a home of its own accord lacks are there before, as every change makes them.
    |> fun disk -> recover disk "before" |> fst
