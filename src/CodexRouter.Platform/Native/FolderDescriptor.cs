namespace CodexRouter.Platform;

/// <summary>The numbers that the …at functions take, which differ between systems.</summary>
internal static class FolderDescriptor
{
    /// <summary>AT_FDCWD: relative to the current folder.</summary>
    internal static int Current => OperatingSystem.IsMacOS() ? -2 : -100;

    /// <summary>AT_SYMLINK_NOFOLLOW.</summary>
    internal static int NoFollow => OperatingSystem.IsMacOS() ? 0x20 : 0x100;

    /// <summary>AT_REMOVEDIR.</summary>
    internal static int RemoveFolder => OperatingSystem.IsMacOS() ? 0x80 : 0x200;
}
