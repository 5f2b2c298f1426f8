using System.Text;

namespace CodexRouter.Platform;

/// <summary>Where other file systems, or parts of them, are mounted, as this process sees it.</summary>
public static class MountPoints
{
    private const string List = "/proc/self/mountinfo";

    private const int MostBytes = 4_194_304;

    /// <summary>
    /// Gives the paths of all mount points; single files may be among them (bind mounts). On a system without
    /// /proc/self/mountinfo (macOS) there are none to be seen. Source: proc(5).
    /// </summary>
    public static IReadOnlySet<string> All()
    {
        var points = new HashSet<string>(StringComparer.Ordinal);
        FileContent content = BoundedFile.Read(List, MostBytes);
        if (content.Outcome == ReadOutcome.Complete)
        {
            foreach (string line in Encoding.UTF8.GetString(content.Bytes.Span).Split('\n'))
            {
                string[] fields = line.Split(' ');
                if (fields.Length > PointField)
                {
                    points.Add(Unescape(fields[PointField]));
                }
            }
        }

        return points;
    }

    private const int PointField = 4;

    /// <summary>Gives a path of the list as it is: blanks, tabs, line ends and backslashes stand there as a backslash and three octal digits.</summary>
    public static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        var text = new StringBuilder(field.Length);
        for (int place = 0; place < field.Length; place++)
        {
            if (field[place] == '\\' && place + 3 < field.Length && IsOctal(field.AsSpan(place + 1, 3)))
            {
                text.Append((char)Convert.ToInt32(field.Substring(place + 1, 3), 8));
                place += 3;
            }
            else
            {
                text.Append(field[place]);
            }
        }

        return text.ToString();
    }

    private static bool IsOctal(ReadOnlySpan<char> digits) => digits.IndexOfAnyExceptInRange('0', '7') < 0;
}
