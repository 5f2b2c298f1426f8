namespace CodexRouter.Platform;

/// <summary>Finds programs as execvp(3) does.</summary>
public static class Programs
{
    /// <summary>Where execvp(3) looks when there is no PATH.</summary>
    internal const string DefaultPath = "/usr/bin:/bin";

    private const int MayExecute = 1;

    /// <summary>
    /// Gives the absolute path of the first executable file of that name in the folders of a PATH variable (null means the
    /// system's default); null when there is none. A name with a slash is a path, and is looked for nowhere else.
    /// </summary>
    public static string? Find(string name, string? pathVariable)
    {
        PathText.Check(name);
        if (name.Contains('/'))
        {
            return IsExecutable(name) ? Path.GetFullPath(name) : null;
        }

        foreach (string candidate in Candidates(name, pathVariable))
        {
            if (IsExecutable(candidate))
            {
                return Path.GetFullPath(candidate);
            }
        }

        return null;
    }

    /// <summary>Gives the paths at which a program of that name may be, in order. An empty part of PATH is the current folder.</summary>
    internal static string[] Candidates(string name, string? pathVariable)
    {
        string[] folders = (pathVariable ?? DefaultPath).Split(':');
        for (int index = 0; index < folders.Length; index++)
        {
            folders[index] = Path.Join(folders[index].Length == 0 ? "." : folders[index], name);
        }

        return folders;
    }

    private static bool IsExecutable(string path)
    {
        try
        {
            return LibC.Access(path, MayExecute) == 0 && FileStatus.Follow(path).Kind == FileKind.File;
        }
        catch (SystemCallException)
        {
            return false; // a folder of PATH that may not be entered
        }
    }
}
