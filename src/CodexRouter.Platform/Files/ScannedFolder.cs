using System.Runtime.InteropServices;
using System.Text;

namespace CodexRouter.Platform;

/// <summary>A file that was found, with little memory for it: no path until it is asked for.</summary>
internal readonly record struct FoundFile(ScannedFolder Folder, int NameStart, int NameLength, long Modified, long Size)
{
    internal ReadOnlySpan<byte> Name => Folder.Names.Slice(NameStart, NameLength);

    internal RecentFile Show() => new(Folder.Below(Name), Modified, Size);
}

/// <summary>What was in one folder: its regular files that are wanted, and its folders.</summary>
internal sealed unsafe class ScannedFolder
{
    private const int TypeMask = 0xF000;
    private const int TypeFile = 0x8000;
    private const int TypeFolder = 0x4000;

    private readonly string _path;
    private byte[] _names = [];
    private int _namesLength;

    /// <summary>Looks through the folder at a path. One that is missing or may not be read is empty.</summary>
    internal ScannedFolder(string path, bool followLink, FileNameFilter isWanted)
    {
        _path = path;
        int flags = OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.NonBlock | OpenFlags.CloseOnExec;
        int descriptor = LibC.Open(path, followLink ? flags : flags | OpenFlags.NoFollow);
        if (descriptor < 0)
        {
            return;
        }

        try
        {
            using var entries = FolderEntries.Over(descriptor, path);
            while (entries.Next(out byte* name, out byte kind))
            {
                Add(descriptor, name, kind, isWanted);
            }
        }
        catch (SystemCallException)
        {
            // The folder broke off in the middle; what was found in it counts.
        }
    }

    internal List<FoundFile> Files { get; } = [];

    internal List<string> Folders { get; } = [];

    internal ReadOnlySpan<byte> Names => _names;

    internal string Below(ReadOnlySpan<byte> name) =>
        (_path.EndsWith('/') ? _path : _path + "/") + Encoding.UTF8.GetString(name);

    private void Add(int folder, byte* name, byte kind, FileNameFilter isWanted)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        if (kind == FolderEntries.Folder)
        {
            Folders.Add(Below(text));
        }
        else if (kind == FolderEntries.Unknown || (kind == FolderEntries.File && isWanted(text)))
        {
            if (!TryLook(folder, name, out int type, out long modified, out long size))
            {
                return;
            }

            if (type == TypeFolder)
            {
                Folders.Add(Below(text));
            }
            else if (type == TypeFile && (kind == FolderEntries.File || isWanted(text)))
            {
                Files.Add(new FoundFile(this, _namesLength, text.Length, modified, size));
                Keep(text);
            }
        }
    }

    private void Keep(ReadOnlySpan<byte> name)
    {
        if (_namesLength + name.Length > _names.Length)
        {
            Array.Resize(ref _names, Math.Max(_namesLength + name.Length, _names.Length * 2));
        }

        name.CopyTo(_names.AsSpan(_namesLength));
        _namesLength += name.Length;
    }

    /// <summary>Looks at an entry itself, not through a link; false when it is gone.</summary>
    private static bool TryLook(int folder, byte* name, out int type, out long modified, out long size)
    {
        if (OperatingSystem.IsMacOS())
        {
            Darwin.Stat stat;
            int missing = Darwin.StatusAt(folder, name, &stat, FolderDescriptor.NoFollow);
            type = stat.Mode & TypeMask;
            modified = FileStatus.Nanoseconds(stat.ModifiedSeconds, stat.ModifiedNanoseconds);
            size = stat.Size;
            return missing == 0;
        }

        Linux.Statx statx;
        int failed = Linux.StatusAt(folder, name, Linux.SymlinkNoFollow, Linux.TypeTimeAndSize, &statx);
        type = statx.Mode & TypeMask;
        modified = FileStatus.Nanoseconds(statx.ModifiedSeconds, statx.ModifiedNanoseconds);
        size = (long)statx.Size;
        return failed == 0;
    }
}
