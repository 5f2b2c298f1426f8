namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// Carries plans out on the real disk: one change at a time, nothing while Codex writes, and what an earlier crash left
/// is put right first.
[<RequireQualifiedAccess>]
module Changes =

    /// The file in a home that a login holds while it goes on there.
    let loginLock home = Layout.(/) home ".login.lock"

    /// Gives what plans are made from now: whatever it is asked, each file is read once.
    let situation root : Situation =
        let now = DateTimeOffset.UtcNow

        {
            Root = root
            Files = ReadOnce.over Disk.files
            Now = now
            Stamp =
                now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", Globalization.CultureInfo.InvariantCulture)
                + "-"
                + string<int> Environment.ProcessId
        }

    /// What is decided under another kind of lock is decided from another look.
    let private seenAnew (situation: Situation) =
        { situation with
            Files = ReadOnce.over Disk.files
        }

    let private hasLogin home =
        if Disk.look (loginLock home) = Entry.Missing then
            false
        else
            match AdvisoryLock.Acquire(loginLock home, TimeSpan.Zero, PrivateMode.file) with
            | null -> true
            | held ->
                held.Dispose()
                false

    let private failed root message =
        Problem.refused
            ProblemCode.Failed
            message
            (if
                 Disk.look (Layout.router root) <> Entry.Missing
                 && not (AccessRights.ToFolder(Layout.router root))
             then
                 Remedy.forAccess (Layout.router root)
             else
                 Remedy.forSpace root)

    let private profilesAreAFolder root : Result<unit, Problem> =
        match Disk.look (Layout.profiles root) with
        | Entry.Folder
        | Entry.Missing -> Ok()
        | Entry.File _
        | Entry.Link _
        | Entry.Other -> Error(Refusals.problem (Refusal.InTheWay(Layout.profiles root)))

    let rec private nearest (path: string) =
        let status = FileStatus.Follow path

        if status.Kind <> FileKind.Missing || path = "/" then
            status
        else
            nearest (path.Substring(0, max 1 (path.LastIndexOf '/')))

    /// A home is made aside and renamed: that does not go from one volume to another.
    let private staysOnOneVolume root (plan: Plan) : Result<unit, Problem> =
        let made, profiles = Layout.router root, Layout.profiles root

        let crosses =
            plan
            |> List.exists (fun step ->
                Action.renamed step.Action
                |> Option.exists (fun (path, name) -> (nearest path).Identity.Device <> (nearest name).Identity.Device))

        if crosses then
            Problem.refused
                ProblemCode.OtherVolume
                (Inert.text profiles
                 + " is on another volume than "
                 + Inert.text made
                 + ", and a home cannot be renamed from one to the other: nothing was changed")
                (Remedy.forVolumes [ made; profiles ])
            |> Error
        else
            Ok()

    /// A plan that could only be carried out in part is not begun.
    let private mayBeCarriedOut (files: FileSystem) (plan: Plan) : Result<unit, Problem> =
        match
            plan
            |> List.filter _.IsNeeded
            |> Plan.foldersChanged files
            |> List.tryFind (fun folder -> files.Look folder <> Entry.Missing && not (Folders.MayChange folder))
        with
        | None -> Ok()
        | Some folder ->
            Problem.refused
                ProblemCode.NotPermitted
                (Inert.text folder + " may not be written to")
                (Remedy.forAccess folder)
            |> Error

    /// Writes the list of aliases that the shell reads, if the profiles' records say something else now.
    let private syncAliases (situation: Situation) =
        let files, root = situation.Files, situation.Root
        let wanted = Alias.all files root |> AliasIndex.ofPairs |> AliasIndex.render

        let present = files.ReadText(Layout.aliases root) |> Option.defaultValue ""

        if wanted = present then
            Ok []
        else
            files.Do(Action.Write(Layout.aliases root, Content.Text wanted))

    /// The profile whose home a path is.
    let private ofHome root (path: string) =
        let profiles = Layout.profiles root + "/"

        if path.StartsWith(profiles, StringComparison.Ordinal) then
            ProfileName.create (path.Substring profiles.Length) |> Result.toOption
        else
            None

    /// What is known of quotas follows the profiles: it gets a new name with them, and goes when the account does.
    let private syncQuotas root (plan: Plan) =
        for step in plan do
            match Action.renamed step.Action with
            | Some(before, name) ->
                match ofHome root before, ofHome root name with
                | Some before, Some name -> QuotaStore.rename root before name
                | _ -> ()
            | None -> ()

        let changesAccounts =
            plan
            |> List.exists (fun step ->
                match step.Action with
                | Action.HardLink _
                | Action.Bring _
                | Action.Copy _
                | Action.Move _
                | Action.Exchange _
                | Action.MoveOver _
                | Action.RemoveTree _ -> true
                | Action.MakeFolder _
                | Action.TakeAway _
                | Action.PlaceLink _
                | Action.Write _
                | Action.CopyTree _
                | Action.Remove _ -> false)

        if changesAccounts then
            QuotaStore.sweep root
            HookNotes.sweep root

    let private seal (situation: Situation) =
        SealedCopies.bringUpToDate situation (RouterSettings.read situation.Root).SealedCopies

    let private noteStates (situation: Situation) =
        ProfileHealth.bringUpToDate situation.Root (Observed.profiles situation.Files situation.Root)

    /// What root makes in another person's root is root's: that person's Codex could not read or renew it.
    let private isOurs root : Result<unit, Problem> =
        let owner = (nearest root).Owner

        if Users.Effective = 0u && owner <> 0u then
            let person = Remedy.nameOf owner

            Problem.refused
                ProblemCode.NotYours
                (Inert.text root
                 + " belongs to "
                 + Inert.text person
                 + ", whose Codex could not use what root makes there: nothing was changed")
                ("su - " + Inert.text person)
            |> Error
        else
            Ok()

    /// Tells whether a program that runs may still use a path: a login its scratch home, a Codex the home of a profile, or the
    /// old name of the profile that it was started with, in its home or through the root.
    let private isBusy root path =
        match ofHome root path with
        | None -> hasLogin path
        | Some name when Observed.exists Disk.files root name ->
            hasLogin path || (CodexProgram.running root).Profiles.ContainsKey name
        | Some name ->
            match Observed.forwarded Disk.files root name with
            | None -> hasLogin path
            | Some _ ->
                let running = CodexProgram.running root
                not (running.Root.IsEmpty && running.Profiles.IsEmpty)

    /// Runs something while no other codex-router changes anything. The router's folder is made if need be.
    let exclusively root (work: unit -> Result<'a, Problem>) : Result<'a, Problem> =
        match isOurs root |> Result.bind (fun () -> profilesAreAFolder root) with
        | Error problem -> Error problem
        | Ok() ->
            Folders.Create(Layout.router root, PrivateMode.directory)

            match ChangeLocks.ofRouter root with
            | Error problem -> Error problem
            | Ok held ->
                use _ = held
                work ()

    /// Says what failed although what was asked for is done.
    let warnOf (warn: string -> unit) failures =
        for failure in failures do
            warn ("not done: " + failure)

    /// A change that failed after its deed was done is done, with no answer of its own: what is left of it is told, and done
    /// before the next one.
    let unlessDone root (isDone: unit -> bool) (warn: string -> unit) (change: unit -> Result<'a, Problem>) =
        match Refusals.ofSystem root change with
        | Error problem when isDone () ->
            warnOf warn [ problem.Message ]
            Ok None
        | Error problem -> Error problem
        | Ok answer -> Ok(Some answer)

    let private aliasesWarned (warn: string -> unit) situation =
        match syncAliases situation with
        | Ok failures -> warnOf warn failures
        | Error failure -> warnOf warn [ failure ]

    let private recoverIn (warn: string -> unit) (situation: Situation) : Plan =
        let mended = Recovery.run situation (isBusy situation.Root)
        mended.Failures |> List.map snd |> List.distinct |> warnOf warn

        for path in Share.setAside mended.Taken do
            warn ("kept aside: " + Inert.text path)

        aliasesWarned warn situation
        seal situation

        // A command that is refused after this changes nothing, if nothing was to be put right.
        if not mended.Taken.IsEmpty then
            noteStates situation

        mended.Taken

    /// Puts right what a crash, an older version or another tool left, and gives the steps that took. What cannot be put
    /// right is told, and stops nothing: every plan is safe in whatever it finds. To be called exclusively.
    let recover (warn: string -> unit) root : Plan = recoverIn warn (situation root)

    /// Puts right what can be, and gives the steps that took and what could not be done: the path, and why. To be called
    /// exclusively.
    let mend root : Recovery.Mended =
        let situation = situation root
        let mended = Recovery.run situation (isBusy root)
        seal situation
        mended

    /// What a failed plan had begun does not stay: the half-made goes, and a sign-in that only that holds is kept aside
    /// and told of.
    let private sweep root (problem: Problem) =
        let mended = Recovery.run (situation root) (isBusy root)

        mended.Taken
        |> List.tryPick (fun step ->
            Action.moved step.Action
            |> Option.map snd
            |> Option.filter _.StartsWith(Layout.kept root + "/", StringComparison.Ordinal))
        |> function
            | Some kept ->
                { problem with
                    Message = problem.Message + "; the sign-in is kept as " + Inert.text kept
                }
            | None -> problem

    /// Makes a plan under Codex's locks and carries it out, unless something speaks against it at that last moment. Once its
    /// deed is done, what else failed is only told; what fails before leaves nothing half-made. To be called exclusively.
    let carryOutUnless
        (objection: Situation -> Plan -> Problem option)
        (warn: string -> unit)
        (situation: Situation)
        (decide: Situation -> Result<Plan, Refusal>)
        : Result<Plan, Problem> =
        match decide situation with
        | Error refusal -> Error(Refusals.problem refusal)
        | Ok [] -> Ok []
        | Ok plan ->
            match ChangeLocks.ofCodex (CodexLocks.forPlan situation plan) with
            | Error problem -> Error problem
            | Ok held ->
                try
                    // Codex may have written since: what counts is what is there now that it cannot.
                    let situation = seenAnew situation

                    match decide situation with
                    | Error refusal -> Error(Refusals.problem refusal)
                    | Ok plan ->
                        mayBeCarriedOut situation.Files plan
                        |> Result.bind (fun () -> staysOnOneVolume situation.Root plan)
                        |> Result.bind (fun () ->
                            match objection situation plan with
                            | Some problem -> Error problem
                            | None -> Ok())
                        |> Result.bind (fun () ->
                            match Plan.run situation.Files plan with
                            | Ok failures -> Ok failures
                            | Error failure ->
                                let problem = sweep situation.Root (failed situation.Root failure)

                                // Putting right what the plan had begun may be all that was asked for.
                                match decide (seenAnew situation) with
                                | Ok [] -> Ok []
                                | _ -> Error problem)
                        |> Result.map (fun failures ->
                            warnOf warn failures
                            aliasesWarned warn situation
                            CacheFiles.bestEffort (fun () -> syncQuotas situation.Root plan)
                            seal situation
                            noteStates situation
                            plan)
                finally
                    held |> List.iter _.Dispose()

    let private nothingSpeaksAgainst _ _ = None

    /// Makes a plan under Codex's locks and carries it out, as `carryOutUnless`.
    let carryOut warn situation decide =
        carryOutUnless nothingSpeaksAgainst warn situation decide

    /// Makes a sign-in readable by its owner only: one that came from elsewhere may have been readable by all.
    let makePrivate (path: string) =
        try
            File.SetUnixFileMode(path, PrivateMode.file)
        with
        | :? IOException
        | :? UnauthorizedAccessException -> () // doctor tells of it

    /// Decides, and changes the disk accordingly, unless something speaks against it once nobody else can change anything. A
    /// refusal that is certain beforehand leaves not even a lock behind.
    let makeUnless
        (objection: Situation -> Plan -> Problem option)
        (warn: string -> unit)
        root
        (decide: Situation -> Result<Plan, Refusal>)
        : Result<Plan, Problem> =
        let carryOut () =
            exclusively root (fun () ->
                let told = System.Collections.Generic.HashSet<string>()

                // What fails before the change and again after it is told once.
                let warn text =
                    if told.Add text then
                        warn text

                let situation = situation root
                recoverIn warn situation |> ignore
                carryOutUnless objection warn situation decide)

        match Disk.look (Layout.router root) with
        | Entry.Missing ->
            match decide (situation root) with
            | Error refusal -> Error(Refusals.problem refusal)
            | Ok _ -> carryOut ()
        | Entry.File _
        | Entry.Link _
        | Entry.Folder
        | Entry.Other -> carryOut ()

    /// Decides, and changes the disk accordingly, as `makeUnless`.
    let make warn root decide =
        makeUnless nothingSpeaksAgainst warn root decide
