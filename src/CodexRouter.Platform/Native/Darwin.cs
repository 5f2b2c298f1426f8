using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>What only macOS has, or has in its own form. Called only there.</summary>
/// <remarks>
/// On Intel, the functions over struct stat and struct dirent with 64-bit inode numbers carry the suffix
/// <c>$INODE64</c>; on Apple silicon there is no other form and no suffix. The layouts are the same on both.
/// </remarks>
internal static unsafe partial class Darwin
{
    private const string Library = "libc";

    internal const int FullSync = 51;
    internal const nuint CloseOnExecRequest = 0x20006601;

    private static bool HasSuffix => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    internal static int LinkStatus(string path, Stat* status) =>
        HasSuffix ? LinkStatus64(path, status) : LinkStatusPlain(path, status);

    internal static int FileStatus(string path, Stat* status) =>
        HasSuffix ? FileStatus64(path, status) : FileStatusPlain(path, status);

    internal static int DescriptorStatus(int descriptor, Stat* status) =>
        HasSuffix ? DescriptorStatus64(descriptor, status) : DescriptorStatusPlain(descriptor, status);

    internal static int StatusAt(int folder, byte* name, Stat* status, int flags) =>
        HasSuffix ? StatusAt64(folder, name, status, flags) : StatusAtPlain(folder, name, status, flags);

    internal static nint OpenFolder(int descriptor) =>
        HasSuffix ? OpenFolder64(descriptor) : OpenFolderPlain(descriptor);

    internal static byte* ReadFolder(nint folder) => HasSuffix ? ReadFolder64(folder) : ReadFolderPlain(folder);

    [LibraryImport(Library, EntryPoint = "renamex_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RenameWithFlags(string from, string to, uint flags);

    /// <summary>ioctl(2) with FIOCLEX, which takes no third argument.</summary>
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int DeviceControl(int descriptor, nuint request);

    [LibraryImport(Library, EntryPoint = "lstat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkStatusPlain(string path, Stat* status);

    [LibraryImport(Library, EntryPoint = "lstat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkStatus64(string path, Stat* status);

    [LibraryImport(Library, EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileStatusPlain(string path, Stat* status);

    [LibraryImport(Library, EntryPoint = "stat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileStatus64(string path, Stat* status);

    [LibraryImport(Library, EntryPoint = "fstat", SetLastError = true)]
    private static partial int DescriptorStatusPlain(int descriptor, Stat* status);

    [LibraryImport(Library, EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int DescriptorStatus64(int descriptor, Stat* status);

    [LibraryImport(Library, EntryPoint = "fstatat")]
    private static partial int StatusAtPlain(int folder, byte* name, Stat* status, int flags);

    [LibraryImport(Library, EntryPoint = "fstatat$INODE64")]
    private static partial int StatusAt64(int folder, byte* name, Stat* status, int flags);

    [LibraryImport(Library, EntryPoint = "fdopendir", SetLastError = true)]
    private static partial nint OpenFolderPlain(int descriptor);

    [LibraryImport(Library, EntryPoint = "fdopendir$INODE64", SetLastError = true)]
    private static partial nint OpenFolder64(int descriptor);

    [LibraryImport(Library, EntryPoint = "readdir", SetLastError = true)]
    private static partial byte* ReadFolderPlain(nint folder);

    [LibraryImport(Library, EntryPoint = "readdir$INODE64", SetLastError = true)]
    private static partial byte* ReadFolder64(nint folder);

    /// <summary>struct stat with 64-bit inode numbers, of sys/stat.h.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    internal struct Stat
    {
        [FieldOffset(0)]
        internal int Device;

        [FieldOffset(4)]
        internal ushort Mode;

        [FieldOffset(6)]
        internal ushort LinkCount;

        [FieldOffset(8)]
        internal ulong Inode;

        [FieldOffset(16)]
        internal uint User;

        [FieldOffset(48)]
        internal long ModifiedSeconds;

        [FieldOffset(56)]
        internal long ModifiedNanoseconds;

        [FieldOffset(80)]
        internal long BirthSeconds;

        [FieldOffset(88)]
        internal long BirthNanoseconds;

        [FieldOffset(96)]
        internal long Size;
    }
}
