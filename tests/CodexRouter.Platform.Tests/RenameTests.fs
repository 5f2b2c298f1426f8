module CodexRouter.Platform.Tests.RenameTests

open System.IO
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private fails error action =
    try
        action ()
        failtest "no error"
    with :? SystemCallException as failure ->
        Expect.equal failure.Error error failure.Message

let tests =
    testList
        "Rename and HardLink"
        [
            testCase "whether names can be exchanged is answered rightly while somebody clears leftovers away"
            <| fun () ->
                use home = new TestHome()

                if not (Rename.CanExchange home.Path) then
                    skiptest "needs a file system that exchanges names, for TMPDIR: ext4, xfs, btrfs, tmpfs or APFS"

                let mutable isOver = false

                // As the recovery of another router does with what looks like an interrupted try.
                let sweeper =
                    System.Threading.Thread(fun () ->
                        while not (System.Threading.Volatile.Read &isOver) do
                            for path in Directory.GetFileSystemEntries(home.Path, ".exchange*") do
                                try
                                    File.Delete path
                                with :? IOException ->
                                    ())

                sweeper.Start()

                let answers = [ for _ in 1..2000 -> Rename.CanExchange home.Path ]

                System.Threading.Volatile.Write(&isOver, true)
                sweeper.Join()
                Expect.equal (answers |> List.filter not |> List.length) 0 "wrong answers"

            testCase
                "a rename without replacing leaves alone what is there, be it a file, a folder or a link to nothing"
            <| fun () ->
                use home = new TestHome()
                File.WriteAllText(home.File "from", "FAKE-1")
                File.WriteAllText(home.File "file", "FAKE-2")
                Directory.CreateDirectory(home.File "folder") |> ignore
                File.CreateSymbolicLink(home.File "link", "nowhere") |> ignore

                for name in [ "file"; "folder"; "link" ] do
                    fails SystemError.AlreadyExists (fun () ->
                        Rename.WithoutReplacing(home.File "from", home.File name))

                Expect.equal (File.ReadAllText(home.File "from")) "FAKE-1" "still there"
                Expect.equal (File.ReadAllText(home.File "file")) "FAKE-2" "untouched"

            testCase "a rename without replacing moves a file, a folder and a link itself"
            <| fun () ->
                use home = new TestHome()
                File.WriteAllText(home.File "file", "FAKE")
                Directory.CreateDirectory(home.File "folder/inner") |> ignore
                File.CreateSymbolicLink(home.File "link", "file") |> ignore

                for name in [ "file"; "folder"; "link" ] do
                    Rename.WithoutReplacing(home.File name, home.File("new " + name))

                Expect.equal (List.ofSeq (Folders.Names home.Path)) [ "new file"; "new folder"; "new link" ] "moved"
                Expect.equal (FileInfo(home.File "new link").LinkTarget) "file" "the link, not its target"

            testCase "a rename over takes the place of a file, and of a link but not of what that leads to"
            <| fun () ->
                use home = new TestHome()
                File.WriteAllText(home.File "target", "old")
                File.CreateSymbolicLink(home.File "link", "target") |> ignore
                File.WriteAllText(home.File "from", "new")
                Rename.Over(home.File "from", home.File "link")
                Expect.equal (FileStatus.Look(home.File "link")).Kind FileKind.File "a file now"
                Expect.equal (File.ReadAllText(home.File "target")) "old" "target"

            testCase "what is missing is said to be missing"
            <| fun () ->
                use home = new TestHome()
                fails SystemError.NotFound (fun () -> Rename.Over(home.File "a", home.File "b"))
                fails SystemError.NotFound (fun () -> Rename.WithoutReplacing(home.File "a", home.File "b"))
                fails SystemError.NotFound (fun () -> HardLink.Create(home.File "a", home.File "b"))

            testCase "a hard link never takes the place of anything"
            <| fun () ->
                use home = new TestHome()
                File.WriteAllText(home.File "one", "FAKE-1")
                File.WriteAllText(home.File "two", "FAKE-2")
                fails SystemError.AlreadyExists (fun () -> HardLink.Create(home.File "one", home.File "two"))
                Expect.equal (File.ReadAllText(home.File "two")) "FAKE-2" "untouched"
        ]
