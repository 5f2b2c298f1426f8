namespace CodexRouter.Platform;

/// <summary>Something else is at a path than what the caller saw there; nothing was changed.</summary>
public sealed class ChangedUnderneathException : IOException
{
    internal ChangedUnderneathException(string path, string? setAside = null)
        : base(
            setAside is null
                ? path + " was changed by another program meanwhile"
                : path + " was changed by other programs meanwhile; what one of them put there is kept as " + setAside
        )
    {
        Path = path;
        SetAside = setAside;
    }

    /// <summary>The path that holds something else than expected.</summary>
    public string Path { get; }

    /// <summary>
    /// Where a file was kept that came to this path and was replaced there by a third one within the same microseconds;
    /// null, as nearly always, when there was none.
    /// </summary>
    public string? SetAside { get; }
}
