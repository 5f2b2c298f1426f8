namespace CodexRouter.Platform;

/// <summary>Reads the lines of a log that another program may be writing to; never throws for what becomes of it meanwhile.</summary>
public static class LogLines
{
    private const int DefaultBlock = 65536;
    private const int FirstRoom = 16384;

    /// <summary>
    /// Gives the lines of a file from the last to the first, without their ends (LF or CRLF), and reads only as far as they
    /// are taken: in blocks from the end, at most so many bytes in all. The first one given may lack its end: a write in
    /// progress. A line longer than the longest, in bytes, is passed over, as is one whose beginning is out of reach. What is
    /// written after the first line is asked for is not seen; when the file is cut off meanwhile, the lines end. Nothing
    /// there, or no regular file that may be read, has no lines.
    /// </summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Backward(
        string path,
        long mostBytes,
        int longestLine,
        int blockBytes = DefaultBlock
    )
    {
        PathText.Check(path);
        ArgumentOutOfRangeException.ThrowIfNegative(mostBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(longestLine);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockBytes);
        return BlocksBackward(path, mostBytes, longestLine, blockBytes);
    }

    /// <summary>
    /// Gives the first line of a file, without its end; it may lack one. Null when it is longer than the longest, in bytes,
    /// and when nothing is there, or no regular file that may be read. An empty file has an empty first line.
    /// </summary>
    public static ReadOnlyMemory<byte>? First(string path, int longestLine)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(longestLine);
        using GrowingFile? file = GrowingFile.TryOpen(path);
        if (file is null)
        {
            return null;
        }

        long most = Math.Min(longestLine + 2L, Array.MaxLength); // and CRLF
        byte[] bytes = new byte[Math.Min(most, FirstRoom)];
        int length = 0;
        while (true)
        {
            int count = file.Read(bytes.AsSpan(length), length);
            int end = bytes.AsSpan(length, count).IndexOf((byte)'\n');
            length += count;
            if (end >= 0 || length < bytes.Length || length == most)
            {
                ReadOnlyMemory<byte> line = bytes.AsMemory(0, end < 0 ? length : length - count + end);
                line = end < 0 ? line : WithoutReturn(line);
                return line.Length <= longestLine ? line : null as ReadOnlyMemory<byte>?;
            }

            Array.Resize(ref bytes, (int)Math.Min(most, bytes.Length * 2L));
        }
    }

    /// <summary>
    /// Gives the lines of a file from the first on, without their ends (LF or CRLF), out of at most so many bytes from its
    /// beginning. A line that these bytes cut off is left out; the file's last one may lack its end. Nothing there, or no
    /// regular file that may be read, has no lines.
    /// </summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Forward(string path, int mostBytes)
    {
        PathText.Check(path);
        ArgumentOutOfRangeException.ThrowIfNegative(mostBytes);
        return BlocksForward(path, mostBytes);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> BlocksForward(string path, int mostBytes)
    {
        using GrowingFile? file = GrowingFile.TryOpen(path);
        if (file is null)
        {
            yield break;
        }

        int limit = (int)Math.Min(mostBytes, file.Size);
        byte[] bytes = [];
        int length = 0;
        int start = 0;
        while (true)
        {
            int feed;
            while ((feed = bytes.AsSpan(start, length - start).IndexOf((byte)'\n')) >= 0)
            {
                yield return WithoutReturn(bytes.AsMemory(start, feed));
                start += feed + 1;
            }

            if (length == limit)
            {
                break;
            }

            // A buffer of its own each time, so that the lines given stay as they are; what is left of a line goes along.
            int wanted = Math.Min(limit - length, Math.Max(DefaultBlock, length));
            byte[] longer = new byte[length + wanted];
            bytes.AsSpan(start, length - start).CopyTo(longer.AsSpan(start));
            int count = file.Read(longer.AsSpan(length), length);
            bytes = longer;
            length += count;
            limit = count < wanted ? length : limit; // cut off meanwhile
        }

        if (start < length && length == file.Size)
        {
            yield return bytes.AsMemory(start, length - start);
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> BlocksBackward(string path, long mostBytes, int longestLine, int blockBytes)
    {
        using GrowingFile? file = GrowingFile.TryOpen(path);
        if (file is null)
        {
            yield break;
        }

        var tail = new LineTail(longestLine);
        bool hasEnd = false; // whether the line at hand ends with LF: all but the last do
        long limit = Math.Max(0, file.Size - mostBytes);
        for (long start = file.Size; start > limit;)
        {
            int size = (int)Math.Min(blockBytes, start - limit);
            start -= size;

            // A block of its own each time, so that the lines given stay as they are.
            byte[] block = new byte[size];
            if (file.Read(block, start) < size)
            {
                yield break;
            }

            int end = size;
            while (true)
            {
                int feed = block.AsSpan(0, end).LastIndexOf((byte)'\n');
                if (feed < 0)
                {
                    break;
                }

                // After the last end of line begins a line only if something follows.
                bool isLine = start + feed + 1 < file.Size;
                if (isLine && tail.TryJoin(block.AsMemory((feed + 1)..end), hasEnd) is { } line)
                {
                    yield return line;
                }

                hasEnd = true;
                end = feed;
            }

            tail.Prepend(block.AsMemory(0, end));
        }

        if (limit == 0 && file.Size > 0 && tail.TryJoin(default, hasEnd) is { } first)
        {
            yield return first;
        }
    }

    internal static ReadOnlyMemory<byte> WithoutReturn(ReadOnlyMemory<byte> line) =>
        line.Span.EndsWith("\r"u8) ? line[..^1] : line;
}
