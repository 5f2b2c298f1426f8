using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>Gives files, links and folders another name on the same file system, in one step that survives a loss of power.</summary>
public static class Rename
{
    private const uint LinuxNoReplace = 1;
    private const uint LinuxExchange = 2;
    private const uint DarwinSwap = 2;
    private const uint DarwinExclusive = 4;

    /// <summary>What became of an exchange.</summary>
    internal enum Exchange
    {
        Done,
        NothingThere,
        Unsupported,
        Failed,
    }

    /// <summary>
    /// Renames, in the place of a file, a link or an empty folder that is there. A link is renamed itself. Throws
    /// <see cref="SystemCallException"/> when the system refuses.
    /// </summary>
    public static void Over(string from, string to)
    {
        PathText.Check(from);
        PathText.Check(to);
        if (LibC.Rename(from, to) != 0)
        {
            throw SystemCallException.Last("rename " + from + " to", to);
        }

        SyncFolders(from, to);
    }

    /// <summary>
    /// Renames if nothing is at the new path; throws <see cref="SystemCallException"/> with
    /// <see cref="SystemError.AlreadyExists"/> if something is.
    /// </summary>
    /// <remarks>
    /// Where the file system has no such operation, a file or a link gets the new name as a hard link, which cannot replace
    /// either, and then loses the old one: a crash in between leaves both names. A folder is looked for and then renamed;
    /// what another program makes there in between can only be replaced if it is an empty folder.
    /// </remarks>
    public static void WithoutReplacing(string from, string to)
    {
        PathText.Check(from);
        PathText.Check(to);
        if (!TryWithoutReplacing(from, to))
        {
            throw SystemCallException.Last("rename " + from + " to", to);
        }

        SyncFolders(from, to);
    }

    /// <summary>
    /// Lets what is at two paths exchange names, of whatever kind each is; both must be there. Throws
    /// <see cref="SystemCallException"/> when the system refuses, also where the file system has no such operation.
    /// </summary>
    public static void Exchanging(string one, string other)
    {
        PathText.Check(one);
        PathText.Check(other);
        if (TryExchange(one, other) != Exchange.Done)
        {
            throw SystemCallException.Last("exchange " + one + " and", other);
        }

        SyncFolders(one, other);
    }

    /// <summary>
    /// Says whether things in a folder can exchange names there, by trying it with two links that are gone afterwards. Some
    /// network and FUSE file systems have no such operation. Only their word counts: what else keeps a try from succeeding
    /// (no room, no rights, somebody who clears the links away) keeps the exchange itself from being made, which then says so.
    /// </summary>
    public static bool CanExchange(string folder)
    {
        const int Tries = 3;
        var outcome = Exchange.Failed;
        for (int count = 0; count < Tries && outcome is (Exchange.Failed or Exchange.NothingThere); count++)
        {
            outcome = TryExchangeOfLinks(folder);
        }

        return outcome != Exchange.Unsupported;
    }

    private static Exchange TryExchangeOfLinks(string folder)
    {
        string one = TemporaryName.Guess(folder.TrimEnd('/') + "/exchange");
        string other = TemporaryName.Guess(folder.TrimEnd('/') + "/exchange");
        try
        {
            return LibC.SymbolicLink("one", one) == 0 && LibC.SymbolicLink("other", other) == 0
                ? TryExchange(one, other)
                : Exchange.Failed;
        }
        finally
        {
            _ = LibC.Unlink(one);
            _ = LibC.Unlink(other);
        }
    }

    /// <summary>Says whether it succeeded; if not, the reason is the last error of this thread.</summary>
    internal static bool TryWithoutReplacing(string from, string to)
    {
        if (RenameWithFlags(from, to, LinuxNoReplace, DarwinExclusive))
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        if (ErrorNumbers.Name(error) != SystemError.Unsupported)
        {
            return false;
        }

        FileKind kind = FileStatus.Look(from).Kind;
        if (kind is FileKind.Missing)
        {
            Marshal.SetLastPInvokeError(ErrorNumbers.NoEntry);
            return false;
        }

        if (kind is not FileKind.Folder)
        {
            return LibC.LinkAt(FolderDescriptor.Current, from, FolderDescriptor.Current, to, 0) == 0
                && LibC.Unlink(from) == 0;
        }

        if (FileStatus.Look(to).Kind != FileKind.Missing)
        {
            Marshal.SetLastPInvokeError(ErrorNumbers.Exists);
            return false;
        }

        return LibC.Rename(from, to) == 0;
    }

    /// <summary>Lets what is at two paths exchange names, in one step. The reason for a failure is the last error of this thread.</summary>
    internal static Exchange TryExchange(string one, string other)
    {
        if (RenameWithFlags(one, other, LinuxExchange, DarwinSwap))
        {
            return Exchange.Done;
        }

        return ErrorNumbers.Name(Marshal.GetLastPInvokeError()) switch
        {
            SystemError.NotFound => Exchange.NothingThere,
            SystemError.Unsupported => Exchange.Unsupported,
            _ => Exchange.Failed,
        };
    }

    private static bool RenameWithFlags(string from, string to, uint linux, uint darwin) =>
        OperatingSystem.IsMacOS()
            ? Darwin.RenameWithFlags(from, to, darwin) == 0
            : Linux.RenameAt2(FolderDescriptor.Current, from, FolderDescriptor.Current, to, linux) == 0;

    private static void SyncFolders(string from, string to)
    {
        string source = PathText.Folder(from);
        string destination = PathText.Folder(to);

        // The new name first: a loss of power in between may leave both names, never none.
        Folders.Sync(destination);
        if (source != destination)
        {
            Folders.Sync(source);
        }
    }
}
