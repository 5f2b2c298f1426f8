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

    /// Runs a command with its words understood, or shows its help, or says what is not understood.
    let run<'Arguments when 'Arguments :> IArgParserTemplate>
        (context: Context)
        (name: string)
        (words: string list)
        (work: 'Arguments list -> Ending)
        : Ending =
        let parser =
            ArgumentParser.Create<'Arguments>(programName = Program + " " + name, errorHandler = ExceptionExiter())

        match
            try
                parser.ParseCommandLine(Array.ofList words, ignoreMissing = false).GetAllResults()
                |> Choice1Of2
            with :? ArguParseException as failure ->
                Choice2Of2 failure
        with
        | Choice1Of2 arguments -> work arguments
        | Choice2Of2 failure when failure.ErrorCode = ErrorCode.HelpText ->
            context.Terminal.Raw(failure.Message.TrimEnd() + "\n")
            Ok ExitCode.Done
        | Choice2Of2 failure ->
            Error(Problem.usage (Inert.text (firstLine failure.Message)) (Program + " " + name + " --help"))

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
