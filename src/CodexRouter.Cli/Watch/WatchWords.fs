namespace CodexRouter.Cli.Watch

open System
open System.Globalization
open CodexRouter.Core

/// The words for times.
[<RequireQualifiedAccess>]
module WatchWords =

    let private number (value: int) = string<int> value

    /// Gives a time that is left, by its two greatest units: `3d 4h`, `1h 23m`, `5m 10s`, `45s`.
    let remaining (left: TimeSpan) =
        let left = TimeSpan.FromSeconds(max 0.0 (ceil left.TotalSeconds))

        if left.Days > 0 then
            number left.Days + "d " + number left.Hours + "h"
        elif left.Hours > 0 then
            number left.Hours + "h " + number left.Minutes + "m"
        elif left.Minutes > 0 then
            number left.Minutes + "m " + number left.Seconds + "s"
        else
            number left.Seconds + "s"

    /// Gives how long ago something was, by its greatest unit: `12 s ago`, `7 min ago`, `5 h ago`, `3 d ago`.
    let ago (age: TimeSpan) =
        if age < TimeSpan.FromMinutes 1.0 then
            number age.Seconds + " s ago"
        elif age < TimeSpan.FromHours 1.0 then
            number age.Minutes + " min ago"
        elif age < TimeSpan.FromDays 2.0 then
            number (int age.TotalHours) + " h ago"
        else
            number (int age.TotalDays) + " d ago"

    /// Gives a time of day where the person is, with its day when that is not today, with its date when that is far.
    let clock (zone: TimeZoneInfo) (now: DateTimeOffset) (time: DateTimeOffset) =
        let here = TimeZoneInfo.ConvertTime(time, zone)
        let today = TimeZoneInfo.ConvertTime(now, zone).Date

        let format =
            match (here.Date - today).Days with
            | 0 -> "HH:mm"
            | days when abs days < 7 -> "ddd HH:mm"
            | _ -> "d MMM HH:mm"

        here.ToString(format, CultureInfo.InvariantCulture)

    /// Gives the word for where a figure was read.
    let source source =
        match source with
        | Source.Service -> "service"
        | Source.AppServer -> "app-server"
        | Source.SessionLog -> "session log"

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
            let empty = "empty " + atTime (clock zone now empty)
            let both = empty + ", resets " + clock zone now resets
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
            | Some count when count > 1 -> number count + " reset credits"
            | _ -> ()
            match quota.Spend with
            | Some { Reached = true } -> "spending limit reached"
            | Some { Used = Some used; Limit = Some limit } -> "spent " + used + " of " + limit
            | _ -> ()
        ]

    /// Says that nothing is left, with the provider's word for which limit that was; nothing when a window shows it.
    let reached now (quota: Quota) =
        let isShown =
            quota.Windows |> List.exists (fun window -> Window.left now window = Some 0.0)

        if Quota.isLimitReached now quota then
            match quota.ReachedType with
            | Some kind when kind <> "rate_limit_reached" -> Some("limit reached: " + kind.Replace('_', ' '))
            | _ when isShown -> None
            | _ -> Some "limit reached"
        else
            None
