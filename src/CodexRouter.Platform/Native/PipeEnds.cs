using Microsoft.Win32.SafeHandles;

namespace CodexRouter.Platform;

/// <summary>The two ends of a pipe, neither of which a child inherits by itself.</summary>
internal sealed class PipeEnds : IDisposable
{
    private readonly SafeFileHandle _read;
    private readonly SafeFileHandle _write;

    private PipeEnds(int read, int write)
    {
        _read = new SafeFileHandle(read, ownsHandle: true);
        _write = new SafeFileHandle(write, ownsHandle: true);
    }

    /// <summary>The end that is read from; -1 when it is closed.</summary>
    internal int Read => Number(_read);

    /// <summary>The end that is written to; -1 when it is closed.</summary>
    internal int Write => Number(_write);

    internal static unsafe PipeEnds Make()
    {
        int* ends = stackalloc int[2];
        int failed = OperatingSystem.IsMacOS() ? LibC.Pipe(ends) : Linux.Pipe2(ends, OpenFlags.CloseOnExec);
        if (failed != 0)
        {
            throw SystemCallException.Last("make", "a pipe");
        }

        if (OperatingSystem.IsMacOS())
        {
            _ = Darwin.DeviceControl(ends[0], Darwin.CloseOnExecRequest);
            _ = Darwin.DeviceControl(ends[1], Darwin.CloseOnExecRequest);
        }

        return new PipeEnds(ends[0], ends[1]);
    }

    internal void CloseRead() => _read.Dispose();

    internal void CloseWrite() => _write.Dispose();

    public void Dispose()
    {
        CloseRead();
        CloseWrite();
    }

    private static int Number(SafeFileHandle end) => end.IsClosed ? -1 : (int)end.DangerousGetHandle();
}
