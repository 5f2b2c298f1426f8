namespace CodexRouter.Platform;

/// <summary>What waiting for a child's next line gave.</summary>
public enum ReceivedKind
{
    /// <summary>A line came.</summary>
    Line,

    /// <summary>No line was complete in time; the child still runs.</summary>
    NothingInTime,

    /// <summary>The child ended, or closed its output: no line will come any more.</summary>
    Ended,
}

/// <summary>What waiting for a child's next line gave.</summary>
/// <param name="Kind">Whether a line came.</param>
/// <param name="Line">The line's bytes without the end of line; empty when none came. They stay as they are.</param>
public readonly record struct Received(ReceivedKind Kind, ReadOnlyMemory<byte> Line);
