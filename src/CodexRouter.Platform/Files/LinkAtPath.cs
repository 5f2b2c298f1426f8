namespace CodexRouter.Platform;

/// <summary>What to do when a file is to be replaced and a symbolic link is at its path.</summary>
public enum LinkAtPath
{
    /// <summary>
    /// Fail. Replacing the link would leave the file that it leads to as it was, and writing through it would change a file
    /// somewhere else: whoever made the link meant neither.
    /// </summary>
    Refuse,

    /// <summary>Put the file in the place of the link; what the link led to stays as it is.</summary>
    Replace,
}
