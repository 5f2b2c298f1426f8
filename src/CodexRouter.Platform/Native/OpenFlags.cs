using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>The flags of open(2), whose numbers differ between systems and, on Linux, between processors.</summary>
internal static class OpenFlags
{
    internal const int ReadOnly = 0;
    internal const int ReadWrite = 2;

    internal static int NonBlock => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    internal static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    internal static int NoTerminal => OperatingSystem.IsMacOS() ? 0x20000 : 0x100;

    /// <summary>Fails with ELOOP (or EMLINK) when the last part of the path is a link.</summary>
    internal static int NoFollow => OperatingSystem.IsMacOS() ? 0x100 : IsArm64 ? 0x8000 : 0x20000;

    internal static int Folder => OperatingSystem.IsMacOS() ? 0x100000 : IsArm64 ? 0x4000 : 0x10000;

    private static bool IsArm64 => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
}
