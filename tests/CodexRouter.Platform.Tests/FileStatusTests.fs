module CodexRouter.Platform.Tests.FileStatusTests

open System
open System.Diagnostics
open System.IO
open System.Net.Sockets
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private kindsOf (home: TestHome) =
    File.WriteAllText(home.File "file", "12345")
    Directory.CreateDirectory(home.File "folder") |> ignore
    File.CreateSymbolicLink(home.File "link", "folder") |> ignore
    home.Run("mkfifo", [ home.File "pipe" ]) |> ignore

    use socket =
        new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)

    socket.Bind(UnixDomainSocketEndPoint(home.File "socket"))

    [ "file"; "folder"; "link"; "pipe"; "socket"; "nothing"; "file/below" ]
    |> List.map (fun name -> name, FileStatus.Look(home.File name).Kind)

let tests =
    testList
        "FileStatus"
        [
            testCase "every kind of thing is told from the others, and looking never opens it"
            <| fun () ->
                use home = new TestHome()

                Expect.equal
                    (kindsOf home)
                    [
                        "file", FileKind.File
                        "folder", FileKind.Folder
                        "link", FileKind.Link
                        "pipe", FileKind.Pipe
                        "socket", FileKind.Socket
                        "nothing", FileKind.Missing
                        "file/below", FileKind.Missing
                    ]
                    "kinds"

                Expect.equal (FileStatus.Look("/dev/null").Kind) FileKind.Device "a device"

            testCase "size, mode, owner, time and link count are the system's"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "file"
                File.WriteAllText(path, "12345")
                File.SetUnixFileMode(path, UnixFileMode.UserRead ||| UnixFileMode.GroupWrite)
                let time = DateTime(2026, 11, 23, 4, 5, 6, DateTimeKind.Utc).AddTicks 1234567L
                File.SetLastWriteTimeUtc(path, time)
                HardLink.Create(path, home.File "second")
                let status = FileStatus.Look path
                Expect.equal status.Size 5L "size"
                Expect.equal status.Mode (UnixFileMode.UserRead ||| UnixFileMode.GroupWrite) "mode"
                Expect.equal status.Owner Users.Effective "owner"
                Expect.equal status.Modified.UtcDateTime time "time"
                Expect.equal status.LinkCount 2L "links"

            testCase "device and inode are those that other programs see"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "file"
                File.WriteAllText(path, "")

                let option =
                    if OperatingSystem.IsMacOS() then
                        [ "-f"; "%i" ]
                    else
                        [ "-c"; "%i" ]

                let seen = home.Run("stat", option @ [ path ])
                Expect.equal (string<uint64> (FileStatus.Look path).Identity.Inode) (seen.Out.Trim()) "inode"

            testCase "two names of one file have one identity, two files with the same content have two"
            <| fun () ->
                use home = new TestHome()
                File.WriteAllText(home.File "one", "same")
                File.WriteAllText(home.File "other", "same")
                HardLink.Create(home.File "one", home.File "one again")

                let identity name =
                    (FileStatus.Look(home.File name)).Identity

                Expect.equal (identity "one again") (identity "one") "hard links"
                Expect.notEqual (identity "other") (identity "one") "two files"

            testCase "a file that got a deleted file's inode number is not taken for it"
            <| fun () ->
                // How often a new file got the number of the one before, below a place.
                let reusedIn place =
                    use home = new TestHome(place)
                    let path = home.File "file"
                    let mutable reused = 0

                    for _ in 1..50 do
                        File.WriteAllText(path, "FAKE-1")
                        let before = FileStatus.Look path
                        File.Delete path
                        File.WriteAllText(path, "FAKE-2")
                        let after = FileStatus.Look path

                        if after.Identity.Inode = before.Identity.Inode && after.Identity.Born <> 0L then
                            reused <- reused + 1
                            Expect.notEqual after.Identity before.Identity "the same number, another file"

                    reused

                let places =
                    [ Path.GetTempPath(); "/tmp"; "/var/tmp" ] |> List.filter Directory.Exists

                if places |> List.sumBy reusedIn = 0 then
                    skiptest "needs a file system that gives numbers out again, for TMPDIR, /tmp or /var/tmp: ext4"

            testCase "a link is looked at itself, with its text, and followed when asked"
            <| fun () ->
                use home = new TestHome()
                File.WriteAllText(home.File "tärget", "12345")
                File.CreateSymbolicLink(home.File "link", "tärget") |> ignore
                File.CreateSymbolicLink(home.File "dangling", "nowhere") |> ignore
                Expect.equal (FileStatus.Look(home.File "link")).LinkTarget "tärget" "text"
                Expect.equal (FileStatus.Follow(home.File "link")) (FileStatus.Look(home.File "tärget")) "followed"
                Expect.equal (FileStatus.Look(home.File "dangling")).Kind FileKind.Link "a link to nothing is there"
                Expect.equal (FileStatus.Follow(home.File "dangling")).Kind FileKind.Missing "and leads nowhere"

            testCase "links that lead in a circle are an error that names the path, not an endless search"
            <| fun () ->
                use home = new TestHome()
                File.CreateSymbolicLink(home.File "a", "b") |> ignore
                File.CreateSymbolicLink(home.File "b", "a") |> ignore

                try
                    FileStatus.Follow(home.File "a") |> ignore
                    failtest "no error"
                with :? SystemCallException as failure ->
                    Expect.equal failure.Error SystemError.Link "kind of error"
                    Expect.stringContains failure.Message (home.File "a") "names the path"

            testCase "a rewritten file is another version, a renamed one is not"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "file"
                File.WriteAllText(path, "FAKE-1")
                let before = FileStatus.Look path
                File.Move(path, home.File "moved")
                Expect.isTrue (before.IsSameVersionAs(FileStatus.Look(home.File "moved"))) "renamed"
                File.WriteAllText(home.File "moved", "FAKE-22")
                Expect.isFalse (before.IsSameVersionAs(FileStatus.Look(home.File "moved"))) "rewritten in place"

            testCase "a path with a NUL is refused, not cut short"
            <| fun () -> Expect.throwsT<ArgumentException> (fun () -> FileStatus.Look "/etc\000/passwd" |> ignore) "NUL"
        ]
