using System.Net.Sockets;
using System.Security.Authentication;

namespace CodexRouter.Platform;

/// <summary>How one try to ask ended, and whether another may follow.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="MayBeRepeated">Whether the reason may pass by itself.</param>
/// <param name="Asked">The wait that the other side asked for.</param>
internal sealed record HttpTry(HttpOutcome Outcome, bool MayBeRepeated, TimeSpan? Asked)
{
    private const int FirstRoom = 16384;

    internal static HttpTry Final(HttpOutcome outcome) => new(outcome, false, null);

    internal static HttpTry Repeatable(HttpOutcome outcome) => new(outcome, true, null);

    /// <summary>Reads an answer, never more than one byte over the limit.</summary>
    internal static async Task<HttpTry> Read(
        HttpResponseMessage response,
        int limit,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        int status = (int)response.StatusCode;
        TimeSpan? asked = RetryAfter.Asked(response.Headers.RetryAfter, clock.GetUtcNow());
        bool isPassing = status is 429 or 500 or 502 or 503 or 504;
        bool mayBeRepeated = isPassing && (asked is null || asked <= RetryAfter.LongestRespected);
        ReadOnlyMemory<byte>? body;
        try
        {
            body = await ReadBody(response, limit, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (isPassing && (failure is OperationCanceledException || Failed(failure) is not null))
        {
            body = ReadOnlyMemory<byte>.Empty; // the status says enough, and the wait that goes with it must not be lost
        }

        HttpOutcome outcome = body is { } bytes
            ? new HttpOutcome.Answered(status, bytes, response.Content.Headers.ContentType?.MediaType, asked)
            : new HttpOutcome.TooLarge(status);
        return new HttpTry(outcome, mayBeRepeated, asked);
    }

    /// <summary>Gives what a failure of the connection means; null for one that has to do with something else.</summary>
    internal static HttpTry? Failed(Exception failure) =>
        failure switch
        {
            HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => Lost(),
            HttpIOException => NotUnderstood(),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Unreachable(
                HttpFailure.NameNotResolved
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } refused => Unreachable(
                refused.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                    ? HttpFailure.ConnectionRefused
                    : HttpFailure.NoConnection
            ),
            HttpRequestException { InnerException: AuthenticationException } => Final(
                new HttpOutcome.Unreachable(HttpFailure.NotSecure)
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Unreachable(
                HttpFailure.NotSecure
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => Unreachable(HttpFailure.ProxyFailed),
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => Lost(),
            HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException inner } =>
                Failed(inner),
            HttpRequestException { HttpRequestError: HttpRequestError.Unknown } => Final(
                new HttpOutcome.Unreachable(HttpFailure.Other)
            ),
            HttpRequestException or InvalidDataException => NotUnderstood(),
            IOException or SocketException => Lost(),
            NotSupportedException => Final(new HttpOutcome.Unreachable(HttpFailure.ProxyFailed)), // a kind of proxy unknown here
            _ => null,
        };

    /// <summary>Gives the same as it is to be told where a proxy was to connect: that no connection came about is the proxy's doing.</summary>
    internal HttpTry ByProxy() =>
        Outcome is HttpOutcome.Unreachable { Reason: HttpFailure.NameNotResolved or HttpFailure.ConnectionRefused or HttpFailure.NoConnection }
            ? this with
            {
                Outcome = new HttpOutcome.Unreachable(HttpFailure.ProxyFailed),
            }
            : this;

    private static HttpTry Lost() => Unreachable(HttpFailure.ConnectionLost);

    private static HttpTry NotUnderstood() => Final(new HttpOutcome.Unreachable(HttpFailure.NotUnderstood));

    private static HttpTry Unreachable(HttpFailure reason) => Repeatable(new HttpOutcome.Unreachable(reason));

    /// <summary>Gives the body; null when it is larger than the limit.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadBody(
        HttpResponseMessage response,
        int limit,
        CancellationToken cancellation
    )
    {
        if (response.Content.Headers.ContentLength > limit)
        {
            return null;
        }

        Stream stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] bytes = new byte[Math.Min(limit, FirstRoom) + 1];
            int length = 0;
            while (true)
            {
                int count = await stream.ReadAsync(bytes.AsMemory(length), cancellation).ConfigureAwait(false);
                length += count;
                if (count == 0 || length > limit)
                {
                    return length > limit ? null as ReadOnlyMemory<byte>? : bytes.AsMemory(0, length);
                }

                if (length == bytes.Length)
                {
                    Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Min(limit, bytes.Length * 2L) + 1));
                }
            }
        }
    }
}
