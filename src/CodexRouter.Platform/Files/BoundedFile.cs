namespace CodexRouter.Platform;

/// <summary>Reads files that somebody else may have put there: never waits for one, never takes more than asked for.</summary>
public static class BoundedFile
{
    /// <summary>
    /// Reads the regular file at a path, through links, if it holds at most so many bytes. Throws
    /// <see cref="SystemCallException"/> when it may not be read.
    /// </summary>
    public static FileContent Read(string path, int maximumBytes)
    {
        PathText.Check(path);
        ArgumentOutOfRangeException.ThrowIfNegative(maximumBytes);

        // Without O_NONBLOCK, opening a FIFO waits until somebody writes. For a regular file it changes nothing.
        int flags = OpenFlags.ReadOnly | OpenFlags.NonBlock | OpenFlags.NoTerminal | OpenFlags.CloseOnExec;
        int descriptor = LibC.Open(path, flags);
        if (descriptor < 0)
        {
            SystemCallException failure = SystemCallException.Last("read", path);
            FileStatus there = FileStatus.Follow(path);
            return there.Kind switch
            {
                FileKind.Missing when failure.Error == SystemError.NotFound => Empty(ReadOutcome.Missing, there),
                FileKind.Socket or FileKind.Device => Empty(ReadOutcome.NotAFile, there), // opening a socket fails
                _ => throw failure,
            };
        }

        using var file = Descriptor.Of(descriptor, "read", path);
        FileStatus status = FileStatus.OfDescriptor(file.Number, path);
        if (status.Kind != FileKind.File)
        {
            return Empty(ReadOutcome.NotAFile, status);
        }

        if (status.Size > maximumBytes)
        {
            return Empty(ReadOutcome.TooLarge, status);
        }

        // The file may grow meanwhile, and files of /proc say that they are empty: the size is where to begin.
        byte[] buffer = new byte[Math.Min((long)maximumBytes, Math.Max(status.Size, SmallestBuffer)) + 1];
        int length = 0;
        while (true)
        {
            length += Descriptor.Fill(file.Number, buffer.AsSpan(length), path);
            if (length > maximumBytes)
            {
                return Empty(ReadOutcome.TooLarge, status);
            }

            if (length < buffer.Length)
            {
                return new FileContent(ReadOutcome.Complete, buffer.AsMemory(0, length), status);
            }

            Array.Resize(ref buffer, (int)Math.Min((long)maximumBytes, buffer.Length * 2L) + 1);
        }
    }

    private const int SmallestBuffer = 511;

    private static FileContent Empty(ReadOutcome outcome, FileStatus status) => new(outcome, default, status);
}
