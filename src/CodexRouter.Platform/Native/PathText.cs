namespace CodexRouter.Platform;

/// <summary>What a path must be before it may become a C string, and its parts.</summary>
internal static class PathText
{
    /// <summary>Refuses an empty path, and one with a NUL, which the system would take for a shorter path.</summary>
    internal static void Check(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0'))
        {
            throw new ArgumentException("a path cannot hold a NUL character", nameof(path));
        }
    }

    /// <summary>Gives the folder that holds the last part of a path: "." for a plain name, the path without slashes at its end.</summary>
    internal static string Folder(string path)
    {
        int end = EndOfName(path);
        int slash = path.LastIndexOf('/', end - 1);
        return slash switch
        {
            < 0 => ".",
            0 => "/",
            _ => path[..slash],
        };
    }

    /// <summary>Gives the last part of a path.</summary>
    internal static string Name(string path)
    {
        int end = EndOfName(path);
        return path[(path.LastIndexOf('/', end - 1) + 1)..end];
    }

    private static int EndOfName(string path)
    {
        int end = path.Length;
        while (end > 1 && path[end - 1] == '/')
        {
            end--;
        }

        return end;
    }
}
