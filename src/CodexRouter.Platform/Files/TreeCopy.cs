using System.Runtime.InteropServices;
using System.Text;

namespace CodexRouter.Platform;

/// <summary>Copies files and folders, and holds copies beside what they were made of.</summary>
public static class TreeCopy
{
    private const int BufferSize = 65_536;
    private const UnixFileMode OwnerMayAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Permissions =
        OwnerMayAll
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>
    /// Makes the name, where nothing may be, a copy of the file or folder at a path, which is followed if it is a link. In a
    /// folder, links are copied as links and nothing is followed; one that leads out of the folder by a relative path gets
    /// the whole path, so that it leads to the same. Pipes, sockets and devices are left out. Files and folders keep
    /// their permissions; a private file is readable by its owner only. When the call returns, the copy is on the device.
    /// </summary>
    /// <exception cref="IOException">The system refused; a part of the copy may be there.</exception>
    public static void Copy(string path, string name, bool isPrivate)
    {
        PathText.Check(path);
        PathText.Check(name);
        switch (FileStatus.Follow(path).Kind)
        {
            case FileKind.File:
                CopyFile(path, name, isPrivate, OpenFlags.ReadOnly);
                break;
            case FileKind.Folder:
                string physical = Folders.Physical(path);
                CopyFolder(physical, name, physical);
                break;
            case FileKind.Missing:
                throw new SystemCallException("copy", path, ErrorNumbers.NoEntry);
            default:
                throw new IOException("cannot copy " + path + ": it is neither a file nor a folder");
        }

        Folders.Sync(PathText.Folder(name));
    }

    /// <summary>Says whether two paths lead to files with the same bytes. What cannot be read is not the same.</summary>
    public static bool IsSame(string path, string other)
    {
        PathText.Check(path);
        PathText.Check(other);
        try
        {
            using var one = Descriptor.Of(LibC.Open(path, Reading), "read", path);
            using var two = Descriptor.Of(LibC.Open(other, Reading), "read", other);
            FileStatus first = FileStatus.OfDescriptor(one.Number, path);
            FileStatus second = FileStatus.OfDescriptor(two.Number, other);
            return first.Kind == FileKind.File
                && second.Kind == FileKind.File
                && first.Size == second.Size
                && HoldTheSame(one.Number, path, two.Number, other);
        }
        catch (SystemCallException)
        {
            return false;
        }
    }

    // Without O_NONBLOCK, opening a FIFO waits until somebody writes.
    private static int Reading => OpenFlags.ReadOnly | OpenFlags.NonBlock | OpenFlags.NoTerminal | OpenFlags.CloseOnExec;

    private static bool HoldTheSame(int one, string path, int two, string other)
    {
        byte[] first = new byte[BufferSize];
        byte[] second = new byte[BufferSize];
        while (true)
        {
            int count = Descriptor.Fill(one, first, path);
            if (count != Descriptor.Fill(two, second, other) || !first.AsSpan(0, count).SequenceEqual(second.AsSpan(0, count)))
            {
                return false;
            }

            if (count < BufferSize)
            {
                return true;
            }
        }
    }

    private static void CopyFile(string path, string name, bool isPrivate, int more)
    {
        using var source = Descriptor.Of(LibC.Open(path, Reading | more), "read", path);
        FileStatus status = FileStatus.OfDescriptor(source.Number, path);
        if (status.Kind != FileKind.File)
        {
            throw new IOException("cannot copy " + path + ": it was changed by another program meanwhile");
        }

        UnixFileMode mode = isPrivate ? UnixFileMode.UserRead | UnixFileMode.UserWrite : status.Mode & Permissions;
        string temporary = Write(source.Number, path, name, mode);
        if (!Rename.TryWithoutReplacing(temporary, name))
        {
            SystemCallException failure = SystemCallException.Last("copy to", name);
            _ = LibC.Unlink(temporary);
            throw failure;
        }
    }

    /// <summary>Writes what an open file holds into a new one beside a path, and gives its own path.</summary>
    private static unsafe string Write(int source, string path, string name, UnixFileMode mode)
    {
        byte[] template = Encoding.UTF8.GetBytes(TemporaryName.Template(name) + "\0");
        fixed (byte* beside = template)
        {
            using var copy = Descriptor.Of(LibC.MakeTemporary(beside, OpenFlags.CloseOnExec), "create a file beside", name);
            string temporary = Marshal.PtrToStringUTF8((nint)beside)!;
            byte[] buffer = new byte[BufferSize];
            int count;
            do
            {
                count = Descriptor.Fill(source, buffer, path);
                Descriptor.Write(copy.Number, buffer.AsSpan(0, count), temporary);
            } while (count == BufferSize);

            // Whatever the umask.
            if (LibC.ChangeMode(copy.Number, (uint)mode) != 0)
            {
                throw SystemCallException.Last("set the mode of", temporary);
            }

            Descriptor.Sync(copy.Number, temporary);
            return temporary;
        }
    }

    private static void CopyFolder(string path, string name, string top)
    {
        if (LibC.MakeFolder(name, (uint)OwnerMayAll) != 0)
        {
            throw SystemCallException.Last("create the folder", name);
        }

        foreach (string entry in Folders.Names(path))
        {
            string from = path + "/" + entry;
            string to = name + "/" + entry;
            FileStatus status = FileStatus.Look(from);
            switch (status.Kind)
            {
                case FileKind.File:
                    CopyFile(from, to, isPrivate: false, OpenFlags.NoFollow);
                    break;
                case FileKind.Folder:
                    CopyFolder(from, to, top);
                    break;
                case FileKind.Link when status.LinkTarget is { } target:
                    if (LibC.SymbolicLink(Leading(target, path, top), to) != 0)
                    {
                        throw SystemCallException.Last("create the link", to);
                    }

                    break;
                default:
                    break;
            }
        }

        using var folder = Descriptor.Of(LibC.Open(name, Reading | OpenFlags.Folder), "open the folder", name);
        if (LibC.ChangeMode(folder.Number, (uint)((FileStatus.Look(path).Mode & Permissions) | OwnerMayAll)) != 0)
        {
            throw SystemCallException.Last("set the mode of", name);
        }

        Descriptor.Sync(folder.Number, name);
    }

    /// <summary>Gives the text with which a link leads from the copy to where it led from the folder.</summary>
    private static string Leading(string target, string folder, string top)
    {
        string whole = Path.GetFullPath(target, folder);
        return whole == top || whole.StartsWith(top + "/", StringComparison.Ordinal) ? target : whole;
    }
}
