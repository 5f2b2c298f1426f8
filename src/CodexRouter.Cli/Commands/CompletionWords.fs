namespace CodexRouter.Cli.Commands

open System
open CodexRouter.Cli

/// What a shell can offer behind an option.
[<RequireQualifiedAccess>]
type OptionWords =
    | File
    /// One of these.
    | OneOf of words: string list
    /// Nothing but the word that says what is wanted.
    | Free of what: string

/// What the completions for all shells have in common: what the table of commands says to offer where.
[<RequireQualifiedAccess>]
module CompletionWords =

    /// Of these a command line takes one.
    let exclusive = [ "--device-auth"; "--with-api-key" ]

    /// What is known of the word behind an option; none when the option takes no word.
    let behind (option: CommandOption) =
        option.Value
        |> Option.map (fun value ->
            match value with
            | "FILE" -> OptionWords.File
            | "WHAT" -> OptionWords.OneOf CodexRouter.Core.HomeGroup.words
            | "LABEL" -> OptionWords.OneOf [ "5h"; "week"; "any" ]
            | value -> OptionWords.Free(value.ToLowerInvariant()))

    /// Behind `--` of this command stands another command line.
    let isBeforeAnother (command: Command) = command.About.Name = "exec"

    /// All options of all commands, each name once.
    let options (commands: Command list) =
        commands
        |> List.collect (fun command -> command.Words().Options)
        |> List.distinctBy _.Name

    /// The names of the options that take a word, with what is known of it.
    let valued (commands: Command list) =
        options commands
        |> List.choose (fun option -> behind option |> Option.map (fun words -> option.Name, words))

    /// Text in single quotes, as zsh and bash read it.
    let quoted (text: string) = "'" + text.Replace("'", "'\\''") + "'"

    /// Words with blanks between.
    let joined (words: string seq) = String.Join(' ', words)
