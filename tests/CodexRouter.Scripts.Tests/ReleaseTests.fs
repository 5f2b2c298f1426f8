module CodexRouter.Scripts.Tests.ReleaseTests

open System
open System.IO
open System.Text.Json
open CodexRouter.Testing
open Expecto
open CodexRouter.Scripts.Tests

/// All that an installation from an archive calls; some of it is only on Linux, some only on macOS.
let private needed =
    "awk bash cat chmod cp cut dirname env find grep gzip ldd ls mkdir mktemp mv readlink rm rmdir sed sh sha256sum shasum sort tar tr uname"
        .Split
        ' '
    |> List.ofArray

/// A workshop that can make a release, and a PATH on which there is what an installation needs and no more: no dotnet, no compiler.
type private Shop() =
    let workshop = new Workshop()
    let home = workshop.Home
    let bare = home.File "bare"

    do
        workshop.Write("Directory.Build.props", "<Project>\n    <Version>1.2.3</Version>\n</Project>\n")
        workshop.Write("LICENSE", "a license\n")
        workshop.Write("README.md", "a page\n")
        workshop.Write("shell/_codex-router", "#compdef codex-router\n")
        workshop.Write("docs/codex-router.1", ".TH CODEX\\-ROUTER 1\n")

        workshop.Write(
            "paket.lock",
            "NUGET\n  remote: %NUGET_FEED%\n    Argu (6.1.1)\n    FSharp.Core (10.1)\n\nGROUP Tests\nNUGET\n    Expecto (11.1)\n"
        )

        Directory.CreateDirectory bare |> ignore

        for tool in needed do
            [ "/usr/bin"; "/bin" ]
            |> List.map (fun folder -> Path.Combine(folder, tool))
            |> List.tryFind File.Exists
            |> Option.iter (fun file -> File.CreateSymbolicLink(Path.Combine(bare, tool), file) |> ignore)

    member _.Workshop = workshop
    member _.Home = home

    /// This machine, as archives name it.
    member val System = (workshop.Bash "runtime_id").Out.Trim()

    member _.Release() = workshop.Run("build/release.sh", [])

    member shop.Archive =
        workshop.File("out/release/codex-router-1.2.3-" + shop.System + ".tar.gz")

    member _.Prefix = home.File "prefix"

    /// Runs a script where neither dotnet nor a compiler is.
    member _.Bare(script: string, arguments: string list) =
        home.Run(script, arguments, environment = [ "PATH", bare ], directory = home.Path)

    member shop.Install(archive: string) =
        shop.Bare(workshop.File "install.sh", [ "--from"; archive; "--prefix"; shop.Prefix ])

    member shop.Files =
        if Directory.Exists shop.Prefix then
            Directory.GetFiles(shop.Prefix, "*", SearchOption.AllDirectories)
            |> Array.map (fun path -> Path.GetRelativePath(shop.Prefix, path))
            |> Array.sort
        else
            [||]

    /// Makes an archive of one's own by lines of shell, in a new folder.
    member _.Forge(lines: string) =
        let made = home.Run("/bin/sh", [ "-ec"; "mkdir -p forged && cd forged\n" + lines ])
        Expect.equal made.Exit 0 made.Err
        home.File "forged.tar.gz"

    interface IDisposable with
        member _.Dispose() = (workshop :> IDisposable).Dispose()

let private isRefused (shop: Shop) (archive: string) (words: string list) =
    let outcome = shop.Install archive
    Expect.equal outcome.Exit 1 outcome.Err

    for word in words do
        Expect.stringContains outcome.Err word "says why"

    Expect.stringContains outcome.Err "\ntry: " "and what to do"
    Expect.isEmpty shop.Files "nothing was installed"

    Expect.isEmpty
        (Directory.GetFileSystemEntries(shop.Home.Path, "escaped*", SearchOption.AllDirectories))
        "nothing was written elsewhere"

