namespace CodexRouter.Cli

open System
open CodexRouter.Core

/// How a command ends when nothing went wrong; `guard` and `doctor` answer by it too.
type Ending = Result<ExitCode, Problem>

/// What completion offers in the place of a word.
[<RequireQualifiedAccess>]
type Offer =
    | Profile
    | ProfileOrBack
    /// Any number of profiles.
    | Profiles
    | Directory
    /// One of these.
    | OneOf of words: string list
    /// Nothing but the word that says what is wanted.
    | Free of what: string

[<RequireQualifiedAccess>]
module Offer =

    /// Gives the words of which one is wanted, where only these count.
    let words offer =
        match offer with
        | Offer.OneOf words -> words
        | Offer.Profile
        | Offer.ProfileOrBack
        | Offer.Profiles
        | Offer.Directory
        | Offer.Free _ -> []

/// One option of a command, as its help shows it.
type CommandOption =
    {
        /// With its dashes.
        Name: string
        /// The word in capitals that stands for its value, if it takes one.
        Value: string option
        Help: string
    }

/// What may follow a command's name.
type CommandWords =
    {
        /// The words in capitals that stand for the names, and what is to be known of them.
        Names: (string * string) option
        Options: CommandOption list
    }

/// What people read about a command. Help, completion and the reference in the docs are all made from it.
type About =
    {
        Name: string
        /// The names that follow: `NAME`, `[NAME…]`.
        Names: string
        /// The options that the list of commands shows, as it shows them.
        Shown: string
        /// A phrase for the list of commands and for completion.
        Summary: string
        /// One or two sentences: what it does, and what it leaves alone.
        Does: string
        /// Command lines, each with what it is for.
        Examples: (string * string) list
        /// The exit codes of its own, besides 0, 2 and 70; with other words than the usual where those say too little.
        Ends: (ExitCode * string) list
        /// What completion offers for the first name, the second and so on.
        Offers: Offer list
    }

/// What a command works with.
[<NoEquality; NoComparison>]
type Context =
    {
        Surroundings: Surroundings
        Terminal: Terminal
        /// All commands, for those that tell of them.
        Commands: Command list
    }

/// One command: what it is called, what it is for, and what it does with its words.
and [<NoEquality; NoComparison>] Command =
    {
        About: About
        /// What its name may be followed by, as help explains it; made when asked for.
        Words: unit -> CommandWords
        Run: Context -> string list -> Ending
    }

/// The exit codes that commands of one kind share.
[<RequireQualifiedAccess>]
module Ends =

    let private usual codes =
        codes |> List.map (fun code -> code, ExitCode.words code)

    /// For a command that takes a profile and changes something.
    let changing = usual [ ExitCode.Refused; ExitCode.NoSuchProfile; ExitCode.Busy ]

    /// For a command that takes no profile and changes something.
    let changingHere = usual [ ExitCode.Refused; ExitCode.Busy ]

    /// With one more.
    let also code ends =
        ends @ usual [ code ] |> List.sortBy (fst >> ExitCode.number)

    /// For a command that only reads.
    let reading = usual [ ExitCode.Refused ]

/// The text of a command's help.
[<RequireQualifiedAccess>]
module CommandHelp =

    [<Literal>]
    let private Width = 78

    /// Breaks text at blanks into lines of at most so many characters.
    let private wrapped (width: int) (text: string) =
        let folded, last =
            text.Split ' '
            |> Array.fold
                (fun (lines, line: string) word ->
                    if line = "" then
                        lines, word
                    elif line.Length + 1 + word.Length <= width then
                        lines, line + " " + word
                    else
                        line :: lines, word)
                ([], "")

        List.rev (last :: folded)

    /// Two columns, the second broken into lines of its own.
    let private columns (rows: (string * string) list) =
        let first =
            rows |> List.map (fun (name, _) -> name.Length) |> List.fold max 0 |> min 46

        [
            for name, text in rows do
                let text =
                    // What is too long for the first column has a line of its own.
                    if name.Length > first && text <> "" then
                        "" :: wrapped (Width - first - 4) text
                    else
                        wrapped (Width - first - 4) text

                for index, line in List.indexed text do
                    let left =
                        if index = 0 then
                            name.PadRight first
                        else
                            String.replicate first " "

                    ("  " + left + "  " + line).TrimEnd()
        ]

    let private section title rows =
        match rows with
        | [] -> []
        | rows -> "" :: title :: columns rows

    /// Gives the line that shows how a command is typed.
    let usage (about: About) (words: CommandWords) =
        let names = if about.Names = "" then [] else [ about.Names ]
        let options = if words.Options.IsEmpty then [] else [ "[OPTIONS]" ]

        // What stands behind `--` is another command's.
        let inOrder =
            if about.Names.Contains "-- " then
                options @ names
            else
                names @ options

        String.Join(" ", "codex-router" :: about.Name :: inOrder)

    /// Gives the help of a command.
    let render (about: About) (words: CommandWords) =
        let written (option: CommandOption) =
            match option.Value with
            | Some value -> option.Name + " " + value
            | None -> option.Name

        let ends =
            [
                ExitCode.Done, ExitCode.words ExitCode.Done
                ExitCode.WrongUsage, ExitCode.words ExitCode.WrongUsage
            ]
            @ about.Ends
            |> List.rev
            |> List.distinctBy fst
            |> List.sortBy (fst >> ExitCode.number)

        [
            yield! wrapped Width about.Does
            ""
            "USAGE: " + usage about words
            yield! section "ARGUMENTS" (Option.toList words.Names)
            yield! section "OPTIONS" (words.Options |> List.map (fun option -> written option, option.Help))
            yield! section "EXAMPLES" about.Examples
            yield!
                section "EXIT CODES" (ends |> List.map (fun (code, words) -> string<int>(ExitCode.number code), words))
        ]
        |> List.map (fun line -> line + "\n")
        |> String.concat ""
