using System.Net.Http.Headers;

namespace CodexRouter.Platform;

/// <summary>When to ask again: what the other side wants, and what is polite where it says nothing.</summary>
internal static class RetryAfter
{
    /// <summary>A longer wait than this ends the tries.</summary>
    internal static readonly TimeSpan LongestRespected = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Gives the wait that a <c>Retry-After</c> asks for (RFC 9110, 10.2.3): never negative, null when it is missing or senseless.</summary>
    internal static TimeSpan? Asked(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        TimeSpan? wait = header?.Delta ?? (header?.Date - now);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>
    /// Gives the pause after a try, counted from 1: half of it by chance, so that many who failed together do not come back
    /// together, and on top of the wait that was asked for.
    /// </summary>
    internal static TimeSpan Pause(int attempt, TimeSpan? asked)
    {
        TimeSpan full = FirstPause * Math.Pow(2, Math.Min(attempt - 1, 10));
        TimeSpan most = full < LongestPause ? full : LongestPause;
#pragma warning disable CA5394 // no secret: any chance will do
        double part = asked is null ? 0.5 + (Random.Shared.NextDouble() / 2) : Random.Shared.NextDouble() / 4;
#pragma warning restore CA5394
        return (asked ?? TimeSpan.Zero) + (most * part);
    }
}
