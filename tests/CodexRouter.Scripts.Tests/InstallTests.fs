module CodexRouter.Scripts.Tests.InstallTests

open System.IO
open Expecto
open CodexRouter.Scripts.Tests

/// A workshop with a build made elsewhere, in "a build", and the ways to install it.
type private Site() =
    let workshop = new Workshop()
    let home = workshop.Home
    let plugin = "share/codex-router/codex-router.plugin.zsh"

    let put (relative: string) (text: string) =
        let path = home.File("a build/" + relative)

        match Path.GetDirectoryName path with
        | null -> ()
        | folder -> Directory.CreateDirectory folder |> ignore

        File.WriteAllText(path, text)

    do
        put "bin/codex-router" "#!/bin/sh\necho \"doctor was asked: $*\"\nexit 1\n"
        File.SetUnixFileMode(home.File "a build/bin/codex-router", enum<UnixFileMode> 0o755)
        put plugin "echo the plugin is loaded\n"
        put "share/codex-router/_codex-router" "#compdef codex-router\n"
        put "share/codex-router/codex-router.1" ".TH CODEX\\-ROUTER 1\n"

    member _.Home = home
    member _.Put(relative, text) = put relative text
    member _.Prefix = home.File "it's a prefix"
    member site.Plugin = site.Prefix + "/" + plugin
    member _.Rc = home.File ".zshrc"

    member site.Install(arguments: string list, ?environment) =
        workshop.Run(
            "install.sh",
            [ "--from"; home.File "a build"; "--prefix"; site.Prefix ] @ arguments,
            defaultArg environment []
        )

    member _.PutTool(name, script) = workshop.PutTool(name, script)

    member site.Uninstall() =
        workshop.Run("install.sh", [ "--uninstall"; "--prefix"; site.Prefix ])

    /// Runs lines of bash with a tool that fails, as on a full disk.
    member _.WithBroken(tool: string, lines: string) =
        workshop.Bash(tool + "() { return 2; }\n" + lines)

    member _.InZsh(command: string) =
        home.Run("zsh", [ "-i"; "-c"; command ], environment = [ "TERM", "dumb" ])

    member site.Files =
        Directory.GetFiles(site.Prefix, "*", SearchOption.AllDirectories)
        |> Array.map (fun path -> Path.GetRelativePath(site.Prefix, path))
        |> Array.sort

    interface System.IDisposable with
        member _.Dispose() =
            (workshop :> System.IDisposable).Dispose()

