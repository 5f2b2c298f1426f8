/// What this program does when a test starts it as another process: some things can only be seen from outside, or end the
/// process that does them.
module CodexRouter.Platform.Tests.Roles

open System
open System.Collections.Generic
open System.Diagnostics
open System.IO
open System.Threading
open CodexRouter.Core
open CodexRouter.Platform
open CodexRouter.Testing

[<Literal>]
let private Flag = "--role"

/// The mode of a private file.
let ownerOnly = UnixFileMode.UserRead ||| UnixFileMode.UserWrite

/// The mode of a private folder.
let ownerFolder = ownerOnly ||| UnixFileMode.UserExecute

/// The environment of this process, as the classes under test take one.
let environment =
    let variables = Dictionary<string, string>()

    for entry in
        Environment.GetEnvironmentVariables()
        |> Seq.cast<System.Collections.DictionaryEntry> do
        variables[string entry.Key] <- string entry.Value

    variables :> IReadOnlyDictionary<string, string>

/// A content of one letter throughout: any mixture of two is seen.
let content (letter: char) = Array.create 300_000 (byte letter)

/// Replaces a file for ever by contents in turn.
let private replaceForEver path =
    let contents = [| for letter in 'a' .. 'z' -> content letter |]
    Console.Out.WriteLine "started"
    Console.Out.Flush()

    let mutable turn = 0

    while true do
        AtomicFile.Replace(path, ReadOnlySpan contents[turn % contents.Length], ownerOnly)
        turn <- turn + 1

/// Takes the lock so many times, and each time adds one to the number in a file, in two steps.
let private countUnderLock lockPath counterPath times =
    for _ in 1..times do
        match AdvisoryLock.Acquire(lockPath, TimeSpan.FromMinutes 1.0, ownerOnly) with
        | null -> failwith "the lock was not free within a minute"
        | taken ->
            use _ = taken
            let number = Int32.Parse(File.ReadAllText counterPath)
            Thread.Yield() |> ignore
            File.WriteAllText(counterPath, string<int>(number + 1))

/// Takes a lock, says so, and holds it until its input ends; tells by its exit code whether it got it.
let private holdLock path (input: TextReader) =
    match AdvisoryLock.Acquire(path, TimeSpan.Zero, ownerOnly) with
    | null -> 1
    | taken ->
        use _ = taken
        Console.Out.WriteLine "held"
        Console.Out.Flush()
        input.ReadToEnd() |> ignore
        0

/// Replaces itself, and tells by its exit code how that failed.
let private replaceBy (program: string) arguments =
    try
        ProcessReplacement.Replace(
            program,
            List<string>(arguments: string seq),
            environment,
            TerminalSettings.Remember()
        )

        0
    with :? SystemCallException as failure ->
        Console.Error.WriteLine failure.Message
        if failure.Error = SystemError.NotFound then 127 else 126

/// Turns the terminal's echo off, as a program that failed half-way might leave it, and then replaces itself.
let private replaceAfterSilence (restore: string) =
    let before = TerminalSettings.Remember()
    ForegroundChild.Run("stty", [| "-echo" |], environment) |> ignore
    ProcessReplacement.Replace("stty", [| "-a" |], environment, (if restore = "restore" then before else null))
    0

/// Tells whether the input and the output are a terminal.
let private tellTerminals () =
    for isTerminal in [ TerminalInfo.InputIsTerminal; TerminalInfo.OutputIsTerminal ] do
        Console.Out.Write(if isTerminal then "yes " else "no ")

    0

/// Talks with a child that ends after its input does, and is ended by an interrupt of the whole group, as by Ctrl-C.
let private interruptedTalk result =
    let time = TimeSpan.FromMinutes 1.0
    // The child's writing to its output would fail by then: it writes to a file.
    let script =
        "trap 'echo interrupted > \"$1\"; exit' INT; echo started; cat; echo by itself > \"$1\""

    let arguments = [| "-c"; script; "sh"; result |]
    use child = JsonLinesChild.Start("sh", arguments, environment, null, 1000, time)
    let received = child.Receive(Deadline.After time)
    Console.Out.WriteLine(Text.Encoding.UTF8.GetString received.Line.Span)
    Console.Out.Flush()
    let shell = [| "-c"; "kill -INT 0" |]
    use killer = Process.Start(ProcessStartInfo("sh", shell))
    Thread.Sleep time
    1

