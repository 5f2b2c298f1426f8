namespace CodexRouter.Cli.Watch

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open CodexRouter.Cli
open CodexRouter.Core
open CodexRouter.Platform

/// The person's own profiles, as the live view wants them.
[<RequireQualifiedAccess>]
module OwnProfiles =

    /// The last day in so many slices: one for each quarter of an hour.
    [<Literal>]
    let private Slices = 96

    let private day = TimeSpan.FromDays 1.0

    /// What the service answers when it should be asked less often.
    let private complaints =
        [
            ProblemCode.RateLimited
            ProblemCode.ServiceError
            ProblemCode.Unreachable
            ProblemCode.TimedOut
            ProblemCode.Forbidden
        ]

    let private complaint (answers: QuotaAnswer list) =
        answers
        |> List.tryPick (fun answer ->
            match answer.Problem with
            | Some problem when answer.RetryAfter.IsSome || List.contains problem.Code complaints ->
                Some
                    {
                        Text = problem.Message
                        RetryAfter = answer.RetryAfter
                    }
            | _ -> None)

    let private past now (window: Window) (history: QuotaHistory) =
        let figures = QuotaHistory.ofWindow (Window.key window) history

        {
            LastDay =
                Sparkline.ofPoints now day Slices figures
                |> List.map (Option.map (fun used -> 100.0 - used))
            EmptyAt = Pace.emptyAt now window figures
        }

    /// What a profile's files held, and what that rests on: they are read again only when one of these has changed, or the
    /// sign-in, whose account the figures must be of.
    type private Known =
        {
            Facts: FileStatus list
            Believed: Believed option
            History: QuotaHistory
        }

    /// Gives the source of a view: rows from the store, figures from wherever they come from.
    let source (surroundings: Surroundings) (words: Profile -> string) : WatchSource =
        let root = surroundings.Root
        let settings = RouterSettings.read root
        let known = Dictionary<ProfileName, Known>()
        let mutable problems: Map<ProfileName, string> = Map.empty
        // Where nothing can be stored, what was answered is all there is.
        let mutable answered: Map<ProfileName, QuotaAnswer> = Map.empty

        let believed (profile: Profile) (stored: Believed option) =
            let told =
                Map.tryFind profile.Name answered
                |> Option.filter (fun answer -> QuotaStore.isOfSameAccount answer.Profile profile)
                |> Option.bind _.Believed

            match stored, told with
            | Some stored, Some told when stored.Quota.FetchedAt < told.Quota.FetchedAt -> Some told
            | None, told -> told
            | stored, _ -> stored

        let look (profile: Profile) =
            let facts =
                [ Layout.signIn; Layout.snapshot; Layout.history ]
                |> List.map (fun file -> FileStatus.Look(file root profile.Name))

            match known.TryGetValue profile.Name with
            | true, found when found.Facts = facts -> found
            | _ ->
                let found =
                    {
                        Facts = facts
                        Believed = QuotaStore.read root profile
                        History = QuotaStore.history root profile
                    }

                known[profile.Name] <- found
                found

        let row (inForce: InForce) current now (profile: Profile) =
            let found = look profile
            let quota = believed profile found.Believed |> Option.map _.Quota

            {
                Name = profile.Name
                Account = ProfileView.account profile
                Quota = quota
                StaleAfter = settings.StaleAfter
                History =
                    quota
                    |> Option.map _.Windows
                    |> Option.defaultValue []
                    |> List.map (fun window -> Window.key window, past now window found.History)
                    |> Map.ofList
                Note =
                    match Map.tryFind profile.Name problems, quota with
                    | Some problem, Some _ -> Some problem
                    | Some problem, None -> Some(QuotaView.NotAvailable + ": " + problem)
                    | None, None -> Some(words profile)
                    | None, Some _ -> None
                IsCurrent = (current = Some profile.Name)
                IsPinned = (inForce.Because = Because.Pin && inForce.Profile = Some profile.Name)
            }

        let refetch (cancelled: CancellationToken) : Task<Complaint option> =
            task {
                let! answers =
                    Sources.askUntil surroundings settings (Observed.profiles Disk.files root) cancelled

                problems <-
                    Map
                        [
                            for answer in answers do
                                match answer.Problem with
                                | Some problem -> answer.Profile.Name, problem.Message
                                | None -> ()
                        ]

                answered <- answers |> List.map (fun answer -> answer.Profile.Name, answer) |> Map.ofList
                return complaint answers
            }

        {
            Read =
                fun now ->
                    let inForce = InForce.here surroundings
                    let current = Observed.current Disk.files root
                    Observed.profiles Disk.files root |> List.map (row inForce current now)
            Refetch = refetch
        }
