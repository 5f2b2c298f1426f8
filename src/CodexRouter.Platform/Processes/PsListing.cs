using System.Globalization;

namespace CodexRouter.Platform;

/// <summary>
/// Reads what macOS's ps(1) prints.
/// </summary>
/// <remarks>
/// The command is the last column, so that it may hold anything. With -E, ps prints the environment behind the command,
/// with nothing but a space between; what was the command is known from a listing without -E.
/// </remarks>
public static class PsListing
{
    /// <summary>The columns that <see cref="Parse"/> expects: <c>ps -o</c>.</summary>
    public const string Columns = "pid=,ppid=,uid=,lstart=,command=";

    /// <summary>The columns of the listing with -E.</summary>
    public const string EnvironmentColumns = "pid=,command=";

    /// <summary>The columns that <see cref="ParseStartOfLiving"/> expects.</summary>
    public const string LifeColumns = "stat=,lstart=";

    private const int PartsOfStart = 5;

    /// <summary>
    /// Gives the processes in a listing with <see cref="Columns"/>, with the environment of those that a second listing,
    /// with -E and <see cref="EnvironmentColumns"/>, shows one of. Lines that are of another form are left out. Where a path at
    /// the beginning of a command ends, which may hold spaces, is asked of the function: the shortest that is a file.
    /// </summary>
    public static IReadOnlyList<ProcessEntry> Parse(
        string listing,
        string listingWithEnvironment,
        Func<string, bool> isFile
    )
    {
        ArgumentNullException.ThrowIfNull(isFile);
        ArgumentNullException.ThrowIfNull(listing);
        ArgumentNullException.ThrowIfNull(listingWithEnvironment);
        var commandsWithEnvironment = new Dictionary<int, string>();
        foreach (ReadOnlySpan<char> line in listingWithEnvironment.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> rest = line;
            if (TryNumber(ref rest, out uint pid))
            {
                commandsWithEnvironment[(int)pid] = rest.TrimStart(' ').ToString();
            }
        }

        var processes = new List<ProcessEntry>();
        foreach (ReadOnlySpan<char> line in listing.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> rest = line;
            if (TryNumber(ref rest, out uint pid)
                && TryNumber(ref rest, out uint parent)
                && TryNumber(ref rest, out uint user)
                && TryStart(ref rest, out string started))
            {
                string command = rest.TrimStart(' ').ToString();
                _ = commandsWithEnvironment.TryGetValue((int)pid, out string? withEnvironment);
                processes.Add(Entry((int)pid, (int)parent, user, started, command, withEnvironment, isFile));
            }
        }

        return processes;
    }

    /// <summary>Gives a start time as <see cref="ProcessEntry.Started"/> has it from what <c>ps -o lstart=</c> prints; null if that is something else.</summary>
    public static string? ParseStart(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        return TryStart(ref rest, out string started) ? started : null;
    }

    /// <summary>The same from what <c>ps -o</c> prints with <see cref="LifeColumns"/>; null, too, for one that is dead (a zombie).</summary>
    public static string? ParseStartOfLiving(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        return NextWord(ref rest).Contains('Z') ? null : ParseStart(rest.ToString());
    }

    private static ProcessEntry Entry(
        int pid,
        int parent,
        uint user,
        string started,
        string command,
        string? withEnvironment,
        Func<string, bool> isFile
    )
    {
        string program = Program(command, isFile);
        string[] arguments =
        [
            .. program.Length > 0 ? [program] : Array.Empty<string>(),
            .. command[program.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ];
        return new ProcessEntry
        {
            Pid = pid,
            ParentPid = parent,
            Uid = user,
            Started = started,
            Arguments = arguments,
            Executable = arguments.Length > 0 && arguments[0].StartsWith('/') ? arguments[0] : null,
            Environment =
                withEnvironment is not null
                && withEnvironment.Length > command.Length
                && withEnvironment.StartsWith(command, StringComparison.Ordinal)
                    ? Variables(withEnvironment[command.Length..])
                    : null,
        };
    }

    /// <summary>Gives the path that a command begins with; nothing when that is no file's.</summary>
    private static string Program(string command, Func<string, bool> isFile)
    {
        if (command.StartsWith('/'))
        {
            for (int end = command.IndexOf(' '); end >= 0; end = command.IndexOf(' ', end + 1))
            {
                if (isFile(command[..end]))
                {
                    return command[..end];
                }
            }

            if (isFile(command))
            {
                return command;
            }
        }

        return "";
    }

    /// <summary>Cuts the text at each space that <c>NAME=</c> follows.</summary>
    private static Dictionary<string, string>? Variables(string text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        int nameStart = NextName(text, 0, out int equals);
        while (nameStart >= 0)
        {
            string name = text[nameStart..equals];
            int valueStart = equals + 1;
            nameStart = NextName(text, valueStart, out equals);
            int valueEnd = nameStart < 0 ? text.Length : nameStart - 1;
            _ = variables.TryAdd(name, text[valueStart..valueEnd]);
        }

        return variables.Count > 0 ? variables : null;
    }

    /// <summary>Gives where the next name of a variable stands behind a space, and where the sign behind it; -1 when there is none.</summary>
    private static int NextName(string text, int from, out int equals)
    {
        for (int space = text.IndexOf(' ', from); space >= 0; space = text.IndexOf(' ', space + 1))
        {
            int end = space + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }

            if (end > space + 1 && end < text.Length && text[end] == '=' && !char.IsAsciiDigit(text[space + 1]))
            {
                equals = end;
                return space + 1;
            }
        }

        equals = -1;
        return -1;
    }

    private static bool TryNumber(ref ReadOnlySpan<char> rest, out uint number)
    {
        ReadOnlySpan<char> word = NextWord(ref rest);
        return uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Reads five words, as in "Thu Nov 26 03:10:20 2026", and gives them with single spaces between.</summary>
    private static bool TryStart(ref ReadOnlySpan<char> rest, out string started)
    {
        var words = new string[PartsOfStart];
        for (int index = 0; index < PartsOfStart; index++)
        {
            words[index] = NextWord(ref rest).ToString();
        }

        started = string.Join(' ', words);
        return words[PartsOfStart - 1].Length == 4 && words[PartsOfStart - 2].Contains(':');
    }

    private static ReadOnlySpan<char> NextWord(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(' ');
        int end = rest.IndexOf(' ');
        ReadOnlySpan<char> word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        return word;
    }
}
