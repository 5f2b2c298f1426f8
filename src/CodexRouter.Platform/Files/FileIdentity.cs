namespace CodexRouter.Platform;

/// <summary>
/// Tells one file from every other on this machine: two names with the same identity are hard links to one file.
/// </summary>
/// <param name="Device">The number of the device that holds the file.</param>
/// <param name="Inode">The file's number on that device.</param>
/// <param name="Born">
/// When the file was made, in nanoseconds since 1970; 0 where the file system does not keep it. File systems give the
/// number of a deleted file to the next one made, so device and number alone would take a new file for the old one.
/// </param>
public readonly record struct FileIdentity(ulong Device, ulong Inode, long Born);
