namespace CodexRouter.Cli.Watch

open System
open CodexRouter.Cli
open CodexRouter.Core

/// The words of the live view.
[<RequireQualifiedAccess>]
module WatchWords =

    /// A time after `empty`: "at 16:40", but "Tue 09:15".
    let private atTime (text: string) =
        if Char.IsAsciiDigit text[0] && text.Length = 5 then
            "at " + text
        else
            text

    /// Says when a window will be empty, from the longest way of saying it to the shortest; nothing unless that is before
    /// it resets.
    let pace zone (now: DateTimeOffset) (window: Window) (history: WindowHistory) =
        match Window.left now window, window.ResetsAt, history.EmptyAt with
        | Some left, Some resets, Some empty when left > 0.0 && empty > now && empty < resets ->
            let empty = "empty " + atTime (TimeWords.clock zone now empty)
            let both = empty + ", resets " + TimeWords.clock zone now resets
            [ "at this rate " + both; both; empty ]
        | _ -> []

    /// Says what there is beside the windows: credits, a limit on spending, resets that are left.
    let extras (quota: Quota) =
        [
            match quota.Credits with
            | Some { Unlimited = true } -> "unlimited credits"
            | Some { Balance = Some balance } -> balance + " credits"
            | _ -> ()
            match quota.ResetCredits with
            | Some 1 -> "1 reset credit"
            | Some count when count > 1 -> string<int> count + " reset credits"
            | _ -> ()
            match quota.Spend with
            | Some { Used = Some used; Limit = Some limit } -> "spent " + used + " of " + limit
            | _ -> ()
        ]

    /// Says that nothing is left, with the provider's word for which limit that was; nothing when a window shows it.
    let reached now (quota: Quota) =
        let isShown =
            Quota.windows quota
            |> List.exists (fun window -> Quota.leftOf now quota window = Some 0.0)

        if Quota.isLimitReached now quota then
            match quota.ReachedType with
            | Some kind when kind <> "rate_limit_reached" -> Some("limit reached: " + kind.Replace('_', ' '))
            | _ when isShown -> None
            | _ -> Some "limit reached"
        else
            None
