using System.Net;

namespace CodexRouter.Platform;

/// <summary>
/// Asks over HTTP, within limits of time, size and tries. Follows no redirection, keeps no cookie, validates certificates,
/// and uses the proxy that the environment names. One instance serves many questions side by side.
/// </summary>
/// <remarks>
/// A connection that the other side closes without a word of an answer is opened again by .NET's own handler, up to three
/// times (measured): all of that is one try here.
/// </remarks>
public sealed class HttpGet : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _connections;
    private readonly EnvironmentProxy _proxy;

    /// <summary>
    /// Makes one with connections of its own; the clock tells the time and waits. No proxy is used for what is direct.
    /// </summary>
    public HttpGet(TimeProvider clock, Predicate<Uri> isDirect)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(isDirect);
        _clock = clock;
        _proxy = new EnvironmentProxy(isDirect);
        _connections = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.All,
                Proxy = _proxy,
                // Diagnostics would hand whole requests, with their headers, to whoever listens in this process.
                ActivityHeadersPropagator = null,
                // What is cut off is not read to its end, just to keep the connection.
                MaxResponseDrainSize = 0,
                // A program left open for days follows the names when they move.
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            }
        );
    }

    /// <summary>
    /// Asks for what is at an http or https address, with the given headers, and gives how that ended. Tries again when there
    /// was no connection or it was lost, when one try took too long, and on 429, 500, 502, 503 and 504; waits in between as
    /// <c>Retry-After</c> says, up to 3 s: a longer one makes that answer the last. Throws
    /// <see cref="OperationCanceledException"/> only when the caller cancels, <see cref="ArgumentException"/> for another kind
    /// of address.
    /// </summary>
    public Task<HttpOutcome> Ask(
        Uri address,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        HttpLimits limits,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(limits);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException("an http or https address is needed", nameof(address));
        }

        return AskUntilAnswered(address, headers, limits, cancellation);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _connections.Dispose();

    private async Task<HttpOutcome> AskUntilAnswered(
        Uri address,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        HttpLimits limits,
        CancellationToken cancellation
    )
    {
        long begin = _clock.GetTimestamp();
        TimeSpan left = limits.Total;
        for (int attempt = 1; ; attempt++)
        {
            TimeSpan time = left < limits.OneTry ? left : limits.OneTry;
            HttpTry made = await Try(address, headers, limits.BodyBytes, time, cancellation).ConfigureAwait(false);
            TimeSpan pause = RetryAfter.Pause(attempt, made.Asked);
            left = limits.Total - _clock.GetElapsedTime(begin) - pause;
            if (!made.MayBeRepeated || attempt >= limits.Tries || left <= TimeSpan.Zero)
            {
                return made.Outcome;
            }

            await Task.Delay(pause, _clock, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<HttpTry> Try(
        Uri address,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        int bodyBytes,
        TimeSpan time,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version20 };
        foreach ((string name, string value) in headers)
        {
            if (!HttpHeaderText.IsSendable(name, value) || !request.Headers.TryAddWithoutValidation(name, value))
            {
                return HttpTry.Final(new HttpOutcome.Unreachable(HttpFailure.BadHeader));
            }
        }

        using var timer = new CancellationTokenSource(time, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            using HttpResponseMessage response = await _connections.SendAsync(request, either.Token).ConfigureAwait(false);
            return await HttpTry.Read(response, bodyBytes, _clock, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return HttpTry.Repeatable(new HttpOutcome.TimedOut());
        }
        catch (Exception failure) when (HttpTry.Failed(failure) is not null)
        {
            // The messages of these may name the address, and what the other side said: they end here.
            cancellation.ThrowIfCancellationRequested();
            HttpTry failed = HttpTry.Failed(failure)!;
            return _proxy.IsBypassed(address) ? failed : failed.ByProxy();
        }
    }
}
