using System.Runtime.InteropServices;
using System.Text;

namespace CodexRouter.Platform;

/// <summary>What the system tells of the file at a path, at one moment.</summary>
public sealed record FileStatus
{
    private const int FileTypeMask = 0xF000;
    private const int LongestLink = 4096;

    private static readonly FileStatus NothingThere = new();

    /// <summary>What is there. For <see cref="FileKind.Missing"/>, everything else is zero.</summary>
    public FileKind Kind { get; private init; }

    /// <summary>Which file it is.</summary>
    public FileIdentity Identity { get; private init; }

    /// <summary>The size in bytes.</summary>
    public long Size { get; private init; }

    /// <summary>When the content last changed, in nanoseconds since 1970 (UTC).</summary>
    public long ModifiedNanoseconds { get; private init; }

    /// <summary>When the content last changed, to 100 ns.</summary>
    public DateTimeOffset Modified => DateTimeOffset.UnixEpoch.AddTicks(ModifiedNanoseconds / 100);

    /// <summary>The number of the user who owns it.</summary>
    public uint Owner { get; private init; }

    /// <summary>The permission bits, with set-user-id, set-group-id and sticky.</summary>
    public UnixFileMode Mode { get; private init; }

    /// <summary>How many names (hard links) the file has.</summary>
    public long LinkCount { get; private init; }

    /// <summary>The text of a symbolic link, as it stands in the link; null for everything else.</summary>
    public string? LinkTarget { get; private init; }

    /// <summary>Looks at what is at the path itself; a link is a link. Throws <see cref="SystemCallException"/> when the system does not tell.</summary>
    public static FileStatus Look(string path)
    {
        while (true)
        {
            FileStatus status = Read(path, follow: false);
            if (status.Kind != FileKind.Link)
            {
                return status;
            }

            // The link can be gone, or be no link any more, between the two calls: then look again.
            string? target = TargetOf(path);
            if (target is not null)
            {
                return status with { LinkTarget = target };
            }
        }
    }

    /// <summary>Looks at what the path leads to, through links. A link to nothing gives <see cref="FileKind.Missing"/>.</summary>
    public static FileStatus Follow(string path) => Read(path, follow: true);

    /// <summary>
    /// Says whether the other status shows the same file with, as far as times and sizes tell, the same content.
    /// Renaming a file, or giving it a second name, changes nothing of this. Certain only while the caller keeps the first
    /// one from being deleted, by a hard link of its own: the clock of file systems ticks every few milliseconds, and
    /// within a tick a new file can get the number and the times of one that was deleted.
    /// </summary>
    public bool IsSameVersionAs(FileStatus other) =>
        Kind == other.Kind
        && Identity == other.Identity
        && Size == other.Size
        && ModifiedNanoseconds == other.ModifiedNanoseconds
        && LinkTarget == other.LinkTarget;

    /// <summary>Gives the status of an open file.</summary>
    internal static unsafe FileStatus OfDescriptor(int descriptor, string path)
    {
        if (OperatingSystem.IsMacOS())
        {
            Darwin.Stat stat;
            return Darwin.DescriptorStatus(descriptor, &stat) == 0 ? From(in stat) : throw Failure(path);
        }

        Linux.Statx statx;
        return Linux.Status(descriptor, "", Linux.EmptyPath, Linux.BasicStatsAndBirth, &statx) == 0
            ? From(in statx)
            : throw Failure(path);
    }

    /// <summary>Gives the text of the link at a path; null when there is no link (any more).</summary>
    internal static unsafe string? TargetOf(string path)
    {
        byte* buffer = stackalloc byte[LongestLink];
        nint length = LibC.ReadLink(path, buffer, LongestLink);
        if (length >= 0)
        {
            return Encoding.UTF8.GetString(buffer, (int)length);
        }

        return ErrorNumbers.Name(Marshal.GetLastPInvokeError()) is SystemError.NotFound or SystemError.Unsupported // EINVAL: not a link
            ? null
            : throw SystemCallException.Last("read the link", path);
    }

    // .NET tells neither device, inode nor link count. statx(2) has one layout on every Linux; struct stat has not, but has
    // one on every Mac that .NET runs on.
    private static unsafe FileStatus Read(string path, bool follow)
    {
        PathText.Check(path);
        if (OperatingSystem.IsMacOS())
        {
            Darwin.Stat stat;
            int failed = follow ? Darwin.FileStatus(path, &stat) : Darwin.LinkStatus(path, &stat);
            return failed == 0 ? From(in stat) : MissingOrFailure(path);
        }

        Linux.Statx statx;
        int flags = follow ? 0 : Linux.SymlinkNoFollow;
        return Linux.Status(FolderDescriptor.Current, path, flags, Linux.BasicStatsAndBirth, &statx) == 0
            ? From(in statx)
            : MissingOrFailure(path);
    }

    private static FileStatus MissingOrFailure(string path) =>
        ErrorNumbers.Name(Marshal.GetLastPInvokeError()) == SystemError.NotFound ? NothingThere : throw Failure(path);

    private static SystemCallException Failure(string path) => SystemCallException.Last("look at", path);

    private static FileStatus From(in Linux.Statx statx) =>
        new()
        {
            Kind = KindOf(statx.Mode),
            Identity = new FileIdentity(
                ((ulong)statx.DeviceMajor << 32) | statx.DeviceMinor,
                statx.Inode,
                Nanoseconds(statx.BirthSeconds, statx.BirthNanoseconds)
            ),
            Size = (long)statx.Size,
            ModifiedNanoseconds = Nanoseconds(statx.ModifiedSeconds, statx.ModifiedNanoseconds),
            Owner = statx.User,
            Mode = (UnixFileMode)(statx.Mode & ~FileTypeMask),
            LinkCount = statx.LinkCount,
        };

    private static FileStatus From(in Darwin.Stat stat) =>
        new()
        {
            Kind = KindOf(stat.Mode),
            Identity = new FileIdentity((uint)stat.Device, stat.Inode, Nanoseconds(stat.BirthSeconds, stat.BirthNanoseconds)),
            Size = stat.Size,
            ModifiedNanoseconds = Nanoseconds(stat.ModifiedSeconds, stat.ModifiedNanoseconds),
            Owner = stat.User,
            Mode = (UnixFileMode)(stat.Mode & ~FileTypeMask),
            LinkCount = stat.LinkCount,
        };

    internal static long Nanoseconds(long seconds, long nanoseconds) => (seconds * 1_000_000_000) + nanoseconds;

    private static FileKind KindOf(int mode) =>
        (mode & FileTypeMask) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            0x1000 => FileKind.Pipe,
            0xC000 => FileKind.Socket,
            _ => FileKind.Device,
        };
}
