using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>Makes and lists folders.</summary>
public static class Folders
{
    private const int MayWriteAndEnter = 2 | 1;

    /// <summary>
    /// Says whether this user may make, rename and remove things in a folder, as far as can be told beforehand: its
    /// permissions allow it and its file system is not read-only.
    /// </summary>
    public static bool MayChange(string path)
    {
        PathText.Check(path);
        return LibC.Access(path, MayWriteAndEnter) == 0;
    }

    /// <summary>
    /// Gives a folder's path without links, "." and "..": the same one however one got there. Throws
    /// <see cref="SystemCallException"/> when it is not there, is no folder or may not be entered.
    /// </summary>
    public static unsafe string Physical(string path)
    {
        PathText.Check(path);
        byte* resolved = stackalloc byte[LibC.LongestPath + 1];

        // With the slash, what is no folder is an error.
        if (LibC.RealPath(path.TrimEnd('/') + "/", resolved) is null)
        {
            throw SystemCallException.Last("find the folder", path);
        }

        string physical = Marshal.PtrToStringUTF8((nint)resolved)!;
        return AccessRights.ToEnter(physical) ? physical : throw SystemCallException.Last("enter the folder", path);
    }

    /// <summary>
    /// Makes a folder and those above it that are missing, each with the mode (less the umask). What is there already is
    /// left as it is, whatever its mode. Throws <see cref="SystemCallException"/> when the system refuses, or something
    /// else than a folder is in the way.
    /// </summary>
    public static void Create(string path, UnixFileMode mode)
    {
        PathText.Check(path);
        if (LibC.MakeFolder(path, (uint)mode) == 0)
        {
            Sync(PathText.Folder(path));
            return;
        }

        SystemCallException failure = SystemCallException.Last("create the folder", path);
        string parent = PathText.Folder(path);
        switch (failure.Error)
        {
            case SystemError.NotFound when parent != path && FileStatus.Follow(parent).Kind == FileKind.Missing:
                Create(parent, mode);
                Create(path, mode);
                return;

            // Some systems tell of a missing right, a full disk or one that is read-only before they tell that the folder is there.
            case var _ when FileStatus.Follow(path).Kind == FileKind.Folder:
                return;

            default:
                throw failure;
        }
    }

    /// <summary>
    /// Gives the names of what is in a folder, hidden ones included, in ordinal order; none when nothing is there. Throws
    /// <see cref="SystemCallException"/> when it is something else or may not be read.
    /// </summary>
    public static unsafe IReadOnlyList<string> Names(string path)
    {
        PathText.Check(path);
        var names = new List<string>();
        int descriptor = LibC.Open(path, OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            SystemCallException failure = SystemCallException.Last("list", path);
            return failure.Error == SystemError.NotFound && FileStatus.Follow(path).Kind == FileKind.Missing
                ? names
                : throw failure;
        }

        using (var entries = FolderEntries.Over(descriptor, path))
        {
            while (entries.Next(out byte* name))
            {
                names.Add(Marshal.PtrToStringUTF8((nint)name)!);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>
    /// Returns when the folder's names are on the device, where the system can tell. To be called after a change: what is thrown
    /// says that it is made.
    /// </summary>
    internal static void Sync(string path)
    {
        try
        {
            WriteToDevice(path);
        }
        catch (SystemCallException failure)
        {
            throw SystemCallException.AfterTheChange(failure);
        }
    }

    private static void WriteToDevice(string path)
    {
        int descriptor = LibC.Open(path, OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.CloseOnExec);
        if (descriptor < 0 && ErrorNumbers.Name(Marshal.GetLastPInvokeError()) == SystemError.Forbidden)
        {
            return; // a folder that may be written but not read
        }

        using var folder = Descriptor.Of(descriptor, "open the folder", path);
        Descriptor.Sync(folder.Number, path);
    }
}
