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
        while (LibC.LinkAt(FolderDescriptor.Current, existing, FolderDescriptor.Current, newPath, 0) != 0)
        {
            SystemCallException failure = SystemCallException.Last("link " + existing + " as", newPath);

            // Linux says that nothing is there, too, when what was found at the path was replaced before it was linked. Only
            // then, with both ends as they should be, is it worth another try.
            bool raced =
                failure.Error == SystemError.NotFound
                && FileStatus.Look(existing).Kind is (FileKind.File or FileKind.Link)
                && FileStatus.Follow(PathText.Folder(newPath)).Kind == FileKind.Folder;
            if (!raced)
            {
                throw failure;
            }
        }

        Folders.Sync(PathText.Folder(newPath));
    }

    /// <summary>
    /// Takes one name of a file or a link away, for good when the call returns; no fault if it is gone. Throws
    /// <see cref="SystemCallException"/> when the system does not let it go: a mount point, an immutable file.
    /// </summary>
    public static void Remove(string path)
    {
        PathText.Check(path);
        if (LibC.Unlink(path) != 0)
        {
            SystemCallException failure = SystemCallException.Last("remove", path);
            if (failure.Error == SystemError.NotFound)
            {
                return;
            }

            throw failure;
        }

        Folders.Sync(PathText.Folder(path));
    }
}
