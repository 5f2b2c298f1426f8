using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>What only Linux has (glibc 2.28, musl 1.2.5). Called only there.</summary>
internal static unsafe partial class Linux
{
    internal const int SymlinkNoFollow = 0x100;
    internal const int EmptyPath = 0x1000;
    internal const uint BasicStatsAndBirth = 0x7ff | 0x800;

    /// <summary>STATX_TYPE, STATX_MTIME and STATX_SIZE.</summary>
    internal const uint TypeTimeAndSize = 0x1 | 0x40 | 0x200;

    /// <summary>PR_SET_DUMPABLE.</summary>
    internal const int SetDumpable = 4;

    /// <summary>prctl(2). On Linux variable arguments go where any others do.</summary>
    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    internal static partial int ProcessControl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Status(int folder, string path, int flags, uint mask, Statx* status);

    [LibraryImport("libc", EntryPoint = "statx")]
    internal static partial int StatusAt(int folder, byte* name, int flags, uint mask, Statx* status);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe2(int* ends, int flags);

    /// <summary>pidfd_open(2), which has this number on every processor and a function of its own only since glibc 2.36.</summary>
    internal static int OpenProcess(int process) => (int)SystemCall(434, process, 0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second);

    [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    internal static partial nint OpenFolder(int descriptor);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    internal static partial byte* ReadFolder(nint folder);

    /// <summary>The struct that statx(2) fills: the kernel's own, the same on every processor, unlike struct stat.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Statx
    {
        [FieldOffset(0)]
        internal uint Mask;

        [FieldOffset(16)]
        internal uint LinkCount;

        [FieldOffset(20)]
        internal uint User;

        [FieldOffset(28)]
        internal ushort Mode;

        [FieldOffset(32)]
        internal ulong Inode;

        [FieldOffset(40)]
        internal ulong Size;

        [FieldOffset(80)]
        internal long BirthSeconds;

        [FieldOffset(88)]
        internal uint BirthNanoseconds;

        [FieldOffset(112)]
        internal long ModifiedSeconds;

        [FieldOffset(120)]
        internal uint ModifiedNanoseconds;

        [FieldOffset(136)]
        internal uint DeviceMajor;

        [FieldOffset(140)]
        internal uint DeviceMinor;
    }
}
