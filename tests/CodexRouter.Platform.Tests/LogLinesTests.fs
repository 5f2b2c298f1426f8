module CodexRouter.Platform.Tests.LogLinesTests

open System
open System.IO
open System.Text
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private text (line: ReadOnlyMemory<byte>) = Encoding.UTF8.GetString line.Span

let private backward path most longest block =
    [ for line in LogLines.Backward(path, most, longest, block) -> text line ]

let private all path =
    backward path Int64.MaxValue Int32.MaxValue 65536

let private first path longest =
    LogLines.First(path, longest) |> Option.ofNullable |> Option.map text

let private withoutReturn (line: string) =
    if line.EndsWith '\r' then
        line[.. line.Length - 2]
    else
        line

/// The lines of a content from the last to the first, by the plainest means.
let private naive (content: string) longest =
    let pieces = content.Split '\n' |> List.ofArray |> List.rev

    match pieces with
    | last :: before ->
        (if last = "" then [] else [ last ]) @ List.map withoutReturn before
        |> List.filter (fun line -> line.Length <= longest)
    | [] -> []

/// Contents of few kinds of characters, so that ends of line, alone and in rows, fall anywhere.
let private contents =
    let random = Random 20260

    [
        for length in 0..40 do
            for _ in 1..8 do
                String [| for _ in 1..length -> "\n\r\n.abc"[random.Next 7] |]
    ]

let private write (home: TestHome) (content: string) =
    let path = home.File "log"
    File.WriteAllText(path, content, UTF8Encoding false)
    path

