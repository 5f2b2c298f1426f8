namespace CodexRouter.Shell.Tests

open System
open System.Text
open CodexRouter.Core

/// One thing that happens to a shell or to the files it looks at. Folders and profiles are given by their index.
[<RequireQualifiedAccess>]
type Happening =
    | Cd of folder: int * byLink: bool
    | Place of folder: int * placed: Placed
    | PlaceAllowed of folder: int * bytes: byte[]
    | RemovePin of folder: int
    | Allow of folder: int
    | Deny of folder: int
    | Forget of folder: int
    /// A line more in the list, against whatever stands there already.
    | AppendVerdict of folder: int * verdict: string
    | SpoilTrust of line: string
    | AddProfile of profile: int
    | RemoveProfile of profile: int
    /// The file system takes names that differ only in case for one, or no longer.
    | IgnoreCase of on: bool
    | SetAliases of text: string
    | SetStates of text: string
    | SetLink of text: string option
    | SetSettings of text: string
    /// The file for the prompt of a profile; `{+N}` and `{-N}` in it are seconds from now.
    | SetPrompt of profile: int * what: string
    | Use of word: string
    | UseNothing
    | ExportHome of value: string
    | UnsetHome
    | Subshell of folder: int
    | Child of folder: int
    | Exit
    | Exec of otherTerminal: bool
    | SourceAgain
    | Quiet of on: bool
    | Disable of on: bool
    | NothingHappens
    /// Long enough that every file counts as at rest, and the hook may trust what it has seen of it.
    | Rest