let private making =
    testList
        "build/release.sh"
        [
            test "makes an archive, its SHA-256 and its bill of materials, and names them" {
                use shop = new Shop()
                let outcome = shop.Release()
                Expect.equal outcome.Exit 0 outcome.Err
                let name = "codex-router-1.2.3-" + shop.System

                Expect.equal
                    (Directory.GetFiles(shop.Workshop.File "out/release")
                     |> Array.map Path.GetFileName
                     |> Array.sort)
                    (Array.sort [| name + ".cdx.json"; name + ".tar.gz"; name + ".tar.gz.sha256" |])
                    "three files"

                let listed = shop.Home.Run("tar", [ "-tzf"; shop.Archive ])

                Expect.equal
                    (listed.Out.TrimEnd('\n').Split '\n' |> List.ofArray)
                    ([
                        "LICENSE"
                        "README.md"
                        "bin/codex-router"
                        "build/archive.sh"
                        "build/compile.sh"
                        "build/feed.sh"
                        "build/system.sh"
                        "build/zshrc.sh"
                        "install.sh"
                        "share/codex-router/_codex-router"
                        "share/codex-router/codex-router.1"
                        "share/codex-router/codex-router.plugin.zsh"
                     ]
                     |> List.map (fun file -> name + "/" + file))
                    "in order, and no more"
            }

            test "gives the same bytes for the same sources, whenever and by whomever" {
                use shop = new Shop()
                shop.Release() |> ignore
                let first = File.ReadAllBytes shop.Archive

                for file in Directory.GetFiles(shop.Workshop.File "out/bin") do
                    File.SetLastWriteTimeUtc(file, DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc))
                    File.SetUnixFileMode(file, File.GetUnixFileMode file &&& ~~~UnixFileMode.OtherRead)

                let again = shop.Workshop.Bash "umask 077; build/release.sh"
                Expect.equal again.Exit 0 again.Err
                Expect.isTrue (File.ReadAllBytes shop.Archive = first) "byte by byte"
            }

            test "the bill of materials names the packages that are in the program, and none of the tests'" {
                use shop = new Shop()
                shop.Release() |> ignore

                use bill =
                    JsonDocument.Parse(File.ReadAllText(shop.Archive.Replace(".tar.gz", ".cdx.json")))

                let root = bill.RootElement
                Expect.equal (string (root.GetProperty("bomFormat").GetString())) "CycloneDX" "the format"

                Expect.equal
                    [
                        for part in root.GetProperty("components").EnumerateArray() do
                            string (part.GetProperty("purl").GetString())
                    ]
                    [ "pkg:nuget/Argu@6.1.1"; "pkg:nuget/FSharp.Core@10.1" ]
                    "these"
            }

            test "releases no program that is not native" {
                use shop = new Shop()

                let outcome =
                    shop.Workshop.Run("build/release.sh", [], [ "CODEX_ROUTER_NO_NATIVE", "1" ])

                Expect.equal outcome.Exit 1 outcome.Err
                Expect.stringContains outcome.Err "ready-to-run" "says which it is"
                Expect.isFalse (Directory.Exists(shop.Workshop.File "out/release")) "and makes nothing"
            }
        ]

let private installed =
    [|
        "bin/codex-router"
        "share/codex-router/_codex-router"
        "share/codex-router/codex-router.1"
        "share/codex-router/codex-router.plugin.zsh"
        "share/codex-router/installed-files"
        "share/man/man1/codex-router.1"
        "share/zsh/site-functions/_codex-router"
    |]

