module CodexRouter.Platform.Tests.BoundedFileTests

open System
open System.IO
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let tests =
    testList
        "BoundedFile"
        [
            testCase "a file within the limit is read whole, through a link too"
            <| fun () ->
                use home = new TestHome()

                for size in [ 0; 1; 511; 512; 513; 4096; 100_000 ] do
                    let bytes = Array.init size (fun index -> byte (index % 251))
                    File.WriteAllBytes(home.File "file", bytes)

                    if size = 0 then
                        File.CreateSymbolicLink(home.File "link", "file") |> ignore

                    for limit in [ size; size + 1; 1_000_000; Int32.MaxValue ] do
                        let read = BoundedFile.Read(home.File "link", limit)
                        Expect.equal read.Outcome ReadOutcome.Complete "complete"
                        Expect.equal (read.Bytes.ToArray()) bytes "content"

                    Expect.equal
                        (BoundedFile.Read(home.File "file", 0).Status)
                        (FileStatus.Look(home.File "file"))
                        "status"

            testCase "a file one byte over the limit is too large, and none of it is given"
            <| fun () ->
                use home = new TestHome()
                File.WriteAllBytes(home.File "file", Array.zeroCreate 4097)
                let read = BoundedFile.Read(home.File "file", 4096)
                Expect.equal read.Outcome ReadOutcome.TooLarge "too large"
                Expect.equal read.Bytes.Length 0 "nothing"

            testCase "a file that says it is empty is read all the same, up to the limit"
            <| fun () ->
                if OperatingSystem.IsMacOS() then
                    skiptest "needs Linux: there is no /proc"

                let path = "/proc/self/status"
                Expect.equal (FileStatus.Look path).Size 0L "says so"
                Expect.isGreaterThan (BoundedFile.Read(path, 100_000).Bytes.Length) 512 "content"
                Expect.equal (BoundedFile.Read(path, 100)).Outcome ReadOutcome.TooLarge "limit"

            testCase "what is missing is a result, not an error"
            <| fun () ->
                use home = new TestHome()
                File.CreateSymbolicLink(home.File "dangling", "nowhere") |> ignore
                File.WriteAllText(home.File "file", "")

                for path in [ "missing"; "dangling"; "missing/below"; "file/below" ] do
                    Expect.equal (BoundedFile.Read(home.File path, 10)).Outcome ReadOutcome.Missing path

            testCase "a named pipe, a folder, a socket and a device are not read, and nothing waits for them"
            <| fun () ->
                use home = new TestHome()
                home.Run("mkfifo", [ home.File "pipe" ]) |> ignore

                use socket =
                    new Net.Sockets.Socket(
                        Net.Sockets.AddressFamily.Unix,
                        Net.Sockets.SocketType.Stream,
                        Net.Sockets.ProtocolType.Unspecified
                    )

                socket.Bind(Net.Sockets.UnixDomainSocketEndPoint(home.File "socket"))

                for path in [ home.File "pipe"; home.Path; home.File "socket"; "/dev/zero" ] do
                    let reading =
                        Threading.Tasks.Task.Run(fun () -> (BoundedFile.Read(path, 10)).Outcome)

                    Expect.isTrue (reading.Wait(TimeSpan.FromMinutes 1.0)) (path + " is waited for")
                    Expect.equal reading.Result ReadOutcome.NotAFile path
        ]