/// The generator of walks.
[<RequireQualifiedAccess>]
module Walk =

    /// Stands for the root in a walk, which does not know yet where that will be.
    [<Literal>]
    let RootWord = "<root>"

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

    let private pick (random: Random) (items: 'a list) = items[random.Next items.Length]

    let private word random =
        pick
            random
            [
                "work"
                "personal"
                "client.a"
                "x-1"
                "Z_9"
                "WORK"
                "z_9"
                "Client.A"
                "w"
                "p"
                "nobody"
                "default"
                String('n', 64)
            ]

    let private spoilt random =
        pick
            random
            [
                "../work"
                "two words"
                "work,"
                ",work"
                "work,,personal"
                "default,work"
                "None"
                "DEFAULT"
                "-x"
                ".x"
                String('n', 65)
                "wörk"
                "$(touch trace)"
                "work # comment"
                ","
                "%F{red}"
                "a\tb"
                "w\rk"
                "\011work"
            ]

    let private line (random: Random) =
        let blank () =
            pick random [ ""; ""; " "; "\t"; " \t " ]

        match random.Next 10 with
        | 0
        | 1 -> spoilt random
        | 2
        | 3
        | 4 -> blank () + word random + blank () + "," + blank () + word random + blank ()
        | _ -> blank () + word random + blank ()

    let private latin (text: string) = Encoding.UTF8.GetBytes text

    /// The bytes of a pin file, of every kind.
    let bytes (random: Random) : byte[] =
        let ending () = pick random [ "\n"; "\r\n"; "" ]

        match random.Next 20 with
        | 0 -> Array.init (random.Next 40) (fun _ -> byte (random.Next 256))
        | 1 -> latin ("work\n" + String('#', 4096 - 5))
        | 2 -> latin ("work\n" + String('#', 4097 - 5))
        | 3 -> latin "# only\n\n  # comments\r\n"
        | 4 -> [||]
        | 5 -> Array.append (latin "work\n# ") [| 0uy |]
        | 6 -> Array.append (latin "# \n") (Array.append [| 0xFFuy; 0xFEuy; 10uy |] (latin "work"))
        | 7 -> Array.append [| 0xEFuy; 0xBBuy; 0xBFuy |] (latin (line random + ending ()))
        | 8 -> Array.append [| 35uy; 0xFFuy; 0xFEuy; 10uy |] (latin "work")
        | 9 -> latin (" # comment\r\n\r\n\t\n" + line random + "\nignored line\n")
        | _ -> latin (line random + ending ())

    let private placed (random: Random) =
        match random.Next 14 with
        | 0 -> Placed.Folder
        | 1 -> Placed.Pipe
        | 2 -> Placed.Device
        | 3 -> Placed.DanglingLink
        | 4
        | 5 -> Placed.LinkTo(bytes random)
        | 6 when World.IsRoot -> Placed.Foreign(latin "work\n", random.Next 2 = 0)
        | 7 when World.IsRoot -> Placed.ForeignLink(latin "work\n")
        | 6
        | 7 -> Placed.Unreadable(latin "work\n")
        | _ -> Placed.Text(bytes random)

    let private states (random: Random) =
        List.init (random.Next 4) (fun _ ->
            pick
                random
                [
                    "work blocked"
                    "work ended"
                    "personal blocked"
                    "personal perhaps_signed_out"
                    "nobody blocked"
                    "work"
                    "work blocked really"
                    "personal  blocked"
                    "personal Blocked"
                    ""
                ])
        |> List.map (fun line -> line + "\n")
        |> String.Concat

    let private aliases (random: Random) =
        List.init (random.Next 6) (fun _ ->
            pick
                random
                [
                    "w work"
                    "w personal"
                    "p personal"
                    "p nobody"
                    "work personal"
                    "w  work"
                    "w work extra"
                    "broken"
                    ""
                    "default work"
                    "w default"
                    "../x work"
                    "p client.a"
                    "p PERSONAL"
                ])
        |> String.concat "\n"

    let private settings random =
        pick
            random
            [
                ""
                "hook = \"shell\"\n"
                "hook = \"shell\"\n"
                "# hook = \"global\"\n"
                "[table]\nhook = \"global\"\n"
                "other = 1\n\thook='global' # comment\r\n"
                "hook = \"global\"\n"
                "hook = \"global'\n"
                "hook = \"else\"\nhook = \"shell\"\n"
                "hooked = \"global\"\n"
                "hook = \"global\" x\n"
                "hook = global\n"
            ]

    let private link random =
        pick
            random
            [
                Some "profiles/personal/auth.json"
                Some "profiles/work/auth.json"
                Some "profiles/Work/auth.json"
                Some(RootWord + "/profiles/work/auth.json")
                Some "/elsewhere/profiles/work/auth.json"
                Some "profiles/../auth.json"
                Some "profiles/none/auth.json"
                Some "profiles/work/other.json"
                Some "profiles/work/x/auth.json"
                Some "auth.json"
                None
            ]

    let private promptMoment random =
        // far from now, so that no clock decides what is shown
        pick
            random
            [
                "{+9000}"
                "{+9000}"
                "{-9000}"
                "{+300000}"
                "{-300000}"
                "-"
                "253402300799"
            ]

    let private promptLine (random: Random) =
        let window _ =
            pick random [ "5h"; "wk"; "mo"; "3d"; "abcdef" ]
            + " "
            + pick random [ "58"; "100"; "0"; "0"; "29"; "9"; "007"; "-" ]
            + " "
            + promptMoment random

        let whole =
            "1 {-60} "
            + pick random [ "{+9000}"; "{+9000}"; "{-9000}"; "999999999999" ]
            + String.Join("", List.init (random.Next 4) (fun i -> " " + window i))

        match random.Next 12 with
        | 0 -> whole + " wk"
        | 1 -> whole.Replace("1 ", "2 ")
        | 2 -> whole.Replace(" ", "  ")
        | 3 -> whole + " $(touch trace) 5 9"
        | 4 -> whole.Replace("5h", "%F{red}")
        | 5 -> pick random [ ""; "\000"; "1"; whole + "\r"; String('1', 2000); whole + "\027[31m" ]
        | _ -> whole

    let private adviceLine (random: Random) =
        let whole =
            pick random [ "tell"; "switch"; "switch"; "switch" ]
            + " "
            + pick random [ "work"; "personal"; "client.a"; "x-1"; "nobody" ]
            + " "
            + pick random [ "-"; "{+9000}"; "{+300000}"; "{-9000}" ]
            + " "
            + pick
                random
                [
                    "little is left"
                    "% $(touch trace) `touch trace` %F{red}  two blanks "
                    String('x', 160)
                ]

        match random.Next 8 with
        | 0 -> whole.Replace("switch", "jump")
        | 1 -> whole + String('y', 160)
        | 2 -> whole + "\027[2J"
        | 3 ->
            pick
                random
                [
                    ""
                    "switch"
                    "switch work"
                    "switch ../work - text"
                    "switch work soon text"
                ]
        | _ -> whole

    let private prompt (random: Random) =
        match random.Next 20 with
        | 0 -> "folder"
        | 1 -> "pipe"
        | 2 -> "nothing"
        | 3
        | 4 -> "link:" + promptLine random + "\n" + adviceLine random + "\n"
        | n when n < 11 -> promptLine random + "\n"
        | n when n < 18 -> promptLine random + "\n" + adviceLine random + "\n"
        | 18 -> promptLine random + "\n" + adviceLine random + "\nfor later versions\n"
        | _ -> promptLine random

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

    /// Shows a happening for a person, with the bytes of pins as text.
    let show happening =
        let text (bytes: byte[]) =
            let shown = Encoding.Latin1.GetString bytes
            $"%A{shown}"

        let placed placed =
            match placed with
            | Placed.Text bytes -> "Text " + text bytes
            | Placed.LinkTo bytes -> "LinkTo " + text bytes
            | Placed.Foreign(bytes, writable) -> $"Foreign %s{text bytes}, writable folder %b{writable}"
            | Placed.ForeignLink bytes -> "ForeignLink " + text bytes
            | Placed.Unreadable bytes -> "Unreadable " + text bytes
            | other -> $"%A{other}"

        match happening with
        | Happening.PlaceAllowed(folder, bytes) -> $"PlaceAllowed (%d{folder}, %s{text bytes})"
        | Happening.Place(folder, what) -> $"Place (%d{folder}, %s{placed what})"
        | other -> $"%A{other}"
