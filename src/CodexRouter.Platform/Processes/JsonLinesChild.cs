using System.Runtime.InteropServices;
using System.Text;

namespace CodexRouter.Platform;

/// <summary>
/// A program that talks in lines over its input and output (JSON Lines), in a process group of its own: the terminal's
/// Ctrl-C does not reach it. For one thread at a time.
/// </summary>
/// <remarks>
/// It is never killed: it may be in the middle of renewing a sign-in whose token is good for one use only. What does not
/// end by itself after its input is closed is left to itself. While this process lives it is still read and reaped; when
/// this process ends first, the child's next write to its output fails.
/// </remarks>
public sealed class JsonLinesChild : IDisposable
{
    // Both systems take as many bytes without waiting once a pipe is ready for writing: macOS's PIPE_BUF, the smaller one.
    private const int WritableAtOnce = 512;

    // How often to look whether the child has ended while a descendant keeps its output open.
    private const int LookEvery = 10;

    private const int ErrorsKept = 8192;
    private const short Readable = 1;
    private const short Writable = 4;

    private readonly int _process;
    private readonly PipeEnds _toChild;
    private readonly PipeEnds _output;
    private readonly PipeEnds _errors;
    private readonly TimeSpan _patience;
    private readonly int _longestLine;
    private readonly IncomingLines _lines;
    private readonly LastBytes _lastErrors = new(ErrorsKept);
    private readonly byte[] _buffer = new byte[16384];
    private ReadOnlyMemory<byte> _unsent;
    private int? _exitCode;
    private bool _isDisposed;
    private bool _isLeft;

    private JsonLinesChild(int process, PipeEnds toChild, PipeEnds output, PipeEnds errors, int longestLine, TimeSpan patience)
    {
        _process = process;
        _toChild = toChild;
        _output = output;
        _errors = errors;
        _longestLine = longestLine;
        _patience = patience;
        _lines = new IncomingLines(longestLine);
    }

    /// <summary>The child's process number.</summary>
    public int ProcessId => _process;

    /// <summary>The last of what the child wrote to its error output, some thousand bytes; may hold anything, secrets included.</summary>
    public ReadOnlyMemory<byte> LastErrors => _lastErrors.Content;

    /// <summary>
    /// Starts a program. A line of its output longer than the limit, in bytes, is passed over. Patience is how long
    /// <see cref="Dispose"/> waits for its end. A program without a slash is looked for on the PATH of the child's
    /// environment. The child holds the lock too, as descriptor 3: it is free when both have ended, however they end.
    /// Throws <see cref="SystemCallException"/> when it cannot be started.
    /// </summary>
    public static JsonLinesChild Start(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string? directory,
        int longestLine,
        TimeSpan patience,
        AdvisoryLock? held = null
    )
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfNegative(longestLine);
        PipeEnds? toChild = null;
        PipeEnds? output = null;
        PipeEnds? errors = null;
        try
        {
            toChild = PipeEnds.Make();
            output = PipeEnds.Make();
            errors = PipeEnds.Make();
            ReadOnlySpan<int> descriptors = [toChild.Read, output.Write, errors.Write, held?.Descriptor ?? -1];
            int process = Child.Start(
                program,
                arguments,
                environment,
                new Child.Setting
                {
                    Folder = directory,
                    OwnGroup = true,
                    Standard = held is null ? descriptors[..3] : descriptors,
                }
            );
            toChild.CloseRead();
            output.CloseWrite();
            errors.CloseWrite();
            return new JsonLinesChild(process, toChild, output, errors, longestLine, patience);
        }
        catch
        {
            toChild?.Dispose();
            output?.Dispose();
            errors?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a line and its end; false when the child does not read any more, or did not take all of it in time: then no
    /// further line can be sent. What the child writes meanwhile is kept.
    /// </summary>
    public bool Send(string line, Deadline deadline)
    {
        ArgumentNullException.ThrowIfNull(line);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (line.Contains('\n'))
        {
            throw new ArgumentException("a line cannot hold an end of line", nameof(line));
        }

        _unsent = Encoding.UTF8.GetBytes(line + "\n");
        while (_toChild.Write >= 0 && !_unsent.IsEmpty)
        {
            // A child that writes without reading is not read without end.
            _ = Advance(deadline.Milliseconds(LookEvery), takeOutput: _lines.Waiting <= _longestLine);
            if (!_unsent.IsEmpty && deadline.Left == TimeSpan.Zero)
            {
                _toChild.CloseWrite(); // the rest of a line that was cut would spoil the next one
            }
        }

        return _unsent.IsEmpty;
    }

    /// <summary>Waits for the child's next line, and gives it. A last line without its end is none.</summary>
    public Received Receive(Deadline deadline)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        for (bool hasLooked = false; ; hasLooked = true)
        {
            if (_lines.TryTake(out ReadOnlyMemory<byte> line))
            {
                return new Received(ReceivedKind.Line, line);
            }

            if (_output.Read < 0)
            {
                return new Received(ReceivedKind.Ended, default);
            }

            if (hasLooked && deadline.Left == TimeSpan.Zero)
            {
                return new Received(ReceivedKind.NothingInTime, default);
            }

            // In this order: what the child wrote before it ended is in the pipe.
            bool hadEnded = HasEnded();
            bool moved = Advance(hadEnded ? 0 : deadline.Milliseconds(LookEvery), takeOutput: true);
            if (!moved && hadEnded)
            {
                return new Received(ReceivedKind.Ended, default);
            }
        }
    }

