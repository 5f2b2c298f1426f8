namespace CodexRouter.Platform;

/// <summary>What a program gave that ran unseen.</summary>
/// <param name="ExitCode">Its exit code; 128 and the signal's number when a signal ended it.</param>
/// <param name="Output">What it wrote to its output, up to the limit.</param>
/// <param name="Errors">What it wrote to its error output, up to the limit.</param>
/// <param name="TimedOut">Whether it was killed because its time was over.</param>
/// <param name="Truncated">Whether it wrote more than the limit to either; the rest was read and dropped.</param>
public sealed record CapturedOutput(
    int ExitCode,
    ReadOnlyMemory<byte> Output,
    ReadOnlyMemory<byte> Errors,
    bool TimedOut,
    bool Truncated
);
