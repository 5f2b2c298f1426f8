namespace CodexRouter.Cli

open System
open System.Threading
open System.Threading.Tasks
open CodexRouter.Core
open CodexRouter.Platform

/// What is known of a profile's quota after asking.
[<NoEquality; NoComparison>]
type QuotaAnswer =
    {
        Profile: Profile
        Believed: Believed option
        /// The figures were read just now, and do not come from the store.
        IsFresh: bool
        /// Why the profile has no plan quota at all, in words.
        NoPlan: string option
        /// Why there is no figure, or no newer one.
        Problem: Problem option
        /// For how long the service wants to be left alone.
        RetryAfter: TimeSpan option
    }

/// Asks for figures, from the surest source to the next: the service, Codex's own app-server, the session logs, the store.
[<RequireQualifiedAccess>]
module Sources =

    let private answer profile believed : QuotaAnswer =
        {
            Profile = profile
            Believed = believed
            IsFresh = false
            NoPlan = None
            Problem = None
            RetryAfter = None
        }

    /// Gives the answer that the store has.
    let ofStore profile believed = answer profile (Some believed)

    /// Says why a kind of sign-in has no plan quota, if it has none.
    let noPlan kind =
        match kind with
        | SignInKind.ApiKey -> Some "an API key has no plan quota; what it uses is paid for"
        | SignInKind.Other -> Some "another provider's credentials have no plan quota here"
        | SignInKind.ChatGpt
        | SignInKind.Token -> None

    /// A reading is kept, and what is believed after it is the answer.
    let private keep root (profile: Profile) reading problem retryAfter =
        let believed = QuotaStore.add root profile reading

        { answer profile (Some believed) with
            IsFresh = (believed.Quota.FetchedAt = reading.FetchedAt)
            Problem = problem
            RetryAfter = retryAfter
        }

    /// Without an answer from the network: the newest of what the session logs and the store have.
    let private withoutNetwork (surroundings: Surroundings) wanted (profile: Profile) signIn problem retryAfter =
        let root = surroundings.Root
        let stored = QuotaStore.read root profile

        let logged =
            if Set.contains FigureSource.Logs wanted then
                SessionLogs.newest root (surroundings.Clock.Now()) profile signIn
            else
                None

        match logged, stored with
        | Some reading, stored when stored |> Option.forall (fun known -> known.Quota.FetchedAt < reading.FetchedAt) ->
            keep root profile reading problem retryAfter
        | _, Some known ->
            { answer profile (Some known) with
                Problem = problem
                RetryAfter = retryAfter
            }
        | _, None ->
            { answer profile None with
                Problem = Some(problem |> Option.defaultValue QuotaProblems.noFigure)
                RetryAfter = retryAfter
            }

    /// What asking the service made of a profile; nothing when it could not be asked at all.
    let private askService
        (service: UsageService)
        (surroundings: Surroundings)
        wanted
        asker
        (profile: Profile)
        (cancellation: CancellationToken)
        =
        let root = surroundings.Root

        match Stored.signIn profile.Stored with
        | Some _ when not (Set.contains FigureSource.Service wanted) -> Task.FromResult None
        // An access token goes on for days after its sign-in was revoked: only a renewal tells.
        | Some _ when
            asker = Asker.Person
            && Health.doubt Disk.files root profile = Some Doubt.Suspected
            ->
            Task.FromResult(Some ServiceAnswer.NotAuthorised)
        | Some signIn when
            signIn.Kind = SignInKind.ChatGpt
            && signIn.Expires
               |> Option.forall (fun expires -> expires > surroundings.Clock.Now())
            ->
            task {
                let! answer = service.Ask(Layout.home root profile.Name, signIn, cancellation)
                return Some answer
            }
        | Some _
        | None -> Task.FromResult None

    /// Codex has 125 MB: not one for each of many profiles at once.
    [<Literal>]
    let private MostAppServers = 3

    /// How long to look for what a Codex that is renewing will store, before it is said what is known.
    let private renewalPatience = TimeSpan.FromSeconds 6.0

    /// The sign-in as it is now, if it is not the one that was asked with.
    let private newer root (name: ProfileName) (asked: SignIn) =
        match Stored.signIn (Observed.profile Disk.files root name).Stored with
        | Some found ->
            match found.AccessToken, asked.AccessToken with
            | Some one, Some other when Secret.Same one other -> None
            | None, None -> None
            | _ -> Some found
        | None -> None

    let private renewersOf root (name: ProfileName) =
        Renewal.renewersOf (CodexProgram.running root) (Observed.current Disk.files root = Some name) name

    /// Tells whether an app-server may be started in a profile's home, and is to be told to renew the access token.
    let private mayStart (surroundings: Surroundings) (profile: Profile) (asked: SignIn) asker isRefused () =
        let root = surroundings.Root
        let name = profile.Name
        let now = surroundings.Clock.Now()

        match newer root name asked with
        | Some _ -> Error(QuotaProblems.renewedMeanwhile name)
        | None ->
            let isTold = isRefused && asked.Kind = SignInKind.ChatGpt

            match
                Renewal.mayStart
                    now
                    (CodexProgram.running root)
                    (Observed.current Disk.files root = Some name)
                    name
                    asked
                    asker
                    isTold
            with
            | MayStart.LeftTo processes -> Error(QuotaProblems.leftTo name processes)
            | MayStart.NotInBackground -> Error(QuotaProblems.notInBackground name)
            | MayStart.Yes -> Ok(isRefused && QuotaStore.mayRenew root name now)

    /// What asking Codex made of a profile; nothing when there was no need to, or no sign-in that it could use.
    let private askCodex (surroundings: Surroundings) wanted asker (profile: Profile) (service: ServiceAnswer option) =
        match Stored.signIn profile.Stored, service with
        | Some _, _ when not (Set.contains FigureSource.Codex wanted) -> None
        // Without the service each figure would cost a process, which the background never does.
        | Some _, _ when not (Set.contains FigureSource.Service wanted) && asker = Asker.Background -> None
        | Some signIn, (None | Some ServiceAnswer.NotAuthorised) when (noPlan signIn.Kind).IsNone ->
            mayStart surroundings profile signIn asker service.IsSome
            |> AppServer.ask surroundings profile.Name
            |> Some
        // What costs a process is not done in the background.
        | Some signIn, Some(ServiceAnswer.OutOfReach _) when asker = Asker.Person ->
            mayStart surroundings profile signIn asker false
            |> AppServer.ask surroundings profile.Name
            |> Some
        | _ -> None

    /// Codex's word that a sign-in has ended holds only for what stood in the file when it was asked. Another Codex may have
    /// renewed it in that moment, or may be about to store what it has got: the file is looked at again, and the service
    /// asked with what is there then.
    let private reconsider
        (service: UsageService)
        (surroundings: Surroundings)
        wanted
        (profile: Profile)
        answer
        (cancellation: CancellationToken)
        =
        let root = surroundings.Root
        let name = profile.Name

        let rec again (asked: SignIn) refusal (deadline: DateTimeOffset) =
            task {
                match newer root name asked with
                | Some _ when not (Set.contains FigureSource.Service wanted) ->
                    return Error(QuotaProblems.renewedMeanwhile name)
                | Some found ->
                    match! service.Ask(Layout.home root name, found, cancellation) with
                    | ServiceAnswer.Figures quota -> return Ok quota
                    | ServiceAnswer.Failed(problem, _)
                    | ServiceAnswer.OutOfReach(problem, _) -> return Error problem
                    | ServiceAnswer.NotAuthorised -> return Error(QuotaProblems.renewedMeanwhile name)
                | None ->
                    match renewersOf root name with
                    | [] -> return Error refusal
                    | processes when surroundings.Clock.Now() >= deadline ->
                        return Error(QuotaProblems.leftTo name processes)
                    | _ ->
                        do! Task.Delay(200, cancellation)
                        return! again asked refusal deadline
            }

        match Stored.signIn profile.Stored, answer with
        | Some asked, Some(Error problem) when ProblemCode.isOfSignIn problem.Code ->
            task {
                let! settled = again asked problem (surroundings.Clock.Now() + renewalPatience)
                return Some settled
            }
        | _ -> Task.FromResult answer

    /// The same for several profiles, a few at once.
    let private askCodexes
        (surroundings: Surroundings)
        wanted
        asker
        service
        (asked: (Profile * ServiceAnswer option) list)
        cancellation
        =
        task {
            use free = new SemaphoreSlim(MostAppServers)

            let askOne (profile, answer) =
                task {
                    do! free.WaitAsync()

                    try
                        // It waits for the child on a thread of its own.
                        let! answer = Task.Run(fun () -> askCodex surroundings wanted asker profile answer)
                        return! reconsider service surroundings wanted profile answer cancellation
                    finally
                        free.Release() |> ignore
                }

            return! asked |> List.map askOne |> Task.WhenAll
        }

    /// Gives the answer about a profile by what the service and Codex made of it; of those that were not asked, nothing.
    let private settle
        (surroundings: Surroundings)
        wanted
        (profile: Profile)
        (service: ServiceAnswer option)
        (codex: Result<Quota, Problem> option)
        =
        let root = surroundings.Root

        match profile.Stored, service with
        | Stored.SignIn(_, signIn), _ when (noPlan signIn.Kind).IsSome ->
            { answer profile None with
                NoPlan = noPlan signIn.Kind
            }
        | Stored.SignIn _, Some(ServiceAnswer.Figures quota) -> keep root profile quota None None
        | Stored.SignIn(_, signIn), Some(ServiceAnswer.Failed(problem, retryAfter)) ->
            withoutNetwork surroundings wanted profile signIn (Some problem) retryAfter
        | Stored.SignIn(_, signIn), Some(ServiceAnswer.OutOfReach(problem, retryAfter)) ->
            match codex with
            | Some(Ok quota) -> keep root profile quota None None
            | Some(Error ended) when ended.Code = ProblemCode.LoginExpired ->
                withoutNetwork surroundings wanted profile signIn (Some ended) None
            | Some(Error _)
            | None -> withoutNetwork surroundings wanted profile signIn (Some problem) retryAfter
        | Stored.SignIn(_, signIn), (Some ServiceAnswer.NotAuthorised | None) ->
            match codex with
            | Some(Ok quota) -> keep root profile quota None None
            | Some(Error problem) -> withoutNetwork surroundings wanted profile signIn (Some problem) None
            | None -> withoutNetwork surroundings wanted profile signIn None None
        | Stored.Unreadable reason, _ ->
            { answer profile (QuotaStore.read root profile) with
                Problem = Some(Refusals.problem (Refusal.Unreadable(Layout.signIn root profile.Name, reason)))
            }
        | (Stored.Missing | Stored.Damaged _ | Stored.InTheWay), _ ->
            { answer profile (QuotaStore.read root profile) with
                Problem = Some(QuotaProblems.notSignedIn profile)
            }

    /// What has been learned is written down for the background and the prompts: those last, because what is advised for one
    /// profile depends on the figures of others.
    let private noteDown (surroundings: Surroundings) (settings: RouterSettings) (answers: QuotaAnswer list) =
        let root = surroundings.Root
        let now = surroundings.Clock.Now()

        // Whoever renewed a sign-in meanwhile, its newest state is what repair wants to have.
        answers
        |> List.map (fun answer -> Observed.profile Disk.files root answer.Profile.Name)
        |> SealedCopies.renew (Changes.situation root) settings.SealedCopies

        for answer in answers do
            match answer.Problem with
            | Some problem when problem.Code = ProblemCode.LoginExpired ->
                ProfileHealth.note root answer.Profile Doubt.Refused
            | _ -> ()

        ProfileHealth.bringUpToDate root (Observed.profiles Disk.files root)

        for answer in answers do
            answer.RetryAfter
            |> Option.iter (fun pause -> QuotaStore.leaveAlone root answer.Profile.Name now (now + pause))

        for answer in answers do
            match answer.Believed with
            | Some believed when answer.IsFresh -> PromptFiles.update root settings answer.Profile.Name believed.Quota
            | _ -> ()

        answers

    /// Asks for the profiles' figures: the service for all of them side by side, then Codex for those that need it.
    let private askAs
        asker
        (surroundings: Surroundings)
        (settings: RouterSettings)
        (profiles: Profile list)
        cancellation
        =
        task {
            use service = new UsageService(surroundings.Clock)
            let wanted = settings.Sources

            let! answers =
                profiles
                |> List.map (fun profile -> askService service surroundings wanted asker profile cancellation)
                |> Task.WhenAll

            let asked = List.zip profiles (List.ofArray answers)
            let! codexes = askCodexes surroundings wanted asker service asked cancellation

            return
                List.map2
                    (fun (profile, service) codex -> settle surroundings wanted profile service codex)
                    asked
                    (List.ofArray codexes)
                |> noteDown surroundings settings
        }

    /// Asks for the profiles' figures for a view that does so again and again: no sign-in is renewed for it.
    let askUntil (surroundings: Surroundings) settings (profiles: Profile list) (cancellation: CancellationToken) =
        askAs Asker.Background surroundings settings profiles cancellation

    let private askNow asker (surroundings: Surroundings) settings (profiles: Profile list) : QuotaAnswer list =
        (askAs asker surroundings settings profiles CancellationToken.None).GetAwaiter().GetResult()

    /// Gives the profiles' figures to a person who waits for them. Offline, nobody is asked.
    let ask
        (surroundings: Surroundings)
        (settings: RouterSettings)
        isOffline
        (profiles: Profile list)
        : QuotaAnswer list =
        if isOffline then
            profiles
            |> List.map (fun profile -> settle surroundings settings.Sources profile None None)
            |> noteDown surroundings settings
        else
            askNow Asker.Person surroundings settings profiles

    /// Profiles with so little left are asked about together with those that they may be left for.
    let private others (surroundings: Surroundings) (settings: RouterSettings) (answer: QuotaAnswer) =
        let root = surroundings.Root
        let now = surroundings.Clock.Now()

        match Map.tryFind answer.Profile.Name settings.Fallback.Rules, answer.Believed with
        | Some rule, Some believed ->
            match Room.left (Room.ofQuota now believed.Quota) with
            | Some left when left < rule.Below + settings.Fallback.Hysteresis ->
                rule.To
                |> List.filter (fun name -> name <> answer.Profile.Name && Observed.exists Disk.files root name)
                |> List.map (Observed.profile Disk.files root)
                |> List.filter (fun profile ->
                    QuotaStore.mayAsk root profile.Name now
                    && QuotaStore.read root profile
                       |> Option.forall (fun known -> Quota.isStale settings.StaleAfter now known.Quota))
            | _ -> []
        | _ -> []

    /// Reads a profile's figures anew for the prompt: one at a time, and not while the service wants to be left alone.
    let refresh (surroundings: Surroundings) (settings: RouterSettings) (profile: Profile) =
        let root = surroundings.Root

        let show (answer: QuotaAnswer) =
            match answer.Believed with
            | Some believed -> PromptFiles.update root settings answer.Profile.Name believed.Quota
            | None -> PromptFiles.updateWithoutFigures root settings answer.Profile.Name answer.NoPlan.IsSome

        QuotaStore.refreshing root profile.Name (fun () ->
            if QuotaStore.mayAsk root profile.Name (surroundings.Clock.Now()) then
                let answer = (askNow Asker.Background surroundings settings [ profile ]).Head
                // The profile itself once more, because what is advised for it depends on the others.
                askNow Asker.Background surroundings settings (others surroundings settings answer)
                @ [ answer ]
                |> List.iter show)
