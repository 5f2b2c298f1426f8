using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>A system call on a file or a program failed; the message names what was tried, on what, and the system's reason.</summary>
public sealed class SystemCallException : IOException
{
    internal SystemCallException(string attempt, string path, int errorNumber)
        : base(string.Concat("cannot ", attempt, " ", path) + ": " + Marshal.GetPInvokeErrorMessage(errorNumber), errorNumber)
    {
        Path = path;
        Error = ErrorNumbers.Name(errorNumber);
    }

    /// <summary>What it was tried on.</summary>
    public string Path { get; }

    /// <summary>The reason, by a name that is the same on every system.</summary>
    public SystemError Error { get; }

    /// <summary>Gives the exception for the error number that the last system call of this thread left.</summary>
    internal static SystemCallException Last(string attempt, string path) =>
        new(attempt, path, Marshal.GetLastPInvokeError());
}
