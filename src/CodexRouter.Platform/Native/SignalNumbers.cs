namespace CodexRouter.Platform;

/// <summary>The signals named here; their numbers are the same on Linux and macOS.</summary>
internal static class SignalNumbers
{
    internal const int Interrupt = 2;
    internal const int Quit = 3;
    internal const int Kill = 9;
    internal const int Pipe = 13;
    internal const int Terminate = 15;

    /// <summary>SIG_DFL and SIG_IGN.</summary>
    internal const nint Default = 0;
    internal const nint Ignore = 1;

    /// <summary>More than a sigset_t (glibc 128 bytes), a struct sigaction (152) or a spawn attribute object (336) takes.</summary>
    internal const int RoomForAny = 512;
}
