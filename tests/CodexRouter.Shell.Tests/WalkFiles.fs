/// What stands in the files of a walk: pins, lists, links, settings and prompts, right and wrong.
module CodexRouter.Shell.Tests.WalkFiles

open System
open System.Text

/// Stands for the root in a walk, which does not know yet where that will be.
[<Literal>]
let RootWord = "<root>"

/// One of them.
let pick (random: Random) (items: 'a list) = items[random.Next items.Length]

/// A word that may stand in a pin: a name, an alias or neither.
let word random =
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

/// A line that is no name.
let spoilt random =
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

/// A pin's line, with blanks, right or wrong.
let line (random: Random) =
    let blank () =
        pick random [ ""; ""; " "; "\t"; " \t " ]

    match random.Next 10 with
    | 0
    | 1 -> spoilt random
    | 2
    | 3
    | 4 -> blank () + word random + blank () + "," + blank () + word random + blank ()
    | _ -> blank () + word random + blank ()

let latin (text: string) = Encoding.UTF8.GetBytes text

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

/// What may stand where a pin is looked for.
let placed (random: Random) =
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

/// The states of some profiles.
let states (random: Random) =
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

/// A list of aliases.
let aliases (random: Random) =
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

/// The router's settings.
let settings random =
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

/// Where the root's link leads.
let link random =
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

/// The file for the prompt of a profile, or what is in its place.
let prompt (random: Random) =
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
