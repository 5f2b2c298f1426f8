namespace CodexRouter.Platform;

/// <summary>Signals to other processes.</summary>
public static class Signals
{
    /// <summary>
    /// Asks a process to end (SIGTERM); false when it has ended already. Throws <see cref="SystemCallException"/> when this
    /// user may not.
    /// </summary>
    public static bool Terminate(int pid)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pid); // kill(2) takes 0 and less for whole groups, -1 for everything
        if (LibC.Kill(pid, SignalNumbers.Terminate) == 0)
        {
            return true;
        }

        SystemCallException failure = SystemCallException.Last("end process", pid.ToString(null as IFormatProvider));
        return failure.Error == SystemError.NoSuchProcess ? false : throw failure;
    }

    /// <summary>As <see cref="Terminate(int)"/>, unless the number meanwhile went to another process: then false.</summary>
    public static bool Terminate(ProcessEntry process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return ProcessTable.IsAlive(process) && Terminate(process.Pid);
    }

    /// <summary>Says whether there is a process of that number, be it that of somebody else.</summary>
    internal static bool Reaches(int pid)
    {
        const int nothing = 0;
        return LibC.Kill(pid, nothing) == 0
            || SystemCallException.Last("look at process", "").Error != SystemError.NoSuchProcess;
    }
}
