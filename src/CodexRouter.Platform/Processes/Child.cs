using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>A child process made by posix_spawn(3), and its end.</summary>
/// <remarks>
/// Not System.Diagnostics.Process: its children inherit that the runtime ignores SIGPIPE (measured), so that a program in
/// a broken pipeline would not end.
/// </remarks>
internal static unsafe class Child
{
    private const short SetGroup = 0x02;
    private const short SetDefaultSignals = 0x04;
    private const short SetSignalMask = 0x08;
    private const short DarwinCloseOthers = 0x4000;

    private const int NoHang = 1;

    /// <summary>How a child is to be started, beyond its program.</summary>
    internal ref struct Setting
    {
        /// <summary>The working folder; null is that of this process.</summary>
        internal string? Folder;

        /// <summary>What becomes the child's descriptors 0, 1, 2 and so on; empty lets it have the first three of this process.</summary>
        internal ReadOnlySpan<int> Standard;

        /// <summary>Whether the child leads a process group of its own, which can be ended whole.</summary>
        internal bool OwnGroup;

        /// <summary>Signals that this process ignores and the child is not to.</summary>
        internal ReadOnlySpan<int> DefaultSignals;
    }

    /// <summary>Starts a program, found on the PATH of the child's environment, and gives its process number.</summary>
    internal static int Start(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        Setting setting
    )
    {
        PathText.Check(program);
        string path = program;
        if (!program.Contains('/'))
        {
            environment.TryGetValue("PATH", out string? searched);
            path = Programs.Find(program, searched) ?? throw new SystemCallException("run", program, ErrorNumbers.NoEntry);
        }

        if (setting.Folder is not null && FileStatus.Follow(setting.Folder).Kind is not FileKind.Folder)
        {
            throw new SystemCallException("enter the folder", setting.Folder, ErrorNumbers.NoEntry);
        }

        byte* attributes = stackalloc byte[SignalNumbers.RoomForAny];
        byte* actions = stackalloc byte[SignalNumbers.RoomForAny];
        Describe(attributes, setting);
        _ = LibC.SpawnActionsInit(actions);
        try
        {
            for (int index = 0; index < setting.Standard.Length; index++)
            {
                Require(LibC.SpawnActionsDuplicate(actions, setting.Standard[index], index), program);
            }

            if (setting.Folder is not null)
            {
                Require(LibC.SpawnActionsChangeFolder(actions, setting.Folder), program);
            }

            using var argumentList = CStrings.Arguments(program, arguments);
            using var variables = CStrings.Environment(environment);
            int process;
            using CoreDumps.LimitGiven limit = CoreDumps.GiveBack();
            Require(LibC.Spawn(&process, path, actions, attributes, argumentList.Start, variables.Start), program);
            return process;
        }
        finally
        {
            _ = LibC.SpawnActionsDestroy(actions);
            _ = LibC.SpawnAttributesDestroy(attributes);
        }
    }

    /// <summary>Waits for a child's end and gives its exit code, 128 and the signal's number when a signal ended it.</summary>
    internal static int WaitForEnd(int process)
    {
        int status;
        while (LibC.WaitFor(process, &status, 0) != process)
        {
            SystemCallException failure = SystemCallException.Last("wait for process", process.ToString(null as IFormatProvider));
            if (failure.Error != SystemError.Interrupted)
            {
                throw failure;
            }
        }

        return ExitCode(status);
    }

    /// <summary>Gives the exit code if the child has ended, null if it still runs.</summary>
    internal static int? TryWaitForEnd(int process)
    {
        int status;
        return LibC.WaitFor(process, &status, NoHang) == process ? ExitCode(status) : null;
    }

    private static int ExitCode(int status)
    {
        int signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    private static void Describe(byte* attributes, Setting setting)
    {
        _ = LibC.SpawnAttributesInit(attributes);
        byte* set = stackalloc byte[SignalNumbers.RoomForAny];
        _ = LibC.EmptySet(set);
        _ = LibC.SpawnAttributesSignalMask(attributes, set);
        _ = LibC.AddToSet(set, SignalNumbers.Pipe);
        foreach (int signal in setting.DefaultSignals)
        {
            _ = LibC.AddToSet(set, signal);
        }

        _ = LibC.SpawnAttributesDefaultSignals(attributes, set);
        short flags = SetDefaultSignals | SetSignalMask;
        if (setting.OwnGroup)
        {
            _ = LibC.SpawnAttributesGroup(attributes, 0);
            flags |= SetGroup;
        }

        if (OperatingSystem.IsMacOS() && setting.Standard.Length > 0)
        {
            flags |= DarwinCloseOthers; // there a pipe is open to other children for a moment before it is close-on-exec
        }

        _ = LibC.SpawnAttributesFlags(attributes, flags);
    }

    private static void Require(int errorNumber, string program)
    {
        if (errorNumber != 0)
        {
            throw new SystemCallException("run", program, errorNumber);
        }
    }
}
