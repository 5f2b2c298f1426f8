namespace CodexRouter.Platform;

/// <summary>What one question over HTTP may cost.</summary>
/// <param name="Total">The time for all tries and the pauses between them.</param>
/// <param name="OneTry">The time for one try, its body included.</param>
/// <param name="Tries">How often it is tried at most; 1 is once.</param>
/// <param name="BodyBytes">How large the body may be, decompressed.</param>
public sealed record HttpLimits(TimeSpan Total, TimeSpan OneTry, int Tries, int BodyBytes);