/// Writes the lines of a log from the last to the first.
let private readBackward path longest =
    for line in LogLines.Backward(path, Int64.MaxValue, longest) do
        Console.Out.WriteLine(Text.Encoding.UTF8.GetString line.Span)

    0

/// Asks for what is at an address, and writes the body or why there is none.
let private get (address: string) =
    let time = TimeSpan.FromMinutes 1.0
    use get = new HttpGet(TimeProvider.System, Predicate UsageEndpoint.isLoopback)

    match (get.Ask(Uri address, [||], HttpLimits(time, time, 1, 1000), CancellationToken.None)).Result with
    | :? HttpOutcome.Answered as answer -> Console.Out.Write(Text.Encoding.UTF8.GetString answer.Body.Span)
    | :? HttpOutcome.Unreachable as failure -> Console.Out.Write(failure.Reason.ToString())
    | other -> Console.Out.Write(other.ToString())

    0

/// Changes something on the disk, as a trace of system calls is to show it.
let private change (what: string list) =
    match what with
    | [ "file"; path ] -> AtomicFile.Replace(path, ReadOnlySpan "FAKE"B, ownerOnly)
    | [ "link"; path ] -> AtomicLink.Replace(path, "FAKE")
    | [ "expected-link"; path ] -> AtomicLink.Replace(path, "FAKE", FileStatus.Look path)
    | [ "rename"; path; other ] -> Rename.Over(path, other)
    | [ "rename-alone"; path; other ] -> Rename.WithoutReplacing(path, other)
    | [ "second-name"; path; other ] -> HardLink.Create(path, other)
    | [ "folder"; path ] -> Folders.Create(path, ownerFolder)
    | unknown -> failwith ("no such change: " + String.Join(' ', unknown))

    0

/// Waits for its reader to be gone, for a short time.
let private waitForReader () =
    if LineOutput.Wait(TimeSpan.FromMilliseconds 300.0) then
        0
    else
        1

/// Waits for the input by select(2), for no time at first, and tells what came.
let private select () =
    for time in [ TimeSpan.Zero; TimeSpan.FromMinutes 1.0 ] do
        let isReadable = TerminalInput.IsReadableBySelect time
        Console.Out.WriteLine(if isReadable then "readable" else "nothing")

    0

/// Does what a test asked of another process; None when this is no such process.
let play (arguments: string[]) =
    match List.ofArray arguments with
    | [ Flag; "replace-for-ever"; path ] ->
        replaceForEver path
        Some 0
    | [ Flag; "count-under-lock"; lockPath; counterPath; times ] ->
        countUnderLock lockPath counterPath (Int32.Parse times)
        Some 0
    | [ Flag; "hold-lock"; path ] -> Some(holdLock path Console.In)
    | [ Flag; "try-lock"; path ] -> Some(holdLock path TextReader.Null)
    | [ Flag; "delete-tree"; path ] ->
        FolderTree.Delete path
        Some 0
    | [ Flag; "foreground"; program; argument; text ] ->
        Some(ForegroundChild.Run(program, [| argument; text |], environment))
    | [ Flag; "replace-after-silence"; restore ] -> Some(replaceAfterSilence restore)
    | [ Flag; "tell-terminals" ] -> Some(tellTerminals ())
    | Flag :: "replace-by" :: program :: rest -> Some(replaceBy program rest)
    | [ Flag; "read-backward"; path; longest ] -> Some(readBackward path (Int32.Parse longest))
    | [ Flag; "get"; address ] -> Some(get address)
    | Flag :: "change" :: what -> Some(change what)
    | [ Flag; "wait-for-reader" ] -> Some(waitForReader ())
    | [ Flag; "select" ] -> Some(select ())
    | [ Flag; "interrupted-talk"; result ] -> Some(interruptedTalk result)
    | Flag :: unknown -> failwith ("no such role: " + String.Join(' ', unknown))
    | _ -> None

/// The program that this is.
let program =
    match Environment.ProcessPath with
    | null -> failwith "this process has no path"
    | path -> path

/// The arguments that make this program play a role.
let arguments (role: string list) = Flag :: role

/// Starts this program in a role, its input and output in the test's hands.
let start (role: string list) =
    let start =
        ProcessStartInfo(program, arguments role, RedirectStandardInput = true, RedirectStandardOutput = true)

    match Process.Start start with
    | null -> failwith "could not start this program again"
    | started -> started

/// Runs this program in a role to its end, in a home.
let run (home: TestHome) (role: string list) = home.Run(program, arguments role)
