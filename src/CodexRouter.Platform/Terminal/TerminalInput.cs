namespace CodexRouter.Platform;

/// <summary>Waits for keys where poll(2) cannot: that of macOS says of /dev/tty that it is no open file.</summary>
public static class TerminalInput
{
    private const int Input = 0;

    /// <summary>Says whether there is something to read, waiting for it at most for a time.</summary>
    public static bool IsReadableBySelect(TimeSpan time) =>
        Select(Input, -1, (int)Math.Clamp(time.TotalMilliseconds, 0, 3_600_000), out _);

    /// <summary>Says of one or two descriptors below 1024 whether they can be read; the second may be -1, for none.</summary>
    internal static unsafe bool Select(int one, int other, int milliseconds, out bool otherToo)
    {
        const int bits = 32;
        uint* set = stackalloc uint[1024 / bits];
        new Span<uint>(set, 1024 / bits).Clear();
        set[one / bits] |= 1u << (one % bits);
        if (other >= 0)
        {
            set[other / bits] |= 1u << (other % bits);
        }

        // struct timeval: seconds, and microseconds, which are half as long on macOS; both are little-endian.
        long* limit = stackalloc long[2] { milliseconds / 1000, milliseconds % 1000 * 1000L };
        bool ready = LibC.Select(Math.Max(one, other) + 1, set, null, null, limit) > 0;
        otherToo = ready && other >= 0 && (set[other / bits] & (1u << (other % bits))) != 0;
        return ready && (set[one / bits] & (1u << (one % bits))) != 0;
    }
}
