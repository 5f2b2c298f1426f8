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

    /// <summary>
    /// Gives the name of what was being replaced, if a name in a folder is that of something half-made or kept; otherwise null:
    /// what is called otherwise is not of this program.
    /// </summary>
    public static string? Replaced(string candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        foreach (string mark in (ReadOnlySpan<string>)[Mark, KeptMark])
        {
            int length = candidate.Length - 1 - mark.Length - Unique;
            if (
                length > 0
                && candidate[0] == '.'
                && candidate.AsSpan(1 + length).StartsWith(mark, StringComparison.Ordinal)
                && candidate[^Unique..].All(char.IsAsciiLetterOrDigit)
            )
            {
                return candidate.Substring(1, length);
            }
        }

        return null;
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
