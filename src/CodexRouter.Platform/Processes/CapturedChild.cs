using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>Runs a program unseen, within a limit of time and of output.</summary>
public static class CapturedChild
{
    // Both systems take as many bytes without waiting once a pipe is ready for writing: macOS's PIPE_BUF, the smaller one.
    private const int WritableAtOnce = 512;

    // How often to look whether the child has ended while a descendant keeps its outputs open.
    private const int LookEvery = 10;

    // Empties both pipes, which hold 64 KiB at most by default, but does not follow a descendant that writes on for ever.
    private const int MostRounds = 64;

    private const short Readable = 1;
    private const short Writable = 4;

    /// <summary>
    /// Runs a program with the given input and gives what it wrote. After the time limit it is killed, with every program
    /// it started that did not leave its process group. What a program in the background keeps open is not waited for:
    /// this returns when the child itself has ended. A program without a slash is looked for on the PATH of the child's
    /// environment. Throws <see cref="SystemCallException"/> when it cannot be started.
    /// </summary>
    public static CapturedOutput Run(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string? directory,
        ReadOnlyMemory<byte> input,
        TimeSpan timeLimit,
        int outputLimit
    )
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfNegative(outputLimit);
        using var toChild = PipeEnds.Make();
        using var output = PipeEnds.Make();
        using var errors = PipeEnds.Make();

        // In a group of its own, the child does not get the Ctrl-C that ends this process: pass it on.
        int process = 0;
        void PassOn(PosixSignalContext _) => EndGroup(process, SignalNumbers.Terminate);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, PassOn);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, PassOn);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, PassOn);

        process = Child.Start(
            program,
            arguments,
            environment,
            new Child.Setting
            {
                Folder = directory,
                OwnGroup = true,
                Standard = [toChild.Read, output.Write, errors.Write],
            }
        );
        toChild.CloseRead();
        output.CloseWrite();
        errors.CloseWrite();

        var conversation = new Conversation(input, outputLimit, toChild, output, errors);
        long end = Environment.TickCount64 + (long)timeLimit.TotalMilliseconds;
        bool timedOut = false;
        int? exitCode = null;
        while (exitCode is null)
        {
            long left = end - Environment.TickCount64;
            if (left <= 0 && !timedOut)
            {
                timedOut = true;
                EndGroup(process, SignalNumbers.Kill);
            }

            conversation.Advance((int)Math.Clamp(left, 1, conversation.IsOver ? 1 : LookEvery));
            exitCode = Child.TryWaitForEnd(process);
        }

        conversation.TakeTheRest();
        return new CapturedOutput(
            exitCode.Value,
            conversation.Output.Content,
            conversation.Errors.Content,
            timedOut,
            conversation.Output.Overflowed || conversation.Errors.Overflowed
        );
    }

    // kill(2) takes a negative number for a group; 0 would be this process's own.
    private static void EndGroup(int process, int signal)
    {
        if (process > 0)
        {
            _ = LibC.Kill(-process, signal);
        }
    }

    /// <summary>The three pipes between this process and the child.</summary>
    private sealed class Conversation(ReadOnlyMemory<byte> input, int limit, PipeEnds toChild, PipeEnds output, PipeEnds errors)
    {
        private readonly byte[] _buffer = new byte[16384];
        private ReadOnlyMemory<byte> _left = input;

        internal BoundedBuffer Output { get; } = new(limit);

        internal BoundedBuffer Errors { get; } = new(limit);

        /// <summary>Whether the child, and whoever has its outputs from it, closed both.</summary>
        internal bool IsOver => output.Read < 0 && errors.Read < 0;

        /// <summary>Moves what can be moved; waits at most so long for something to move.</summary>
        internal unsafe bool Advance(int milliseconds)
        {
            if (_left.IsEmpty)
            {
                toChild.CloseWrite();
            }

            // poll(2) skips negative descriptors: what is closed.
            LibC.PollRequest* requests = stackalloc LibC.PollRequest[3];
            requests[0] = new LibC.PollRequest { Descriptor = toChild.Write, Events = Writable };
            requests[1] = new LibC.PollRequest { Descriptor = output.Read, Events = Readable };
            requests[2] = new LibC.PollRequest { Descriptor = errors.Read, Events = Readable };
            if (LibC.Poll(requests, 3, milliseconds) <= 0)
            {
                return false;
            }

            if (requests[0].Returned != 0)
            {
                Send();
            }

            if (requests[1].Returned != 0)
            {
                Take(output, Output);
            }

            if (requests[2].Returned != 0)
            {
                Take(errors, Errors);
            }

            return true;
        }

        /// <summary>Takes what the child left in the pipes, without waiting.</summary>
        internal void TakeTheRest()
        {
            toChild.CloseWrite();
            _left = default;
            for (int round = 0; round < MostRounds && !IsOver && Advance(0); round++)
            {
            }
        }

        private unsafe void Send()
        {
            ReadOnlySpan<byte> next = _left.Span[..Math.Min(_left.Length, WritableAtOnce)];
            fixed (byte* start = next)
            {
                nint count = LibC.Write(toChild.Write, start, (nuint)next.Length);
                if (count >= 0)
                {
                    _left = _left[(int)count..];
                }
                else if (ErrorNumbers.Name(Marshal.GetLastPInvokeError()) != SystemError.Interrupted)
                {
                    _left = default; // the child does not read on, which is its right
                }
            }
        }

        private unsafe void Take(PipeEnds from, BoundedBuffer into)
        {
            fixed (byte* start = _buffer)
            {
                nint count = LibC.Read(from.Read, start, (nuint)_buffer.Length);
                if (count > 0)
                {
                    into.Add(_buffer.AsSpan(0, (int)count));
                }
                else if (count == 0 || ErrorNumbers.Name(Marshal.GetLastPInvokeError()) != SystemError.Interrupted)
                {
                    from.CloseRead();
                }
            }
        }
    }
}
