namespace CodexRouter.Core

open System

/// What session logs tell about what is left. A log is a sequence: each line tells of one family of limits, or of a refusal, and
/// only together they say what is left.
[<RequireQualifiedAccess>]
module SessionFigures =

    /// What a copy of another session is written in at most: its lines have the time at which they were copied.
    let copying = TimeSpan.FromSeconds 2.0

    /// Gives the time up to which the lines of a log are copies of another session's, from the log's first lines: a log that
    /// begins with two sessions is a fork. Its copied lines have new times and old figures, perhaps another account's.
    let copiedUntil (firstLines: ReadOnlyMemory<byte> seq) : DateTimeOffset option =
        match firstLines |> Seq.choose Rollout.begun |> List.ofSeq with
        | _ :: (_ :: _ as others) -> Some(List.max others + copying)
        | _ -> None

    let private isOwn (window: Window) = window.Limit = Window.Codex

    let private hasOwn (quota: Quota) = List.exists isOwn quota.Windows

    /// Gives one reading out of a newer one and an older one: the newest figures of each family, and the newest word on whether
    /// anything is left. It is as old as the plan's own figures, unless a refusal is newer.
    let merge (newer: Quota) (older: Quota) : Quota =
        let families = newer.Windows |> List.map _.Limit |> set

        let windows =
            newer.Windows
            @ (older.Windows
               |> List.filter (fun window -> not (families.Contains window.Limit)))

        { newer with
            Windows = UsageFields.tidy windows
            FetchedAt =
                if newer.LimitReached || hasOwn newer || not (hasOwn older) then
                    newer.FetchedAt
                else
                    older.FetchedAt
            // Only a newer figure of the plan's own takes a refusal back.
            LimitReached = newer.LimitReached || (older.LimitReached && not (hasOwn newer))
            ReachedType =
                newer.ReachedType
                |> Option.orElse (if hasOwn newer then None else older.ReachedType)
            Plan = newer.Plan |> Option.orElse older.Plan
            Credits = newer.Credits |> Option.orElse older.Credits
            Spend = newer.Spend |> Option.orElse older.Spend
        }

    let private refusal at : Quota =
        {
            Source = Source.SessionLog
            FetchedAt = at
            Plan = None
            AccountId = None
            LimitReached = true
            ReachedType = None
            Windows = []
            Credits = None
            Spend = None
            ResetCredits = None
        }

    let private quotaOf news =
        match news with
        | LogNews.Figures quota -> quota
        | LogNews.Refusal at -> refusal at

    /// Tells whether a reading needs no older one: it has the plan's own figures.
    let isWhole (quota: Quota) = hasOwn quota

    /// Gives what a log tells, from the news of its lines, the newest first; no more is taken than is needed.
    let ofNews (news: LogNews seq) : Quota option =
        use news = news.GetEnumerator()

        let rec from (found: Quota option) =
            match found with
            | Some quota when isWhole quota -> found
            | _ when not (news.MoveNext()) -> found
            | None -> from (Some(quotaOf news.Current))
            | Some newer -> from (Some(merge newer (quotaOf news.Current)))

        from None
