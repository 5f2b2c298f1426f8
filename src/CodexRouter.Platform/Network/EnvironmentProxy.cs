using System.Net;

namespace CodexRouter.Platform;

/// <summary>The proxy that the environment names (https_proxy, all_proxy, no_proxy …), except for what is asked directly.</summary>
internal sealed class EnvironmentProxy(Predicate<Uri> isDirect) : IWebProxy
{
    private readonly IWebProxy _environment = HttpClient.DefaultProxy;

    /// <summary>.NET takes the star for a host's name; curl, Codex and others take it for every host.</summary>
    private readonly bool _hasNone = Given("no_proxy") is "*" || (Given("no_proxy") is null && Given("NO_PROXY") is "*");

    public ICredentials? Credentials
    {
        get => _environment.Credentials;
        set => _environment.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : _environment.GetProxy(destination);

    private static string? Given(string name) => Environment.GetEnvironmentVariable(name)?.Trim();

    public bool IsBypassed(Uri host) => _hasNone || isDirect(host) || _environment.IsBypassed(host);
}
