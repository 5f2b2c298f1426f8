module CodexRouter.Platform.Tests.RecentFilesTests

open System
open System.IO
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private below folder depth =
    RecentFiles.Below(folder, depth, (fun name -> name.EndsWith ".jsonl"B))

let private moment = DateTime(2026, 11, 23, 0, 0, 0, DateTimeKind.Utc)

/// Makes a file whose content was changed so many seconds after a moment.
let private make (home: TestHome) (path: string) (content: string) (seconds: float) =
    let path = home.File path
    Directory.CreateDirectory(Path.GetDirectoryName path |> string) |> ignore
    File.WriteAllText(path, content)
    File.SetLastWriteTimeUtc(path, moment.AddSeconds seconds)

let private names (home: TestHome) (files: RecentFile seq) =
    [ for file in files -> Path.GetRelativePath(home.Path, file.Path) ]

let tests =
    testList
        "Recent files"
        [
            testCase "the files come with the newest first, wherever they are, with path, time and size"
            <| fun () ->
                use home = new TestHome()
                make home "s/2026/01/02/old.jsonl" "xxx" 1.0
                make home "s/2026/01/02/new.jsonl" "" 9.0
                make home "s/2025/12/31/resumed.jsonl" "xxxxx" 12.5
                make home "s/middle.jsonl" "x" 5.25
                let files = List.ofSeq (below (home.File "s") 3)

                Expect.equal
                    (names home files)
                    [
                        "s/2025/12/31/resumed.jsonl"
                        "s/2026/01/02/new.jsonl"
                        "s/middle.jsonl"
                        "s/2026/01/02/old.jsonl"
                    ]
                    "by time"

                Expect.equal [ for file in files -> file.Size ] [ 5L; 0L; 1L; 3L ] "sizes"

                for file in files do
                    let status = FileStatus.Look file.Path
                    Expect.equal file.ModifiedNanoseconds status.ModifiedNanoseconds "nanoseconds"
                    Expect.equal file.Modified status.Modified "time"

            testCase "of two files changed at the same moment, the one whose name sorts later comes first"
            <| fun () ->
                use home = new TestHome()

                for name in [ "b"; "d"; "a"; "c" ] do
                    make home ("s/" + name + ".jsonl") "" 1.0

                Expect.equal
                    (names home (below (home.File "s") 0))
                    [ "s/d.jsonl"; "s/c.jsonl"; "s/b.jsonl"; "s/a.jsonl" ]
                    "by name"

            testCase "only wanted names count, and only down to the given depth"
            <| fun () ->
                use home = new TestHome()
                make home "s/0.jsonl" "" 0.0
                make home "s/a/1.jsonl" "" 1.0
                make home "s/a/b/2.jsonl" "" 2.0
                make home "s/a/b/c/3.jsonl" "" 3.0
                make home "s/a/b/c/3.jsonl.zst" "" 9.0
                make home "s/é\n.jsonl" "" -1.0

                let all =
                    [
                        "s/a/b/c/3.jsonl"
                        "s/a/b/2.jsonl"
                        "s/a/1.jsonl"
                        "s/0.jsonl"
                        "s/é\n.jsonl"
                    ]

                for depth in 0..4 do
                    Expect.equal
                        (names home (below (home.File "s") depth))
                        (List.skip (max 0 (3 - depth)) all)
                        (string<int> depth)

            testCase "a link at the folder itself is followed, and none below it; only regular files count"
            <| fun () ->
                use home = new TestHome()
                make home "real/in.jsonl" "" 1.0
                make home "elsewhere/out.jsonl" "" 2.0
                Directory.CreateDirectory(home.File "real/folder.jsonl") |> ignore
                home.Run("mkfifo", [ home.File "real/pipe.jsonl" ]) |> ignore

                File.CreateSymbolicLink(home.File "real/link.jsonl", "../elsewhere/out.jsonl")
                |> ignore

                Directory.CreateSymbolicLink(home.File "real/sub", "../elsewhere") |> ignore
                Directory.CreateSymbolicLink(home.File "real/loop", ".") |> ignore
                Directory.CreateSymbolicLink(home.File "s", "real") |> ignore

                for folder in [ "s"; "s/"; "real" ] do
                    Expect.equal
                        [ for file in below (home.File folder) 5 -> file.Path ]
                        [ home.File(folder.TrimEnd '/') + "/in.jsonl" ]
                        folder

            testCase "what is missing or may not be read is passed over"
            <| fun () ->
                use home = new TestHome()
                make home "s/a/in.jsonl" "" 1.0
                make home "s/closed/hidden.jsonl" "" 2.0
                make home "file" "" 1.0
                Directory.CreateSymbolicLink(home.File "dangling", "nowhere") |> ignore
                File.SetUnixFileMode(home.File "s/closed", UnixFileMode.None)
                let found = names home (below (home.File "s") 3)
                File.SetUnixFileMode(home.File "s/closed", Roles.ownerFolder)

                // The superuser may read everything.
                let expected =
                    if Environment.UserName = "root" then
                        [ "s/closed/hidden.jsonl"; "s/a/in.jsonl" ]
                    else
                        [ "s/a/in.jsonl" ]

                Expect.equal found expected "the others"

                for path in [ "missing"; "file"; "file/below"; "dangling" ] do
                    Expect.isEmpty (below (home.File path) 3) path

            testCase "thousands of files in hundreds of folders are all found, once, and in order"
            <| fun () ->
                use home = new TestHome()
                let random = Random 7

                for day in 1..150 do
                    for number in 1..8 do
                        let path =
                            "s/2026/"
                            + string<int>(day / 30)
                            + "/"
                            + string<int> day
                            + "/"
                            + string<int> number

                        make home (path + ".jsonl") "" (float (random.Next 1_000_000))

                for _ in 1..20 do
                    let files = List.ofSeq (below (home.File "s") 3)
                    Expect.equal files.Length 1200 "all"
                    Expect.equal (List.distinct files).Length 1200 "once"
                    let times = [ for file in files -> file.ModifiedNanoseconds ]
                    Expect.equal times (List.sortDescending times) "in order"

            testCase "a filter that throws is the caller's fault, and is told to the caller"
            <| fun () ->
                use home = new TestHome()

                for day in 1..60 do
                    make home ("s/2026/11/" + string<int> day + "/in.jsonl") "" 1.0

                Expect.throwsT<InvalidDataException>
                    (fun () ->
                        RecentFiles.Below(home.File "s", 3, (fun _ -> raise (InvalidDataException())))
                        |> Seq.length
                        |> ignore)
                    "thrown"
        ]
