namespace CodexRouter.Platform;

/// <summary>Tells of the processes that run now.</summary>
public static class ProcessTable
{
    /// <summary>
    /// Gives the processes of this user that have a command line (the dead have none). Processes that begin or end
    /// meanwhile may be there or not.
    /// </summary>
    public static IReadOnlyList<ProcessEntry> Snapshot() => Find(null);

    /// <summary>
    /// Gives those of this user's processes whose command line holds the word, as it is written. On Linux only theirs are
    /// looked at further, which takes about a tenth of the time.
    /// </summary>
    public static IReadOnlyList<ProcessEntry> Mentioning(string word)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        return Find(word);
    }

    /// <summary>Says whether a process of that number, anybody's, runs; one that ended and was not yet waited for does not.</summary>
    public static bool IsAlive(int pid)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pid);
        return Signals.Reaches(pid)
            && (OperatingSystem.IsMacOS() ? DarwinProcesses.StartOf(pid) is not null : LinuxProcesses.IsNotDead(pid));
    }

    /// <summary>Says whether this very process still runs, and not another one that got its number.</summary>
    public static bool IsAlive(ProcessEntry process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return OperatingSystem.IsMacOS()
            ? Signals.Reaches(process.Pid) && DarwinProcesses.StartOf(process.Pid) == process.Started
            : LinuxProcesses.StartOf(process.Pid) == process.Started;
    }

    private static List<ProcessEntry> Find(string? word) =>
        OperatingSystem.IsMacOS() ? DarwinProcesses.Find(word, Users.Effective) : LinuxProcesses.Find(word, Users.Effective);
}
