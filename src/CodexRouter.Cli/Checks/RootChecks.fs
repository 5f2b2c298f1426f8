namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// The root: its sign-in, and the settings.
[<RequireQualifiedAccess>]
module RootChecks =

    /// Looks at the root's own sign-in.
    let live (context: Context) =
        let root = context.Surroundings.Root
        let file = Layout.live root

        match Observed.live Disk.files root with
        | Live.Current(name, _) when not (Observed.exists Disk.files root name) ->
            Check.bad
                "live"
                (file + " points at profile " + ProfileName.value name + ", which is not there")
                "codex-router switch NAME"
        | Live.Current(name, _) -> Check.good "live" ("the current profile is " + ProfileName.value name)
        | Live.Missing when (Observed.names Disk.files root).IsEmpty ->
            Check.good "live" "Codex is not signed in yet: codex-router login NAME"
        | Live.Missing -> Check.bad "live" "no profile is current" "codex-router switch NAME"
        | Live.Elsewhere(target, _) ->
            Check.bad
                "live"
                (file + " is a link to " + target + ", which is not codex-router's")
                (Remedy.forLink file target)
        | Live.InTheWay -> Check.bad "live" (file + " is not a file") (Remedy.forMovingAside file)
        | Live.Loose(_, Error fault) ->
            Check.bad "live" (file + ": " + SignIn.explain fault) (Remedy.forMovingAside file)
        | Live.Loose(_, Ok signIn) when (Observed.holderOf Disk.files root signIn).IsNone ->
            Check.bad
                "live"
                (file + " is a sign-in that no profile holds")
                ("codex-router save " + Refusals.suggestedName signIn.Email)
        | Live.Loose _ ->
            Check.bad "live" (file + " is a file again; a profile holds that account") "codex-router doctor --fix"

    /// Looks at where Codex keeps its sign-in.
    let store root =
        match CodexSettings.needFiles root with
        | Ok() -> Check.good "credential_store" "Codex keeps its sign-in in a file"
        | Error problem -> Check.bad "credential_store" problem.Message problem.Try

    /// Whether Codex's settings keep sign-ins from the commands of a model. It is the person's choice, and no fault.
    let reach root (profiles: Profile list) =
        let isDenied =
            root :: (profiles |> List.map (fun profile -> Layout.home root profile.Name))
            |> List.filter (CodexSettings.hasOwn root)
            |> List.forall (CodexSettings.commandPermissions >> Option.exists (Protection.isSet root))

        Check.good
            "reach"
            (if isDenied then
                 "Codex's settings deny sign-ins to the commands that it runs (codex-router protect --check tries it)"
             else
                 "the commands that Codex runs can read sign-ins here; to deny it: codex-router protect")

    /// The router's own settings: those that cannot be used, and rules about profiles that are none.
    let settings root =
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
                Check.good "settings" "the settings can be used"
            else
                Check.bad
                    "settings"
                    ("the settings name profiles that are not there: "
                     + String.Join(", ", List.map ProfileName.value strangers)
                     + " ("
                     + file
                     + ")")
                    (Remedy.forEditing (Layout.settings root))
        | _, faults ->
            Check.bad
                "settings"
                ("in " + file + ": " + String.Join("; ", faults))
                (Remedy.forEditing (Layout.settings root))
