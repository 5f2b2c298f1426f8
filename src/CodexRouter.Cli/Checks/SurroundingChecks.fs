namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// What is around: other copies of sign-ins, the Codex program, variables, the hook, the daemon.
[<RequireQualifiedAccess>]
module SurroundingChecks =

    /// Sign-ins outside the profiles: second live copies, which end each other, and what could become a profile.
    let others (context: Context) (profiles: Profile list) =
        let root = context.Surroundings.Root
        let found = OtherCopies.find context.Surroundings profiles

        let moveIn name path =
            "codex-router save " + ProfileName.value name + " --from " + Remedy.quoted path

        [
            for path, copy in found do
                match copy with
                | OtherCopy.SecondName name ->
                    Check.bad
                        ("names." + ProfileName.value name)
                        (path
                         + " is a second name of the sign-in of "
                         + ProfileName.value name
                         + ", "
                         + Layout.signIn root name
                         + ": what renews it there ends it here")
                        (moveIn name path)
                | OtherCopy.SameCredential name ->
                    Check.bad
                        ("copies." + ProfileName.value name)
                        (path
                         + " and "
                         + Layout.signIn root name
                         + " are copies of one sign-in: the first that is renewed ends the other")
                        (moveIn name path)
                | OtherCopy.SameAccount name ->
                    Check.good
                        "import"
                        (path
                         + " is another sign-in of the account of "
                         + ProfileName.value name
                         + "; nothing here uses it")
                | OtherCopy.Unknown when path.StartsWith(root + "/", StringComparison.Ordinal) ->
                    Check.good
                        "import"
                        (path
                         + " looks like another tool's sign-in; to make it a profile: codex-router save NAME --from "
                         + Remedy.quoted path)
                // A home of the person's own, with an account of its own.
                | OtherCopy.Unknown -> ()

            for profile in profiles do
                let known =
                    found
                    |> List.filter (fun (_, copy) -> copy = OtherCopy.SecondName profile.Name)
                    |> List.length

                if OtherCopies.otherNames root profile.Name > known then
                    Check.bad
                        ("names." + ProfileName.value profile.Name)
                        (Layout.signIn root profile.Name
                         + " has a second name somewhere: what renews it there ends it here")
                        ("find / -xdev -samefile "
                         + Remedy.quoted (Layout.signIn root profile.Name)
                         + " 2>/dev/null")
        ]

    /// Looks for sign-ins that are mount points, as `docker run -v auth.json` makes them: no file can take such a name, so that
    /// Codex loses the tokens that it renews (seen in 0.169), and no switch is possible.
    let mounts root (profiles: Profile list) =
        let points = MountPoints.All()

        Layout.live root
        :: (profiles |> List.map (fun profile -> Layout.signIn root profile.Name))
        |> List.filter points.Contains
        |> List.map (fun path ->
            Check.bad
                "mount"
                (path
                 + " is mounted as a single file, so Codex cannot replace it and loses the tokens that it renews: mount the directory")
                (Remedy.forSpace path))

    /// Tells of replaced sign-ins.
    let kept root =
        match (Folders.Names(Layout.kept root)).Count with
        | 0 -> []
        | count ->
            [
                Check.good
                    "kept"
                    (string<int> count
                     + " replaced sign-ins are kept in "
                     + Layout.kept root
                     + "; what you are sure not to need may be deleted")
            ]

    /// Looks for the Codex program.
    let codex (context: Context) =
        match CodexProgram.find context.Surroundings with
        | Ok path -> Check.good "codex" ("the Codex program is " + path)
        | Error problem -> Check.bad "codex" problem.Message problem.Try

    /// Looks at the variables that get in the way.
    let environment (context: Context) =
        let surroundings = context.Surroundings

        [
            for name in surroundings.Overriding do
                Check.bad "environment" (name + " is set: " + Surroundings.whatOverrides name) ("unset " + name)

            match surroundings.CodexHome with
            | Held.Set value when value <> "" && not (Directory.Exists value) ->
                Check.bad
                    "environment"
                    ("CODEX_HOME is " + value + ", which is no folder: Codex will not start")
                    "unset CODEX_HOME"
            | Held.Set _
            | Held.Unset -> ()
        ]

    /// Tells whether the hook is loaded.
    let hook (context: Context) =
        if context.Surroundings.Hook <> Hook.Absent then
            Check.good "hook" "the zsh hook is loaded here"
        else
            Check.good
                "hook"
                "the zsh hook is not loaded in this shell; to load it: eval \"$(codex-router init zsh)\" in ~/.zshrc"

    /// Tells of Codex's background daemon.
    let daemon (context: Context) =
        match CodexProgram.daemon context.Surroundings.Root with
        | Some pid ->
            [
                Check.good
                    "daemon"
                    ("Codex's background daemon runs (process "
                     + string<int> pid
                     + "): its windows keep the account that they started with; to stop it: codex app-server daemon stop")
            ]
        | None -> []
