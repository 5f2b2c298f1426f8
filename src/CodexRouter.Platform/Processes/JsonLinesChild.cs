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
    private const int ErrorsKept = 8192;

    private readonly int _process;
    private readonly ChildPipes _pipes;
    private readonly TimeSpan _patience;
    private readonly int _longestLine;
    private readonly IncomingLines _lines;
    private readonly LastBytes _lastErrors;
    private int? _exitCode;
    private bool _isDisposed;
    private bool _isLeft;

    private JsonLinesChild(
        int process,
        ChildPipes pipes,
        IncomingLines lines,
        LastBytes lastErrors,
        int longestLine,
        TimeSpan patience
    )
    {
        _process = process;
        _pipes = pipes;
        _lines = lines;
        _lastErrors = lastErrors;
        _longestLine = longestLine;
        _patience = patience;
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
        var lines = new IncomingLines(longestLine);
        var lastErrors = new LastBytes(ErrorsKept);
        var pipes = new ChildPipes(lines.Add, lastErrors.Add);
        try
        {
            int process = Child.Start(
                program,
                arguments,
                environment,
                new Child.Setting
                {
                    Folder = directory,
                    OwnGroup = true,
                    Standard = held is null
                        ? pipes.OfChild
                        : [.. pipes.OfChild, (int)held.File.DangerousGetHandle()],
                }
            );
            pipes.Begin(process);
            return new JsonLinesChild(process, pipes, lines, lastErrors, longestLine, patience);
        }
        catch
        {
            pipes.Dispose();
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

        _pipes.Unsent = Encoding.UTF8.GetBytes(line + "\n");
        while (_pipes.TakesInput && !_pipes.Unsent.IsEmpty)
        {
            // A child that writes without reading is not read without end.
            _ = _pipes.Advance(deadline.Milliseconds(int.MaxValue), takeOutput: _lines.Waiting <= _longestLine);
            if (!_pipes.Unsent.IsEmpty && deadline.Left == TimeSpan.Zero)
            {
                _pipes.CloseInput(); // the rest of a line that was cut would spoil the next one
            }
        }

        return _pipes.Unsent.IsEmpty;
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

            if (_pipes.OutputIsClosed)
            {
                return new Received(ReceivedKind.Ended, default);
            }

            if (hasLooked && deadline.Left == TimeSpan.Zero)
            {
                return new Received(ReceivedKind.NothingInTime, default);
            }

            // In this order: what the child wrote before it ended is in the pipe.
            bool hadEnded = HasEnded();
            bool moved = _pipes.Advance(hadEnded ? 0 : deadline.Milliseconds(int.MaxValue), takeOutput: true);
            if (!moved && hadEnded)
            {
                return new Received(ReceivedKind.Ended, default);
            }
        }
    }

    /// <summary>Closes the child's input, by which it is told to end.</summary>
    public void CloseInput() => _pipes.CloseInput();

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
            _pipes.Dispose();
        }
    }

    private int? WaitUntil(Deadline deadline)
    {
        while (!HasEnded() && deadline.Left > TimeSpan.Zero)
        {
            _ = _pipes.Advance(deadline.Milliseconds(int.MaxValue), takeOutput: true);
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
            _ = _pipes.Advance(int.MaxValue, takeOutput: true);
            while (_lines.TryTake(out _))
            {
            }
        }

        _pipes.Dispose();
    }

    private bool HasEnded() => (_exitCode ??= Child.TryWaitForEnd(_process)) is not null;
}