    /// <summary>Closes the child's input, by which it is told to end.</summary>
    public void CloseInput() => _toChild.CloseWrite();

    /// <summary>
    /// Waits for the child's end, and gives its exit code: 128 and the signal's number when a signal ended it, null when it
    /// still runs after that time. What it still writes is read and dropped.
    /// </summary>
    public int? WaitForEnd(TimeSpan time)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return WaitUntil(Deadline.After(time));
    }

    /// <summary>Lets <see cref="Dispose"/> wait no longer for the child's end: it was waited for long enough.</summary>
    public void LeaveToItself() => _isLeft = true;

    /// <summary>Closes the child's input and waits for its end as long as patience lasts; then leaves it to itself.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        CloseInput();
        if (WaitUntil(Deadline.After(_isLeft ? TimeSpan.Zero : _patience)) is null)
        {
            // Read on, so that it neither fails at writing nor waits for room, and reap it: as long as this process lives.
            new Thread(ReadToTheEnd) { IsBackground = true, Name = "a child left to itself" }.Start();
        }
        else
        {
            Close();
        }
    }

    private int? WaitUntil(Deadline deadline)
    {
        while (!HasEnded() && deadline.Left > TimeSpan.Zero)
        {
            _ = Advance(deadline.Milliseconds(LookEvery), takeOutput: true);
            while (_lines.TryTake(out _))
            {
            }
        }

        return _exitCode;
    }

    private void ReadToTheEnd()
    {
        while (!HasEnded())
        {
            _ = Advance(LookEvery * 10, takeOutput: true);
            while (_lines.TryTake(out _))
            {
            }
        }

        Close();
    }

    private void Close()
    {
        _toChild.Dispose();
        _output.Dispose();
        _errors.Dispose();
    }

    private bool HasEnded() => (_exitCode ??= Child.TryWaitForEnd(_process)) is not null;

    /// <summary>Moves what can be moved; waits at most so long for something to move. Says whether anything did.</summary>
    private unsafe bool Advance(int milliseconds, bool takeOutput)
    {
        // poll(2) skips negative descriptors: what is closed, and what is not wanted now.
        LibC.PollRequest* requests = stackalloc LibC.PollRequest[3];
        requests[0] = new LibC.PollRequest { Descriptor = _unsent.IsEmpty ? -1 : _toChild.Write, Events = Writable };
        requests[1] = new LibC.PollRequest { Descriptor = takeOutput ? _output.Read : -1, Events = Readable };
        requests[2] = new LibC.PollRequest { Descriptor = _errors.Read, Events = Readable };
        if (LibC.Poll(requests, 3, milliseconds) <= 0)
        {
            return false;
        }

        if (requests[0].Returned != 0)
        {
            WriteSome();
        }

        if (requests[1].Returned != 0)
        {
            _lines.Add(ReadSome(_output));
        }

        if (requests[2].Returned != 0)
        {
            _lastErrors.Add(ReadSome(_errors));
        }

        return true;
    }

    private unsafe void WriteSome()
    {
        ReadOnlySpan<byte> next = _unsent.Span[..Math.Min(_unsent.Length, WritableAtOnce)];
        fixed (byte* start = next)
        {
            nint count = LibC.Write(_toChild.Write, start, (nuint)next.Length);
            if (count >= 0)
            {
                _unsent = _unsent[(int)count..];
            }
            else if (ErrorNumbers.Name(Marshal.GetLastPInvokeError()) != SystemError.Interrupted)
            {
                _toChild.CloseWrite(); // the child does not read on
            }
        }
    }

    private unsafe ReadOnlySpan<byte> ReadSome(PipeEnds from)
    {
        fixed (byte* start = _buffer)
        {
            nint count = LibC.Read(from.Read, start, (nuint)_buffer.Length);
            if (count > 0)
            {
                return _buffer.AsSpan(0, (int)count);
            }

            if (count == 0 || ErrorNumbers.Name(Marshal.GetLastPInvokeError()) != SystemError.Interrupted)
            {
                from.CloseRead();
            }

            return default;
        }
    }
}
