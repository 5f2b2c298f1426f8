namespace CodexRouter.Cli.Commands

open System
open System.Collections.Generic
open System.IO
open System.Text
open CodexRouter.Cli
open CodexRouter.Core
open CodexRouter.Platform
open CodexRouter.StandIn
open FsToolkit.ErrorHandling

/// Shows the whole thing at work, with sample accounts, in a folder that goes afterwards.
[<RequireQualifiedAccess>]
module Demo =

    /// What the person in the demo types, as zsh runs it; each command is shown before its output. Comments are for
    /// whoever watches.
    let private script (plugin: string) (codexIsHere: bool) =
        let steps =
            [
                "# Codex is signed in to one account, as usual. Keep that sign-in as a profile:"
                "codex-router save personal"
                "# Sign in to another (here: a sample sign-in that is at hand) and keep that too:"
                "codex-router save work --from ~/sign-in-of-bob.json"
                "codex-router list"
                "# Put a folder on an account, for whoever works in it:"
                "mkdir -p ~/acme/api ~/garden"
                "cd ~/acme"
                "codex-router pin work"
                "# From now on, being there is enough:"
                "cd ~/garden"
                "codex-router current"
                "cd ~/acme/api"
                "codex-router current"
                "print $CODEX_HOME"
                if codexIsHere then
                    "codex login status"
                "# Everywhere else, one command changes the account:"
                "cd ~"
                "codex-router switch work"
                "codex-router switch -"
                "# How much is left, of every account, as its provider says:"
                "codex-router quota --all"
                "codex-router guard --min-left 20 && print 'enough for a long job'"
                "# And in the prompt, where asking would take too long:"
                "print -r -- $CODEX_ROUTER_PROMPT"
                "codex-router"
            ]

        let quoted (text: string) = "'" + text.Replace("'", "'\\''") + "'"

        String.concat
            "\n"
            [
                "precmd_here() { local hook; for hook in $precmd_functions; do $hook; done }"
                "show() {"
                "  if [[ $1 == \\#* ]]; then print -r -- \"$1\"; return; fi"
                "  print -r -- \"\\$ $1\""
                "  eval $1 2>&1"
                "  precmd_here 2>&1"
                "  print"
                "}"
                "source " + quoted plugin
                "precmd_here"
                for step in steps do
                    "show " + quoted step
                ""
            ]

    let private environment (surroundings: Surroundings) home (program: string) codex =
        let variables = Dictionary<string, string>()

        for name in [ "TERM"; "LANG"; "LC_ALL"; "NO_COLOR"; "TMPDIR" ] do
            match surroundings.Variables.TryGetValue name with
            | true, value -> variables[name] <- value
            | _ -> ()

        let folders =
            [
                Some(Path.GetDirectoryName program |> string)
                codex
                |> Option.map (fun (codex: string) -> Path.GetDirectoryName codex |> string)
                Option.orElse (Some "/usr/bin:/bin") surroundings.Path
            ]
            |> List.choose id

        variables["PATH"] <- String.Join(':', folders)
        variables["HOME"] <- home
        variables

    let private write path (bytes: byte[]) =
        Folders.Create(Path.GetDirectoryName(path: string) |> string, PrivateMode.directory)
        AtomicFile.Replace(path, ReadOnlySpan bytes, PrivateMode.file)

    /// Two people who do not exist, signed in with a service that is on this machine only.
    let private furnish home (service: StandIn) =
        let root = Layout.(/) home ".codex"
        let now = DateTimeOffset.UtcNow
        let ending = now.AddDays 10.0
        service.SetUsage(SampleAccount.alice, SampleUsage.twoWindows now 42 7)
        service.SetUsage(SampleAccount.bob, SampleUsage.twoWindows now 71 35)
        write (Layout.live root) (service.SignIn(SampleAccount.alice, ending))
        write (Layout.(/) home "sign-in-of-bob.json") (service.SignIn(SampleAccount.bob, ending))

        write
            (Layout.(/) root "config.toml")
            (Encoding.UTF8.GetBytes("chatgpt_base_url = \"" + service.BaseUrl + "\"\n"))

    let private find (surroundings: Surroundings) program remedy =
        match Programs.Find(program, Option.toObj surroundings.Path) with
        | null -> Error(Problem.refused "missing" (program + " is not installed, and the demo shows it at work") remedy)
        | path -> Ok path

    /// How this program is called in the person's shell: by its path, as one word, when its name is not on PATH.
    let private typed (surroundings: Surroundings) (program: string) =
        match Programs.Find(CommandLine.Program, Option.toObj surroundings.Path) with
        | null -> "'" + program.Replace("'", "'\\''") + "'"
        | _ -> CommandLine.Program

    let private work (context: Context) (_: NoArguments list) : Ending =
        result {
            let surroundings = context.Surroundings

            let installing =
                if OperatingSystem.IsMacOS() then
                    "brew install zsh"
                else
                    "sudo apt-get install zsh"

            let! zsh = find surroundings "zsh" installing
            let! plugin = ShellFiles.find "codex-router.plugin.zsh"

            let program =
                Environment.ProcessPath
                |> Option.ofObj
                |> Option.defaultValue CommandLine.Program

            let codex = CodexProgram.find surroundings |> Result.toOption

            let home =
                Layout.(/) Locations.TemporaryFolder ("codex-router-demo-" + string<int> Environment.ProcessId)

            try
                Folders.Create(home, PrivateMode.directory)
                use service = StandIn.Start [ SampleAccount.alice; SampleAccount.bob ]
                furnish home service
                let scriptFile = Layout.(/) home ".demo.zsh"
                write scriptFile (Encoding.UTF8.GetBytes(script plugin codex.IsSome))

                context.Terminal.Line
                    "This is codex-router at work in a throw-away folder, with sample accounts. Nothing of yours is touched."

                context.Terminal.Line ""

                context.Terminal.Flush()

                let ended =
                    ForegroundChild.Run(zsh, [| "-f"; scriptFile |], environment surroundings home program codex, home)

                if ended = 0 then
                    context.Terminal.Line(
                        "That was all; the folder is gone again. Next: "
                        + typed surroundings program
                        + " save personal"
                    )

                    return ExitCode.Done
                else
                    return!
                        Problem.refused
                            "demo"
                            ("the demo ended with exit code " + string<int> ended)
                            "codex-router doctor"
                        |> Error
            finally
                FolderTree.Delete home
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "demo"
                Names = ""
                Shown = ""
                Summary = "the whole thing at work in a throw-away directory"
                Does =
                    "Shows the main commands at work in a throw-away directory, with made-up accounts and a "
                    + "stand-in for the service. It touches nothing of yours."
                Examples = [ "codex-router demo", "" ]
                Ends = Ends.reading
                Offers = []
            }
            work
