namespace CodexRouter.Cli.Commands

open System
open System.IO
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open CodexRouter.Platform
open FsToolkit.ErrorHandling

type DoctorArguments =
    | Fix
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Fix -> "mend what can be mended without losing or guessing anything"
            | Json -> "answer in JSON"

/// One thing that was looked at.
[<NoEquality; NoComparison>]
type private Check =
    {
        Id: string
        Ok: bool
        Message: string
        /// What to do about it, in words.
        Fix: string option
        Mended: bool
    }

/// Checks everything here, in words, and what to do about each.
[<RequireQualifiedAccess>]
module Doctor =

    let private good id message =
        {
            Id = id
            Ok = true
            Message = message
            Fix = None
            Mended = false
        }

    let private bad id message fix =
        {
            Id = id
            Ok = false
            Message = message
            Fix = Some fix
            Mended = false
        }

    let private mended id message = { good id message with Mended = true }

    let private one (name: ProfileName) = ProfileName.value name

    // --- what an interrupted change, an older version or another tool left ------------------------------------------

    let private unfinished (context: Context) fix =
        let root = context.Surroundings.Root
        let isThere = Disk.look (Layout.router root) <> Entry.Missing

        // The old name of a profile leads to it until a later change; nothing is wrong with that.
        let isOldName (path: string) =
            path.StartsWith(Layout.profiles root + "/", StringComparison.Ordinal)

        let pending = Recovery.next (Changes.situation root) isOldName

        if
            pending.IsEmpty
            || (not isThere && not fix) && (Observed.names Disk.files root).IsEmpty
        then
            [ good "unfinished" "nothing was left unfinished" ]
        elif fix then
            match
                Changes.exclusively root (fun () ->
                    let outcome = Changes.mend root
                    let others = ResizeArray<string>()
                    Changes.recover others.Add root |> ignore
                    Ok outcome)
            with
            | Ok outcome ->
                [
                    if not outcome.Taken.IsEmpty then
                        mended "unfinished" ("mended in " + string<int> outcome.Taken.Length + " steps")

                    for path, failure in outcome.Failures do
                        bad
                            "unfinished"
                            failure
                            (if path.StartsWith(Layout.trash root + "/", StringComparison.Ordinal) then
                                 Remedy.forRemoval path
                             else
                                 Remedy.forAccess path)
                ]
            | Error problem -> [ bad "unfinished" problem.Message problem.Try ]
        else
            [
                for step in pending do
                    bad "unfinished" (step.Why + ": " + PlanText.step step.Action) "codex-router doctor --fix"
            ]

    // --- what the system lets be read and written -----------------------------------------------------------------

    /// Tries each place that a command reads or writes.
    let private places root =
        let isFolder, isFile = true, false

        let ofHome name =
            let home = Layout.home root name

            [
                home, isFolder
                Layout.signIn root name, isFile
                Layout.record root name, isFile
                CodexLocks.ofHome home, isFile
                CodexLocks.ofFile home, isFile
            ]

        let own =
            [
                root, isFolder
                Layout.(/) root "config.toml", isFile
                Layout.marker root, isFile
                CodexLocks.ofHome root, isFile
                CodexLocks.ofFile root, isFile
                Layout.profiles root, isFolder
                Layout.router root, isFolder
                Layout.lock root, isFile
                Layout.settings root, isFile
                Layout.trust root, isFile
                Layout.aliases root, isFile
                Layout.previous root, isFile
                Layout.kept root, isFolder
                Layout.scratch root, isFolder
                Layout.trash root, isFolder
                Layout.quotas root, isFolder
                Layout.prompts root, isFolder
            ]

        let live =
            if Disk.look (Layout.live root) = Entry.Missing then
                []
            else
                [ Layout.live root, isFile ]

        own @ live @ (Observed.names Disk.files root |> List.collect ofHome)

    let private access root =
        let closed =
            places root
            |> List.filter (fun (path, isFolder) ->
                let isThere =
                    match Disk.look path with
                    | Entry.Missing -> false
                    // A link to nothing yet is no fault of access.
                    | Entry.Link _ -> Disk.leads path
                    | Entry.Folder -> isFolder
                    | Entry.File _ -> not isFolder
                    | Entry.Other -> true

                isThere
                && not (
                    if isFolder then
                        AccessRights.ToFolder path
                    else
                        AccessRights.ToFile path
                ))
            |> List.map fst

        // What is below a closed folder is closed by it.
        let outermost =
            closed
            |> List.filter (fun path ->
                not (
                    closed
                    |> List.exists (fun other -> path.StartsWith(other + "/", StringComparison.Ordinal))
                ))

        match outermost with
        | [] -> [ good "access" "every file and folder here can be read and written" ]
        | paths ->
            [
                for path in paths do
                    let owner =
                        match Remedy.owner path with
                        | Some owner -> " (it belongs to " + owner + ")"
                        | None -> ""

                    bad "access" (path + " may not be read and written" + owner) (Remedy.forAccess path)
            ]

    /// Looks at one thing, and survives it: what fails there is what is wrong.
    let private survive id (look: unit -> Check list) =
        try
            look ()
        with
        | :? SystemCallException as failure -> [ bad id failure.Message (Remedy.forFailure failure) ]
        | :? IOException as failure -> [ bad id failure.Message "df -h ." ]
        | :? UnauthorizedAccessException as failure -> [ bad id failure.Message "ls -l" ]

    // --- the root and its sign-in -----------------------------------------------------------------------------------

    let private live (context: Context) =
        let root = context.Surroundings.Root
        let file = Layout.live root

        match Observed.live Disk.files root with
        | Live.Current(name, _) when not (Observed.exists Disk.files root name) ->
            bad "live" (file + " points at profile " + one name + ", which is not there") "codex-router switch NAME"
        | Live.Current(name, _) -> good "live" ("the current profile is " + one name)
        | Live.Missing when (Observed.names Disk.files root).IsEmpty ->
            good "live" "nobody is signed in yet: codex-router login NAME"
        | Live.Missing -> bad "live" "no profile is current" "codex-router switch NAME"
        | Live.Elsewhere(target, _) ->
            bad "live" (file + " is a link to " + target + ", which is not codex-router's") (Remedy.forLink file target)
        | Live.InTheWay -> bad "live" (file + " is not a file") (Remedy.forMovingAside file)
        | Live.Loose(_, Error fault) -> bad "live" (file + ": " + SignIn.explain fault) (Remedy.forMovingAside file)
        | Live.Loose(_, Ok signIn) when (Observed.holderOf Disk.files root signIn).IsNone ->
            bad
                "live"
                (file + " is a sign-in that no profile holds")
                ("codex-router save " + Refusals.suggestedName signIn.Email)
        | Live.Loose _ ->
            bad "live" (file + " is a file again; a profile holds that account") "codex-router doctor --fix"

    let private store root =
        match CodexSettings.needFiles root with
        | Ok() -> good "credential_store" "Codex keeps its sign-in in a file"
        | Error problem -> bad "credential_store" problem.Message problem.Try

    // --- each profile -----------------------------------------------------------------------------------------------

    /// The router's own settings: those that cannot be used, and rules about profiles that are none.
    let private settings root =
        let file = Inert.text (Layout.settings root)

        match RouterSettings.readWithFaults root with
        | settings, [] ->
            let strangers =
                [
                    for KeyValue(name, rule) in settings.Fallback.Rules do
                        yield! name :: rule.To
                ]
                |> List.distinct
                |> List.filter (Observed.exists Disk.files root >> not)

            if strangers.IsEmpty then
                good "settings" "the settings can be used"
            else
                bad
                    "settings"
                    ("the settings name profiles that are not there: "
                     + String.Join(", ", List.map ProfileName.value strangers)
                     + " ("
                     + file
                     + ")")
                    (Remedy.forEditing (Layout.settings root))
        | _, faults ->
            bad "settings" ("in " + file + ": " + String.Join("; ", faults)) (Remedy.forEditing (Layout.settings root))

    let private profile root (profile: Profile) =
        let name = one profile.Name
        let file = Layout.signIn root profile.Name

        let remedy () =
            SealedCopies.remedy (Changes.situation root) profile.Name

        match ProfileHealth.ofOne root [] profile, profile.Stored with
        | (Health.PerhapsSignedOut | Health.Ended | Health.Mixed | Health.OtherWorkspace as health), _ ->
            bad
                ("profile." + name)
                (name + ": " + Option.defaultValue "" (HealthView.sentence health))
                (HealthView.remedy (Changes.situation root) profile health)
        | _, Stored.Missing -> bad ("profile." + name) (name + ": Not logged in") (remedy ())
        | _, Stored.InTheWay -> bad ("profile." + name) (file + " is not a file") (Remedy.forMovingAside file)
        | _, Stored.Unreadable reason -> bad ("profile." + name) (name + ": " + reason) (Remedy.forAccess file)
        | _, Stored.Damaged(_, fault) -> bad ("profile." + name) (file + ": " + SignIn.explain fault) (remedy ())
        | _, Stored.SignIn(_, signIn) ->
            match profile.Record with
            | Some record when
                not (ProfileRecord.isOf signIn record)
                && SealedCopies.couldRestore (Changes.situation root) profile.Name
                ->
                bad
                    ("profile." + name)
                    (name
                     + " was saved as "
                     + Inert.text (Option.defaultValue "another account" record.Email)
                     + ", and another program put "
                     + ProfileView.account profile
                     + " there; a sealed copy of the saved one is kept")
                    ("codex-router restore " + name)
            | Some record when not (ProfileRecord.isOf signIn record) ->
                bad
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
                bad
                    ("profile." + name)
                    (file + " has no last_refresh: Codex sends no authorization with it")
                    ("codex-router login " + name)
            | _ -> good ("profile." + name) (name + ": " + ProfileView.account profile)

    /// Codex would delete such a sign-in at its next start there.
    let private preflight root (profile: Profile) =
        match CodexSettings.profileWouldSignOut root profile.Name with
        | None -> []
        | Some demand ->
            [
                bad
                    ("preflight." + one profile.Name)
                    (one profile.Name
                     + ": Codex would delete its sign-in: "
                     + demand.File
                     + " says "
                     + Preflight.line demand)
                    ("codex-router switch OTHER, or " + Remedy.forEditing demand.File)
            ]

    let private permissions root fix (name: ProfileName) =
        let check kind path (mode: UnixFileMode) =
            let status = FileStatus.Look path

            if status.Kind <> kind || status.Mode &&& ~~~mode = UnixFileMode.None then
                []
            elif fix then
                File.SetUnixFileMode(path, mode)

                [
                    mended ("permissions." + one name) (path + " is readable by its owner only now")
                ]
            else
                [
                    bad ("permissions." + one name) (path + " can be read by others") "codex-router doctor --fix"
                ]

        check FileKind.Folder (Layout.home root name) PrivateMode.directory
        @ check FileKind.File (Layout.signIn root name) PrivateMode.file

    let private sharing root (profile: Profile) =
        let separate = profile.Record |> Option.exists _.SeparateHistory

        match HomeLinks.unshared Disk.files root (Layout.home root profile.Name) separate with
        | [] -> []
        | own ->
            [
                bad
                    ("sharing." + one profile.Name)
                    (one profile.Name
                     + " has its own "
                     + String.Join(", ", own)
                     + " in place of the shared one")
                    (Remedy.forMovingAside (Layout.(/) (Layout.home root profile.Name) own.Head)
                     + " && codex-router doctor --fix")
            ]

    /// Two copies of one chain of renewals end each other.
    let private copies (profiles: Profile list) =
        let held =
            profiles
            |> List.choose (fun profile ->
                match profile.Stored with
                | Stored.SignIn(_, signIn) -> Some(profile.Name, signIn)
                | _ -> None)

        [
            for index, (name, signIn) in List.indexed held do
                for other, otherSignIn in List.skip (index + 1) held do
                    if
                        Identity.sameCredential signIn.Identity otherSignIn.Identity
                        && signIn.Kind = SignInKind.ChatGpt
                    then
                        bad
                            ("copies." + one name)
                            (one name
                             + " and "
                             + one other
                             + " are copies of one sign-in: the first that Codex renews ends the other")
                            ("codex-router delete " + one other + ", or codex-router login " + one other)
        ]

    // --- what is around ---------------------------------------------------------------------------------------------

    /// Sign-ins outside the profiles: second live copies, which end each other, and what could become a profile.
    let private others (context: Context) (profiles: Profile list) =
        let root = context.Surroundings.Root
        let found = OtherCopies.find context.Surroundings profiles

        let moveIn name path =
            "codex-router save " + one name + " --from " + Remedy.quoted path

        [
            for path, copy in found do
                match copy with
                | OtherCopy.SecondName name ->
                    bad
                        ("names." + one name)
                        (path
                         + " is a second name of the sign-in of "
                         + one name
                         + ", "
                         + Layout.signIn root name
                         + ": what renews it there ends it here")
                        (moveIn name path)
                | OtherCopy.SameCredential name ->
                    bad
                        ("copies." + one name)
                        (path
                         + " and "
                         + Layout.signIn root name
                         + " are copies of one sign-in: the first that is renewed ends the other")
                        (moveIn name path)
                | OtherCopy.SameAccount name ->
                    good
                        "import"
                        (path
                         + " is another sign-in of the account of "
                         + one name
                         + "; nothing here uses it")
                | OtherCopy.Unknown when path.StartsWith(root + "/", StringComparison.Ordinal) ->
                    good
                        "import"
                        (path
                         + " looks like another tool's sign-in; to make it a profile: codex-router save NAME --from "
                         + Remedy.quoted path)
                // A home of the person's own, with an account of its own.
                | OtherCopy.Unknown -> ()

            for profile in profiles do
                let known =
                    found
                    |> List.filter (fun (_, copy) -> copy = OtherCopy.SecondName profile.Name)
                    |> List.length

                if OtherCopies.otherNames root profile.Name > known then
                    bad
                        ("names." + one profile.Name)
                        (Layout.signIn root profile.Name
                         + " has a second name somewhere: what renews it there ends it here")
                        ("find / -xdev -samefile "
                         + Remedy.quoted (Layout.signIn root profile.Name)
                         + " 2>/dev/null")
        ]

    let private kept root =
        match (Folders.Names(Layout.kept root)).Count with
        | 0 -> []
        | count ->
            [
                good
                    "kept"
                    (string<int> count
                     + " replaced sign-ins are kept in "
                     + Layout.kept root
                     + "; what you are sure not to need may be deleted")
            ]

    let private codex (context: Context) =
        match CodexProgram.find context.Surroundings with
        | Ok path -> good "codex" ("the Codex program is " + path)
        | Error problem -> bad "codex" problem.Message problem.Try

    let private environment (context: Context) =
        let surroundings = context.Surroundings

        [
            for name in surroundings.Overriding do
                bad "environment" (name + " is set: " + Surroundings.whatOverrides name) ("unset " + name)

            match surroundings.CodexHome with
            | Held.Set value when value <> "" && not (Directory.Exists value) ->
                bad
                    "environment"
                    ("CODEX_HOME is " + value + ", which is no folder: Codex will not start")
                    "unset CODEX_HOME"
            | _ -> ()
        ]

    let private hook (context: Context) =
        if context.Surroundings.Hook <> Hook.Absent then
            good "hook" "the zsh hook is loaded here"
        else
            good
                "hook"
                "the zsh hook is not loaded in this shell; to load it: eval \"$(codex-router init zsh)\" in ~/.zshrc"

    let private daemon (context: Context) =
        match CodexProgram.daemon context.Surroundings.Root with
        | Some pid ->
            [
                good
                    "daemon"
                    ("Codex's background daemon runs (process "
                     + string<int> pid
                     + "): its windows keep the account that they started with; to stop it: codex app-server daemon stop")
            ]
        | None -> []

    let private all (context: Context) fix =
        let root = context.Surroundings.Root

        let profilesFolder =
            match Disk.look (Layout.profiles root) with
            | Entry.Folder
            | Entry.Missing -> None
            | _ ->
                Some(
                    bad
                        "profiles"
                        (Layout.profiles root + " is not a directory")
                        (Remedy.forMovingAside (Layout.profiles root))
                )

        match profilesFolder with
        | Some check -> [ codex context; check ]
        | None ->
            // First, because everything else is judged by what it leaves.
            let unfinished = survive "unfinished" (fun () -> unfinished context fix)

            let profiles, seen =
                try
                    Observed.profiles Disk.files root, []
                with :? SystemCallException as failure ->
                    [], [ bad "profiles" failure.Message (Remedy.forFailure failure) ]

            let each id look =
                profiles
                |> List.collect (fun profile -> survive (id + "." + one profile.Name) (fun () -> look profile))

            [
                survive "codex" (fun () -> [ codex context ])
                survive "credential_store" (fun () -> [ store root ])
                survive "settings" (fun () -> [ settings root ])
                survive "access" (fun () -> access root)
                unfinished
                seen
                survive "live" (fun () -> [ live context ])
                each "profile" (fun found -> [ profile root found ])
                each "preflight" (preflight root)
                each "permissions" (fun found -> permissions root fix found.Name)
                each "sharing" (sharing root)
                copies profiles
                survive "import" (fun () -> others context profiles)
                survive "kept" (fun () -> kept root)
                survive "environment" (fun () -> environment context)
                survive "daemon" (fun () -> daemon context)
                survive "hook" (fun () -> [ hook context ])
            ]
            |> List.concat

    let private show (context: Context) (checks: Check list) =
        for check in checks do
            let mark =
                if not check.Ok then Piece.bad "!  "
                elif check.Mended then Piece.good "+  "
                else Piece.good "ok "

            context.Terminal.Line [ mark; Piece.plain check.Message ]

            check.Fix
            |> Option.iter (fun fix -> context.Terminal.Line [ Piece.faint "     try: "; Piece.plain fix ])

    let private work (context: Context) (arguments: DoctorArguments list) : Ending =
        let checks = all context (List.contains Fix arguments)
        let isWell = checks |> List.forall _.Ok

        if List.contains Json arguments then
            let answer: DoctorDto =
                {
                    Schema = Answer.Schema
                    Ok = isWell
                    Checks =
                        checks
                        |> List.map (fun check ->
                            {
                                Id = check.Id
                                Ok = check.Ok
                                Message = Inert.text check.Message
                                Fix = check.Fix |> Option.map Inert.text
                                Fixed = check.Mended
                            })
                }

            context.Terminal.Raw(Answer.text AnswerShapes.doctor answer)
        else
            show context checks

        Ok(if isWell then ExitCode.Done else ExitCode.Refused)

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "doctor"
                Names = ""
                Shown = "[--fix]"
                Summary = "check everything here, and say what to do"
                Does =
                    "Checks everything that Codex Router needs and keeps here, and says what to do about each "
                    + "thing that is wrong."
                Examples =
                    [
                        "codex-router doctor", ""
                        "codex-router doctor --fix", "mend what can be mended without losing anything"
                    ]
                Ends = [ ExitCode.Done, "all is well"; ExitCode.Refused, "something is not" ]
                Offers = []
            }
            work
