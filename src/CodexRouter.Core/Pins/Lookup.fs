namespace CodexRouter.Core

open System

/// What stands where a folder's pin would be.
[<RequireQualifiedAccess>]
type PinFile =
    | Absent
    | Holds of pin: Pin
    | Broken of fault: PinFault

/// What the system tells of a `.codex-profile` that is there, links followed unless said otherwise.
type PinFacts =
    {
        /// A regular file, and no folder, pipe, device, socket, or link that leads nowhere.
        IsFile: bool
        Size: int64
        /// Whether the file, and the link to it if there is one, belong to this person or to root.
        IsOurs: bool
        FolderIsWritableByAll: bool
        /// Reads the file, or gives none if the system refuses. Called only for a small file that may count: opening a
        /// pipe would wait.
        Read: unit -> byte[] option
    }

[<RequireQualifiedAccess>]
module PinFile =

    /// Judges a file that is there, in the order in which it is safe to find out.
    let ofFacts facts =
        if not facts.IsFile then
            PinFile.Broken PinFault.NotAFile
        elif facts.Size > int64 Pin.MaximumBytes then
            PinFile.Broken PinFault.TooLong
        elif facts.FolderIsWritableByAll && not facts.IsOurs then
            PinFile.Broken PinFault.NotOurs
        else
            match facts.Read() with
            | None -> PinFile.Broken PinFault.Unreadable
            | Some bytes ->
                match Pin.parse bytes with
                | Ok pin -> PinFile.Holds pin
                | Error fault -> PinFile.Broken fault

/// What a lookup made of one `.codex-profile`.
[<RequireQualifiedAccess>]
type Finding =
    | NoFile
    | Broken of fault: PinFault
    /// The person has not said yet whether to follow it.
    | NotAllowed of pin: Pin
    | Denied of pin: Pin
    /// Allowed, but none of its names is a profile on this machine.
    | NoSuchProfile of pin: Pin
    /// Allowed, but Codex would delete that profile's sign-in at its start.
    | Blocked of profile: ProfileName
    /// Allowed, and unpins this folder and what is below it.
    | Unpins
    | Chooses of profile: ProfileName

/// One file that a lookup looked at.
type Looked = { Path: string; Finding: Finding }

/// The rule that decides for a folder.
[<RequireQualifiedAccess>]
type Rule =
    /// `codex-router use` in this terminal.
    | Use of profile: ProfileName
    | Pinned of profile: ProfileName * path: string
    /// A pin that says `default`.
    | Unpinned of path: string
    | NoPin

/// Something that the person should hear of, once.
[<RequireQualifiedAccess>]
type Warning =
    | BrokenPin of path: string * fault: PinFault
    | PinNotAllowed of path: string * pin: Pin
    | NoProfileForPin of path: string * pin: Pin
    | UseWithoutProfile of profile: ProfileName
    | BlockedProfile of path: string * profile: ProfileName
    | UseBlocked of profile: ProfileName
    /// Advice about the profile in force: see `Advice`.
    | NearLimit of profile: ProfileName * other: ProfileName * until: int64 option

/// Which profile a folder asks for, and all that led there.
type Decision =
    {
        Rule: Rule
        /// Every file looked at, the nearest first; the last one decides, unless the rule is `Use` or `NoPin`.
        Looked: Looked list
        Warnings: Warning list
    }

/// What this machine knows of profiles and pins.
type Registry =
    {
        Profiles: Set<ProfileName>
        /// Whether the file system of the profiles takes `work` and `Work` for one name.
        IgnoresCase: bool
        Aliases: AliasIndex
        Trust: Trust
        States: StateIndex
    }

