using System.Runtime.InteropServices;
using System.Text;

namespace CodexRouter.Platform;

/// <summary>Deletes folders with all that is in them.</summary>
public static class FolderTree
{
    private const int Passes = 10;
    private const uint OwnerMayAll = 0b111_000_000;

    /// <summary>
    /// Deletes what is at a path: a folder with everything in it, or a single file or link. Links are removed, never
    /// followed, not even one that takes a folder's place while this runs. Folders that the owner may not change are made
    /// changeable first. Nothing there is no error. Throws <see cref="SystemCallException"/> naming what resisted; what was
    /// deleted until then stays deleted.
    /// </summary>
    public static unsafe void Delete(string path)
    {
        PathText.Check(path);
        int end = path.Length;
        while (end > 1 && path[end - 1] == '/')
        {
            end--; // "link/" would be the folder that the link leads to
        }

        string bare = path[..end];
        fixed (byte* name = Encoding.UTF8.GetBytes(bare + "\0"))
        {
            Delete(FolderDescriptor.Current, name, bare);
        }

        string above = PathText.Folder(bare);
        if (FileStatus.Follow(above).Kind != FileKind.Missing)
        {
            Folders.Sync(above); // where the folder above is gone too, there is no name to make sure of
        }
    }

    private static unsafe void Delete(int parent, byte* name, string path)
    {
        int descriptor = OpenFolder(parent, name, path);
        if (descriptor < 0)
        {
            RemoveEntry(parent, name, 0, path);
            return;
        }

        using var folder = Descriptor.Of(descriptor, "open", path);

        // A program that is still at work may put new entries in; the next pass finds them.
        for (int pass = 1; ; pass++)
        {
            foreach (byte[] entry in EntriesOf(folder.Number, path))
            {
                fixed (byte* entryName = entry)
                {
                    Delete(folder.Number, entryName, path + "/" + Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1)));
                }
            }

            if (pass == Passes)
            {
                RemoveEntry(parent, name, FolderDescriptor.RemoveFolder, path);
                return;
            }

            if (TryRemoveEntry(parent, name, FolderDescriptor.RemoveFolder))
            {
                return;
            }

            SystemCallException failure = SystemCallException.Last("delete", path);
            if (failure.Error is not (SystemError.FolderNotEmpty or SystemError.AlreadyExists))
            {
                throw failure;
            }
        }
    }

    /// <summary>Opens a folder without following a link; -1 when it is no folder, or gone.</summary>
    private static unsafe int OpenFolder(int parent, byte* name, string path)
    {
        int flags = OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        int descriptor = LibC.OpenAt(parent, name, flags);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == ErrorNumbers.AccessDenied)
        {
            // The folder may not be read, or that above it not be entered.
            MakeChangeable(parent);
            _ = LibC.ChangeModeAt(parent, name, OwnerMayAll, FolderDescriptor.NoFollow);
            descriptor = LibC.OpenAt(parent, name, flags);
        }

        if (descriptor >= 0)
        {
            return descriptor;
        }

        int error = Marshal.GetLastPInvokeError();
        return ErrorNumbers.Name(error) switch
        {
            // Gone, a file, a link; a socket, which some systems say cannot be opened at all.
            SystemError.NotFound or SystemError.Link or SystemError.Unsupported => -1,
            _ => throw new SystemCallException("delete", path, error),
        };
    }

    /// <summary>Gives the names in a folder, as bytes that end with a NUL. All at once: deleting while reading may skip some.</summary>
    private static unsafe List<byte[]> EntriesOf(int folder, string path)
    {
        // A second open file on the folder, as closing the entries closes the one they read, and each starts at the top.
        byte* here = stackalloc byte[] { (byte)'.', 0 };
        int flags = OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.CloseOnExec;
        int again = LibC.OpenAt(folder, here, flags);
        if (again < 0 && Marshal.GetLastPInvokeError() == ErrorNumbers.AccessDenied)
        {
            MakeChangeable(folder);
            again = LibC.OpenAt(folder, here, flags);
        }

        if (again < 0)
        {
            throw SystemCallException.Last("list", path);
        }

        var names = new List<byte[]>();
        using var entries = FolderEntries.Over(again, path);
        while (entries.Next(out byte* name))
        {
            int length = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).Length;
            names.Add(new ReadOnlySpan<byte>(name, length + 1).ToArray());
        }

        return names;
    }

    private static unsafe void RemoveEntry(int parent, byte* name, int flags, string path)
    {
        if (!TryRemoveEntry(parent, name, flags))
        {
            throw SystemCallException.Last("delete", path);
        }
    }

    private static unsafe bool TryRemoveEntry(int parent, byte* name, int flags)
    {
        if (LibC.UnlinkAt(parent, name, flags) == 0 || IsGone())
        {
            return true;
        }

        if (Marshal.GetLastPInvokeError() != ErrorNumbers.AccessDenied || !MakeChangeable(parent))
        {
            return false;
        }

        return LibC.UnlinkAt(parent, name, flags) == 0 || IsGone();
    }

    private static bool IsGone() => Marshal.GetLastPInvokeError() == ErrorNumbers.NoEntry;

    /// <summary>Lets the owner read, change and enter an open folder of the tree; the folder that the tree stands in is left alone.</summary>
    private static bool MakeChangeable(int folder)
    {
        int error = Marshal.GetLastPInvokeError();
        bool done = folder != FolderDescriptor.Current && LibC.ChangeMode(folder, OwnerMayAll) == 0;
        Marshal.SetLastPInvokeError(error);
        return done;
    }
}
