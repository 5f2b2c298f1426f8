namespace CodexRouter.Core

open System

/// What stands at the root's auth.json.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Live =
    | Missing
    /// A link to a profile's sign-in, whether or not that is there.
    | Current of name: ProfileName * id: FileId
    /// A link that the router did not make.
    | Elsewhere of target: string * id: FileId
    /// A file: Codex or another tool put it there.
    | Loose of id: FileId * signIn: Result<SignIn, SignInFault>
    | InTheWay

[<RequireQualifiedAccess>]
module Live =

    /// Gives the name of the profile that the link leads to.
    let current live =
        match live with
        | Live.Current(name, _) -> Some name
        | Live.Missing
        | Live.Elsewhere _
        | Live.Loose _
        | Live.InTheWay -> None

    /// Gives the sign-in in a file that Codex or another tool put there, if it can be read.
    let loose live =
        match live with
        | Live.Loose(_, signIn) -> Result.toOption signIn
        | Live.Missing
        | Live.Current _
        | Live.Elsewhere _
        | Live.InTheWay -> None

/// What stands at a profile's auth.json.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Stored =
    | Missing
    | SignIn of id: FileId * signIn: SignIn
    | Damaged of id: FileId * fault: SignInFault
    /// Something is there, and the system does not let this user read it.
    | Unreadable of reason: string
    | InTheWay

[<RequireQualifiedAccess>]
module Stored =

    /// Gives the sign-in, if one is there and can be read.
    let signIn stored =
        match stored with
        | Stored.SignIn(_, signIn) -> Some signIn
        | Stored.Missing
        | Stored.Damaged _
        | Stored.Unreadable _
        | Stored.InTheWay -> None

/// A profile as it is on disk.
[<NoEquality; NoComparison>]
type Profile =
    {
        Name: ProfileName
        Stored: Stored
        Record: ProfileRecord option
    }

/// What a plan is made from: the root, the disk, the time, and a text that no other plan has.
[<NoEquality; NoComparison>]
type Situation =
    {
        Root: string
        Files: FileSystem
        Now: DateTimeOffset
        Stamp: string
    }

/// Looks at a root through its file system, and only at what is asked for.
[<RequireQualifiedAccess>]
module Observed =

    /// Tells whether there is a profile of this name.
    let exists (files: FileSystem) root name =
        files.Look(Layout.home root name) = Entry.Folder

    /// Gives the profile that a spelling names, as its folder is spelled. Where the file system ignores case, `work` finds
    /// the folder `Work`: one profile, that must not count as two.
    let spelled (files: FileSystem) root (name: ProfileName) =
        if exists files root name then
            files.Names(Layout.profiles root)
            |> List.choose (ProfileName.create >> Result.toOption)
            |> fun names -> ProfileName.among true names name
        else
            None

    /// Gives what stands at the root's auth.json.
    let live (files: FileSystem) root =
        let path = Layout.live root

        match files.Look path with
        | Entry.Missing -> Live.Missing
        | Entry.File id -> Live.Loose(id, files.ReadSignIn path)
        | Entry.Link(id, target) ->
            match Lookup.currentOfLink root target with
            | Some name -> Live.Current(spelled files root name |> Option.defaultValue name, id)
            | None -> Live.Elsewhere(target, id)
        | Entry.Folder
        | Entry.Other -> Live.InTheWay

    /// Gives the current profile's name: the one that the link means.
    let current files root = live files root |> Live.current

    /// Gives the profile that another name leads to, if the router made it do so. The profile itself may be gone.
    let forwarded (files: FileSystem) root name =
        match Entry.link (files.Look(Layout.home root name)) with
        | Some(_, target) when target.StartsWith("./", StringComparison.Ordinal) ->
            ProfileName.create (target.Substring 2) |> Result.toOption
        | Some _
        | None -> None

    /// Gives the names of all profiles, in ordinal order. What is no folder, or has another kind of name, is another
    /// tool's.
    let names (files: FileSystem) root =
        files.Names(Layout.profiles root)
        |> List.choose (ProfileName.create >> Result.toOption)
        |> List.filter (exists files root)

    /// Gives one profile as it is.
    let profile (files: FileSystem) root name =
        let path = Layout.signIn root name

        {
            Name = name
            Stored =
                match files.Look path with
                | Entry.Missing -> Stored.Missing
                | Entry.File id ->
                    match files.ReadSignIn path with
                    | Ok signIn -> Stored.SignIn(id, signIn)
                    | Error(SignInFault.Unreadable reason) -> Stored.Unreadable reason
                    | Error fault -> Stored.Damaged(id, fault)
                | Entry.Link _
                | Entry.Folder -> Stored.InTheWay
                // A pipe, a socket; or a home that may not be entered.
                | Entry.Other ->
                    match files.ReadSignIn path with
                    | Error(SignInFault.Unreadable reason) -> Stored.Unreadable reason
                    | Ok _
                    | Error _ -> Stored.InTheWay
            Record = files.ReadRecord(Layout.record root name)
        }

    /// How often profiles are looked at again because one went away meanwhile.
    [<Literal>]
    let private Looks = 3

    /// Gives all profiles as they are. One that another router renames between the look at the names and the look at its
    /// sign-in is not signed out: then all are looked at again.
    let profiles files root =
        let hasGone (profile: Profile) =
            profile.Stored.IsMissing && not (exists files root profile.Name)

        let rec from left =
            let found = names files root |> List.map (profile files root)

            if left > 1 && List.exists hasGone found then
                from (left - 1)
            else
                found |> List.filter (hasGone >> not)

        from Looks

    /// Gives the name in the marker file, if it is one.
    let marked (files: FileSystem) root =
        files.ReadText(Layout.marker root)
        |> Option.bind (fun text -> text.Trim() |> ProfileName.create |> Result.toOption)

    /// Gives the profile that was current before.
    let previous (files: FileSystem) root =
        files.ReadText(Layout.previous root)
        |> Option.bind (fun text -> text.Trim() |> ProfileName.create |> Result.toOption)

    /// Gives the profile that certainly holds an identity.
    let holderOf (files: FileSystem) root (signIn: SignIn) =
        profiles files root
        |> List.tryFind (fun profile ->
            match profile.Stored, profile.Record with
            | Stored.SignIn(_, held), _ -> Identity.same held.Identity signIn.Identity
            | _, Some record ->
                (record.UserId.IsSome || record.Email.IsSome)
                && ProfileRecord.isOf signIn record
            | _, None -> false)
