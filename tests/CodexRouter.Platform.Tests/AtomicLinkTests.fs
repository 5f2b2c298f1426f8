module CodexRouter.Platform.Tests.AtomicLinkTests

open System
open System.Collections.Generic
open System.IO
open System.Runtime.InteropServices
open System.Threading
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private names (home: TestHome) = List.ofSeq (Folders.Names home.Path)

module private Exchange =
    [<DllImport("libc", SetLastError = true)>]
    extern int renameat2(int fromFolder, string from, int toFolder, string toPath, uint flags)

    [<DllImport("libc", SetLastError = true)>]
    extern int renamex_np(string from, string toPath, uint flags)

    /// Lets two paths exchange what is there; false when it cannot.
    let between (one: string) (other: string) =
        if OperatingSystem.IsMacOS() then
            renamex_np (one, other, 2u) = 0
        else
            renameat2 (-100, one, -100, other, 2u) = 0

let tests =
    testList
        "AtomicLink"
        [
            testCase "a link is made where nothing is, and takes the place of a file, a link, a link to nothing"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "link"
                AtomicLink.Replace(path, "first")
                Expect.equal (FileInfo(path).LinkTarget) "first" "new"
                AtomicLink.Replace(path, "second")
                Expect.equal (FileInfo(path).LinkTarget) "second" "over a link to nothing"
                File.Delete path
                File.WriteAllText(path, "FAKE")
                AtomicLink.Replace(path, "third")
                Expect.equal (FileInfo(path).LinkTarget) "third" "over a file"
                Expect.equal (names home) [ "link" ] "nothing else left"

            testCase "a folder is never replaced"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "folder"
                Directory.CreateDirectory path |> ignore
                Expect.throwsT<SystemCallException> (fun () -> AtomicLink.Replace(path, "x")) "whatever is there"

                Expect.throwsT<SystemCallException>
                    (fun () -> AtomicLink.Replace(path, "x", FileStatus.Look path))
                    "even when expected"

                Expect.equal (names home) [ "folder" ] "nothing left"

            testCase "what was expected is replaced: a file, a link, nothing"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "link"
                AtomicLink.Replace(path, "first", FileStatus.Look path)
                AtomicLink.Replace(path, "second", FileStatus.Look path)
                Expect.equal (FileInfo(path).LinkTarget) "second" "a link"
                File.Delete path
                File.WriteAllText(path, "FAKE")
                AtomicLink.Replace(path, "third", FileStatus.Look path)
                Expect.equal (FileInfo(path).LinkTarget) "third" "a file"
                Expect.equal (names home) [ "link" ] "nothing else left"

            testCase
                "what was not expected stays: another file, a rewritten one, a folder, something where nothing was, nothing where something was"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "link"

                let refused what expected =
                    Expect.throwsT<ChangedUnderneathException> (fun () -> AtomicLink.Replace(path, "x", expected)) what

                let nothing = FileStatus.Look path
                File.WriteAllText(path, "FAKE-1")
                refused "something where nothing was" nothing
                let first = FileStatus.Look path
                File.WriteAllText(path + "2", "FAKE-2")
                File.Move(path + "2", path, overwrite = true)
                refused "another file" first
                Expect.equal (File.ReadAllText path) "FAKE-2" "and is whole"
                let second = FileStatus.Look path
                File.AppendAllText(path, "+")
                refused "a rewritten file" second
                Expect.equal (File.ReadAllText path) "FAKE-2+" "and is whole"
                File.Delete path
                refused "nothing where something was" second
                Directory.CreateDirectory path |> ignore
                refused "a folder" second
                Expect.isTrue (Directory.Exists path) "still there"
                Expect.equal (names home) [ "link" ] "nothing else left"

            testCase "of a program that keeps putting files at the path, no file is lost"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "auth"
                let saved = home.File "saved"
                let wanted = Project.setting "CODEX_ROUTER_TEST_RACES" 400
                File.WriteAllText(path, "0")
                let replacedByThem = HashSet<string>()
                let replacedByUs = HashSet<string>()
                let keptAside = HashSet<string>()
                use enough = new CancellationTokenSource()

                let putFiles () =
                    let mine = path + ".theirs"
                    let mutable number = 0

                    while not enough.IsCancellationRequested do
                        number <- number + 1
                        File.WriteAllText(mine, string<int> number)
                        // By an exchange this program, too, learns what it took the place of.
                        if not (Exchange.between mine path) then
                            failwith "the path was empty for a moment"

                        if (FileStatus.Look mine).Kind = FileKind.File then
                            replacedByThem.Add(File.ReadAllText mine) |> ignore

                        File.Delete mine

                    number

                let other = Tasks.Task.Run putFiles
                let mutable refusals = 0

                // Until the race has taken place often enough, both ways.
                while (refusals < wanted || replacedByUs.Count < wanted) && not other.IsCompleted do
                    if (FileStatus.Look path).Kind = FileKind.File then
                        // As whoever wants to keep what is there has to: a second name first, then look at what got it.
                        HardLink.Create(path, saved)
                        let seen = FileStatus.Look saved

                        if seen.Kind = FileKind.File then
                            try
                                AtomicLink.Replace(path, "elsewhere", seen)
                                replacedByUs.Add(File.ReadAllText saved) |> ignore
                            with :? ChangedUnderneathException as changed ->
                                refusals <- refusals + 1

                                match changed.SetAside with
                                | null -> ()
                                | aside -> keptAside.Add(File.ReadAllText aside) |> ignore

                        File.Delete saved

                enough.Cancel()
                let count = other.Result

                let accounted =
                    HashSet<string>(Seq.concat [ replacedByThem; replacedByUs; keptAside ])

                if (FileStatus.Look path).Kind = FileKind.File then
                    accounted.Add(File.ReadAllText path) |> ignore

                let lost =
                    [ 0..count ]
                    |> List.filter (fun number -> not (accounted.Contains(string<int> number)))

                Expect.isEmpty lost ("lost, of " + string<int> count)
        ]
