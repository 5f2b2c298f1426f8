module CodexRouter.Cli.Tests.ReferenceTests

open System
open System.IO
open CodexRouter.Cli
open CodexRouter.Cli.Commands
open CodexRouter.Testing
open Expecto

/// What is made from the table of commands, and the file that holds it. With `CODEX_ROUTER_WRITE` set the files are written
/// instead of compared (build/reference.sh).
let private made =
    [
        "shell/_codex-router", (fun () -> ZshCompletion.text Table.all)
        "docs/commands.md", (fun () -> Reference.markdown Table.all (Table.help ()))
        "docs/json.md", (fun () -> JsonReference.markdown AnswerShapes.all)
        "docs/answers.schema.json", (fun () -> JsonReference.schema AnswerShapes.all)
        "docs/homes.md", ShareTable.markdown
        "docs/codex-router.1", (fun () -> Reference.man Table.all (Table.help ()))
    ]

let private isToWrite =
    not (String.IsNullOrEmpty(Environment.GetEnvironmentVariable "CODEX_ROUTER_WRITE"))

/// What the command's `--help` prints.
let private helpOf (command: Command) =
    CommandHelp.render command.About (command.Words())

let tests =
    testList
        "the table of commands"
        [
            for file, text in made do
                testCase (file + " is made from it")
                <| fun () ->
                    let path = Path.Combine(Project.root, file)

                    if isToWrite then
                        File.WriteAllText(path, text ())
                    else
                        Expect.equal
                            (File.ReadAllText path)
                            (text ())
                            (file + " is not up to date; build/reference.sh writes it")

            testCase "every code of a failure is told of, each by a word of its own"
            <| fun () ->
                let cases = FSharp.Reflection.FSharpType.GetUnionCases typeof<ProblemCode>
                Expect.equal ProblemCode.all.Length cases.Length "all are listed"
                Expect.equal (List.distinct ProblemCode.all) ProblemCode.all "each once"
                Expect.equal (List.distinct ProblemCode.words) ProblemCode.words "no word twice"

            testCase "every command's help begins with what it does, and has an example that begins with the command"
            <| fun () ->
                Expect.isGreaterThan Table.all.Length 20 "all commands"

                for command in Table.all do
                    let about = command.About
                    let help = helpOf command
                    Expect.isTrue (Char.IsUpper about.Does[0] && about.Does.EndsWith '.') (about.Name + ": a sentence")
                    Expect.isFalse (about.Summary.EndsWith '.') (about.Name + ": a phrase")
                    Expect.stringContains help ("USAGE: codex-router " + about.Name) about.Name
                    Expect.isNonEmpty about.Examples about.Name

                    for example, _ in about.Examples do
                        Expect.stringContains example ("codex-router " + about.Name) about.Name

                    for line in help.Split '\n' do
                        Expect.isLessThanOrEqual line.Length 100 (about.Name + ": " + line)

                    for code in [ "  0 "; "  2 " ] do
                        Expect.stringContains help ("\n" + code) about.Name

            testCase "what is told of an option is a phrase, and every option has one"
            <| fun () ->
                for command in Table.all do
                    for option in command.Words().Options do
                        let place = command.About.Name + " " + option.Name
                        Expect.isNotEmpty option.Help place
                        Expect.isFalse (option.Help.EndsWith '.') place
                        Expect.isTrue (Char.IsLower option.Help[0]) place

            testCase "every example's options are the command's"
            <| fun () ->
                for command in Table.all do
                    let known = command.Words().Options |> List.map _.Name |> set

                    for example, _ in command.About.Examples do
                        let own = (example.Split(" -- "))[0]

                        for word in own.Split ' ' do
                            if word.StartsWith "--" then
                                Expect.contains known word example
        ]
