using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>The output of a program that writes now and then for a long time, and ends when nobody reads any more.</summary>
/// <remarks>System.Console takes a write that nobody reads for a success.</remarks>
public static class LineOutput
{
    private const int Output = 1;
    private const int LongestPause = 200;

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
        const short error = 0x08;
        const short hangUp = 0x10;
        long end = Environment.TickCount64 + (long)Math.Ceiling(Math.Clamp(time.TotalMilliseconds, 0, 3_600_000));
        while (true)
        {
            // Both are told without being asked for, but macOS looks at nothing of which no event at all is asked for.
            var request = new LibC.PollRequest { Descriptor = Output, Events = hangUp };
            long left = Math.Max(0, end - Environment.TickCount64);
            if (LibC.Poll(&request, 1, (int)left) > 0 && (request.Returned & (error | hangUp)) != 0)
            {
                return false;
            }

            left = end - Environment.TickCount64;
            if (left <= 0)
            {
                return true;
            }

            // It came back early: a signal, or an output that cannot be waited on. Neither is a reason to be busy.
            Thread.Sleep((int)Math.Min(left, LongestPause));
        }
    }
}
