namespace CodexRouter.Cli

open System
open System.Globalization

/// Times in words for people.
[<RequireQualifiedAccess>]
module TimeWords =

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
