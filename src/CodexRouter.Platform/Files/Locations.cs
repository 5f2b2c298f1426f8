namespace CodexRouter.Platform;

/// <summary>The folders that the system provides.</summary>
public static class Locations
{
    /// <summary>Where short-lived files go: TMPDIR, else /tmp; without a slash at its end.</summary>
    public static string TemporaryFolder => Path.TrimEndingDirectorySeparator(Path.GetTempPath());
}
