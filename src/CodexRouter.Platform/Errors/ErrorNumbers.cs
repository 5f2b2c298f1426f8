namespace CodexRouter.Platform;

/// <summary>The error numbers of errno.h on Linux and macOS, and the names they go by here.</summary>
internal static class ErrorNumbers
{
    internal const int NotPermitted = 1;
    internal const int NoEntry = 2;
    internal const int AccessDenied = 13;
    internal const int Exists = 17;
    internal const int NotAFolder = 20;
    internal const int IsFolder = 21;
    internal const int BrokenPipe = 32;

    internal static int LinkLoop => OperatingSystem.IsMacOS() ? 62 : 40;

    internal static int FolderNotEmpty => OperatingSystem.IsMacOS() ? 66 : 39;

    internal static SystemError Name(int number) =>
        number switch
        {
            NoEntry or NotAFolder => SystemError.NotFound,
            NotPermitted or AccessDenied or 30 => SystemError.Forbidden,
            3 => SystemError.NoSuchProcess,
            4 => SystemError.Interrupted,
            8 => SystemError.NotAProgram,
            Exists => SystemError.AlreadyExists,
            18 => SystemError.OtherFileSystem,
            IsFolder => SystemError.IsFolder,
            22 => SystemError.Unsupported,
            28 => SystemError.NoSpace,
            _ when OperatingSystem.IsMacOS() => NameOnMacOS(number),
            _ => NameOnLinux(number),
        };

    private static SystemError NameOnLinux(int number) =>
        number switch
        {
            11 => SystemError.Busy,
            38 or 95 => SystemError.Unsupported,
            39 => SystemError.FolderNotEmpty,
            40 => SystemError.Link,
            122 => SystemError.NoSpace,
            _ => SystemError.Other,
        };

    private static SystemError NameOnMacOS(int number) =>
        number switch
        {
            35 => SystemError.Busy,
            45 or 78 or 102 => SystemError.Unsupported,
            62 => SystemError.Link,
            66 => SystemError.FolderNotEmpty,
            69 => SystemError.NoSpace,
            _ => SystemError.Other,
        };
}
