namespace CodexRouter.Platform;

/// <summary>Runs a program that takes over the terminal until it ends.</summary>
public static class ForegroundChild
{
    /// <summary>
    /// Runs a program with this process's input, output and terminal, and gives its exit code: 128 and the signal's number
    /// when a signal ended it. Meanwhile this process ignores Ctrl-C and Ctrl-\; the child has their default actions, unless
    /// this process was started with them ignored. A program without a slash is looked for on the PATH of the child's
    /// environment. What it writes to its output can be led to the error output. Throws <see cref="SystemCallException"/>
    /// when it cannot be started.
    /// </summary>
    public static int Run(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string? directory = null,
        bool outputToErrors = false
    )
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        using var ignored = IgnoredSignals.Begin();
        Span<int> active = stackalloc int[2];
        int count = 0;
        if (ignored.InterruptWasActive)
        {
            active[count++] = SignalNumbers.Interrupt;
        }

        if (ignored.QuitWasActive)
        {
            active[count++] = SignalNumbers.Quit;
        }

        var setting = new Child.Setting
        {
            Folder = directory,
            DefaultSignals = active[..count],
            Standard = outputToErrors ? [0, 2, 2] : [],
        };
        return Child.WaitForEnd(Child.Start(program, arguments, environment, setting));
    }
}
