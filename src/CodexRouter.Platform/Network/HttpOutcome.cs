namespace CodexRouter.Platform;

/// <summary>How one question over HTTP ended. No text of it holds a header that was sent, or the address.</summary>
public abstract record HttpOutcome
{
    private HttpOutcome()
    {
    }

    /// <summary>The other side answered, whatever the status; a redirection (3xx) is an answer too.</summary>
    /// <param name="Status">The status code.</param>
    /// <param name="Body">The whole body, decompressed.</param>
    /// <param name="MediaType">The kind of content without parameters, such as <c>application/json</c>; null when it was not told.</param>
    /// <param name="RetryAfter">How long the other side asks to wait before the next question; null when it does not say.</param>
    public sealed record Answered(int Status, ReadOnlyMemory<byte> Body, string? MediaType, TimeSpan? RetryAfter) : HttpOutcome;

    /// <summary>No whole answer came in time.</summary>
    public sealed record TimedOut : HttpOutcome;

    /// <summary>No usable answer came.</summary>
    /// <param name="Reason">Why, in the last try.</param>
    public sealed record Unreachable(HttpFailure Reason) : HttpOutcome;

    /// <summary>The body, decompressed, is larger than the limit; none of it is given.</summary>
    /// <param name="Status">The status code.</param>
    public sealed record TooLarge(int Status) : HttpOutcome;
}

/// <summary>Why there was no usable answer.</summary>
public enum HttpFailure
{
    /// <summary>Any reason that has no name here.</summary>
    Other,

    /// <summary>The host's name could not be resolved.</summary>
    NameNotResolved,

    /// <summary>Nobody accepts connections there.</summary>
    ConnectionRefused,

    /// <summary>There is no way to the host: no network, or no connection came about.</summary>
    NoConnection,

    /// <summary>No secure connection came about: a certificate that is not valid, or no common protocol.</summary>
    NotSecure,

    /// <summary>The proxy that the environment names did not connect.</summary>
    ProxyFailed,

    /// <summary>The connection ended before the whole answer had come.</summary>
    ConnectionLost,

    /// <summary>What came is not HTTP, or its compression is broken.</summary>
    NotUnderstood,

    /// <summary>A header holds characters that HTTP does not carry; nothing was sent.</summary>
    BadHeader,
}
