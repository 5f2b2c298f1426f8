module CodexRouter.Shell.Tests.OtherShellTests

open System
open System.IO
open CodexRouter.Testing
open Expecto

let private isThere (program: string) =
    string (Environment.GetEnvironmentVariable "PATH")
    |> _.Split(':')
    |> Array.exists (fun folder -> File.Exists(Path.Combine(folder, program)))

let private script name =
    Path.Combine(Project.root, "tests", "shell", name)

/// A shell that `init` prints something for, and how a line of it is run with no startup files.
type private OtherShell =
    {
        Name: string
        Load: string
        /// Leaves what would act at a prompt in the output.
        Hooks: string
        Status: string
        Bare: string list
    }

let private bash =
    {
        Name = "bash"
        Load = "eval \"$(codex-router init bash)\""
        Hooks = "trap -p; declare -p PROMPT_COMMAND PS0 PS1 PS4 2>/dev/null"
        Status = "$?"
        Bare = [ "--norc"; "--noprofile" ]
    }

let private fish =
    {
        Name = "fish"
        Load = "codex-router init fish | source"
        Hooks = "functions --handlers"
        Status = "$status"
        Bare = [ "--no-config" ]
    }

let private shells = [ bash; fish ]

/// A stand-in for Codex, which shows its home and its words and ends with 7.
let private codex =
    "#!/bin/sh\nprintf 'codex in %s:' \"${CODEX_HOME-no home}\"; printf ' <%s>' \"$@\"; echo; exit 7\n"

let private put (path: string) (text: string) =
    File.WriteAllText(path, text)
    File.SetUnixFileMode(path, enum<UnixFileMode>(Convert.ToInt32("0755", 8)))

/// The program itself and the stand-in for Codex where the shell finds them.
let private equip (sandbox: Sandbox) =
    let program = Path.Combine(sandbox.Path, "bin", "codex-router")
    File.Delete program
    File.CreateSymbolicLink(program, Project.program) |> ignore
    put (Path.Combine(sandbox.Path, "bin", "codex")) codex

let private run (shell: OtherShell) (sandbox: Sandbox) (words: string list) =
    if not (isThere shell.Name) then
        skiptest (shell.Name + " is not installed")

    sandbox.Start(shell.Name, shell.Bare @ words)

let tests =
    testList
        "Other shells"
        [
            for shell in shells do
                testCase (
                    shell.Name
                    + ": codex is the one of the directory, with its words and its exit code"
                )
                <| fun () ->
                    use sandbox = new Sandbox()
                    equip sandbox

                    let outcome =
                        run
                            shell
                            sandbox
                            [
                                "-c"
                                String.Join(
                                    '\n',
                                    [
                                        shell.Load
                                        "cd ~/acme/'sub dir'"
                                        "codex one 'a  b' '*' ''"
                                        "echo status " + shell.Status
                                        "cd ~/other"
                                        "codex exec --json"
                                        if shell.Name = "bash" then
                                            "(cd ~/acme; codex below)"
                                    ]
                                )
                            ]

                    Expect.equal outcome.Err "" "no word of its own"

                    Expect.equal
                        outcome.Out
                        ("codex in "
                         + sandbox.Root
                         + "/profiles/work: <one> <a  b> <*> <>\nstatus 7\ncodex in "
                         + sandbox.Root
                         + "/profiles/personal: <exec> <--json>\n"
                         + (if shell.Name = "bash" then
                                "codex in " + sandbox.Root + "/profiles/work: <below>\n"
                            else
                                ""))
                        "the homes"

                testCase (shell.Name + ": without profiles codex is what it always was")
                <| fun () ->
                    use sandbox = new Sandbox()
                    equip sandbox
                    Directory.Delete(sandbox.Root, recursive = true)
                    let outcome = run shell sandbox [ "-c"; shell.Load + "\ncodex login" ]
                    Expect.equal (outcome.Out, outcome.Err) ("codex in no home: <login>\n", "") "as it is"

                testCase (shell.Name + ": nothing is to run at a prompt")
                <| fun () ->
                    use sandbox = new Sandbox()
                    equip sandbox

                    let outcome =
                        run shell sandbox [ "-c"; shell.Hooks + "\necho =\n" + shell.Load + "\n" + shell.Hooks ]

                    Expect.equal outcome.Err "" "silent"

                    match outcome.Out.Split "=\n" with
                    | [| before; after |] -> Expect.equal after before "the same as before"
                    | _ -> failtest outcome.Out

                testCase (shell.Name + ": TAB offers commands, options, profiles and aliases")
                <| fun () ->
                    use sandbox = new Sandbox()
                    equip sandbox

                    let outcome =
                        run shell sandbox (script ("complete." + shell.Name) :: Project.program :: Offered.lines)

                    Expect.equal outcome.Err "" "no errors"
                    let offered = Offered.read outcome.Out

                    for line, words in Offered.all do
                        Expect.equal offered[line] words line

            testCase "bash: TAB at a real terminal completes a command"
            <| fun () ->
                use sandbox = new Sandbox()
                equip sandbox
                let outcome = sandbox.Run("tab.zsh", [], program = Project.program)
                Expect.equal (outcome.Out, outcome.Err) ("codex-router switch \n", "") "completed"
        ]
