using System.Runtime.InteropServices;
using System.Text;

namespace CodexRouter.Platform;

/// <summary>Replaces files whole: whoever reads, at any moment and after any crash, sees the old content or the new.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Makes the file at a path hold the content, with the mode (whatever the umask), creating it when nothing is there.
    /// When the call returns, the content and the name are on the device. The file is a new one: other names (hard links)
    /// of the old file keep the old content.
    /// </summary>
    /// <exception cref="SystemCallException">The system refused; the old file is as it was, nothing is left beside it. Only
    /// if the very last step failed, the folder's way to the device, the new content is there but might not survive a
    /// loss of power.</exception>
    public static void Replace(
        string path,
        ReadOnlySpan<byte> content,
        UnixFileMode mode,
        LinkAtPath link = LinkAtPath.Refuse
    )
    {
        CheckLink(path, link);
        Place(WriteBeside(path, content, mode, sync: true), path);
        Folders.Sync(PathText.Folder(path));
    }

    /// <summary>
    /// The same without waiting for the device, for what can be made again: after a loss of power the file may be the old one,
    /// or empty. Whoever reads still sees the old content or the new.
    /// </summary>
    /// <exception cref="SystemCallException">The system refused; the old file is as it was.</exception>
    public static void ReplaceUnsynced(
        string path,
        ReadOnlySpan<byte> content,
        UnixFileMode mode,
        LinkAtPath link = LinkAtPath.Replace
    )
    {
        CheckLink(path, link);
        Place(WriteBeside(path, content, mode, sync: false), path);
    }

    private static void CheckLink(string path, LinkAtPath link)
    {
        PathText.Check(path);
        if (link == LinkAtPath.Refuse && FileStatus.Look(path).Kind == FileKind.Link)
        {
            throw new SystemCallException("replace the link", path, ErrorNumbers.LinkLoop);
        }
    }

    private static void Place(string temporary, string path)
    {
        if (LibC.Rename(temporary, path) != 0)
        {
            SystemCallException failure = SystemCallException.Last("replace", path);
            _ = LibC.Unlink(temporary);
            throw failure;
        }
    }

    /// <summary>
    /// Makes an empty file with the mode; leaves alone what is there already, also if whoever made it swept away this half-made
    /// one.
    /// </summary>
    internal static void CreateEmpty(string path, UnixFileMode mode)
    {
        // There is no content that could be lost.
        string temporary = WriteBeside(path, [], mode, sync: false);
        if (!Rename.TryWithoutReplacing(temporary, path))
        {
            SystemCallException failure = SystemCallException.Last("create", path);
            _ = LibC.Unlink(temporary);
            if (failure.Error != SystemError.AlreadyExists && FileStatus.Look(path).Kind == FileKind.Missing)
            {
                throw failure;
            }
        }
    }

    /// <summary>Writes a complete file beside a path, and gives its own path.</summary>
    private static unsafe string WriteBeside(string path, ReadOnlySpan<byte> content, UnixFileMode mode, bool sync)
    {
        byte[] template = Encoding.UTF8.GetBytes(TemporaryName.Template(path) + "\0");
        fixed (byte* name = template)
        {
            // mkstemp(3) opens with O_EXCL and mode 0600: nobody else can have made the file, nor read it before its time.
            using var file = Descriptor.Of(LibC.MakeTemporary(name, OpenFlags.CloseOnExec), "create a file beside", path);
            string temporary = Marshal.PtrToStringUTF8((nint)name)!;
            try
            {
                Descriptor.Write(file.Number, content, temporary);
                if (LibC.ChangeMode(file.Number, (uint)mode) != 0)
                {
                    throw SystemCallException.Last("set the mode of", temporary);
                }

                if (sync)
                {
                    Descriptor.Sync(file.Number, temporary);
                }

                return temporary;
            }
            catch
            {
                _ = LibC.UnlinkAt(FolderDescriptor.Current, name, 0);
                throw;
            }
        }
    }
}
