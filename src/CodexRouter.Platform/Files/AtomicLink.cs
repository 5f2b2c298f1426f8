using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>
/// Replaces what is at a path by a symbolic link, in one step: whoever looks, at any moment and after any crash, finds
/// the old thing or the link.
/// </summary>
public static class AtomicLink
{
    /// <summary>
    /// Makes the path a link with this text, in the place of whatever file or link is there, or newly. A folder is not
    /// replaced: <see cref="SystemCallException"/>, as for everything that the system refuses.
    /// </summary>
    public static void Replace(string path, string target)
    {
        string link = MakeBeside(path, target);
        RenameOver(link, path);
    }

    /// <summary>
    /// Makes the path a link with this text if the path still holds what the caller saw there (the same version of the
    /// same file or link, or nothing); throws <see cref="ChangedUnderneathException"/> if not, and then leaves there what
    /// the other program put there.
    /// </summary>
    /// <remarks>
    /// To look first and rename afterwards would destroy what another program puts there in between. So the new link and
    /// the old thing exchange their names, and then what came out is looked at, when nobody else can have it in hand any
    /// more: if it is not what was expected, they are exchanged back. Where the file system cannot exchange (NFS, some
    /// network and FUSE file systems), this looks and renames at once, which leaves a gap of some microseconds.
    /// </remarks>
    public static void Replace(string path, string target, FileStatus expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        PathText.Check(path);
        switch (expected.Kind)
        {
            case FileKind.Missing:
                Create(path, target);
                return;
            case FileKind.Folder:
                throw new SystemCallException("replace the folder", path, ErrorNumbers.IsFolder);
            default:
                ReplaceExpected(path, target, expected);
                return;
        }
    }

    // symlink(2) itself fails when something is there.
    private static void Create(string path, string target)
    {
        PathText.Check(target);
        if (LibC.SymbolicLink(target, path) != 0)
        {
            SystemCallException failure = SystemCallException.Last("create the link", path);
            throw failure.Error == SystemError.AlreadyExists ? new ChangedUnderneathException(path) : failure;
        }

        Folders.Sync(PathText.Folder(path));
    }

    private static void ReplaceExpected(string path, string target, FileStatus expected)
    {
        string link = MakeBeside(path, target);
        FileStatus mine = FileStatus.Look(link);
        switch (Rename.TryExchange(link, path))
        {
            case Rename.Exchange.Done:
                break;
            case Rename.Exchange.NothingThere:
                _ = LibC.Unlink(link);
                throw new ChangedUnderneathException(path);
            case Rename.Exchange.Unsupported:
                ReplaceAfterLooking(link, path, expected);
                return;
            case Rename.Exchange.Failed:
            default:
                SystemCallException failure = SystemCallException.Last("replace", path);
                _ = LibC.Unlink(link);
                throw failure;
        }

        // From here on the name of the link holds what was at the path, and nobody else knows that name.
        if (!FileStatus.Look(link).IsSameVersionAs(expected))
        {
            string? setAside = PutBack(link, path, mine);
            throw new ChangedUnderneathException(path, setAside);
        }

        if (LibC.Unlink(link) != 0)
        {
            throw SystemCallException.LastAfterTheChange("remove", link);
        }

        Folders.Sync(PathText.Folder(path));
    }

    /// <summary>
    /// Exchanges back until the newest thing is at the path: a third program may have put something there meanwhile, which
    /// then came out and has to go back in. Gives where an older thing is kept that such a third program took the place of.
    /// </summary>
    private static string? PutBack(string held, string path, FileStatus mine)
    {
        FileStatus lastPut = mine;
        while (true)
        {
            FileStatus putting = FileStatus.Look(held);
            switch (Rename.TryExchange(held, path))
            {
                case Rename.Exchange.Done:
                    break;
                case Rename.Exchange.NothingThere when Rename.TryWithoutReplacing(held, path):
                    return null; // the link was removed meanwhile; what came out is back
                case Rename.Exchange.NothingThere:
                    continue;
                case Rename.Exchange.Unsupported:
                case Rename.Exchange.Failed:
                default:
                    return SetAside(held, path); // it worked a moment ago; what came out is not ours to remove
            }

            FileIdentity cameOut = FileStatus.Look(held).Identity;
            if (cameOut == mine.Identity)
            {
                _ = LibC.Unlink(held);
                return null;
            }

            if (cameOut == lastPut.Identity)
            {
                return SetAside(held, path);
            }

            lastPut = putting;
        }
    }

    /// <summary>Gives a thing a name under which nobody takes it for something half-made.</summary>
    private static string SetAside(string held, string path)
    {
        string kept = TemporaryName.GuessForKept(path);
        return Rename.TryWithoutReplacing(held, kept) ? kept : held;
    }

    private static void ReplaceAfterLooking(string link, string path, FileStatus expected)
    {
        if (!FileStatus.Look(path).IsSameVersionAs(expected))
        {
            _ = LibC.Unlink(link);
            throw new ChangedUnderneathException(path);
        }

        RenameOver(link, path);
    }

    private static void RenameOver(string link, string path)
    {
        if (LibC.Rename(link, path) != 0)
        {
            SystemCallException failure = SystemCallException.Last("replace", path);
            _ = LibC.Unlink(link);
            throw failure;
        }

        Folders.Sync(PathText.Folder(path));
    }

    private static string MakeBeside(string path, string target)
    {
        PathText.Check(path);
        PathText.Check(target);
        while (true)
        {
            string link = TemporaryName.Guess(path);
            if (LibC.SymbolicLink(target, link) == 0)
            {
                return link;
            }

            if (ErrorNumbers.Name(Marshal.GetLastPInvokeError()) != SystemError.AlreadyExists)
            {
                throw SystemCallException.Last("create a link beside", path);
            }
        }
    }
}
