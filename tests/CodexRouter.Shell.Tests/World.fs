namespace CodexRouter.Shell.Tests

open System
open System.Diagnostics
open System.IO
open System.Text
open CodexRouter.Core
open CodexRouter.Testing

/// What a test puts at a folder's `.codex-profile`.
[<RequireQualifiedAccess>]
type Placed =
    | Text of bytes: byte[]
    | LinkTo of bytes: byte[]
    | Folder
    | Pipe
    | Device
    | DanglingLink
    /// Somebody else's file; in a folder that everybody can write to, or not.
    | Foreign of bytes: byte[] * writable: bool
    /// Somebody else's link to a file of ours, in a folder that everybody can write to.
    | ForeignLink of bytes: byte[]
    | Unreadable of bytes: byte[]

/// What a test puts in the place of a profile's file for the prompt.
[<RequireQualifiedAccess>]
type PromptPlaced =
    | Text of bytes: byte[]
    | LinkTo of bytes: byte[]
    | Folder
    | Pipe
    | Nothing

/// The files of a test: a tree of folders with odd names, links into it, and a root. Each change is made on disk and
/// remembered, so that the specification can be asked about the same.
type World(home: TestHome, names: string list) =

    let run (program: string) (arguments: string list) =
        let outcome = home.Run(program, arguments)

        if outcome.Exit <> 0 then
            failwith (program + ": " + outcome.Err)

        outcome.Out

    // Links in the path of the folder for temporary files are resolved: pins are known by physical paths.
    let physical = run "zsh" [ "-fc"; "print -rn -- ${1:A}"; "zsh"; home.Path ]
    let root = Path.Combine(physical, "root of all")

    let folders =
        let tree = Path.Combine(physical, "tree")

        // each name once below the tree and once below the folder before it
        names
        |> List.fold
            (fun (deepest: string, all) name ->
                Path.Combine(deepest, name), Path.Combine(deepest, name) :: Path.Combine(tree, name) :: all)
            (tree, [ tree ])
        |> snd
        |> List.distinct
        |> List.rev
        |> Array.ofList

    let links = Path.Combine(physical, "links")
    let mutable pins: Map<string, Placed> = Map.empty
    let mutable profiles: Set<ProfileName> = Set.empty
    let mutable ignoresCase = false
    let mutable aliases = ""
    let mutable trust = ""
    let mutable states = ""
    let mutable settings = ""
    let mutable link: string option = None
    let mutable prompts: Map<ProfileName, PromptPlaced> = Map.empty
    let mutable writes = 0

    // Written in place or replaced: the hook must notice both.
    let write (path: string) (bytes: byte[]) =
        writes <- writes + 1

        if writes % 2 = 0 then
            File.WriteAllBytes(path, bytes)
        else
            File.WriteAllBytes(path + ".new", bytes)
            File.Move(path + ".new", path, overwrite = true)

    let writeText path (text: string) =
        write path (UTF8Encoding(false).GetBytes text)

    do
        for folder in folders do
            Directory.CreateDirectory folder |> ignore

        Directory.CreateDirectory links |> ignore

        folders
        |> Array.iteri (fun i folder -> File.CreateSymbolicLink(Path.Combine(links, string<int> i), folder) |> ignore)

        Directory.CreateDirectory(Layout.profiles root) |> ignore
        Directory.CreateDirectory(Layout.prompts root) |> ignore

    /// Someone else can only be played by root.
    static member IsRoot = Environment.UserName = "root"

    /// The root, with a blank in its name.
    member _.Root = root

    /// The folders, by their physical paths; the first is above all others.
    member _.Folders = folders

    /// A folder by way of a link.
    member _.LinkTo(index: int) = Path.Combine(links, string<int> index)

    /// Where commands that a name or a path might run would leave a trace.
    member _.Trace = Path.Combine(physical, "trace")

    member _.Settings = HookSettings.parse settings

    member world.Current =
        link
        |> Option.bind (fun text -> Lookup.currentOfLink root text)
        |> Option.map (fun name -> Lookup.named world.Registry name |> Option.defaultValue name)

    member _.Registry: Registry =
        {
            Profiles = profiles
            IgnoresCase = ignoresCase
            Aliases = AliasIndex.parse aliases
            Trust = Trust.parse trust
            States = StateIndex.parse states
        }

    member _.RemovePin folder =
        let path = Path.Combine(folder, Pin.FileName)

        if Directory.Exists path && (FileInfo path).LinkTarget |> isNull then
            Directory.Delete path
        else
            File.Delete path

        pins <- Map.remove folder pins

    member world.Place folder placed =
        let path = Path.Combine(folder, Pin.FileName)

        let mode =
            match placed with
            | Placed.Foreign(_, true)
            | Placed.ForeignLink _ -> "0777"
            | _ -> "0755"

        match pins.TryFind folder, placed with
        | Some(Placed.Text _), Placed.Text _ -> ()
        | _ -> world.RemovePin folder

        if World.IsRoot then
            File.SetUnixFileMode(folder, enum<UnixFileMode>(Convert.ToInt32(mode, 8)))

        let target = Path.Combine(physical, "targets")
        Directory.CreateDirectory target |> ignore
        let target = Path.Combine(target, Guid.NewGuid().ToString "N")

        match placed with
        | Placed.Text bytes -> write path bytes
        | Placed.LinkTo bytes ->
            File.WriteAllBytes(target, bytes)
            File.CreateSymbolicLink(path, target) |> ignore
        | Placed.Folder -> Directory.CreateDirectory path |> ignore
        | Placed.Pipe -> run "mkfifo" [ path ] |> ignore
        | Placed.Device -> File.CreateSymbolicLink(path, "/dev/zero") |> ignore
        | Placed.DanglingLink -> File.CreateSymbolicLink(path, target) |> ignore
        | Placed.Foreign(bytes, _) ->
            File.WriteAllBytes(path, bytes)
            run "chown" [ "12345"; path ] |> ignore
        | Placed.ForeignLink bytes ->
            File.WriteAllBytes(target, bytes)
            File.CreateSymbolicLink(path, target) |> ignore
            run "chown" [ "-h"; "12345"; path ] |> ignore
        | Placed.Unreadable bytes ->
            File.WriteAllBytes(path, bytes)
            File.SetUnixFileMode(path, UnixFileMode.None)

        pins <- Map.add folder placed pins

    member _.AddProfile name =
        Directory.CreateDirectory(Layout.home root name) |> ignore
        profiles <- profiles.Add name

    member _.RemoveProfile name =
        if profiles.Contains name then
            Directory.Delete(Layout.home root name)

        profiles <- profiles.Remove name

    /// Lets the root look as if its file system ignored case: the folder of the profiles is there in capitals, too. No file
    /// system changes so under a shell, so a file that the hook watches is written anew.
    member _.IgnoreCase on =
        let capitals = Path.Combine(root, "PROFILES")
        File.Delete capitals

        if on then
            File.CreateSymbolicLink(capitals, "profiles") |> ignore

        ignoresCase <- on
        writeText (Layout.aliases root) aliases

    member _.SetAliases text =
        writeText (Layout.aliases root) text
        aliases <- text

    member _.SetStates text =
        writeText (Layout.states root) text
        states <- text

    member _.SetTrust text =
        writeText (Layout.trust root) text
        trust <- text

    member _.TrustText = trust

    member _.SetSettings text =
        writeText (Layout.settings root) text
        settings <- text

    /// Places a profile's file for the prompt.
    member _.SetPrompt name placed =
        let path = Layout.prompt root name

        match prompts.TryFind name, placed with
        | Some(PromptPlaced.Text _), PromptPlaced.Text _ -> ()
        | Some PromptPlaced.Folder, _ -> Directory.Delete path
        | _ -> File.Delete path

        match placed with
        | PromptPlaced.Text bytes -> write path bytes
        | PromptPlaced.LinkTo bytes ->
            let target = Path.Combine(physical, "prompt of " + ProfileName.value name)
            File.WriteAllBytes(target, bytes)
            File.CreateSymbolicLink(path, target) |> ignore
        | PromptPlaced.Folder -> Directory.CreateDirectory path |> ignore
        | PromptPlaced.Pipe -> run "mkfifo" [ path ] |> ignore
        | PromptPlaced.Nothing -> ()

        prompts <- prompts.Add(name, placed)

    /// What a profile's file for the prompt says, as the specification reads it.
    member _.Prompt name =
        match prompts.TryFind name with
        | Some(PromptPlaced.Text bytes)
        | Some(PromptPlaced.LinkTo bytes) -> PromptFile.read bytes
        | Some PromptPlaced.Folder
        | Some PromptPlaced.Pipe
        | Some PromptPlaced.Nothing
        | None -> None, None

    /// Makes `auth.json` a link with this text, or removes it.
    member _.SetLink(text: string option) =
        File.Delete(Layout.live root)

        match text with
        | Some text -> File.CreateSymbolicLink(Layout.live root, text) |> ignore
        | None -> ()

        link <- text

    /// Remembers that the program changed the link.
    member _.LinkChanged text = link <- Some text

    /// What stands at a folder's pin, as the program would read it.
    member _.PinFile folder =
        let parsed bytes =
            match Pin.parse bytes with
            | Ok pin -> PinFile.Holds pin
            | Error fault -> PinFile.Broken fault

        match Map.tryFind folder pins with
        | None -> PinFile.Absent
        | Some placed ->
            match placed with
            | Placed.Text bytes
            | Placed.LinkTo bytes
            | Placed.Foreign(bytes, false) -> parsed bytes
            | Placed.Folder
            | Placed.Pipe
            | Placed.Device
            | Placed.DanglingLink -> PinFile.Broken PinFault.NotAFile
            | Placed.Foreign(_, true)
            | Placed.ForeignLink _ -> PinFile.Broken PinFault.NotOurs
            | Placed.Unreadable _ -> PinFile.Broken PinFault.Unreadable

    /// The pins along the way up from a folder.
    member world.Pins folder =
        Lookup.chain folder
        |> List.map (fun path ->
            let folder = path.Substring(0, path.Length - Pin.FileName.Length - 1)
            path, world.PinFile folder)

    /// Writes a stand-in for the program, which only knows `switch`, and gives its folder.
    member _.StandIn() =
        let bin = Path.Combine(physical, "bin")
        Directory.CreateDirectory bin |> ignore
        let file = Path.Combine(bin, "codex-router")

        let script =
            "#!/bin/sh\n[ \"$1\" = switch ] || exit 2\nln -sfn \"profiles/$2/auth.json\" "
            + LiveZsh.Quote(Layout.live root)
            + "\necho switched\n"

        File.WriteAllText(file, script)
        File.SetUnixFileMode(file, enum<UnixFileMode>(Convert.ToInt32("0755", 8)))
        bin
