namespace CodexRouter.Platform;

/// <summary>What is at a path.</summary>
public enum FileKind
{
    /// <summary>Nothing, or a part of the way there is not a folder.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A named pipe (FIFO), which a reader may wait on for ever.</summary>
    Pipe,

    /// <summary>A Unix socket.</summary>
    Socket,

    /// <summary>A device, or a kind that this program does not know.</summary>
    Device,
}
