using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>The C library's functions on the terminal and on who owns it.</summary>
internal static unsafe partial class LibC
{
    /// <summary>ioctl(2) where a variable argument goes where any other does.</summary>
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int DeviceControl(int descriptor, nuint request, TerminalSize.WindowSize* size);

    /// <summary>ioctl(2) where variable arguments go on the stack: after eight words in registers.</summary>
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int DeviceControlOnStack(
        int descriptor,
        nuint request,
        nint third,
        nint fourth,
        nint fifth,
        nint sixth,
        nint seventh,
        nint eighth,
        TerminalSize.WindowSize* size
    );

    [LibraryImport(Library, EntryPoint = "tcgetpgrp", SetLastError = true)]
    internal static partial int TerminalGroup(int descriptor);

    [LibraryImport(Library, EntryPoint = "getpgrp")]
    internal static partial int Group();

    [LibraryImport(Library, EntryPoint = "raise")]
    internal static partial int Raise(int signal);
}
