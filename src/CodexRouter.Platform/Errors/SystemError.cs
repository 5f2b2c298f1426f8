namespace CodexRouter.Platform;

/// <summary>What a system call failed of, by the same names on every system; the numbers behind them differ.</summary>
public enum SystemError
{
    /// <summary>Any error that has no name here; the message tells it.</summary>
    Other,

    /// <summary>Nothing is there (ENOENT), or a part of the way to it is not a folder (ENOTDIR).</summary>
    NotFound,

    /// <summary>Something is there already (EEXIST).</summary>
    AlreadyExists,

    /// <summary>The permissions, the owner or a read-only file system forbid it (EACCES, EPERM, EROFS).</summary>
    Forbidden,

    /// <summary>A folder is there where none may be (EISDIR).</summary>
    IsFolder,

    /// <summary>The folder is not empty (ENOTEMPTY).</summary>
    FolderNotEmpty,

    /// <summary>The two places are on different file systems (EXDEV).</summary>
    OtherFileSystem,

    /// <summary>A link where none may be, or links that lead in a circle (ELOOP).</summary>
    Link,

    /// <summary>The system or the file system cannot do it (EINVAL, ENOSYS, ENOTSUP).</summary>
    Unsupported,

    /// <summary>There is no such process (ESRCH).</summary>
    NoSuchProcess,

    /// <summary>The file is not a program that this system runs (ENOEXEC).</summary>
    NotAProgram,

    /// <summary>Somebody else holds it (EAGAIN, EWOULDBLOCK).</summary>
    Busy,

    /// <summary>A signal came between (EINTR).</summary>
    Interrupted,

    /// <summary>The device or the quota is full (ENOSPC, EDQUOT).</summary>
    NoSpace,
}
