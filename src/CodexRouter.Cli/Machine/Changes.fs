namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// Carries plans out on the real disk: one change at a time, nothing while Codex writes, and what an earlier crash left
/// is put right first.
[<RequireQualifiedAccess>]
module Changes =

    let private privateFile = UnixFileMode.UserRead ||| UnixFileMode.UserWrite

    /// Codex makes its home's lock readable to all.
    let private lockFile =
        privateFile ||| UnixFileMode.GroupRead ||| UnixFileMode.OtherRead

    let private privateFolder = privateFile ||| UnixFileMode.UserExecute

    /// How long to wait for another change, or for Codex to finish writing. Codex itself waits five seconds.
    let private patience = TimeSpan.FromSeconds 5.0

    /// The file in a home that a login holds while it goes on there.
    let loginLock home = Layout.(/) home ".login.lock"

    /// Gives what plans are made from now.
    let situation root : Situation =
        let now = DateTimeOffset.UtcNow

        {
            Root = root
            Files = Disk.files
            Now = now
            Stamp =
                now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", Globalization.CultureInfo.InvariantCulture)
                + "-"
                + string<int> Environment.ProcessId
        }

    let private hasLogin home =
        match Disk.look (loginLock home) with
        | Entry.Missing -> false
        | _ ->
            match AdvisoryLock.Acquire(loginLock home, TimeSpan.Zero, privateFile) with
            | null -> true
            | held ->
                held.Dispose()
                false

    let private failed message =
        Problem.refused "failed" message "codex-router doctor"

    let private profilesAreAFolder root : Result<unit, Problem> =
        match Disk.look (Layout.profiles root) with
        | Entry.Folder
        | Entry.Missing -> Ok()
        | _ -> Error(Refusals.problem (Refusal.InTheWay(Layout.profiles root)))

    /// A plan that could only be carried out in part is not begun.
    let private mayBeCarriedOut root (plan: Plan) : Result<unit, Problem> =
        match
            // The list of aliases is brought up to date after every plan.
            Layout.router root :: Plan.foldersChanged Disk.files plan
            |> List.tryFind (fun folder -> Disk.look folder <> Entry.Missing && not (Folders.MayChange folder))
        with
        | None -> Ok()
        | Some folder ->
            Problem.refused
                "not_permitted"
                (Inert.text folder + " may not be written to")
                ("chmod u+rwx " + Inert.text folder + ", if it is yours")
            |> Error

    let private acquire path mode message =
        match AdvisoryLock.Acquire(path, patience, mode) with
        | null -> Error(Problem.busy message "again in a moment")
        | held -> Ok held

    let rec private acquireAll paths (held: IDisposable list) =
        match paths with
        | [] -> Ok held
        | (path: string) :: rest ->
            let mode =
                if path.EndsWith("/auth.lock", StringComparison.Ordinal) then
                    lockFile
                else
                    privateFile

            match acquire path mode ("Codex is writing a sign-in: " + Inert.text path) with
            | Ok one -> acquireAll rest ((one :> IDisposable) :: held)
            | Error problem ->
                held |> List.iter _.Dispose()
                Error problem

    /// Writes the list of aliases that the shell reads, if the profiles' records say something else now.
    let private syncAliases root =
        let wanted = Alias.all Disk.files root |> AliasIndex.ofPairs |> AliasIndex.render

        let present = Disk.files.ReadText(Layout.aliases root) |> Option.defaultValue ""

        if wanted = present then
            Ok()
        else
            Disk.write (Layout.aliases root) wanted

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
            match step.Action with
            | Action.Move(before, name)
            | Action.Exchange(before, name) ->
                match ofHome root before, ofHome root name with
                | Some before, Some name -> QuotaStore.rename root before name
                | _ -> ()
            | _ -> ()

        let changesAccounts =
            plan
            |> List.exists (fun step ->
                match step.Action with
                | Action.HardLink _
                | Action.Move _
                | Action.Exchange _
                | Action.MoveOver _
                | Action.RemoveTree _ -> true
                | _ -> false)

        if changesAccounts then
            QuotaStore.sweep root

    /// Tells whether a program that runs may still use a path: a login its scratch home, a Codex the old name of the profile
    /// that it was started with, in its home or through the root.
    let private isBusy root path =
        match ofHome root path |> Option.bind (Observed.forwarded Disk.files root) with
        | None -> hasLogin path
        | Some _ ->
            let running = CodexProgram.running root
            not (running.Root.IsEmpty && running.Profiles.IsEmpty)

    /// Runs something while no other codex-router changes anything. The router's folder is made if need be.
    let exclusively root (work: unit -> Result<'a, Problem>) : Result<'a, Problem> =
        match profilesAreAFolder root with
        | Error problem -> Error problem
        | Ok() ->
            Folders.Create(Layout.router root, privateFolder)

            match acquire (Layout.lock root) privateFile "another codex-router is making a change" with
            | Error problem -> Error problem
            | Ok held ->
                use _ = held
                work ()

    /// Puts right what a crash, an older version or another tool left, and gives the steps that took. To be called
    /// exclusively.
    let recover root : Result<Plan, Problem> =
        Recovery.run (situation root) (isBusy root)
        |> Result.mapError failed
        |> Result.bind (fun steps -> syncAliases root |> Result.mapError failed |> Result.map (fun () -> steps))

    /// Makes a plan under Codex's locks and carries it out. To be called exclusively.
    let carryOut (situation: Situation) (decide: Situation -> Result<Plan, Refusal>) : Result<Plan, Problem> =
        match decide situation with
        | Error refusal -> Error(Refusals.problem refusal)
        | Ok [] -> Ok []
        | Ok plan ->
            match acquireAll (CodexLocks.forPlan situation plan) [] with
            | Error problem -> Error problem
            | Ok held ->
                try
                    // Codex may have written since: what counts is what is there now that it cannot.
                    match decide situation with
                    | Error refusal -> Error(Refusals.problem refusal)
                    | Ok plan ->
                        mayBeCarriedOut situation.Root plan
                        |> Result.bind (fun () -> Plan.run Disk.files plan |> Result.mapError failed)
                        |> Result.bind (fun () -> syncAliases situation.Root |> Result.mapError failed)
                        |> Result.map (fun () ->
                            syncQuotas situation.Root plan
                            plan)
                finally
                    held |> List.iter _.Dispose()

    /// Makes a sign-in readable by its owner only: one that came from elsewhere may have been readable by all.
    let makePrivate (path: string) =
        try
            File.SetUnixFileMode(path, privateFile)
        with
        | :? IOException
        | :? UnauthorizedAccessException -> () // doctor tells of it

    /// Decides, and changes the disk accordingly. A refusal that is certain beforehand leaves not even a lock behind.
    let make root (decide: Situation -> Result<Plan, Refusal>) : Result<Plan, Problem> =
        match Disk.look (Layout.router root), decide (situation root) with
        | Entry.Missing, Error refusal -> Error(Refusals.problem refusal)
        | _ -> exclusively root (fun () -> recover root |> Result.bind (fun _ -> carryOut (situation root) decide))
