module CodexRouter.Platform.Tests.TreeCopyTests

open System.IO
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private modeOf path = int (FileStatus.Look path).Mode

let private write (path: string) (text: string) mode =
    Directory.CreateDirectory(Path.GetDirectoryName path |> string) |> ignore
    File.WriteAllText(path, text)
    File.SetUnixFileMode(path, enum mode)

let tests =
    testList
        "TreeCopy"
        [
            testCase "a file is copied through links with its permissions; a private copy is its owner's alone"
            <| fun () ->
                use home = new TestHome()
                write (home.File "real/one") "FAKE one" 0o755
                File.CreateSymbolicLink(home.File "one", "real/one") |> ignore
                TreeCopy.Copy(home.File "one", home.File "copy", false)
                TreeCopy.Copy(home.File "one", home.File "private", true)
                Expect.equal (FileStatus.Look(home.File "copy")).Kind FileKind.File "a file"
                Expect.equal (modeOf (home.File "copy")) 0o755 "its permissions"
                Expect.equal (modeOf (home.File "private")) 0o600 "private"
                Expect.isTrue (TreeCopy.IsSame(home.File "one", home.File "private")) "the same bytes"
                File.AppendAllText(home.File "copy", "more")
                Expect.equal (File.ReadAllText(home.File "one")) "FAKE one" "another file"
                Expect.isFalse (TreeCopy.IsSame(home.File "one", home.File "copy")) "no longer the same"

            testCase "a folder is copied deep, nothing in it is followed, and a link leads to where it led"
            <| fun () ->
                use home = new TestHome()
                write (home.File "from/deep/er/file") (String.replicate 200_000 "x") 0o640
                write (home.File "outside/file") "outside" 0o600
                File.CreateSymbolicLink(home.File "from/deep/in", "er/file") |> ignore
                File.CreateSymbolicLink(home.File "from/deep/out", "../../outside") |> ignore
                File.CreateSymbolicLink(home.File "from/deep/round", "..") |> ignore
                File.CreateSymbolicLink(home.File "from/nowhere", "/nowhere/at/all") |> ignore
                let pipe = home.File "from/pipe"
                Expect.equal (home.Run("mkfifo", [ pipe ])).Exit 0 "a pipe"
                Directory.CreateDirectory(home.File "a/b") |> ignore
                TreeCopy.Copy(home.File "from", home.File "a/b/copy", false)
                let copied name = home.File("a/b/copy/" + name)
                Expect.isTrue (TreeCopy.IsSame(home.File "from/deep/er/file", copied "deep/er/file")) "all bytes"
                Expect.equal (modeOf (copied "deep/er/file")) 0o640 "its permissions"

                let target name =
                    (FileStatus.Look(copied name)).LinkTarget |> Option.ofObj

                Expect.equal (target "deep/in") (Some "er/file") "as it is"
                Expect.equal (target "deep/round") (Some "..") "as it is"
                Expect.equal (target "nowhere") (Some "/nowhere/at/all") "as it is"
                Expect.equal (target "deep/out") (Some(home.File "outside")) "to the same"
                Expect.isFalse (File.Exists(copied "pipe")) "no pipe"

            testCase "nothing that is there is replaced"
            <| fun () ->
                use home = new TestHome()
                write (home.File "from") "FAKE" 0o600
                write (home.File "there") "before" 0o600
                Directory.CreateDirectory(home.File "folder") |> ignore

                for path, name in [ "from", "there"; "folder", "there"; "from", "folder"; "nothing", "new" ] do
                    Expect.throwsT<SystemCallException>
                        (fun () -> TreeCopy.Copy(home.File path, home.File name, false))
                        (path + " to " + name)

                Expect.equal (File.ReadAllText(home.File "there")) "before" "as it was"

                Expect.equal
                    (List.ofSeq (Folders.Names home.Path)
                     |> List.filter (fun name -> name.StartsWith ".there"))
                    []
                    "nothing beside it"

            testCase "what cannot be read is the same as nothing"
            <| fun () ->
                use home = new TestHome()
                write (home.File "one") "FAKE" 0o600
                Expect.isFalse (TreeCopy.IsSame(home.File "one", home.File "nothing")) "missing"
                Expect.isFalse (TreeCopy.IsSame(home.Path, home.Path)) "a folder"
        ]