/// Folder and pins to profile. Together with `ShellState` this is the specification of the zsh hook, which is tested
/// against it.
[<RequireQualifiedAccess>]
module Lookup =

    /// Gives the root: `CODEX_ROUTER_ROOT`, else `CODEX_HOME`, else `~/.codex`; an empty variable counts as none. A
    /// `CODEX_HOME` of the form `<root>/profiles/<name>` means that root. One that leads to no folder counts as none: a
    /// terminal inherits it from a home that is gone. `folder` makes a relative path absolute.
    let root (isFolder: string -> bool) (routerRoot: string) (codexHome: string) (home: string) (folder: string) =
        let absolute (path: string) =
            let path = if path.StartsWith '/' then path else Layout.(/) folder path
            let trimmed = path.TrimEnd '/'
            if trimmed = "" then "/" else trimmed

        let rootOf (home: string) =
            let last = home.LastIndexOf '/'
            let parent = home.Substring(0, max last 0)

            match ProfileName.create (home.Substring(last + 1)) with
            | Ok _ when parent.EndsWith("/profiles", StringComparison.Ordinal) && parent <> "/profiles" ->
                parent.Substring(0, parent.Length - "/profiles".Length)
            | _ -> home

        let usual = Layout.(/) home ".codex"

        if routerRoot <> "" then
            absolute routerRoot
        elif codexHome <> "" then
            let named = rootOf (absolute codexHome)
            if isFolder named then named else usual
        else
            usual

    /// Gives the current profile from the text of the link at `<root>/auth.json`. Any other text means none.
    let currentOfLink root (text: string) =
        let prefix = root + "/"

        let relative =
            if text.StartsWith(prefix, StringComparison.Ordinal) then
                text.Substring prefix.Length
            else
                text

        match relative.Split '/' with
        | [| "profiles"; name; Layout.SignInFile |] -> ProfileName.create name |> Result.toOption
        | _ -> None

    /// Gives the path of every `.codex-profile` that counts for a folder, the nearest first. The folder is absolute and
    /// physical: its links are resolved, so that the way there does not matter.
    let chain (folder: string) =
        let rec climb (folder: string) =
            let here = Layout.(/) folder Pin.FileName

            match folder.LastIndexOf '/' with
            | 0 when folder.Length = 1 -> [ here ]
            | 0 -> here :: climb "/"
            | last when last > 0 -> here :: climb (folder.Substring(0, last))
            | _ -> [ here ]

        climb folder

    /// Gives the profile that a spelling of its name means.
    let named registry name =
        ProfileName.among registry.IgnoresCase registry.Profiles name

    /// Gives the profile that a name or an alias means here; a profile's own name comes first.
    let resolve registry name =
        named registry name
        |> Option.orElseWith (fun () -> AliasIndex.find name registry.Aliases |> Option.bind (named registry))

    let private finding registry path file =
        match file with
        | PinFile.Absent -> Finding.NoFile
        | PinFile.Broken fault -> Finding.Broken fault
        | PinFile.Holds pin ->
            match Trust.judge path pin registry.Trust, pin with
            | Judgement.Unknown, _ -> Finding.NotAllowed pin
            | Judgement.Denied, _ -> Finding.Denied pin
            | Judgement.Allowed, Pin.Default -> Finding.Unpins
            | Judgement.Allowed, Pin.Names(first, others) ->
                match first :: others |> List.tryPick (resolve registry) with
                | Some profile when StateIndex.isBlocked profile registry.States -> Finding.Blocked profile
                | Some profile -> Finding.Chooses profile
                | None -> Finding.NoSuchProfile pin

    let private warning looked =
        match looked.Finding with
        | Finding.Broken fault -> Some(Warning.BrokenPin(looked.Path, fault))
        | Finding.NotAllowed pin -> Some(Warning.PinNotAllowed(looked.Path, pin))
        | Finding.NoSuchProfile pin -> Some(Warning.NoProfileForPin(looked.Path, pin))
        | Finding.Blocked profile -> Some(Warning.BlockedProfile(looked.Path, profile))
        | Finding.NoFile
        | Finding.Denied _
        | Finding.Unpins
        | Finding.Chooses _ -> None

    // Climbs until something decides: what is not a pin, not allowed or without a profile changes nothing.
    let rec private walk registry pins looked =
        match pins with
        | [] -> Rule.NoPin, List.rev looked
        | (path, file) :: further ->
            let here =
                {
                    Path = path
                    Finding = finding registry path file
                }

            match here.Finding with
            | Finding.Chooses profile -> Rule.Pinned(profile, path), List.rev (here :: looked)
            | Finding.Unpins -> Rule.Unpinned path, List.rev (here :: looked)
            | Finding.NoFile
            | Finding.Broken _
            | Finding.NotAllowed _
            | Finding.Denied _
            | Finding.NoSuchProfile _
            | Finding.Blocked _ -> walk registry further (here :: looked)

    /// Decides for a folder: `used` is what `codex-router use` set in this terminal, and wins while that profile exists;
    /// `pins` is what stands along the folder's `chain`, in that order.
    let decide registry (used: ProfileName option) (pins: (string * PinFile) list) : Decision =
        let found = used |> Option.bind (named registry)

        match found with
        | Some profile when not (StateIndex.isBlocked profile registry.States) ->
            {
                Rule = Rule.Use profile
                Looked = []
                Warnings = []
            }
        | _ ->
            let rule, looked = walk registry pins []

            {
                Rule = rule
                Looked = looked
                Warnings =
                    (match found, used with
                     | Some profile, _ -> [ Warning.UseBlocked profile ]
                     | None, Some name -> [ Warning.UseWithoutProfile name ]
                     | None, None -> [])
                    @ List.choose warning looked
            }

    /// Gives the profiles that a terminal may be put on.
    let usable registry =
        registry.Profiles
        |> Set.filter (fun profile -> not (StateIndex.isBlocked profile registry.States))

    /// Gives the profile that a rule asks for, if it asks for one.
    let profile rule =
        match rule with
        | Rule.Use profile
        | Rule.Pinned(profile, _) -> Some profile
        | Rule.Unpinned _
        | Rule.NoPin -> None
