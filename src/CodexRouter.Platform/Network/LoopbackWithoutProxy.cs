using System.Net;

namespace CodexRouter.Platform;

/// <summary>The proxy that the environment names (https_proxy, all_proxy, no_proxy …), except for this machine itself.</summary>
internal sealed class LoopbackWithoutProxy : IWebProxy
{
    private readonly IWebProxy _environment = HttpClient.DefaultProxy;

    public ICredentials? Credentials
    {
        get => _environment.Credentials;
        set => _environment.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsLoopback(destination) ? null : _environment.GetProxy(destination);

    public bool IsBypassed(Uri host) => IsLoopback(host) || _environment.IsBypassed(host);

    internal static bool IsLoopback(Uri address) =>
        address.IdnHost.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.IdnHost, out IPAddress? number) && IPAddress.IsLoopback(number));
}
