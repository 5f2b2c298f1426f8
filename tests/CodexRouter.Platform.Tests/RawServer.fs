namespace CodexRouter.Platform.Tests

open System
open System.Collections.Concurrent
open System.IO
open System.Net
open System.Net.Sockets
open System.Text
open System.Threading

/// A server on this machine that says byte for byte what a test wants, HTTP or not. Each connection is answered once, by the
/// number of the connection, from 1, and closed; it is heard out first, unless the answer is to do that.
type RawServer(answer: int -> Stream -> unit, ?hearsFirst: bool) =
    let listener = new TcpListener(IPAddress.Loopback, 0)
    let requests = ConcurrentQueue<string>()
    let mutable count = 0

    /// Reads to the end of the headers.
    let readRequest (stream: Stream) =
        let text = StringBuilder()
        let mutable next = 0

        while next >= 0
              && not (text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) do
            next <- stream.ReadByte()

            if next >= 0 then
                text.Append(char next) |> ignore

        text.ToString()

    let serve (client: TcpClient) =
        try
            use client = client
            use stream = client.GetStream()
            let number = Interlocked.Increment &count

            if defaultArg hearsFirst true then
                requests.Enqueue(readRequest stream)

            answer number stream
        with
        | :? IOException
        | :? SocketException
        | :? ObjectDisposedException -> () // the other side has gone, as it may

    // A thread for each: a pool would let slow ones wait for one another.
    let accept () =
        try
            while true do
                let client = listener.AcceptTcpClient()
                Thread((fun () -> serve client), IsBackground = true).Start()
        with
        | :? SocketException
        | :? ObjectDisposedException
        | :? InvalidOperationException -> ()

    do
        listener.Start(100)
        Thread(accept, IsBackground = true).Start()

    member _.Port =
        match listener.LocalEndpoint with
        | :? IPEndPoint as point -> point.Port
        | _ -> failwith "no port"

    member server.Address =
        Uri("http://127.0.0.1:" + string<int> server.Port + "/usage?key=FAKE-QUERY")

    /// The requests so far, each up to the end of its headers.
    member _.Requests = List.ofSeq requests

    interface IDisposable with
        member _.Dispose() = listener.Dispose()

/// What a RawServer says.
[<RequireQualifiedAccess>]
module Say =

    let text (text: string) (stream: Stream) =
        stream.Write(ReadOnlySpan(Encoding.Latin1.GetBytes text))

    /// A whole answer with its status line, further headers and body.
    let answer (status: string) (headers: string list) (body: string) (stream: Stream) =
        let lines =
            "HTTP/1.1 " + status
            :: "Content-Length: " + string<int> body.Length
            :: "Connection: close"
            :: headers

        text (String.Join("\r\n", lines) + "\r\n\r\n" + body) stream

    let ok body =
        answer "200 OK" [ "Content-Type: application/json; charset=utf-8" ] body

    /// Waits until the other side closes, or hours.
    let silence (stream: Stream) =
        stream.ReadTimeout <- 7_200_000
        stream.ReadByte() |> ignore

    /// Writes the same for ever, until the other side has gone.
    let endlessly (part: byte[]) (pause: int) (stream: Stream) =
        while true do
            stream.Write(ReadOnlySpan part)
            Thread.Sleep pause

/// A clock that writes down what it is told to wait for.
[<AbstractClass>]
type NotingClock() =
    inherit TimeProvider()
    let waits = ConcurrentQueue<TimeSpan>()

    /// What was waited for so far, in order.
    member _.Waits = List.ofSeq waits

    /// Gives how long it really takes to wait for so long.
    abstract Really: TimeSpan -> TimeSpan

    override clock.CreateTimer(callback, state, dueTime, period) =
        if dueTime >= TimeSpan.Zero then
            waits.Enqueue dueTime

        TimeProvider.System.CreateTimer(callback, state, clock.Really dueTime, period)

/// The real clock, with notes.
type RealClock() =
    inherit NotingClock()
    override _.Really time = time

/// A clock on which pauses of less than a minute are over at once, longer times never end, and between two looks passes
/// what a test says.
type ImpatientClock(now: DateTimeOffset, step: TimeSpan) =
    inherit NotingClock()
    let mutable looks = 0L

    let isPause (time: TimeSpan) =
        time >= TimeSpan.Zero && time < TimeSpan.FromMinutes 1.0

    member clock.Pauses = List.filter isPause clock.Waits

    override _.Really time =
        if isPause time then
            TimeSpan.Zero
        else
            Timeout.InfiniteTimeSpan

    override _.GetUtcNow() = now
    override _.TimestampFrequency = TimeSpan.TicksPerSecond

    override _.GetTimestamp() =
        Interlocked.Increment &looks * step.Ticks
