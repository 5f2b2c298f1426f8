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

    /// <summary>
    /// What was asked for is so, and everybody sees it. What failed came after it: its way to the device, so that it might not
    /// survive a loss of power, or the removal of what it left beside.
    /// </summary>
    public bool IsDone { get; private init; }

    /// <summary>Gives the exception for a change that was made in a folder, and of whose way to the device this is the failure.</summary>
    internal static SystemCallException AfterTheChange(SystemCallException failure) =>
        new("make sure of the change in", failure.Path, failure.HResult) { IsDone = true };

    /// <summary>The same as <see cref="Last"/>, for what is only tidied up after a change that was made.</summary>
    internal static SystemCallException LastAfterTheChange(string attempt, string path) =>
        new(attempt, path, Marshal.GetLastPInvokeError()) { IsDone = true };

    /// <summary>Gives the exception for the error number that the last system call of this thread left.</summary>
    internal static SystemCallException Last(string attempt, string path) =>
        new(attempt, path, Marshal.GetLastPInvokeError());
}
