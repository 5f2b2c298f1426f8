module CodexRouter.Platform.Tests.AtomicFileTests

open System
open System.IO
open System.Threading
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private replace (path: string) (text: string) mode =
    AtomicFile.Replace(path, ReadOnlySpan(Text.Encoding.UTF8.GetBytes text), mode)

let private leftOvers (home: TestHome) name =
    Folders.Names home.Path
    |> Seq.filter (fun found -> TemporaryName.Replaced found = name)
    |> List.ofSeq

let tests =
    testList
        "AtomicFile"
        [
            testCase "a new file has the content and exactly the mode, and nothing else is left"
            <| fun () ->
                use home = new TestHome()
                let mode = Roles.ownerOnly ||| UnixFileMode.GroupWrite ||| UnixFileMode.OtherWrite // a umask would take these off
                replace (home.File "file") "FAKE" mode
                Expect.equal (File.ReadAllText(home.File "file")) "FAKE" "content"
                Expect.equal (FileStatus.Look(home.File "file")).Mode mode "mode"
                Expect.equal (List.ofSeq (Folders.Names home.Path)) [ "file" ] "alone"

            testCase "an old file is replaced by a new one: its other names keep the old content"
            <| fun () ->
                use home = new TestHome()
                File.WriteAllText(home.File "file", "old")
                HardLink.Create(home.File "file", home.File "other name")
                replace (home.File "file") "new" Roles.ownerOnly
                Expect.equal (File.ReadAllText(home.File "file")) "new" "new"
                Expect.equal (File.ReadAllText(home.File "other name")) "old" "old"

            testCase "a link at the path is refused, and replaced itself when asked; what it leads to is never written"
            <| fun () ->
                use home = new TestHome()
                File.WriteAllText(home.File "target", "old")
                File.CreateSymbolicLink(home.File "link", "target") |> ignore

                Expect.throwsT<SystemCallException>
                    (fun () -> replace (home.File "link") "new" Roles.ownerOnly)
                    "refused"

                Expect.equal (FileStatus.Look(home.File "link")).Kind FileKind.Link "still a link"

                AtomicFile.Replace(home.File "link", ReadOnlySpan "new"B, Roles.ownerOnly, LinkAtPath.Replace)
                Expect.equal (FileStatus.Look(home.File "link")).Kind FileKind.File "replaced"
                Expect.equal (File.ReadAllText(home.File "target")) "old" "target"

            testCase "when the file cannot be put in place, nothing half-made is left"
            <| fun () ->
                use home = new TestHome()
                Directory.CreateDirectory(home.File "folder") |> ignore

                Expect.throwsT<SystemCallException>
                    (fun () -> replace (home.File "folder") "new" Roles.ownerOnly)
                    "a folder"

                Expect.equal (List.ofSeq (Folders.Names home.Path)) [ "folder" ] "only the folder"

            testCase "a missing folder is an error that says where"
            <| fun () ->
                use home = new TestHome()

                try
                    replace (home.File "missing/file") "new" Roles.ownerOnly
                    failtest "no error"
                with :? SystemCallException as failure ->
                    Expect.equal failure.Error SystemError.NotFound "kind"
                    Expect.stringContains failure.Message (home.File "missing/file") "path"

            testCase "a program killed at any moment leaves the old file or the new one, whole"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "file"
                let random = Random 1

                for _ in 1 .. Project.setting "CODEX_ROUTER_TEST_KILLS" 15 do
                    File.WriteAllBytes(path, Roles.content 'A')
                    use child = Roles.start [ "replace-for-ever"; path ]
                    Expect.equal (child.StandardOutput.ReadLine()) "started" "at work"
                    // No test of time: whenever the kill comes, what is asked below must hold.
                    Thread.Sleep(random.Next 25)
                    child.Kill()
                    child.WaitForExit()
                    let found = File.ReadAllBytes path
                    Expect.equal found.Length (Roles.content 'A').Length "whole"
                    Expect.equal found (Roles.content (char found[0])) "of one version"
                    Expect.equal (FileStatus.Look path).Kind FileKind.File "a file"

                Expect.isLessThanOrEqual
                    (leftOvers home "file").Length
                    (Project.setting "CODEX_ROUTER_TEST_KILLS" 15)
                    "each kill leaves at most one half-made file, under a name that tells"

                Expect.equal
                    (Folders.Names home.Path |> Seq.length)
                    (1 + (leftOvers home "file").Length)
                    "and nothing under another name"
        ]
