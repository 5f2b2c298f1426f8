namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// Each profile.
[<RequireQualifiedAccess>]
module ProfileChecks =

    /// Looks at a profile's sign-in.
    let profile root (profile: Profile) =
        let name = ProfileName.value profile.Name
        let file = Layout.signIn root profile.Name

        let remedy () =
            SealedCopies.remedy (Changes.situation root) profile.Name

        match ProfileHealth.ofOne root [] profile, profile.Stored with
        | (Health.PerhapsSignedOut | Health.Ended | Health.Mixed | Health.OtherWorkspace as health), _ ->
            Check.bad
                ("profile." + name)
                (name + ": " + Option.defaultValue "" (HealthView.sentence health))
                (HealthView.remedy (Changes.situation root) profile health)
        | _, Stored.Missing -> Check.bad ("profile." + name) (name + ": Not logged in") (remedy ())
        | _, Stored.InTheWay -> Check.bad ("profile." + name) (file + " is not a file") (Remedy.forMovingAside file)
        | _, Stored.Unreadable reason -> Check.bad ("profile." + name) (name + ": " + reason) (Remedy.forAccess file)
        | _, Stored.Damaged(_, fault) -> Check.bad ("profile." + name) (file + ": " + SignIn.explain fault) (remedy ())
        | _, Stored.SignIn(_, signIn) ->
            match profile.Record with
            | Some record when
                not (ProfileRecord.isOf signIn record)
                && SealedCopies.couldRestore (Changes.situation root) profile.Name
                ->
                Check.bad
                    ("profile." + name)
                    (name
                     + " was saved as "
                     + Inert.text (Option.defaultValue "another account" record.Email)
                     + ", and another program put "
                     + ProfileView.account profile
                     + " there; a sealed copy of the saved one is kept")
                    ("codex-router restore " + name)
            | Some record when not (ProfileRecord.isOf signIn record) ->
                Check.bad
                    ("profile." + name)
                    (name
                     + " was saved as "
                     + Option.defaultValue "another account" record.Email
                     + " and is now "
                     + ProfileView.account profile)
                    ("codex-router switch "
                     + name
                     + " and codex-router save "
                     + name
                     + " --force, if that is right")
            | _ when signIn.Kind = SignInKind.ChatGpt && signIn.LastRefresh.IsNone ->
                Check.bad
                    ("profile." + name)
                    (file + " has no last_refresh: Codex sends no authorization with it")
                    ("codex-router login " + name)
            | _ -> Check.good ("profile." + name) (name + ": " + ProfileView.account profile)

    /// Codex would delete such a sign-in at its next start there.
    let preflight root (profile: Profile) =
        match CodexSettings.profileWouldSignOut root profile.Name with
        | None -> []
        | Some demand ->
            [
                Check.bad
                    ("preflight." + ProfileName.value profile.Name)
                    (ProfileName.value profile.Name
                     + ": Codex would delete its sign-in: "
                     + demand.File
                     + " says "
                     + Preflight.line demand)
                    ("codex-router switch OTHER, or "
                     + CodexSettings.orOwn root profile.Name demand
                     + Remedy.forEditing demand.File)
            ]

    let permissions root fix (name: ProfileName) =
        let check kind path (mode: UnixFileMode) =
            let status = FileStatus.Look path

            if status.Kind <> kind || status.Mode &&& ~~~mode = UnixFileMode.None then
                []
            elif fix then
                File.SetUnixFileMode(path, mode)

                [
                    Check.mended ("permissions." + ProfileName.value name) (path + " is readable by its owner only now")
                ]
            else
                [
                    Check.bad
                        ("permissions." + ProfileName.value name)
                        (path + " can be read by others")
                        "codex-router doctor --fix"
                ]

        check FileKind.Folder (Layout.home root name) PrivateMode.directory
        @ check FileKind.File (Layout.signIn root name) PrivateMode.file

    let sharing root (profile: Profile) =
        match HomeLinks.unshared Disk.files root (Layout.home root profile.Name) (ProfileRecord.own profile.Record) with
        | [] -> []
        | own ->
            [
                Check.bad
                    ("sharing." + ProfileName.value profile.Name)
                    (ProfileName.value profile.Name
                     + " has its own "
                     + String.Join(", ", own)
                     + " in place of the shared one")
                    (match HomeEntry.find own.Head |> Option.bind HomeEntry.group with
                     | Some group ->
                         "codex-router share "
                         + ProfileName.value profile.Name
                         + " --common "
                         + HomeGroup.word group
                         + ", or codex-router share "
                         + ProfileName.value profile.Name
                         + " --own "
                         + HomeGroup.word group
                     | None ->
                         Remedy.forMovingAside (Layout.(/) (Layout.home root profile.Name) own.Head)
                         + " && codex-router doctor --fix")
            ]

    /// Two copies of one chain of renewals end each other.
    let copies (profiles: Profile list) =
        let held =
            profiles
            |> List.choose (fun profile ->
                Stored.signIn profile.Stored |> Option.map (fun signIn -> profile.Name, signIn))

        [
            for index, (name, signIn) in List.indexed held do
                for other, otherSignIn in List.skip (index + 1) held do
                    if
                        Identity.sameCredential signIn.Identity otherSignIn.Identity
                        && signIn.Kind = SignInKind.ChatGpt
                    then
                        Check.bad
                            ("copies." + ProfileName.value name)
                            (ProfileName.value name
                             + " and "
                             + ProfileName.value other
                             + " are copies of one sign-in: the first that Codex renews ends the other")
                            ("codex-router delete "
                             + ProfileName.value other
                             + ", or codex-router login "
                             + ProfileName.value other)
        ]
