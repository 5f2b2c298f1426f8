module CodexRouter.Cli.Tests.DocsTests

open System
open System.IO
open CodexRouter.Cli
open CodexRouter.Cli.Commands
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

let private shown (line: string list) =
    String.Join(' ', "codex-router" :: line)

let private lines (path: string) =
    File.ReadAllText path
    |> DocCommands.code
    |> List.collect DocCommands.inCode
    |> List.distinct

/// These wait for a person or show the others at work, and have tests of their own.
let private notRun = set [ "watch" ]

/// Words that stand for something, and what they are in the person's home.
let private meant (person: Person) (word: string) =
    match word with
    | "NAME"
    | "OLD"
    | "OLDNAME" -> "work"
    | "NEW"
    | "NEWNAME"
    | "ALIAS" -> "fresh"
    | "OTHER" -> "personal"
    | "FILE" -> person.File "other.json"
    | "DIR" -> person.File "acme"
    | "COMMAND" -> "true"
    | "N" -> "20"
    | "WHAT" -> "config"
    | word when word.StartsWith "~/" -> person.File(word.Substring 2)
    | word -> word

/// The exit codes that a command's help names.
let private documented (line: string list) =
    match line |> List.tryHead |> Option.bind Table.find with
    | Some command ->
        ExitCode.Done :: (command.About.Ends |> List.map fst)
        |> List.map ExitCode.number
    | None -> [ 0 ]

/// Runs a command line in a home with two profiles, in a directory that is pinned, and gives what is wrong with how it ends. The
/// service is here and has enough left, so that nothing is waited for.
let private wrongEnd (service: StandIn) (line: string list) =
    use person = new Person()
    person.Asks service.BaseUrl
    person.Has [ "personal", alice; "work", bob ]
    person.Write(person.File "other.json", Person.SignInOf carol)
    let directory = person.File "acme"
    Directory.CreateDirectory directory |> ignore
    person.Write(Path.Combine(directory, ".codex-profile"), "work\n")

    let words =
        match line with
        | "COMMAND" :: rest -> "list" :: rest
        | [ "help"; "COMMAND" ] -> [ "help"; "list" ]
        | line -> line |> List.map (meant person)

    let path = person.Tools + ":" + string (Environment.GetEnvironmentVariable "PATH")

    let outcome =
        person.Run(words, directory = directory, environment = [ "PATH", path ], input = "key\n")

    // A command that is only mentioned, and wants a name, says so.
    let isMention = line.Length = 1 && outcome.Exit = 2

    if isMention || List.contains outcome.Exit (documented line) then
        None
    else
        Some(shown line + ": " + Outcome.describe outcome)

let tests =
    testList
        "the pages"
        [
            testCase "a wrong command or option in a page is seen"
            <| fun () ->
                let found page =
                    page
                    |> DocCommands.code
                    |> List.collect DocCommands.inCode
                    |> List.collect DocCommands.faults

                Expect.equal (found "Type `codex-router\nsvae NAME`.") [ "there is no command svae" ] "in prose"

                Expect.equal
                    (found "    $ x && codex-router list --jsn  # z\n")
                    [ "list has no option --jsn" ]
                    "in a block"

                Expect.equal
                    (found "```\neval \"$(codex-router ini zsh)\"\n```\n")
                    [ "there is no command ini" ]
                    "in a word"

                Expect.isEmpty
                    (found
                        "    codex-router: work (until: codex-router use -)\n    /bin/codex-router x; codex-router.zsh y\n")
                    "messages and paths are none"

            for page in DocCommands.pages do
                testCase (
                    string (Path.GetFileName page)
                    + " names only commands and options that there are"
                )
                <| fun () ->
                    for line in lines page do
                        Expect.isEmpty (DocCommands.faults line) (shown line)

            testCase "every message that troubleshooting.md explains is one of the program's or of the hook's"
            <| fun () ->
                let sources =
                    Path.Combine(Project.root, "shell", "codex-router.plugin.zsh")
                    :: List.ofArray (
                        Directory.GetFiles(Path.Combine(Project.root, "src"), "*.fs", SearchOption.AllDirectories)
                    )
                    |> List.map File.ReadAllText
                    |> String.concat "\n"

                // What stands between two string literals, or in a variable's place, is `…` in the page.
                let pieces (message: string) =
                    message.Split('…', StringSplitOptions.RemoveEmptyEntries)
                    |> Array.map _.Trim()
                    |> Array.filter (fun piece -> piece.Length > 3)

                let messages =
                    File.ReadAllLines(Path.Combine(Project.root, "docs", "troubleshooting.md"))
                    |> Array.filter _.StartsWith("| `")
                    |> Array.map (fun row -> (row.Split '`')[1])

                Expect.isGreaterThan messages.Length 12 "many"

                for message in messages do
                    for piece in pieces message do
                        Expect.isTrue (sources.Contains(piece, StringComparison.Ordinal)) (message + ": " + piece)

            testCase "the pages hold many command lines"
            <| fun () ->
                Expect.isGreaterThan (DocCommands.pages |> List.collect lines |> List.distinct).Length 60 "of all kinds"

            testCase "every command line of the pages, and every example of help, runs and ends as its help says"
            <| fun () ->
                let examples =
                    Table.all
                    |> List.collect _.About.Examples
                    |> List.collect (fst >> DocCommands.inCode)

                let inPages =
                    DocCommands.pages
                    |> List.filter (fun page -> Path.GetFileName page <> "commands.md")
                    |> List.collect lines

                let accounts = [ alice; bob; carol ]
                use service = StandIn.Start accounts

                for account in accounts do
                    service.Uses(account, 10, 10)

                let wrong =
                    inPages @ examples
                    |> List.distinct
                    |> List.filter (fun line -> not (line |> List.exists notRun.Contains))
                    |> List.choose (wrongEnd service)

                Expect.equal (String.Join('\n', wrong)) "" "each ends with an exit code that its help names"
        ]
