module CodexRouter.Platform.Tests.FolderTests

open System
open System.IO
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let tests =
    testList
        "Folders and FolderTree"
        [
            testCase "a folder is made with those above it, all private; one that is there stays as it is"
            <| fun () ->
                use home = new TestHome()
                Folders.Create(home.File "a/b/c", Roles.ownerFolder)

                for name in [ "a"; "a/b"; "a/b/c" ] do
                    Expect.equal (FileStatus.Look(home.File name)).Mode Roles.ownerFolder name

                let open' = Roles.ownerFolder ||| UnixFileMode.GroupRead
                File.SetUnixFileMode(home.File "a/b", open')
                Folders.Create(home.File "a/b/c", Roles.ownerFolder)
                Folders.Create(home.File "a/b/", Roles.ownerFolder)
                Expect.equal (FileStatus.Look(home.File "a/b")).Mode open' "not mended"

            testCase "a file in the way of a folder is an error, not replaced"
            <| fun () ->
                use home = new TestHome()
                File.WriteAllText(home.File "file", "FAKE")

                for path in [ "file"; "file/below" ] do
                    Expect.throwsT<SystemCallException>
                        (fun () -> Folders.Create(home.File path, Roles.ownerFolder))
                        path

                Expect.equal (File.ReadAllText(home.File "file")) "FAKE" "untouched"

            testCase "a folder has one physical path, whatever leads there, and the process stays where it is"
            <| fun () ->
                use home = new TestHome()
                let before = Environment.CurrentDirectory
                Folders.Create(home.File "a/b", Roles.ownerFolder)
                File.CreateSymbolicLink(home.File "link", "a") |> ignore
                File.WriteAllText(home.File "file", "FAKE")
                let physical = Folders.Physical(home.File "a/b")

                for way in [ "link/b"; "link/b/"; "a/./b"; "a/b/../b"; "link/../a/b" ] do
                    Expect.equal (Folders.Physical(home.File way)) physical way

                Expect.equal (Folders.Physical "/") "/" "the root"

                for way in [ "file"; "missing"; "link/missing" ] do
                    Expect.throwsT<SystemCallException> (fun () -> Folders.Physical(home.File way) |> ignore) way

                Expect.equal Environment.CurrentDirectory before "it stays"

            testCase "names come in one order, hidden ones too; a missing folder has none"
            <| fun () ->
                use home = new TestHome()

                for name in [ "b"; ".hidden"; "B"; "ä"; "a" ] do
                    File.WriteAllText(home.File name, "")

                Expect.equal (List.ofSeq (Folders.Names home.Path)) [ ".hidden"; "B"; "a"; "b"; "ä" ] "names"
                Expect.isEmpty (Folders.Names(home.File "missing")) "missing"

                Expect.throwsT<SystemCallException>
                    (fun () -> Folders.Names(home.File "a") |> ignore)
                    "a file is no folder"

            testCase "a deleted tree is gone, and what its links lead to is untouched"
            <| fun () ->
                use home = new TestHome()
                Directory.CreateDirectory(home.File "shared/inner") |> ignore
                File.WriteAllText(home.File "shared/inner/file", "FAKE")
                Directory.CreateDirectory(home.File "tree/deep/deeper") |> ignore
                File.WriteAllText(home.File "tree/deep/file", "")
                File.CreateSymbolicLink(home.File "tree/link", home.File "shared") |> ignore

                File.CreateSymbolicLink(home.File "tree/deep/link", "../../shared/inner")
                |> ignore

                File.CreateSymbolicLink(home.File "tree/deep/dangling", "nowhere") |> ignore
                home.Run("mkfifo", [ home.File "tree/pipe" ]) |> ignore
                FolderTree.Delete(home.File "tree")
                Expect.equal (List.ofSeq (Folders.Names home.Path)) [ "shared" ] "gone"
                Expect.equal (File.ReadAllText(home.File "shared/inner/file")) "FAKE" "untouched"

            testCase "deleting a link to a folder removes the link, even when written with a slash behind"
            <| fun () ->
                use home = new TestHome()

                for ending in [ ""; "/" ] do
                    Directory.CreateDirectory(home.File "shared") |> ignore
                    File.WriteAllText(home.File "shared/file", "FAKE")
                    File.CreateSymbolicLink(home.File "link", "shared") |> ignore
                    FolderTree.Delete(home.File "link" + ending)
                    Expect.equal (List.ofSeq (Folders.Names home.Path)) [ "shared" ] "the link is gone"
                    Expect.equal (File.ReadAllText(home.File "shared/file")) "FAKE" "untouched"

            testCase "deleting what is not there is done already; a single file is deleted"
            <| fun () ->
                use home = new TestHome()
                FolderTree.Delete(home.File "missing")
                File.WriteAllText(home.File "file", "")
                FolderTree.Delete(home.File "file")
                Expect.isEmpty (Folders.Names home.Path) "gone"

            testCase "a tree with folders and files that its owner may not touch is deleted all the same"
            <| fun () ->
                // The superuser may do everything, so this takes another user when it is the superuser who tests.
                use home = new TestHome()

                let script =
                    "mkdir -p tree/readonly/inner tree/closed/inner && touch tree/readonly/file tree/closed/inner/file && "
                    + "chmod 0 tree/closed/inner/file && chmod 0500 tree/readonly && chmod 0 tree/closed"

                let everybody =
                    Roles.ownerFolder
                    ||| UnixFileMode.OtherRead
                    ||| UnixFileMode.OtherWrite
                    ||| UnixFileMode.OtherExecute

                File.SetUnixFileMode(home.Path, everybody)

                let run (program: string) arguments =
                    if Users.Effective = 0u then
                        let other = [ "--reuid=65534"; "--regid=65534"; "--clear-groups"; program ]
                        home.Run("setpriv", other @ arguments, environment = [ "HOME", home.Path ])
                    else
                        home.Run(program, arguments)

                if
                    Users.Effective = 0u
                    && isNull (Programs.Find("setpriv", Environment.GetEnvironmentVariable "PATH"))
                then
                    skiptest "needs setpriv, to become another user: apt-get install util-linux"

                let made = run "sh" [ "-c"; script ]
                Expect.equal made.Exit 0 made.Err

                // The other user may not be let into the folders above this program: it runs a copy.
                let program =
                    if Users.Effective = 0u then
                        let copy =
                            home.Run(
                                "sh",
                                [
                                    "-c"
                                    "cp -R \"$1\" program && chmod -R a+rX program"
                                    "sh"
                                    Path.GetDirectoryName Roles.program |> string
                                ]
                            )

                        Expect.equal copy.Exit 0 copy.Err
                        home.File("program/" + Path.GetFileName Roles.program)
                    else
                        Roles.program

                let deleted = run program (Roles.arguments [ "delete-tree"; home.File "tree" ])

                Expect.equal (deleted.Exit, deleted.Err) (0, "") "deleted"
                Expect.equal (FileStatus.Look(home.File "tree")).Kind FileKind.Missing "gone"

            testCase "names that are no UTF-8 are deleted too"
            <| fun () ->
                use home = new TestHome()

                let made =
                    home.Run("sh", [ "-c"; "mkdir tree && touch \"tree/$(printf 'a\\377b')\" 2>/dev/null" ])

                if made.Exit <> 0 then
                    skiptest "needs a file system that takes any name, for TMPDIR: any of Linux"

                FolderTree.Delete(home.File "tree")
                Expect.isEmpty (Folders.Names home.Path) "gone"
        ]
