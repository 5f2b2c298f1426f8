namespace CodexRouter.Platform;

/// <summary>
/// Keeps what this process has read, tokens among it, out of core files, and out of sight of the user's other programs
/// (ptrace(2) and /proc/PID/mem, on Linux). What this process starts, or is replaced by, gets the limit that it had itself.
/// </summary>
public static unsafe class CoreDumps
{
    /// <summary>RLIMIT_CORE, on Linux and macOS.</summary>
    private const int CoreSize = 4;

    private static readonly Lock Gate = new();
    private static LibC.Limit? _given;

    /// <summary>From now on no core is written of this process. The hard limit stays, so that what it starts can have its own.</summary>
    public static void Prevent()
    {
        lock (Gate)
        {
            LibC.Limit given;
            if (_given is not null || LibC.GetLimit(CoreSize, &given) != 0)
            {
                return;
            }

            _given = given;
            Lower();
            if (OperatingSystem.IsLinux())
            {
                // The limit alone does not stop a core that is piped to a program (core(5)). execve(2) undoes this.
                _ = Linux.ProcessControl(Linux.SetDumpable, 0, 0, 0, 0);
            }
        }
    }

    /// <summary>Gives this process the limit back that it was given, until the end of the block: another program begins in it.</summary>
    internal static LimitGiven GiveBack()
    {
        // The limit is the whole process's: a second thread must not lower it between.
        Gate.Enter();
        if (_given is { } given)
        {
            _ = LibC.SetLimit(CoreSize, &given);
        }

        return new LimitGiven(_given is not null);
    }

    private static void Lower()
    {
        var none = new LibC.Limit { Soft = 0, Hard = _given!.Value.Hard };
        _ = LibC.SetLimit(CoreSize, &none);
    }

    /// <summary>The end of such a block.</summary>
    internal readonly ref struct LimitGiven(bool isRaised)
    {
        public void Dispose()
        {
            if (isRaised)
            {
                Lower();
            }

            Gate.Exit();
        }
    }
}
