using System.Diagnostics;

namespace CodexRouter.Platform;

/// <summary>
/// The names of the half-made things that stand beside a file until they are renamed over it: <c>.NAME.new-XXXXXX</c>.
/// A crash can leave one behind; nothing reads it, and it may be removed when no program is at work.
/// </summary>
public static class TemporaryName
{
    private const string Mark = ".new-";
    private const string KeptMark = ".kept-";
    private const int Unique = 6;
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Says whether a name in a folder is that of something half-made, meant to become <paramref name="name"/>.</summary>
    public static bool IsFor(string name, string candidate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidate);
        return candidate.Length == 1 + name.Length + Mark.Length + Unique
            && candidate[0] == '.'
            && candidate.AsSpan(1).StartsWith(name, StringComparison.Ordinal)
            && candidate.AsSpan(1 + name.Length).StartsWith(Mark, StringComparison.Ordinal);
    }

    /// <summary>Gives the path of a template for mkstemp(3) beside a path.</summary>
    internal static string Template(string path) => Beside(path, Mark, "XXXXXX");

    /// <summary>Gives a path beside another that most likely is free: whoever makes something there must be told if it is not.</summary>
    internal static string Guess(string path) => Guess(path, Mark);

    /// <summary>Gives a most likely free path beside another for something that must stay.</summary>
    internal static string GuessForKept(string path) => Guess(path, KeptMark);

    private static string Guess(string path, string mark)
    {
        ulong number = unchecked((ulong)Stopwatch.GetTimestamp() * 0x9E3779B97F4A7C15UL) ^ (ulong)Environment.ProcessId;
        Span<char> unique = stackalloc char[Unique];
        for (int index = 0; index < Unique; index++)
        {
            unique[index] = Letters[(int)(number % (ulong)Letters.Length)];
            number /= (ulong)Letters.Length;
        }

        return Beside(path, mark, unique);
    }

    private static string Beside(string path, string mark, ReadOnlySpan<char> unique) =>
        Path.Join(PathText.Folder(path), string.Concat(".", PathText.Name(path), mark, unique));
}