let private installing =
    testList
        "install.sh"
        [
            test
                "puts the program, the plugin, the completion and the manual page under the prefix, from any folder, twice over" {
                use site = new Site()
                Expect.equal (site.Install []).Exit 0 "first"
                let outcome = site.Install []
                Expect.equal outcome.Exit 0 outcome.Err

                Expect.equal
                    site.Files
                    [|
                        "bin/codex-router"
                        "share/codex-router/_codex-router"
                        "share/codex-router/codex-router.1"
                        "share/codex-router/codex-router.plugin.zsh"
                        "share/codex-router/codex-router.plugin.zsh.zwc"
                        "share/codex-router/installed-files"
                        "share/man/man1/codex-router.1"
                        "share/zsh/site-functions/_codex-router"
                    |]
                    "these and no more"
            }

            test "ends with the doctor, whose findings do not fail it" {
                use site = new Site()
                let outcome = site.Install []
                Expect.equal outcome.Exit 0 "installed"
                Expect.equal outcome.Out "doctor was asked: doctor\n" "asked"
            }

            test "does not ask the doctor of a shell that cannot have the hook yet" {
                use site = new Site()
                let outcome = site.Install [ "--yes" ]
                Expect.equal (outcome.Exit, outcome.Out) (0, "") outcome.Err
                Expect.stringContains outcome.Err "next: exec zsh" "said what comes next"
            }

            test "compiles the plugin, which loads as its text does" {
                use site = new Site()
                site.Install [ "--yes" ] |> ignore
                Expect.equal (site.InZsh "true").Out "the plugin is loaded\n" "loaded"
                // What is compiled shows where the text is another, and older.
                File.WriteAllText(site.Plugin, "echo the text\n")
                File.SetLastWriteTimeUtc(site.Plugin, System.DateTime.UtcNow.AddMinutes -1.0)
                Expect.equal (site.InZsh "true").Out "the plugin is loaded\n" "it is the compiled one that zsh takes"
            }

            test "a compiled plugin of an earlier version never wins over a newer text" {
                use site = new Site()
                site.Install [ "--yes" ] |> ignore
                site.Put("share/codex-router/codex-router.plugin.zsh", "echo the second is loaded\n")
                // Within the same second as the first, as far as this machine can.
                site.Install [ "--yes" ] |> ignore
                Expect.equal (site.InZsh "true").Out "the second is loaded\n" "by install.sh"
                File.WriteAllText(site.Plugin, "echo the third is loaded\n")
                File.SetLastWriteTimeUtc(site.Plugin, System.DateTime.UtcNow.AddSeconds 5.0)
                Expect.equal (site.InZsh "true").Out "the third is loaded\n" "by hand"
            }

            test "is compiled by nobody where there is no zsh, and an earlier one goes" {
                use site = new Site()
                site.Install [] |> ignore
                Expect.isTrue (File.Exists(site.Plugin + ".zwc")) "there"
                site.PutTool("zsh", "exit 127")
                site.Install [] |> ignore
                Expect.isFalse (File.Exists(site.Plugin + ".zwc")) "gone"
            }

            test "ends with the command that comes next, as it can be typed" {
                use site = new Site()

                let last (outcome: CodexRouter.Testing.Outcome) =
                    outcome.Err.TrimEnd('\n').Split '\n' |> Array.last

                Expect.equal
                    (last (site.Install []))
                    ("next: '" + site.Prefix.Replace("'", "'\\''") + "/bin/codex-router'")
                    "by its path"

                let path =
                    "PATH", site.Prefix + "/bin:" + System.Environment.GetEnvironmentVariable "PATH"

                Expect.equal (last (site.Install([], [ path ]))) "next: codex-router" "by its name"
            }

            test "names the line for bash and fish to whoever uses them" {
                use site = new Site()

                let said shell =
                    (site.Install([], [ "SHELL", shell ])).Err

                Expect.stringContains (said "/bin/bash") "init bash)\"" "bash"
                Expect.stringContains (said "/usr/bin/fish") "init fish | source" "fish"
                Expect.isFalse ((said "/bin/zsh").Contains "for bash") "nobody else"
            }

            test "leaves a running program its file" {
                use site = new Site()
                site.Install [] |> ignore
                use running = File.OpenRead(site.Prefix + "/bin/codex-router")
                site.Put("bin/codex-router", "#!/bin/sh\necho new\n")
                site.Install [] |> ignore
                use reader = new StreamReader(running)
                Expect.stringContains (reader.ReadToEnd()) "doctor was asked" "the open file is the old one"

                Expect.stringContains
                    (File.ReadAllText(site.Prefix + "/bin/codex-router"))
                    "new"
                    "the name is the new one's"
            }

            test "takes away what an earlier version had and this one has not" {
                use site = new Site()
                site.Put("share/codex-router/old.zsh", "")
                site.Install [] |> ignore
                File.Delete(site.Home.File "a build/share/codex-router/old.zsh")
                site.Install [] |> ignore
                Expect.isFalse (File.Exists(site.Prefix + "/share/codex-router/old.zsh")) "gone"
            }

            test "says when the program's folder is not on PATH, and only then" {
                use site = new Site()
                Expect.stringContains (site.Install []).Err "is not on PATH" "told"

                let path =
                    "PATH", site.Prefix + "/bin:" + System.Environment.GetEnvironmentVariable "PATH"

                Expect.isFalse ((site.Install([], [ path ])).Err.Contains "is not on PATH") "not told"
            }

            test "refuses what it does not know, and changes nothing" {
                use site = new Site()
                let outcome = site.Install [ "--unistall" ]
                Expect.equal outcome.Exit 2 "wrong usage"
                Expect.isFalse (Directory.Exists site.Prefix) "nothing installed"
            }
        ]

