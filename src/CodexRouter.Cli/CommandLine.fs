namespace CodexRouter.Cli

open System
open Argu
open CodexRouter.Core

/// What a command works with.
[<NoEquality; NoComparison>]
type Context =
    {
        Surroundings: Surroundings
        Terminal: Terminal
    }

/// How a command ends when nothing went wrong; `guard` and `doctor` answer by it too.
type Ending = Result<ExitCode, Problem>

/// One command: what it is called, what it is for, and what it does with its words.
[<NoEquality; NoComparison>]
type Command =
    {
        Name: string
        /// The words that may follow, for the list of commands.
        Words: string
        Summary: string
        Run: Context -> string list -> Ending
    }

/// The words of a command that takes none: Argu wants one case.
type NoArguments =
    | [<Hidden>] Unused

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Unused -> ""

/// Understands the words of a command by its Argu schema. Only the called command's schema is ever built.
[<RequireQualifiedAccess>]
module CommandLine =

    /// The program's name in help and messages.
    [<Literal>]
    let Program = "codex-router"

    let private firstLine (text: string) =
        let line = (text.Split '\n')[0]

        if line.StartsWith("ERROR: ", StringComparison.Ordinal) then
            line.Substring 7
        else
            line

    let private misunderstood name message : Ending =
        Error(Problem.usage (Inert.text message) (Program + " " + name + " --help"))

    /// A command's words: options with their values first, then names, which is the one order that every schema takes.
    [<NoEquality; NoComparison>]
    type private Ordered =
        {
            Options: string list
            Names: string list
            /// An option that the command does not have; Argu would take it for a name.
            Unknown: string option
            /// An option behind `--`, where only names may be.
            NoName: string option
        }

    /// Sorts words that may come in any order; `--min-left=20` is `--min-left 20`, and behind `--` all are names.
    let private ordered (parser: ArgumentParser<'Arguments>) (words: string list) =
        let cases = parser.GetArgumentCases()
        let known = cases |> List.collect _.CommandLineNames.Value

        let takesValue word =
            cases
            |> List.exists (fun case ->
                case.UnionCaseInfo.GetFields().Length = 1
                && List.contains word case.CommandLineNames.Value)

        let rec sort found words =
            match words with
            | [] -> found
            | "--" :: names ->
                { found with
                    Names = List.rev names @ found.Names
                    NoName = names |> List.tryFind (fun name -> List.contains name known)
                }
            | (word: string) :: rest when word.Length > 1 && word.StartsWith '-' ->
                let option, joined =
                    match word.IndexOf '=' with
                    | -1 -> word, None
                    | place -> word.Substring(0, place), Some(word.Substring(place + 1))

                match joined, rest with
                | Some value, _ when takesValue option ->
                    sort
                        { found with
                            Options = value :: option :: found.Options
                        }
                        rest
                | None, value :: others when takesValue option && not (value.StartsWith '-') ->
                    sort
                        { found with
                            Options = value :: option :: found.Options
                        }
                        others
                | _ when word = "--help" || List.contains word known ->
                    sort
                        { found with
                            Options = word :: found.Options
                        }
                        rest
                | _ ->
                    sort
                        { found with
                            Unknown = found.Unknown |> Option.orElse (Some word)
                        }
                        rest
            | name :: rest ->
                sort
                    { found with
                        Names = name :: found.Names
                    }
                    rest

        let found =
            sort
                {
                    Options = []
                    Names = []
                    Unknown = None
                    NoName = None
                }
                words

        { found with
            Options = List.rev found.Options
            Names = List.rev found.Names
        }

    /// Runs a command with its words understood, or shows its help, or says what is not understood.
    let run<'Arguments when 'Arguments :> IArgParserTemplate>
        (context: Context)
        (name: string)
        (words: string list)
        (work: 'Arguments list -> Ending)
        : Ending =
        let words = words |> List.map (fun word -> if word = "-h" then "--help" else word)

        let parser =
            ArgumentParser.Create<'Arguments>(programName = Program + " " + name, errorHandler = ExceptionExiter())

        let found = ordered parser words

        let understood () =
            try
                Ok(parser.ParseCommandLine(Array.ofList (found.Options @ found.Names)).GetAllResults())
            with :? ArguParseException as failure ->
                Error failure

        match found.Unknown, found.NoName with
        | Some word, _ -> misunderstood name ("there is no option '" + word + "'")
        | None, Some word -> misunderstood name ("'" + word + "' behind -- is no name")
        | None, None ->
            match understood () with
            | Ok arguments -> work arguments
            | Error failure when failure.ErrorCode = ErrorCode.HelpText ->
                context.Terminal.Raw(failure.Message.TrimEnd() + "\n")
                Ok ExitCode.Done
            | Error failure -> misunderstood name (firstLine failure.Message)

    /// Gives a profile's name from a word.
    let name (word: string) : Result<ProfileName, Problem> =
        ProfileName.create word
        |> Result.mapError (fun fault -> Refusals.problem (Refusal.BadName(word, fault)))

    /// Gives the profile that a name or an alias means, or nothing when it is neither.
    let tryProfile root (word: string) =
        match ProfileName.create word with
        | Error _ -> None
        | Ok name ->
            // The list is what the shell reads; where it could not be written, the profiles themselves know.
            let meant () =
                AliasIndex.find name (PinFiles.aliases root)
                |> Option.orElseWith (fun () ->
                    Alias.all Disk.files root |> List.tryFind (fst >> (=) name) |> Option.map snd)

            Observed.spelled Disk.files root name
            |> Option.orElseWith (meant >> Option.bind (Observed.spelled Disk.files root))

    /// Gives the existing profile that a name or an alias means.
    let profile root (word: string) : Result<ProfileName, Problem> =
        match tryProfile root word with
        | Some name -> Ok name
        | None -> Error(Refusals.problem (Refusal.NoSuchProfile word))
