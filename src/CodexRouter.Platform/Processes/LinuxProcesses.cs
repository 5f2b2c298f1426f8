using System.Buffers.Text;
using System.Text;

namespace CodexRouter.Platform;

/// <summary>The process table of Linux: the files of /proc (proc(5)).</summary>
internal static class LinuxProcesses
{
    private const int FirstRoom = 16 * 1024;

    /// <summary>Gives the processes of a user whose command line holds the word; all of them without one.</summary>
    internal static unsafe List<ProcessEntry> Find(string? word, uint user)
    {
        byte[] sought = Encoding.UTF8.GetBytes(word ?? "");
        var found = new List<ProcessEntry>();
        using var proc = Descriptor.Of(
            LibC.Open("/proc", OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.CloseOnExec),
            "list",
            "/proc"
        );
        var files = new ProcFiles(proc.Number);
        int again = LibC.Open("/proc", OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.CloseOnExec);
        using var entries = FolderEntries.Over(again, "/proc");
        while (entries.Next(out byte* name))
        {
            if (!TryNumber(name, out int pid))
            {
                continue;
            }

            // A process can end between any two of these reads: what is not readable any more is left out.
            ReadOnlySpan<byte> commandLine = files.Read(pid, "cmdline"u8);
            if (commandLine.IsEmpty || commandLine.IndexOf(sought) < 0)
            {
                continue;
            }

            ProcessEntry? entry = Describe(files, pid, user);
            if (entry is not null)
            {
                found.Add(entry);
            }
        }

        return found;
    }

    /// <summary>Gives when a process started, as in <see cref="ProcessEntry.Started"/>; null when it does not run any more.</summary>
    internal static string? StartOf(int pid)
    {
        ReadOnlySpan<byte> stat = ReadStat(pid);
        return TryStat(stat, out char state, out _, out string started) && !IsDead(state) ? started : null;
    }

    /// <summary>Says whether a process of that number is not merely waiting to be waited for. (One that is hidden counts as running.)</summary>
    internal static bool IsNotDead(int pid) => !TryStat(ReadStat(pid), out char state, out _, out _) || !IsDead(state);

    private static ReadOnlySpan<byte> ReadStat(int pid)
    {
        using var proc = Descriptor.Of(
            LibC.Open("/proc", OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.CloseOnExec),
            "list",
            "/proc"
        );
        return new ProcFiles(proc.Number).Read(pid, "stat"u8);
    }

    private static ProcessEntry? Describe(ProcFiles files, int pid, uint user)
    {
        // The owner of the folder /proc/PID is not it: for a process that hardened itself (PR_SET_DUMPABLE) that is root.
        if (EffectiveUser(files.Read(pid, "status"u8)) != user
            || !TryStat(files.Read(pid, "stat"u8), out char state, out int parent, out string started)
            || IsDead(state))
        {
            return null;
        }

        // While a process becomes another program, its files tell of the one before and of the one after. If the program is
        // the same before and after they were read, they tell of that one.
        string? executable = Executable(pid);
        while (true)
        {
            ReadOnlySpan<byte> commandLine = files.Read(pid, "cmdline"u8);
            if (commandLine.IsEmpty)
            {
                return null;
            }

            List<string> arguments = Split(commandLine);
            ReadOnlySpan<byte> environment = files.Read(pid, "environ"u8, out bool isReadable);
            string? before = executable;
            executable = Executable(pid);
            if (executable == before)
            {
                return new ProcessEntry
                {
                    Pid = pid,
                    ParentPid = parent,
                    Uid = user,
                    Started = started,
                    Arguments = arguments,
                    Executable = executable,
                    Environment = isReadable ? Variables(environment) : null,
                };
            }
        }
    }

    private static string? Executable(int pid)
    {
        try
        {
            return FileStatus.TargetOf(string.Concat("/proc/", pid.ToString(null as IFormatProvider), "/exe"));
        }
        catch (SystemCallException)
        {
            return null; // not ours to look at
        }
    }

