namespace CodexRouter.Cli

open System
open CodexRouter.Core
open CodexRouter.Platform

/// What a sign-in outside the profiles is to the profiles.
[<RequireQualifiedAccess>]
type OtherCopy =
    /// Another name of the very file of a profile.
    | SecondName of ProfileName
    /// Another file at the same point of the same chain of renewals.
    | SameCredential of ProfileName
    /// Another sign-in of an account that a profile holds.
    | SameAccount of ProfileName
    /// Of nobody whom a profile holds.
    | Unknown

/// The sign-ins outside the profiles in the places where other tools, a person's own homes and interrupted changes leave
/// them: below the root, in `~/.codex-*`, in the home and in the working folder. Nothing else is searched.
[<RequireQualifiedAccess>]
module OtherCopies =

    let private names folder =
        try
            List.ofSeq (Folders.Names folder)
        with :? SystemCallException ->
            []

    let private json folder =
        names folder
        |> List.filter (fun name -> name.EndsWith(".json", StringComparison.Ordinal))
        |> List.map (Layout.(/) folder)

    let private signInBelow folder =
        names folder
        |> List.map (fun name -> Layout.(/) (Layout.(/) folder name) Layout.SignInFile)

    /// Other tools' files: those that are in use, or were.
    let private ofTools (surroundings: Surroundings) =
        let root = surroundings.Root

        let homes =
            names surroundings.Home
            |> List.filter (fun name -> name.StartsWith(".codex-", StringComparison.Ordinal))
            |> List.map (Layout.(/) surroundings.Home)
            |> List.filter ((<>) root)

        json (Layout.profiles root)
        @ json (Layout.(/) root "accounts")
        @ signInBelow (Layout.(/) root "accounts")
        @ (homes
           |> List.collect (fun home ->
               Layout.(/) home Layout.SignInFile :: json (Layout.(/) home "accounts")
               @ signInBelow (Layout.profiles home)))

    /// Where a file that a change did not get to remove may be.
    let private around (surroundings: Surroundings) =
        json (Layout.kept surroundings.Root)
        @ signInBelow (Layout.scratch surroundings.Root)
        @ json surroundings.Home
        @ json surroundings.Folder

    /// What a sign-in is to the profiles.
    let private relation (profiles: Profile list) id (signIn: SignIn) =
        let find isIt =
            profiles
            |> List.tryPick (fun profile ->
                match profile.Stored with
                | Stored.SignIn(own, held) when isIt own held -> Some profile.Name
                | Stored.SignIn _
                | Stored.Missing
                | Stored.Damaged _
                | Stored.Unreadable _
                | Stored.InTheWay -> None)

        match
            find (fun own _ -> own = id),
            find (fun _ held ->
                held.Kind = SignInKind.ChatGpt
                && Identity.sameCredential held.Identity signIn.Identity),
            find (fun _ held -> Identity.same held.Identity signIn.Identity)
        with
        | Some name, _, _ -> OtherCopy.SecondName name
        | None, Some name, _ -> OtherCopy.SameCredential name
        | None, None, Some name -> OtherCopy.SameAccount name
        | None, None, None -> OtherCopy.Unknown

    let private found profiles path =
        match Entry.file (Disk.look path), Disk.files.ReadSignIn path with
        | Some id, Ok signIn -> Some(path, relation profiles id signIn)
        | None, _
        | _, Error _ -> None

    /// Gives the files of other tools that are sign-ins, and other names of a profile's file, each with what it is.
    let find (surroundings: Surroundings) (profiles: Profile list) : (string * OtherCopy) list =
        let tools = ofTools surroundings |> List.distinct |> List.choose (found profiles)

        let names =
            around surroundings
            |> List.distinct
            |> List.filter (fun path -> not (List.exists (fst >> (=) path) tools))
            |> List.choose (found profiles)
            |> List.filter (fun (_, relation) -> relation.IsSecondName)

        tools @ names

    /// Gives how many names a profile's file has that are not the profile's own.
    let otherNames root name =
        let status = FileStatus.Look(Layout.signIn root name)

        if status.Kind = FileKind.File then
            int status.LinkCount - 1
        else
            0
