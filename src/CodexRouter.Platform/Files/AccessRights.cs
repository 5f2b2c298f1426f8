namespace CodexRouter.Platform;

/// <summary>Says beforehand what the system would let this user do with what is there.</summary>
public static class AccessRights
{
    private const int Read = 4;
    private const int Write = 2;
    private const int Enter = 1;

    /// <summary>Says whether a file may be read and written, as far as can be told without trying.</summary>
    public static bool ToFile(string path) => Has(path, Read | Write);

    /// <summary>Says whether a folder may be listed, entered and changed, as far as can be told without trying.</summary>
    public static bool ToFolder(string path) => Has(path, Read | Write | Enter);

    /// <summary>Says whether a folder may be entered, as far as can be told without trying.</summary>
    public static bool ToEnter(string path) => Has(path, Enter);

    private static bool Has(string path, int rights)
    {
        PathText.Check(path);
        return LibC.Access(path, rights) == 0;
    }
}
