namespace CodexRouter.Platform;

/// <summary>Second names for one file.</summary>
public static class HardLink
{
    /// <summary>
    /// Gives the file a second name, which survives a loss of power when the call returns. Throws
    /// <see cref="SystemCallException"/> when something has that name already
    /// (<see cref="SystemError.AlreadyExists"/>) or the file system has no hard links. A symbolic link gets the second name
    /// itself, not the file that it leads to.
    /// </summary>
    public static void Create(string existing, string newPath)
    {
        PathText.Check(existing);
        PathText.Check(newPath);
        if (LibC.LinkAt(FolderDescriptor.Current, existing, FolderDescriptor.Current, newPath, 0) != 0)
        {
            throw SystemCallException.Last("link " + existing + " as", newPath);
        }

        Folders.Sync(PathText.Folder(newPath));
    }
}
