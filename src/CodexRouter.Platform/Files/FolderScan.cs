using System.Runtime.InteropServices;
using System.Text;

namespace CodexRouter.Platform;

/// <summary>The regular files that were found below a folder, with little memory for each: no path until it is asked for.</summary>
/// <remarks>Compares two files by their numbers: the one that was changed last comes first.</remarks>
internal sealed unsafe class FolderScan : IComparer<int>
{
    private const int TypeMask = 0xF000;
    private const int TypeFile = 0x8000;
    private const int TypeFolder = 0x4000;

    private readonly FileNameFilter _isWanted;
    private readonly List<Entry> _entries = [];
    private byte[] _names = new byte[4096];
    private int _namesLength;

    private FolderScan(FileNameFilter isWanted) => _isWanted = isWanted;

    internal int Count => _entries.Count;

    internal static FolderScan Of(string folder, int depth, FileNameFilter isWanted)
    {
        var scan = new FolderScan(isWanted);
        int flags = OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.NonBlock | OpenFlags.CloseOnExec;
        scan.Add(LibC.Open(folder, flags), folder.TrimEnd('/'), depth);
        return scan;
    }

    internal RecentFile At(int index)
    {
        Entry entry = _entries[index];
        string name = Encoding.UTF8.GetString(NameOf(entry));
        return new RecentFile(entry.Folder + "/" + name, entry.Modified, entry.Size);
    }

    public int Compare(int first, int second)
    {
        Entry one = _entries[first];
        Entry other = _entries[second];
        int byTime = other.Modified.CompareTo(one.Modified);
        return byTime != 0 ? byTime : NameOf(other).SequenceCompareTo(NameOf(one));
    }

    private ReadOnlySpan<byte> NameOf(Entry entry) => _names.AsSpan(entry.NameStart, entry.NameLength);

    /// <summary>Takes over a folder's descriptor, which is negative when it could not be opened.</summary>
    private void Add(int descriptor, string path, int depth)
    {
        if (descriptor < 0)
        {
            return;
        }

        try
        {
            using var entries = FolderEntries.Over(descriptor, path);
            while (entries.Next(out byte* name, out byte kind))
            {
                ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
                if (kind == FolderEntries.File)
                {
                    AddIfWanted(descriptor, name, text, path);
                }
                else if (kind == FolderEntries.Folder)
                {
                    AddFolder(descriptor, name, text, path, depth);
                }
                else if (kind == FolderEntries.Unknown && TryLook(descriptor, name, out int type, out _, out _))
                {
                    if (type == TypeFile)
                    {
                        AddIfWanted(descriptor, name, text, path);
                    }
                    else if (type == TypeFolder)
                    {
                        AddFolder(descriptor, name, text, path, depth);
                    }
                }
            }
        }
        catch (SystemCallException)
        {
            // The folder broke off in the middle; what was found in it counts.
        }
    }

    private void AddFolder(int parent, byte* name, ReadOnlySpan<byte> text, string path, int depth)
    {
        if (depth > 0)
        {
            int flags = OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.NoFollow | OpenFlags.NonBlock | OpenFlags.CloseOnExec;
            Add(LibC.OpenAt(parent, name, flags), path + "/" + Encoding.UTF8.GetString(text), depth - 1);
        }
    }

    private void AddIfWanted(int folder, byte* name, ReadOnlySpan<byte> text, string path)
    {
        if (!_isWanted(text) || !TryLook(folder, name, out int type, out long modified, out long size) || type != TypeFile)
        {
            return;
        }

        if (_namesLength + text.Length > _names.Length)
        {
            Array.Resize(ref _names, Math.Max(_namesLength + text.Length, _names.Length * 2));
        }

        text.CopyTo(_names.AsSpan(_namesLength));
        _entries.Add(new Entry(path, _namesLength, text.Length, modified, size));
        _namesLength += text.Length;
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

    private readonly record struct Entry(string Folder, int NameStart, int NameLength, long Modified, long Size);
}
