using System.Text;

namespace CodexRouter.Platform;

/// <summary>The process table of macOS, which has no /proc: what ps(1) prints.</summary>
internal static class DarwinProcesses
{
    private const string Ps = "/bin/ps";
    private const int MostOutput = 64 * 1024 * 1024;
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(10);

    // ps writes dates in the language of LC_TIME, and escapes what is not a character of LC_CTYPE.
    private static readonly Dictionary<string, string> Locale = new() { ["LC_TIME"] = "C", ["LC_CTYPE"] = "UTF-8" };

    /// <summary>Gives the processes of a user whose command line holds the word; all of them without one.</summary>
    internal static List<ProcessEntry> Find(string? word, uint user)
    {
        // -a, -x: with and without a terminal; -ww: lines of any length.
        string listing = Run("-axww", "-o", PsListing.Columns);
        string withEnvironment = Run("-axwwE", "-o", PsListing.EnvironmentColumns);
        var found = new List<ProcessEntry>();
        foreach (ProcessEntry entry in PsListing.Parse(listing, withEnvironment, File.Exists))
        {
            if (entry.Uid == user && (word is null || IsMentioned(entry, word)))
            {
                found.Add(entry);
            }
        }

        return found;
    }

    /// <summary>Gives when a process started; null when there is none of that number, or one that only waits to be waited for.</summary>
    internal static string? StartOf(int pid) =>
        PsListing.ParseStartOfLiving(Run("-p", pid.ToString(null as IFormatProvider), "-o", PsListing.LifeColumns));

    private static bool IsMentioned(ProcessEntry entry, string word)
    {
        foreach (string argument in entry.Arguments)
        {
            if (argument.Contains(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string Run(params string[] arguments)
    {
        CapturedOutput output = CapturedChild.Run(Ps, arguments, Locale, null, default, LongestTime, MostOutput);
        return Encoding.UTF8.GetString(output.Output.Span);
    }
}
