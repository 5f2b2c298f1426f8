namespace CodexRouter.Cli

open System
open CodexRouter.Core

/// Figures on one line, as a person's format wants them: for bars, prompts and scripts.
[<RequireQualifiedAccess>]
module QuotaLine =

    /// Understands a format, or says what is wrong with it. `help` is the command to try then.
    let parse help (format: string) : Result<FormatPart list, Problem> =
        match QuotaFormat.parse format with
        | Ok parts -> Ok parts
        | Error(FormatFault.UnknownField name) ->
            Problem.usage
                ("the format has no field {"
                 + Inert.text name
                 + "}; the fields are "
                 + String.Join(", ", QuotaFormat.fieldNames))
                help
            |> Error
        | Error FormatFault.Unpaired ->
            Problem.usage "a brace in the format has no partner; write {{ or }} for a brace itself" help
            |> Error

    let private whole (percent: float) = string<int>(Percent.whole percent)

    let private ofWindow now quota (window: Window) field =
        match field, Window.state now window with
        | WindowField.Left, _ -> Quota.leftOf now quota window |> Option.map whole
        | WindowField.Used, _ ->
            Quota.leftOf now quota window
            |> Option.map (fun left -> string<int>(100 - Percent.whole left))
        | WindowField.Resets, _ -> window.ResetsAt |> Option.map (TimeWords.clock TimeZoneInfo.Local now)
        | WindowField.In, _ -> window.ResetsAt |> Option.map (fun resets -> TimeWords.remaining (resets - now))

    let private ofQuota now (quota: Quota) field =
        match field, Quota.left now quota with
        | FormatField.Left, Quota.Left.Unlimited -> Some "unlimited"
        | FormatField.Left, _ -> Quota.leftPercent now quota |> Option.map whole
        | FormatField.Window, (Quota.Left.Some(_, window) | Quota.Left.Nothing(Some window)) ->
            Some(Window.label window)
        | FormatField.Window, (Quota.Left.Nothing None | Quota.Left.Unlimited | Quota.Left.Unknown) -> None
        | FormatField.Age, _ -> Some(TimeWords.ago (Quota.age now quota))
        | FormatField.Source, _ -> Some(Source.word quota.Source)
        | FormatField.Of(label, field), _ ->
            Quota.plan quota
            |> List.tryFind (fun window -> Window.label window = label)
            |> Option.bind (fun window -> ofWindow now quota window field)
        | (FormatField.Name | FormatField.Account | FormatField.Plan), _ -> None

    /// Writes the line of a profile.
    let text now (parts: FormatPart list) (profile: Profile) (believed: Believed option) : string =
        let quota = believed |> Option.map _.Quota

        parts
        |> QuotaFormat.render (fun field ->
            match field with
            | FormatField.Name -> Some(ProfileName.value profile.Name)
            | FormatField.Account -> Some(ProfileView.account profile)
            | FormatField.Plan -> quota |> Option.bind _.Plan |> Option.orElse (ProfileView.plan profile)
            | FormatField.Left
            | FormatField.Window
            | FormatField.Age
            | FormatField.Source
            | FormatField.Of _ -> quota |> Option.bind (fun quota -> ofQuota now quota field))
