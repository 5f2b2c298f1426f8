using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>The entries of an open folder, by readdir(3), as the bytes that the file system holds.</summary>
internal readonly unsafe ref struct FolderEntries
{
    /// <summary>DT_UNKNOWN, DT_DIR and DT_REG, the same on every system.</summary>
    internal const byte Unknown = 0;
    internal const byte Folder = 4;
    internal const byte File = 8;

    private readonly nint _stream;
    private readonly string _path;

    private FolderEntries(nint stream, string path)
    {
        _stream = stream;
        _path = path;
    }

    /// <summary>Takes over an open folder; it is closed with the entries.</summary>
    internal static FolderEntries Over(int descriptor, string path)
    {
        nint stream = OperatingSystem.IsMacOS() ? Darwin.OpenFolder(descriptor) : Linux.OpenFolder(descriptor);
        if (stream != 0)
        {
            return new FolderEntries(stream, path);
        }

        SystemCallException failure = SystemCallException.Last("list", path);
        _ = LibC.Close(descriptor);
        throw failure;
    }

    /// <summary>As <see cref="Next(out byte*)"/>, with the kind of the entry where the file system says it in the folder.</summary>
    internal bool Next(out byte* name, out byte kind)
    {
        bool isThere = Next(out name);
        kind = isThere ? name[-1] : Unknown;
        return isThere;
    }

    /// <summary>Gives the next entry's name, which ends with a NUL and is valid until the next call; false at the end.</summary>
    internal bool Next(out byte* name)
    {
        while (true)
        {
            byte* entry = OperatingSystem.IsMacOS() ? Darwin.ReadFolder(_stream) : Linux.ReadFolder(_stream);
            if (entry == null)
            {
                // The interop layer sets the error number to 0 before the call: the end of the folder leaves it so.
                name = null;
                return Marshal.GetLastPInvokeError() == 0 ? false : throw SystemCallException.Last("list", _path);
            }

            // struct dirent: inode (8), offset (8), record length (2), on macOS the name's length (2), type (1), name.
            name = entry + (OperatingSystem.IsMacOS() ? 21 : 19);
            if (!IsDotOrDotDot(name))
            {
                return true;
            }
        }
    }

    public void Dispose() => _ = LibC.CloseFolder(_stream);

    private static bool IsDotOrDotDot(byte* name) => name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}
