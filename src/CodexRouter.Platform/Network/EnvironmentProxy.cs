using System.Net;

namespace CodexRouter.Platform;

/// <summary>The proxy that the environment names (https_proxy, all_proxy, no_proxy …), except for what is asked directly.</summary>
internal sealed class EnvironmentProxy(Predicate<Uri> isDirect) : IWebProxy
{
    private readonly IWebProxy _environment = HttpClient.DefaultProxy;

    public ICredentials? Credentials
    {
        get => _environment.Credentials;
        set => _environment.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => isDirect(destination) ? null : _environment.GetProxy(destination);

    public bool IsBypassed(Uri host) => isDirect(host) || _environment.IsBypassed(host);
}
