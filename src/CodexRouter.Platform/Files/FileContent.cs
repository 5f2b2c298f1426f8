namespace CodexRouter.Platform;

/// <summary>How reading a file of limited size ended.</summary>
public enum ReadOutcome
{
    /// <summary>The file was read to its end.</summary>
    Complete,

    /// <summary>The file holds more than the limit; no content is given.</summary>
    TooLarge,

    /// <summary>Nothing is at the path, or at the end of the link there.</summary>
    Missing,

    /// <summary>A folder, a pipe, a socket or a device is there; it was not read.</summary>
    NotAFile,
}

/// <summary>What reading a file of limited size gave.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Bytes">The content when <see cref="ReadOutcome.Complete"/>, else empty.</param>
/// <param name="Status">The status of the very file that was read, or that was not because of its size or kind.</param>
public sealed record FileContent(ReadOutcome Outcome, ReadOnlyMemory<byte> Bytes, FileStatus Status);
