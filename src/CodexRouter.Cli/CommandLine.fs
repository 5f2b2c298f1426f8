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

    /// Argu would take an option that it does not know for a name.
    let private unknownOption (parser: ArgumentParser<'Arguments>) words =
        let known =
            lazy (parser.GetArgumentCases() |> List.collect _.CommandLineNames.Value)

        words
        |> List.tryFind (fun (word: string) ->
            word.Length > 1
            && word.StartsWith '-'
            && word <> "--help"
            && not (List.contains word known.Value))

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

        let understood () =
            try
                Ok(parser.ParseCommandLine(Array.ofList words).GetAllResults())
            with :? ArguParseException as failure ->
                Error failure

        match unknownOption parser words with
        | Some word -> misunderstood name ("there is no option '" + word + "'")
        | None ->
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
        | Ok name when Observed.exists Disk.files root name -> Some name
        | Ok name ->
            AliasIndex.find name (PinFiles.aliases root)
            |> Option.filter (Observed.exists Disk.files root)

    /// Gives the existing profile that a name or an alias means.
    let profile root (word: string) : Result<ProfileName, Problem> =
        match tryProfile root word with
        | Some name -> Ok name
        | None -> Error(Refusals.problem (Refusal.NoSuchProfile word))