    /// <summary>
    /// Reads state, parent and start time from a line of /proc/PID/stat. The name in parentheses may itself hold spaces and
    /// parentheses, so the fields count from the last one: state is the 3rd of the line, parent the 4th, start the 22nd.
    /// </summary>
    private static bool TryStat(ReadOnlySpan<byte> line, out char state, out int parent, out string started)
    {
        state = '?';
        parent = 0;
        started = "";
        int field = 2;
        ReadOnlySpan<byte> rest = line[(line.LastIndexOf((byte)')') + 1)..];
        foreach (Range range in rest.Split((byte)' '))
        {
            ReadOnlySpan<byte> text = rest[range];
            if (text.IsEmpty)
            {
                continue;
            }

            field++;
            switch (field)
            {
                case 3:
                    state = (char)text[0];
                    break;
                case 4:
                    _ = Utf8Parser.TryParse(text, out parent, out _);
                    break;
                case 22:
                    started = Encoding.ASCII.GetString(text);
                    return true;
            }
        }

        return false;
    }

    private static bool IsDead(char state) => state is 'Z' or 'X' or 'x';

    /// <summary>Reads the second of the four numbers after "Uid:": real, effective, saved, file system.</summary>
    private static uint? EffectiveUser(ReadOnlySpan<byte> status)
    {
        int start = status.IndexOf("\nUid:\t"u8);
        if (start < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> numbers = status[(start + "\nUid:\t".Length)..];
        numbers = numbers[(numbers.IndexOf((byte)'\t') + 1)..];
        return Utf8Parser.TryParse(numbers, out uint user, out _) ? user : null;
    }

    private static List<string> Split(ReadOnlySpan<byte> texts)
    {
        var parts = new List<string>();
        if (texts.EndsWith((byte)0))
        {
            texts = texts[..^1];
        }

        foreach (Range range in texts.Split((byte)0))
        {
            parts.Add(Encoding.UTF8.GetString(texts[range]));
        }

        return parts;
    }

    private static Dictionary<string, string> Variables(ReadOnlySpan<byte> environment)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Range range in environment.Split((byte)0))
        {
            ReadOnlySpan<byte> text = environment[range];
            int equals = text.IndexOf((byte)'=');
            if (equals > 0)
            {
                // getenv(3) finds the first.
                _ = variables.TryAdd(Encoding.UTF8.GetString(text[..equals]), Encoding.UTF8.GetString(text[(equals + 1)..]));
            }
        }

        return variables;
    }

    private static unsafe bool TryNumber(byte* name, out int number)
    {
        number = 0;
        for (; *name is >= (byte)'0' and <= (byte)'9'; name++)
        {
            number = (number * 10) + (*name - '0');
        }

        return *name == 0 && number > 0;
    }

    /// <summary>Reads files of /proc/PID into a buffer of its own, which the next read overwrites.</summary>
    private sealed class ProcFiles(int proc)
    {
        private byte[] _buffer = new byte[FirstRoom];

        internal ReadOnlySpan<byte> Read(int pid, ReadOnlySpan<byte> file) => Read(pid, file, out _);

        internal unsafe ReadOnlySpan<byte> Read(int pid, ReadOnlySpan<byte> file, out bool isReadable)
        {
            Span<byte> path = stackalloc byte[32];
            path.Clear();
            _ = Utf8Formatter.TryFormat(pid, path, out int length);
            path[length] = (byte)'/';
            file.CopyTo(path[(length + 1)..]);
            int descriptor;
            fixed (byte* name = path)
            {
                descriptor = LibC.OpenAt(proc, name, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
            }

            isReadable = descriptor >= 0;
            if (!isReadable)
            {
                return default;
            }

            try
            {
                int filled = 0;
                while (true)
                {
                    filled += Descriptor.Fill(descriptor, _buffer.AsSpan(filled), "/proc");
                    if (filled < _buffer.Length)
                    {
                        return _buffer.AsSpan(0, filled);
                    }

                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }
            }
            catch (SystemCallException)
            {
                isReadable = false; // the process ended in between (ESRCH), or is not ours
                return default;
            }
            finally
            {
                _ = LibC.Close(descriptor);
            }
        }
    }
}
