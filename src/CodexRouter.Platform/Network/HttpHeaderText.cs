using System.Buffers;

namespace CodexRouter.Platform;

/// <summary>What may stand in a header (RFC 9110, 5.5 and 5.6.2), so that no text can end one header and begin another.</summary>
internal static class HttpHeaderText
{
    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );

    /// <summary>Says whether the name is a token and the value is printable ASCII.</summary>
    internal static bool IsSendable(string name, string value) =>
        name.Length > 0
        && !name.AsSpan().ContainsAnyExcept(Token)
        && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
