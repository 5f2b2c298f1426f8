using System.Text;

namespace CodexRouter.Platform;

/// <summary>Says of a file's name, as the bytes that the file system holds, whether it is wanted.</summary>
public delegate bool FileNameFilter(ReadOnlySpan<byte> name);

/// <summary>A file below a folder, as it was when the folder was looked through.</summary>
/// <param name="Path">Its path: that of the folder, and below it.</param>
/// <param name="ModifiedNanoseconds">When its content last changed, in nanoseconds since 1970 (UTC).</param>
/// <param name="Size">Its size in bytes.</param>
public readonly record struct RecentFile(string Path, long ModifiedNanoseconds, long Size)
{
    /// <summary>When its content last changed, to 100 ns.</summary>
    public DateTimeOffset Modified => DateTimeOffset.UnixEpoch.AddTicks(ModifiedNanoseconds / 100);
}