let private installing =
    testList
        "install.sh --from ARCHIVE"
        [
            test "installs without dotnet and compiler, and takes it all away again" {
                use shop = new Shop()
                shop.Release() |> ignore
                let calls = shop.Workshop.Calls ""
                let outcome = shop.Install shop.Archive
                Expect.equal outcome.Exit 0 outcome.Err
                Expect.equal shop.Files installed "the files of any installation"
                Expect.stringContains outcome.Out "with doctor" "the program runs"
                Expect.equal (shop.Workshop.Calls "") calls "no dotnet"

                let removed =
                    shop.Bare(shop.Workshop.File "install.sh", [ "--uninstall"; "--prefix"; shop.Prefix ])

                Expect.equal removed.Exit 0 removed.Err
                Expect.isEmpty shop.Files "nothing is left"
            }

            test "an unpacked archive installs itself, and takes itself away" {
                use shop = new Shop()
                shop.Release() |> ignore
                shop.Home.Run("tar", [ "-xzf"; shop.Archive ]) |> ignore
                Directory.Delete(shop.Workshop.Project, recursive = true)

                let script = shop.Home.File("codex-router-1.2.3-" + shop.System + "/install.sh")

                let outcome = shop.Bare(script, [ "--prefix"; shop.Prefix ])
                Expect.equal outcome.Exit 0 outcome.Err
                Expect.equal shop.Files installed "the same files"
                shop.Bare(script, [ "--uninstall"; "--prefix"; shop.Prefix ]) |> ignore
                Expect.isEmpty shop.Files "nothing is left"
            }

            test "installs the real program, which runs" {
                use shop = new Shop()

                let packed =
                    shop.Workshop.Bash(
                        ". build/archive.sh; make_archive '"
                        + Path.Combine(Project.root, "out")
                        + "' 1.2.3 "
                        + shop.System
                        + " out/release"
                    )

                Expect.equal packed.Exit 0 packed.Err
                let outcome = shop.Install shop.Archive
                Expect.equal outcome.Exit 0 outcome.Err
                let version = shop.Home.Run(shop.Prefix + "/bin/codex-router", [ "--version" ])
                Expect.stringStarts version.Out "codex-router " version.Err
            }

            test "believes no archive that is not what its SHA-256 says" {
                use shop = new Shop()
                shop.Release() |> ignore
                let bytes = File.ReadAllBytes shop.Archive
                bytes[bytes.Length / 2] <- bytes[bytes.Length / 2] ^^^ 1uy
                File.WriteAllBytes(shop.Archive, bytes)
                isRefused shop shop.Archive [ "SHA-256"; "damaged" ]
            }

            test "notices damage without a SHA-256 too, and says that there is none" {
                use shop = new Shop()
                shop.Release() |> ignore
                File.Delete(shop.Archive + ".sha256")
                let bytes = File.ReadAllBytes shop.Archive
                File.WriteAllBytes(shop.Archive, Array.truncate (bytes.Length - 100) bytes)
                isRefused shop shop.Archive [ "damaged"; ".sha256 is not there" ]
                File.WriteAllText(shop.Archive, "no archive at all")
                isRefused shop shop.Archive [ "damaged" ]
            }

            test "refuses another system's archive, and names both systems" {
                use shop = new Shop()
                shop.Release() |> ignore

                let other =
                    [ "linux-x64"; "linux-arm64"; "linux-musl-x64"; "osx-arm64" ]
                    |> List.filter ((<>) shop.System)

                for system in other do
                    let made =
                        shop.Workshop.Bash(". build/archive.sh; make_archive out 1.2.3 " + system + " out/release")

                    Expect.equal made.Exit 0 made.Err
                    isRefused shop (shop.Workshop.File(made.Out.Trim())) [ "is for " + system; shop.System ]
            }

            for what, lines in
                [
                    "a name that leads upward",
                    "mkdir -p SYS/bin; echo x >SYS/bin/codex-router; echo x >escaped; mkdir -p SYS/SYS/bin; echo x >SYS/SYS/bin/codex-router; cd SYS; tar -czPf ../../forged.tar.gz SYS/bin ../escaped"
                    "a name in the middle that leads upward",
                    "mkdir -p SYS/bin; echo x >SYS/bin/codex-router; echo x >escaped; tar -czPf ../forged.tar.gz SYS/bin SYS/../escaped"
                    "a name from the top of the disk",
                    "mkdir -p SYS/bin; echo x >SYS/bin/codex-router; echo x >escaped; tar -czPf ../forged.tar.gz SYS \"$PWD/escaped\""
                    "a second folder",
                    "mkdir -p SYS/bin other; echo x >SYS/bin/codex-router; echo x >other/f; tar -czf ../forged.tar.gz SYS other"
                ] do
                test ("unpacks nothing of an archive with " + what) {
                    use shop = new Shop()

                    let archive =
                        shop.Forge(
                            lines.Replace("SYS", "codex-router-1.2.3-" + shop.System)
                            + "\nrm -f escaped \"../escaped\""
                        )

                    isRefused shop archive [ "leads out of its folder"; "nothing of it was unpacked" ]
                }

            for what, lines in
                [
                    "a link", "ln -s bin SYS/share"
                    "a second name of a file", "echo x >SYS/a; ln SYS/a SYS/b"
                    "a pipe", "mkfifo SYS/pipe"
                ] do
                test ("unpacks nothing of an archive with " + what) {
                    use shop = new Shop()

                    let archive =
                        shop.Forge(
                            ("mkdir -p SYS/bin; echo x >SYS/bin/codex-router; "
                             + lines
                             + "; tar -czf ../forged.tar.gz SYS")
                                .Replace("SYS", "codex-router-1.2.3-" + shop.System)
                        )

                    isRefused shop archive [ "links or devices"; "nothing of it was unpacked" ]
                }

            test "refuses an archive of something else" {
                use shop = new Shop()

                isRefused
                    shop
                    (shop.Forge "mkdir a; echo x >a/b; tar -czf ../forged.tar.gz a")
                    [ "no archive of codex-router" ]
            }

            test "leaves nothing in the folder for short-lived files" {
                use shop = new Shop()
                shop.Release() |> ignore
                let temporary = shop.Home.File "tmp"
                Directory.CreateDirectory temporary |> ignore

                shop.Home.Run(
                    shop.Workshop.File "install.sh",
                    [ "--from"; shop.Archive; "--prefix"; shop.Prefix ],
                    environment = [ "TMPDIR", temporary ]
                )
                |> ignore

                Expect.isNonEmpty shop.Files "installed"
                Expect.isEmpty (Directory.GetFileSystemEntries temporary) "and nothing left there"
            }
        ]

let tests = testList "releasing" [ making; installing ]
