namespace CodexRouter.Shell.Tests

open System
open CodexRouter.Core
open CodexRouter.Shell.Tests.WalkFiles

/// The generator of walks.
[<RequireQualifiedAccess>]
module Walk =

    /// Names of folders that a careless hook would run, expand, or send to the terminal.
    let oddNames =
        [
            "plain"
            "with space"
            "$(touch trace)"
            "`touch trace`"
            "%F{red}%n%%"
            "it's \"quoted\""
            "new\nline"
            "ünï→"
            "-dash"
            "*?[x]"
            "tab\there"
            "\027[31m\007"
            "rtl\u202Etxt"
            "~tilde"
            "=eq"
            "back\\slash\\"
            "[(e)]"
            "$HOME"
            "\u009b31m"
        ]

    /// Valid names: profiles that may exist.
    let profiles =
        [ "work"; "personal"; "client.a"; "x-1"; "Z_9"; String('n', 64) ]
        |> List.map (fun text ->
            match ProfileName.create text with
            | Ok name -> name
            | Error _ -> failwith text)
        |> Array.ofList

    let private homes =
        [
            ""
            "/foreign home"
            RootWord
            RootWord + "/"
            RootWord + "/profiles/work"
            RootWord + "/profiles/work/"
            RootWord + "/profiles/x-1"
            RootWord + "/profiles/X-1"
            RootWord + "/profiles/WORK/"
            RootWord + "/profiles/%F{red}"
            RootWord + "/profiles/work/sub"
            "=odd"
            "unset"
            "relative/$(touch trace)"
        ]

    /// Gives one happening.
    let happening (random: Random) (folders: int) =
        let folder () = random.Next folders

        match random.Next 114 with
        | n when n >= 112 -> Happening.IgnoreCase(random.Next 3 > 0)
        | n when n >= 100 -> Happening.SetPrompt(random.Next 4, prompt random)
        | n when n < 24 -> Happening.Cd(folder (), random.Next 3 = 0)
        | n when n < 36 -> Happening.PlaceAllowed(folder (), latin (line random + "\n"))
        | n when n < 44 -> Happening.Place(folder (), placed random)
        | n when n < 47 -> Happening.RemovePin(folder ())
        | n when n < 51 -> Happening.Allow(folder ())
        | n when n < 53 -> Happening.Deny(folder ())
        | 53 -> Happening.Forget(folder ())
        | 54 -> Happening.AppendVerdict(folder (), pick random [ "allow"; "deny" ])
        | 55 ->
            Happening.SpoilTrust(
                pick
                    random
                    [
                        "allow\twork"
                        "nonsense"
                        "allow work /x"
                        ""
                        "allow\twork , personal\t/x"
                        "allow\twork\trelative"
                    ]
            )
        | n when n < 60 -> Happening.AddProfile(random.Next profiles.Length)
        | n when n < 63 -> Happening.RemoveProfile(random.Next profiles.Length)
        | 63 -> Happening.SetAliases(aliases random)
        | 64 -> Happening.SetStates(states random)
        | n when n < 68 -> Happening.SetLink(link random)
        | n when n < 70 -> Happening.SetSettings(settings random)
        | n when n < 75 -> Happening.Use(if random.Next 4 = 0 then spoilt random else word random)
        | n when n < 78 -> Happening.UseNothing
        | n when n < 82 -> Happening.ExportHome(pick random homes)
        | n when n < 84 -> Happening.UnsetHome
        | n when n < 86 -> Happening.Subshell(folder ())
        | n when n < 89 -> Happening.Child(folder ())
        | n when n < 92 -> Happening.Exit
        | n when n < 95 -> Happening.Exec(random.Next 3 = 0)
        | n when n < 97 -> Happening.SourceAgain
        | 97 -> Happening.Quiet(random.Next 2 = 0)
        | 98 -> Happening.Disable(random.Next 3 = 0)
        | _ -> Happening.NothingHappens
