using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>The output of a program that writes now and then for a long time, and ends when nobody reads any more.</summary>
/// <remarks>System.Console takes a write that nobody reads for a success.</remarks>
public static class LineOutput
{
    private const int Output = 1;

    /// <summary>Writes the bytes; false when nobody is there to read them.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Descriptor.Write(Output, bytes, "the output");
            return true;
        }
        catch (SystemCallException failure) when (failure.HResult == ErrorNumbers.BrokenPipe)
        {
            return false;
        }
    }

    /// <summary>Waits for a time; false at once when nobody is there to read any more.</summary>
    public static unsafe bool Wait(TimeSpan time)
    {
        const short gone = 0x08 | 0x10; // POLLERR, POLLHUP: told without being asked for
        var request = new LibC.PollRequest { Descriptor = Output };
        int milliseconds = (int)Math.Ceiling(Math.Clamp(time.TotalMilliseconds, 0, 3_600_000));
        return LibC.Poll(&request, 1, milliseconds) <= 0 || (request.Returned & gone) == 0;
    }
}
