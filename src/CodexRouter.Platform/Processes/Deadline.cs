using System.Diagnostics;

namespace CodexRouter.Platform;

/// <summary>A moment until which to wait, on a clock that nobody sets.</summary>
public readonly struct Deadline
{
    private readonly long _end;

    private Deadline(long end) => _end = end;

    /// <summary>How much time is left; zero when it is over.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _end);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Gives the moment that is so far from now.</summary>
    public static Deadline After(TimeSpan time) =>
        new(Stopwatch.GetTimestamp() + (long)(Math.Min(time.TotalSeconds, LongestSeconds) * Stopwatch.Frequency));

    // poll(2) and the clock both take a century.
    private const double LongestSeconds = 1e9;

    /// <summary>Gives the milliseconds left, rounded up so that waiting for them does not end early, within a bound.</summary>
    internal int Milliseconds(int most) => (int)Math.Min(Math.Ceiling(Left.TotalMilliseconds), most);
}
