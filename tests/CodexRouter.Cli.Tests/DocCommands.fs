namespace CodexRouter.Cli.Tests

open System
open System.IO
open System.Text.RegularExpressions
open CodexRouter.Cli
open CodexRouter.Cli.Commands
open CodexRouter.Testing

/// The command lines in the pages for people.
[<RequireQualifiedAccess>]
module DocCommands =

    /// The pages.
    let pages =
        Path.Combine(Project.root, "README.md")
        :: List.ofArray (Directory.GetFiles(Path.Combine(Project.root, "docs"), "*.md"))
        |> List.sort

    /// Gives the code in a page: the lines of its blocks, and what stands between backquotes in its prose.
    let code (page: string) : string list =
        let isFence (line: string) = line.TrimStart().StartsWith "```"

        let _, blocks, prose =
            page.Split '\n'
            |> Array.fold
                (fun (isFenced, blocks, prose) line ->
                    if isFence line then
                        not isFenced, blocks, "" :: prose
                    elif isFenced || line.StartsWith "    " then
                        isFenced, line :: blocks, "" :: prose
                    else
                        isFenced, blocks, line :: prose)
                (false, [], [])

        let paragraphs =
            String.Join('\n', List.rev prose).Split("\n\n")
            |> Array.map _.Replace('\n', ' ')

        List.rev blocks
        @ [
            for paragraph in paragraphs do
                for found in Regex.Matches(paragraph, "`([^`]+)`") do
                    found.Groups[1].Value
        ]

    /// Where a command line ends, unless it is quoted.
    let private ends = set [ '&'; '|'; ';'; ')'; '<'; '>'; '`' ]

    /// The words of a command line, as a shell takes them apart, up to its end.
    let private words (text: string) : string list =
        let rec go (found: string list) (word: string option) quote (rest: char list) =
            let close () = Option.toList word @ found

            let add character =
                Some(Option.defaultValue "" word + string<char> character)

            match quote, rest with
            | _, [] -> close ()
            | Some mark, character :: rest when character = mark ->
                go found (Some(Option.defaultValue "" word)) None rest
            | Some _, character :: rest -> go found (add character) quote rest
            | None, ('\'' | '"' as mark) :: rest -> go found (Some(Option.defaultValue "" word)) (Some mark) rest
            | None, character :: _ when ends.Contains character -> close ()
            | None, '#' :: _ when word.IsNone -> close ()
            | None, ' ' :: ' ' :: _ when not (List.isEmpty found && word.IsNone) -> close ()
            | None, ' ' :: rest -> go (close ()) None None rest
            | None, character :: rest -> go found (add character) None rest

        go [] None None (List.ofSeq text) |> List.rev

    /// What a sentence puts behind a word, and brackets around what may be left out.
    let private bare (word: string) =
        word.TrimEnd(',', '.', ':', '…', ']').TrimStart '['

    /// Gives the command lines in a piece of code: for each, the words behind `codex-router`.
    let inCode (text: string) : string list list =
        [
            for found in Regex.Matches(text, "(?<![\\w/.~-])codex-router(?=[\\s)\"`]|'(?!s)|$)") do
                words (text.Substring(found.Index + found.Length))
                |> List.map bare
                |> List.filter ((<>) "")
        ]

    /// Gives what is wrong with a command line: no such command, or no such option of it.
    let faults (line: string list) : string list =
        match line with
        | []
        | ("--help" | "-h" | "--version" | "help" | "COMMAND" | "OPTIONS") :: _ -> []
        | name :: rest ->
            match Table.find name with
            | None -> [ "there is no command " + name ]
            | Some command ->
                let known = command.Words().Options |> List.map _.Name

                [
                    for word in rest |> List.takeWhile ((<>) "--") do
                        let option = (word.Split '=')[0]

                        if word.StartsWith "--" && not (List.contains option ("--help" :: known)) then
                            name + " has no option " + option
                ]
