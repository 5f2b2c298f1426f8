namespace CodexRouter.Platform;

/// <summary>The two ends of a pipe, neither of which a child inherits by itself.</summary>
internal sealed class PipeEnds : IDisposable
{
    private int _read;
    private int _write;

    private PipeEnds(int read, int write)
    {
        _read = read;
        _write = write;
    }

    internal int Read => _read;

    internal int Write => _write;

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

    internal void CloseRead() => Close(ref _read);

    internal void CloseWrite() => Close(ref _write);

    public void Dispose()
    {
        CloseRead();
        CloseWrite();
    }

    private static void Close(ref int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = LibC.Close(descriptor);
            descriptor = -1;
        }
    }
}
