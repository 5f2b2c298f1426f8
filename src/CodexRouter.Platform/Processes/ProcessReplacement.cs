using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>Replaces this process by another program, as a shell's <c>exec</c> does.</summary>
public static unsafe class ProcessReplacement
{
    private const string Shell = "/bin/sh";
    private static int SetMask => OperatingSystem.IsMacOS() ? 3 : 2;

    /// <summary>
    /// Replaces this process; returns only by an exception. A program without a slash is looked for on the PATH of the new
    /// environment, as by execvp(3); one that is a script without a first line <c>#!</c> is run by /bin/sh. The new program
    /// sees what it would if the caller of this one had started it: its open files, its working folder, its signals, and the
    /// terminal as remembered. Nothing of this process is flushed or disposed of.
    /// </summary>
    /// <exception cref="SystemCallException">It cannot be run: <see cref="SystemError.NotFound"/> (a shell would exit with
    /// 127), or for any other reason (126).</exception>
    [DoesNotReturn]
    public static void Replace(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        TerminalSettings? terminal = null
    )
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        PathText.Check(program);
        using var argumentList = CStrings.Arguments(program, arguments);
        using var variables = CStrings.Environment(environment);
        environment.TryGetValue("PATH", out string? path);

        terminal?.Restore();

        // execve(2) puts every signal that is handled back to its default by itself, but leaves the ignored ones ignored.
        // The runtime ignores SIGPIPE. What else is ignored was so when this process began (nohup, a shell's background job)
        // and has to stay: the runtime's own handlers respect it too.
        nint pipe = LibC.Signal(SignalNumbers.Pipe, SignalNumbers.Default);
        byte* none = stackalloc byte[SignalNumbers.RoomForAny];
        byte* mask = stackalloc byte[SignalNumbers.RoomForAny];
        _ = LibC.EmptySet(none);
        _ = LibC.SignalMask(SetMask, none, mask);

        using CoreDumps.LimitGiven limit = CoreDumps.GiveBack();
        int error = program.Contains('/')
            ? Execute(program, program, arguments, argumentList, variables)
            : ExecuteFromPath(program, path, arguments, argumentList, variables);

        _ = LibC.SignalMask(SetMask, mask, null);
        _ = LibC.Signal(SignalNumbers.Pipe, pipe);
        throw new SystemCallException("run", program, error);
    }

    private static int ExecuteFromPath(
        string program,
        string? path,
        IReadOnlyList<string> arguments,
        CStrings argumentList,
        CStrings variables
    )
    {
        bool wasForbidden = false;
        foreach (string candidate in Programs.Candidates(program, path))
        {
            int error = Execute(candidate, program, arguments, argumentList, variables);
            switch (ErrorNumbers.Name(error))
            {
                case SystemError.NotFound:
                    break;
                case SystemError.Forbidden:
                    wasForbidden = true; // execvp(3) looks on, and tells of this one if there is no better
                    break;
                default:
                    return error;
            }
        }

        return wasForbidden ? ErrorNumbers.AccessDenied : ErrorNumbers.NoEntry;
    }

    private static int Execute(
        string path,
        string program,
        IReadOnlyList<string> arguments,
        CStrings argumentList,
        CStrings variables
    )
    {
        _ = LibC.Execute(path, argumentList.Start, variables.Start);
        int error = Marshal.GetLastPInvokeError();
        if (ErrorNumbers.Name(error) == SystemError.NotAProgram)
        {
            using var shellArguments = CStrings.Arguments(program, [path, .. arguments]);
            _ = LibC.Execute(Shell, shellArguments.Start, variables.Start);
        }

        return error;
    }
}
