using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>Runs a program unseen, within a limit of time and of output.</summary>
public static class CapturedChild
{
    // Empties both pipes, which hold 64 KiB at most by default, but does not follow a descendant that writes on for ever.
    private const int MostRounds = 64;

    /// <summary>
    /// Runs a program with the given input and gives what it wrote. After the time limit it is killed, with every program
    /// it started that did not leave its process group. What a program in the background keeps open is not waited for:
    /// this returns when the child itself has ended. A program without a slash is looked for on the PATH of the child's
    /// environment. Throws <see cref="SystemCallException"/> when it cannot be started.
    /// </summary>
    public static CapturedOutput Run(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string? directory,
        ReadOnlyMemory<byte> input,
        TimeSpan timeLimit,
        int outputLimit
    )
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfNegative(outputLimit);
        var output = new BoundedBuffer(outputLimit);
        var errors = new BoundedBuffer(outputLimit);
        using var pipes = new ChildPipes(output.Add, errors.Add) { Unsent = input };

        // In a group of its own, the child does not get the Ctrl-C that ends this process: pass it on.
        int process = 0;
        void PassOn(PosixSignalContext _) => EndGroup(process, SignalNumbers.Terminate);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, PassOn);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, PassOn);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, PassOn);

        process = Child.Start(
            program,
            arguments,
            environment,
            new Child.Setting
            {
                Folder = directory,
                OwnGroup = true,
                Standard = pipes.OfChild,
            }
        );
        pipes.Begin(process);
        long end = Environment.TickCount64 + (long)timeLimit.TotalMilliseconds;
        bool timedOut = false;
        int? exitCode = null;
        while (exitCode is null)
        {
            long left = end - Environment.TickCount64;
            if (left <= 0 && !timedOut)
            {
                timedOut = true;
                EndGroup(process, SignalNumbers.Kill);
            }

            CloseWhatIsSent(pipes);

            // Killed, it ends in an instant.
            pipes.Advance((int)Math.Clamp(left, 1, timedOut ? 1 : int.MaxValue), takeOutput: true);
            exitCode = Child.TryWaitForEnd(process);
        }

        // What the child left in the pipes is taken without waiting.
        pipes.CloseInput();
        for (int round = 0; round < MostRounds && !pipes.BothAreClosed && pipes.Advance(0, takeOutput: true); round++)
        {
        }

        return new CapturedOutput(
            exitCode.Value,
            output.Content,
            errors.Content,
            timedOut,
            output.Overflowed || errors.Overflowed
        );
    }

    private static void CloseWhatIsSent(ChildPipes pipes)
    {
        if (pipes.Unsent.IsEmpty)
        {
            pipes.CloseInput();
        }
    }

    // kill(2) takes a negative number for a group; 0 would be this process's own.
    private static void EndGroup(int process, int signal)
    {
        if (process > 0)
        {
            _ = LibC.Kill(-process, signal);
        }
    }
}
