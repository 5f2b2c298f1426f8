namespace CodexRouter.Cli

open System
open System.Diagnostics.CodeAnalysis
open Argu
open CodexRouter.Core

/// The words of a command that takes none: Argu wants one case.
type NoArguments =
    | [<Hidden>] Unused

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Unused -> ""

/// What was given to a command, by the cases of its Argu schema.
[<RequireQualifiedAccess>]
module Given =

    /// Tells whether an option without a value was given.
    let has (option: 'Case) (given: 'Case list) = List.contains option given

    /// Gives the value of what was given, if it was.
    let tryValue (choose: 'Case -> 'Value option) (given: 'Case list) = List.tryPick choose given

    /// Gives the value of what the schema demands: without it the words are not understood, and no command sees them.
    let value (choose: 'Case -> 'Value option) (given: 'Case list) = List.pick choose given

/// Understands the words of a command by its Argu schema. Only the called command's schema is ever built.
[<RequireQualifiedAccess>]
module CommandLine =

    /// The program's name in help and messages.
    [<Literal>]
    let Program = "codex-router"

    let private misunderstood message remedy : Ending =
        Error(Problem.usage (Inert.text message) remedy)

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
            /// An option whose value is missing.
            NoValue: string option
        }

    /// Sorts words that may come in any order; `--min-left=20` is `--min-left 20`, and behind `--` all are names.
    let private ordered (cases: ArgumentCaseInfo list) known (words: string list) =
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
                | None, _ when takesValue option ->
                    sort
                        { found with
                            NoValue = found.NoValue |> Option.orElse (Some option)
                        }
                        rest
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
                    NoValue = None
                }
                words

        { found with
            Options = List.rev found.Options
            Names = List.rev found.Names
        }

    /// The words in capitals that stand for what a case is given: OLD and NEW.
    let private placeholders (case: ArgumentCaseInfo) =
        case.UnionCaseInfo.GetFields()
        |> Array.map _.Name.ToUpperInvariant()
        |> List.ofArray

    /// Gives what is wrong with the number of names, in words.
    let private wrongNumber (cases: ArgumentCaseInfo list) (names: string list) =
        let tooMany name =
            Some("'" + name + "' is one word too many")

        match cases |> List.tryFind _.IsMainCommand, names with
        | None, name :: _ -> tooMany name
        | None, [] -> None
        | Some main, _ ->
            let wanted = placeholders main

            let isList =
                main.UnionCaseInfo.GetFields()
                |> Array.exists (fun field -> field.PropertyType <> typeof<string>)

            if main.IsMandatory.Value && names.Length < wanted.Length then
                Some(wanted[names.Length] + " is missing")
            elif not isList && names.Length > wanted.Length then
                tooMany names[wanted.Length]
            else
                None

    /// Gives what is wrong when an option is not there that must be, in words.
    let private missing (cases: ArgumentCaseInfo list) (options: string list) =
        let isThere name =
            options
            |> List.exists (fun word -> word = name || word.StartsWith(name + "=", StringComparison.Ordinal))

        cases
        |> List.tryFind (fun case ->
            case.IsMandatory.Value
            && not case.IsMainCommand
            && not (List.exists isThere case.CommandLineNames.Value))
        |> Option.map (fun case ->
            String.Join(' ', List.head case.CommandLineNames.Value :: placeholders case)
            + " is missing")

    let private valueOf (cases: ArgumentCaseInfo list) option =
        cases
        |> List.tryFind (fun case -> List.contains option case.CommandLineNames.Value)
        |> Option.map (placeholders >> List.head)
        |> Option.defaultValue "a value"

    let private unknownOption known (word: string) =
        let option = (word.Split '=')[0]
        let told = "there is no option '" + word + "'"

        match NearMiss.find known option with
        | Some near -> misunderstood (told + "; the nearest is " + near) (Again.replacing option near)
        | None -> misunderstood told Again.help

    // Argu reads a schema by reflection, and the native compiler keeps only what it is told of: hence the attribute. Argu's own
    // help is not shown, so it is given a width: else it would set up the console to ask for one, at each start.
    let private parser<[<DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)>] 'Arguments
        when 'Arguments :> IArgParserTemplate>
        isChecked
        (name: string)
        =
        ArgumentParser.Create<'Arguments>(
            programName = Program + " " + name,
            errorHandler = ExceptionExiter(),
            usageStringCharacterWidth = 80,
            checkStructure = isChecked
        )

    /// What help shows of a schema.
    let private explained (cases: ArgumentCaseInfo list) =
        {
            Names =
                cases
                |> List.tryFind _.IsMainCommand
                |> Option.map (fun main -> String.Join(' ', placeholders main), main.Description.Value)
            Options =
                [
                    for case in cases do
                        if not (case.IsHidden.Value || case.IsMainCommand) then
                            {
                                Name = List.head case.CommandLineNames.Value
                                Value = List.tryHead (placeholders case)
                                Help = case.Description.Value
                            }
                ]
        }

    /// Runs a command with what was given to it, or shows its help, or says what is not understood.
    let private run<[<DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)>] 'Given
        when 'Given :> IArgParserTemplate>
        (about: About)
        (context: Context)
        (words: string list)
        (work: 'Given list -> Ending)
        : Ending =
        let words = words |> List.map (fun word -> if word = "-h" then "--help" else word)
        let parser = parser<'Given> false about.Name
        let cases = parser.GetArgumentCases()
        let known = cases |> List.collect _.CommandLineNames.Value
        let found = ordered cases known words

        let understood () =
            try
                Ok(parser.ParseCommandLine(Array.ofList (found.Options @ found.Names)).GetAllResults())
            with :? ArguParseException ->
                Error()

        if List.contains "--help" found.Options && found.Unknown.IsNone then
            context.Terminal.Raw(CommandHelp.render about (explained cases))
            Ok ExitCode.Done
        else
            let wrong =
                wrongNumber cases found.Names
                |> Option.orElseWith (fun () -> missing cases found.Options)

            match found.Unknown, found.NoName, found.NoValue, wrong with
            | Some word, _, _, _ -> unknownOption known word
            | None, Some word, _, _ -> misunderstood ("'" + word + "' behind -- is no name") Again.help
            | None, None, Some option, _ ->
                misunderstood (option + " needs " + valueOf cases option + " behind it") Again.help
            | None, None, None, Some wrong -> misunderstood wrong Again.help
            | None, None, None, None ->
                match understood () with
                | Ok given -> work given
                | Error() -> misunderstood "these words are not understood together" Again.help

    /// Gives a command whose words are those of an Argu schema. `request` makes of what was given one value, and refuses what
    /// makes no sense; `work` does what is requested.
    let command<[<DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)>] 'Given, 'Request
        when 'Given :> IArgParserTemplate>
        (about: About)
        (request: Context -> 'Given list -> Result<'Request, Problem>)
        (work: Context -> 'Request -> Ending)
        : Command =
        {
            About = about
            // Whoever lists all commands, the tests among them, has every schema checked; a run has no time for that.
            Words = fun () -> explained ((parser<'Given> true about.Name).GetArgumentCases())
            Run = fun context words -> run about context words (request context >> Result.bind (work context))
        }

    /// Gives a command that understands its words by itself, these options included, but for a wish for help.
    let plain (about: About) (options: CommandOption list) (work: Context -> string list -> Ending) : Command =
        let explained = { Names = None; Options = options }

        let run (context: Context) words =
            let own = words |> List.takeWhile ((<>) "--")

            if List.contains "--help" own || List.contains "-h" own then
                context.Terminal.Raw(CommandHelp.render about explained)
                Ok ExitCode.Done
            else
                work context words

        {
            About = about
            Words = fun () -> explained
            Run = run
        }

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

    /// Says that a word means no profile, and which one it was probably to be.
    let noProfile root (word: string) =
        let problem = Refusals.problem (Refusal.NoSuchProfile word)

        let known =
            Observed.names Disk.files root
            @ (PinFiles.aliases root |> AliasIndex.pairs |> List.map fst)
            |> List.map ProfileName.value

        match NearMiss.find known word with
        | Some near ->
            { problem with
                Message = problem.Message + "; the nearest is '" + near + "'"
                Try = Again.replacing word near + ", or " + problem.Try
            }
        | None -> problem

    /// Gives the existing profile that a name or an alias means.
    let profile root (word: string) : Result<ProfileName, Problem> =
        match tryProfile root word with
        | Some name -> Ok name
        | None -> Error(noProfile root word)