let tests =
    testList
        "Lines of a log"
        [
            testCase "the lines come from the last to the first, whatever the blocks and the ends of line"
            <| fun () ->
                use home = new TestHome()

                for content in contents do
                    let path = write home content

                    for block in [ 1; 2; 3; 7; 16; 39; 40; 41; 65536 ] do
                        for longest in [ 0; 1; 5; 1000 ] do
                            Expect.equal
                                (backward path Int64.MaxValue longest block)
                                (naive content longest)
                                (String.Concat("content ", content.Replace("\n", "\\n").Replace("\r", "\\r")))

            testCase "from the front the lines come in their order, and one that the limit cuts off is left out"
            <| fun () ->
                use home = new TestHome()

                let forward path most =
                    [ for line in LogLines.Forward(path, most) -> text line ]

                for content in contents do
                    let path = write home content
                    Expect.equal (forward path Int32.MaxValue) (List.rev (naive content Int32.MaxValue)) "all of it"

                    for most in [ 0; 1; 5; content.Length ] do
                        let whole =
                            content.Substring(0, content.AsSpan(0, min most content.Length).LastIndexOf '\n' + 1)

                        if most < content.Length then
                            Expect.equal (forward path most) (List.rev (naive whole Int32.MaxValue)) "whole ones only"

                for length in [ 65534; 65535; 65536; 65537; 200_000 ] do
                    let content =
                        "first\r\n" + String('x', length) + "\n" + String('y', length) + "\nlast"

                    let path = write home content
                    Expect.equal (forward path Int32.MaxValue) (List.rev (naive content Int32.MaxValue)) "long lines"

                Expect.equal (forward (home.File "none") 100) [] "nothing there"

            testCase "lines whose ends fall on the edges of the blocks that are really used are whole"
            <| fun () ->
                use home = new TestHome()

                for length in [ 65534; 65535; 65536; 65537; 131071; 131072 ] do
                    let content =
                        "first\r\n" + String('x', length) + "\n" + String('y', length) + "\nlast"

                    Expect.equal (all (write home content)) (naive content Int32.MaxValue) "all of it"

            testCase "an empty file has no line, and a file of one end of line one that is empty"
            <| fun () ->
                use home = new TestHome()
                Expect.equal (all (write home "")) [] "empty"
                Expect.equal (all (write home "\n")) [ "" ] "one empty line"
                Expect.equal (all (write home "\n\n")) [ ""; "" ] "two"
                Expect.equal (all (write home "one\n")) [ "one" ] "one line"

            testCase "a last line that is still being written is given as it is"
            <| fun () ->
                use home = new TestHome()
                Expect.equal (all (write home "one\r\ntwo\r")) [ "two\r"; "one" ] "its return may be the half of an end"
                Expect.equal (all (write home "{\"half")) [ "{\"half" ] "alone"

            testCase "a line of the greatest length is given, one byte more is passed over, and its neighbours stay"
            <| fun () ->
                use home = new TestHome()

                for length, expected in
                    [
                        100, [ "b"; String('x', 100); "a" ]
                        101, [ "b"; "a" ]
                        300_000, [ "b"; "a" ]
                    ] do
                    for ending in [ "\n"; "\r\n" ] do
                        let path = write home (String.Join(ending, [ "a"; String('x', length); "b"; "" ]))

                        for block in [ 1; 64; 65536 ] do
                            Expect.equal (backward path Int64.MaxValue 100 block) expected "passed over or not"

            testCase "a huge line is not kept while it is passed over"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "log"

                do
                    use file = File.Create path
                    file.Write(ReadOnlySpan "a\n"B)
                    file.Seek(300_000_000L, SeekOrigin.Begin) |> ignore // a hole: takes no room
                    file.Write(ReadOnlySpan "\nb\n"B)

                // In a process that may have a sixth of it.
                let ran =
                    home.Run(
                        Roles.program,
                        Roles.arguments [ "read-backward"; path; "1000" ],
                        environment = [ "DOTNET_GCHeapHardLimit", "0x3000000" ]
                    )

                Expect.equal (ran.Exit, ran.Out) (0, "b\na\n") "its neighbours"

            testCase "no more than the given number of bytes is read, and what begins before them is not given"
            <| fun () ->
                use home = new TestHome()
                let path = write home "one\ntwo\nthree\n"

                for most, expected in
                    [
                        0L, []
                        5L, []
                        6L, []
                        7L, [ "three" ]
                        10L, [ "three" ]
                        11L, [ "three"; "two" ]
                        13L, [ "three"; "two" ]
                        14L, [ "three"; "two"; "one" ]
                        Int64.MaxValue, [ "three"; "two"; "one" ]
                    ] do
                    for block in [ 1; 2; 5; 65536 ] do
                        Expect.equal (backward path most 1000 block) expected (string<int64> most)

            testCase "a file of gigabytes costs what is taken of it"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "log"

                do
                    use file = File.Create path
                    file.SetLength 20_000_000_000L // a hole: takes no room
                    file.Seek(0L, SeekOrigin.End) |> ignore
                    file.Write(ReadOnlySpan "\nlast\n"B)

                let before = GC.GetAllocatedBytesForCurrentThread()
                let line = Seq.head (LogLines.Backward(path, Int64.MaxValue, 1000))
                Expect.equal (text line) "last" "its last line"
                Expect.isLessThan (GC.GetAllocatedBytesForCurrentThread() - before) 1_000_000L "one block"

            testCase "what is written meanwhile is not seen, and when the file is cut off the lines end"
            <| fun () ->
                use home = new TestHome()
                let content = String.Join('\n', [ for number in 1..100 -> string<int> number ])
                let path = write home content
                use lines = (LogLines.Backward(path, Int64.MaxValue, 100, 16)).GetEnumerator()
                Expect.isTrue (lines.MoveNext()) "the first"
                Expect.equal (text lines.Current) "100" "the last line"
                File.AppendAllText(path, "\n101\n")
                Expect.isTrue (lines.MoveNext()) "the next"
                Expect.equal (text lines.Current) "99" "none of the new ones"

                do
                    use file = File.OpenWrite path
                    file.SetLength 10L

                let rest =
                    [
                        while lines.MoveNext() do
                            text lines.Current
                    ]

                let whole = content.Split '\n' |> Set.ofArray
                Expect.isLessThan rest.Length 6 "what was read already"
                Expect.all rest whole.Contains "and nothing that never was a line"

                File.WriteAllText(path, content)
                use removed = (LogLines.Backward(path, Int64.MaxValue, 100, 16)).GetEnumerator()
                removed.MoveNext() |> ignore
                File.WriteAllText(path, "")
                let mutable count = 0

                while removed.MoveNext() do
                    count <- count + 1

                Expect.isLessThan count 10 "an emptied file"

            testCase "the lines that were given stay as they are while more is read"
            <| fun () ->
                use home = new TestHome()
                let content = String.Join('\n', [ for number in 1..1000 -> string<int> number ])

                let kept =
                    List.ofSeq (LogLines.Backward(write home content, Int64.MaxValue, 100, 16))

                Expect.equal (List.map text kept) [ for number in 1000..-1..1 -> string<int> number ] "all at once"

            testCase "the same sequence can be gone through again, and then shows what the file holds then"
            <| fun () ->
                use home = new TestHome()
                let path = write home "one\n"
                let lines = LogLines.Backward(path, Int64.MaxValue, 100)
                Expect.equal (Seq.length lines) 1 "one"
                File.AppendAllText(path, "two\n")
                Expect.equal (Seq.length lines) 2 "and another"

            testCase "the first line is given without its end, complete or not, up to the greatest length"
            <| fun () ->
                use home = new TestHome()

                for content, longest, expected in
                    [
                        "", 10, Some ""
                        "\n", 0, Some ""
                        "\r\n", 0, Some ""
                        "one\ntwo\n", 3, Some "one"
                        "one\ntwo\n", 2, None
                        "one\r\ntwo\n", 3, Some "one"
                        "one\r\ntwo\n", 2, None
                        "one", 3, Some "one"
                        "one", 2, None
                        "one\r", 4, Some "one\r"
                        String('x', 16384) + "\nb", 16384, Some(String('x', 16384))
                        String('x', 16384) + "\nb", 16383, None
                        String('x', 50_000) + "\r\nb", 60_000, Some(String('x', 50_000))
                        String('x', 50_000), 50_000, Some(String('x', 50_000))
                        String('x', 50_000), Int32.MaxValue, Some(String('x', 50_000))
                    ] do
                    Expect.equal (first (write home content) longest) expected (string<int> content.Length)

            testCase "what is no regular file that may be read has no lines, and nothing waits for it"
            <| fun () ->
                use home = new TestHome()
                home.Run("mkfifo", [ home.File "pipe" ]) |> ignore
                File.CreateSymbolicLink(home.File "dangling", "nowhere") |> ignore
                File.WriteAllText(home.File "file", "one\n")
                File.CreateSymbolicLink(home.File "link", "file") |> ignore

                for path in
                    [
                        home.File "pipe"
                        home.File "dangling"
                        home.File "missing"
                        home.File "file/below"
                        home.Path
                        "/dev/zero"
                    ] do
                    let reading = Threading.Tasks.Task.Run(fun () -> all path, first path 100)

                    Expect.isTrue (reading.Wait(TimeSpan.FromMinutes 1.0)) (path + " is waited for")
                    Expect.equal reading.Result ([], None) path

                Expect.equal
                    (all (home.File "link"), first (home.File "link") 3)
                    ([ "one" ], Some "one")
                    "a link is followed"
        ]
