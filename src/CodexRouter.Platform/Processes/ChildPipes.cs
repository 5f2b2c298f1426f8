using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CodexRouter.Platform;

/// <summary>
/// The three pipes between this process and a child, and the wait for whatever comes first: room in its input, something in
/// its outputs, its end. For one thread at a time.
/// </summary>
internal sealed class ChildPipes : IDisposable
{
    // Both systems take as many bytes without waiting once a pipe is ready for writing: macOS's PIPE_BUF, the smaller one.
    private const int WritableAtOnce = 512;

    // How often to look whether the child has ended, in milliseconds, where the system cannot be asked to wait for that.
    private const int LookEvery = 10;

    private const short Readable = 1;
    private const short Writable = 4;

    private readonly PipeEnds _toChild;
    private readonly PipeEnds _output;
    private readonly PipeEnds _errors;
    private readonly byte[] _buffer = new byte[16384];
    private readonly Receive _take;
    private readonly Receive _takeErrors;
    private SafeFileHandle? _process;

    /// <summary>Makes the pipes; what the child writes goes to the two functions.</summary>
    internal ChildPipes(Receive take, Receive takeErrors)
    {
        _take = take;
        _takeErrors = takeErrors;
        PipeEnds? toChild = null;
        PipeEnds? output = null;
        try
        {
            toChild = PipeEnds.Make();
            output = PipeEnds.Make();
            _errors = PipeEnds.Make();
            _toChild = toChild;
            _output = output;
        }
        catch
        {
            toChild?.Dispose();
            output?.Dispose();
            throw;
        }
    }

    /// <summary>Takes bytes that the child wrote; they are valid during the call.</summary>
    internal delegate void Receive(ReadOnlySpan<byte> bytes);

    /// <summary>What is still to be sent to the child.</summary>
    internal ReadOnlyMemory<byte> Unsent { get; set; }

    /// <summary>Whether the child can still be sent something.</summary>
    internal bool TakesInput => _toChild.Write >= 0;

    /// <summary>Whether the child, and whoever has its output from it, closed it.</summary>
    internal bool OutputIsClosed => _output.Read < 0;

    /// <summary>The same of both of its outputs.</summary>
    internal bool BothAreClosed => OutputIsClosed && _errors.Read < 0;

    /// <summary>The child's descriptors 0, 1 and 2.</summary>
    internal int[] OfChild => [_toChild.Read, _output.Write, _errors.Write];

    /// <summary>Closes the child's ends here, once it has started.</summary>
    internal void Begin(int process)
    {
        _toChild.CloseRead();
        _output.CloseWrite();
        _errors.CloseWrite();
        int descriptor = OperatingSystem.IsLinux() ? Linux.OpenProcess(process) : -1;
        _process = descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : null;
    }

    /// <summary>Closes the child's input.</summary>
    internal void CloseInput() => _toChild.CloseWrite();

    /// <summary>
    /// Moves what can be moved; waits at most so long, in milliseconds, for something to move or for the child's end. Says
    /// whether anything moved. Output that is not taken stays in the pipe.
    /// </summary>
    internal unsafe bool Advance(int milliseconds, bool takeOutput)
    {
        // poll(2) skips negative descriptors: what is closed, and what is not wanted now.
        LibC.PollRequest* requests = stackalloc LibC.PollRequest[4];
        requests[0] = new LibC.PollRequest { Descriptor = Unsent.IsEmpty ? -1 : _toChild.Write, Events = Writable };
        requests[1] = new LibC.PollRequest { Descriptor = takeOutput ? _output.Read : -1, Events = Readable };
        requests[2] = new LibC.PollRequest { Descriptor = _errors.Read, Events = Readable };
        requests[3] = new LibC.PollRequest { Descriptor = (int?)_process?.DangerousGetHandle() ?? -1, Events = Readable };
        int longest = _process is null ? Math.Min(milliseconds, LookEvery) : milliseconds;
        if (LibC.Poll(requests, 4, longest) <= 0)
        {
            return false;
        }

        if (requests[0].Returned != 0)
        {
            Send();
        }

        if (requests[1].Returned != 0)
        {
            Take(_output, _take);
        }

        if (requests[2].Returned != 0)
        {
            Take(_errors, _takeErrors);
        }

        if (requests[3].Returned != 0)
        {
            // Known from now on. What a descendant keeps open is looked at again and again, without end.
            _process?.Dispose();
            _process = null;
        }

        return requests[0].Returned != 0 || requests[1].Returned != 0 || requests[2].Returned != 0;
    }

    public void Dispose()
    {
        _toChild.Dispose();
        _output.Dispose();
        _errors.Dispose();
        _process?.Dispose();
    }

    private unsafe void Send()
    {
        ReadOnlySpan<byte> next = Unsent.Span[..Math.Min(Unsent.Length, WritableAtOnce)];
        fixed (byte* start = next)
        {
            nint count = LibC.Write(_toChild.Write, start, (nuint)next.Length);
            if (count >= 0)
            {
                Unsent = Unsent[(int)count..];
            }
            else if (ErrorNumbers.Name(Marshal.GetLastPInvokeError()) != SystemError.Interrupted)
            {
                CloseInput(); // the child does not read on, which is its right
            }
        }
    }

    private unsafe void Take(PipeEnds from, Receive into)
    {
        fixed (byte* start = _buffer)
        {
            nint count = LibC.Read(from.Read, start, (nuint)_buffer.Length);
            if (count > 0)
            {
                into(_buffer.AsSpan(0, (int)count));
            }
            else if (count == 0 || ErrorNumbers.Name(Marshal.GetLastPInvokeError()) != SystemError.Interrupted)
            {
                from.CloseRead();
            }
        }
    }
}