let private zshrc =
    testList
        "the line in .zshrc"
        [
            test "is only shown when nobody can be asked" {
                use site = new Site()
                File.WriteAllText(site.Rc, "alias x=y\n")
                let outcome = site.Install []
                Expect.equal (File.ReadAllText site.Rc) "alias x=y\n" "untouched"
                Expect.stringContains outcome.Err "source '" "shown"
            }

            test "is added with --yes, once, and loads the plugin whatever the prefix is called" {
                use site = new Site()
                File.WriteAllText(site.Rc, "alias x=y") // no line end
                site.Install [ "--yes" ] |> ignore
                site.Install [ "--yes" ] |> ignore
                let lines = File.ReadAllLines site.Rc
                Expect.equal lines.Length 2 "one line more"
                Expect.equal lines[0] "alias x=y" "the last line is still its own"
                Expect.equal (site.InZsh "true").Out "the plugin is loaded\n" "zsh understands it"
            }

            test "keeps the mode of the file and the link that it is" {
                use site = new Site()
                let real = site.Home.File "dotfiles-zshrc"
                File.WriteAllText(real, "alias x=y\n")
                File.SetUnixFileMode(real, enum<UnixFileMode> 0o640)
                File.CreateSymbolicLink(site.Rc, "dotfiles-zshrc") |> ignore
                site.Install [ "--yes" ] |> ignore
                Expect.stringContains (File.ReadAllText real) "source '" "added behind the link"
                site.Uninstall() |> ignore
                Expect.equal (FileInfo(site.Rc).LinkTarget) "dotfiles-zshrc" "still a link"
                Expect.equal (File.ReadAllText real) "alias x=y\n" "as it was"
                Expect.equal (File.GetUnixFileMode real) (enum<UnixFileMode> 0o640) "mode kept"
            }

            for existing in
                [
                    "source ~/src/codex-router/shell/codex-router.plugin.zsh"
                    "eval \"$(codex-router init zsh)\""
                ] do
                test ("is not added beside: " + existing) {
                    use site = new Site()
                    File.WriteAllText(site.Rc, "# first\n" + existing + "\n")
                    let outcome = site.Install [ "--yes" ]
                    Expect.stringContains outcome.Err "already (line 2)" "said"
                    Expect.equal (File.ReadAllText site.Rc) ("# first\n" + existing + "\n") "unchanged"
                }

            test "a comment that mentions the plugin is not a line that loads it" {
                use site = new Site()
                File.WriteAllText(site.Rc, "  # source codex-router.plugin.zsh one day\n")
                site.Install [ "--yes" ] |> ignore
                Expect.equal (File.ReadAllLines site.Rc).Length 2 "added"
            }

            test "a .zshrc whose links lead in a circle ends with a clear word, both ways" {
                use site = new Site()
                File.CreateSymbolicLink(site.Home.File ".zshrc-other", ".zshrc") |> ignore
                File.CreateSymbolicLink(site.Rc, ".zshrc-other") |> ignore
                let installed = site.Install [ "--yes" ]
                Expect.notEqual installed.Exit 0 "not done"
                Expect.stringContains installed.Err "circle" "said"
                let removed = site.Uninstall()
                Expect.notEqual removed.Exit 0 "not done"
                Expect.stringContains removed.Err "circle" "said"
            }

            for tool in [ "grep"; "awk"; "cp"; "mv" ] do
                test ("no line is lost when this fails while the line is taken out: " + tool) {
                    use site = new Site()
                    File.WriteAllText(site.Rc, "alias x=y\nalias z=w\n")
                    site.Install [ "--yes" ] |> ignore
                    let before = File.ReadAllText site.Rc

                    let outcome =
                        site.WithBroken(tool, "remove_line '" + site.Plugin.Replace("'", "'\\''") + "'")

                    Expect.equal outcome.Exit 2 outcome.Err
                    Expect.equal (File.ReadAllText site.Rc) before "as it was"

                    Expect.isEmpty
                        (Directory.GetFiles(site.Home.Path, ".zshrc.codex-router*"))
                        "and nothing half-made beside it"
                }

            test "goes to ZDOTDIR's file where that is set" {
                use site = new Site()
                Directory.CreateDirectory(site.Home.File "z") |> ignore
                site.Install([ "--yes" ], [ "ZDOTDIR", site.Home.File "z" ]) |> ignore
                Expect.isTrue (File.Exists(site.Home.File "z/.zshrc")) "there"
                Expect.isFalse (File.Exists site.Rc) "and not here"
            }
        ]

let private uninstalling =
    testList
        "install.sh --uninstall"
        [
            test "removes what was installed and the line, and no file or line of anybody else" {
                use site = new Site()
                let rc = "source ~/mine/codex-router.plugin.zsh.old\nalias x=y\n"
                File.WriteAllText(site.Rc, rc.Replace("source", "# source"))
                let before = File.ReadAllText site.Rc
                site.Install [ "--yes" ] |> ignore
                File.WriteAllText(site.Prefix + "/share/zsh/site-functions/_other", "")
                File.WriteAllText(site.Prefix + "/bin/other", "")
                let outcome = site.Uninstall()
                Expect.equal outcome.Exit 0 outcome.Err
                Expect.equal site.Files [| "bin/other"; "share/zsh/site-functions/_other" |] "the others' files"
                Expect.equal (File.ReadAllText site.Rc) before "the others' lines"
            }

            test "never touches a profile, and says so" {
                use site = new Site()
                let profile = site.Home.File ".codex/profiles/work"
                Directory.CreateDirectory profile |> ignore
                File.WriteAllText(profile + "/auth.json", "FAKE")
                site.Install [ "--yes" ] |> ignore
                let outcome = site.Uninstall()
                Expect.equal (File.ReadAllText(profile + "/auth.json")) "FAKE" "there"
                Expect.stringContains outcome.Err "untouched" "said"
            }

            test "names a line that loads the plugin and that it did not write" {
                use site = new Site()
                File.WriteAllText(site.Rc, "source " + site.Plugin + "\n")
                site.Install [] |> ignore
                let outcome = site.Uninstall()
                Expect.stringContains outcome.Err "left alone: line 1" "named"
                Expect.equal (File.ReadAllLines site.Rc).Length 1 "left"
            }

            test "twice is no worse than once" {
                use site = new Site()
                site.Install [] |> ignore
                site.Uninstall() |> ignore
                let again = site.Uninstall()
                Expect.equal again.Exit 0 "fine"
                Expect.stringContains again.Err "nothing is installed" "said"
            }
        ]

let tests = testList "installing" [ installing; zshrc; uninstalling ]
