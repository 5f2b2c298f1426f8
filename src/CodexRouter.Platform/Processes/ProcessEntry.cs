namespace CodexRouter.Platform;

/// <summary>What the system tells of one process.</summary>
public sealed record ProcessEntry
{
    /// <summary>Its number.</summary>
    public required int Pid { get; init; }

    /// <summary>The number of the process that started it, or took it over.</summary>
    public required int ParentPid { get; init; }

    /// <summary>The number of the user whose rights it has.</summary>
    public required uint Uid { get; init; }

    /// <summary>
    /// When it started, in the system's own notation: two processes with the same number are the same process only if this
    /// is the same too. Good for nothing but comparing.
    /// </summary>
    public required string Started { get; init; }

    /// <summary>The path of its program, when the system tells.</summary>
    public string? Executable { get; init; }

    /// <summary>
    /// The program's name, as it was called, and its arguments. On macOS the system gives one text, cut here at its spaces:
    /// an argument with a space in it appears as several.
    /// </summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>
    /// The environment that it was started with; null when the system does not tell. On macOS it is found in one text with
    /// spaces between: a value that itself holds <c> NAME=</c> ends there.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
}
