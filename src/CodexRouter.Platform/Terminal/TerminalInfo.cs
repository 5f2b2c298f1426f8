namespace CodexRouter.Platform;

/// <summary>Tells which of the standard streams are a terminal. Unlike System.Console, it sets nothing up to do so.</summary>
public static class TerminalInfo
{
    /// <summary>Whether the input is a terminal.</summary>
    public static bool InputIsTerminal => LibC.IsTerminal(0) == 1;

    /// <summary>Whether the output is a terminal.</summary>
    public static bool OutputIsTerminal => LibC.IsTerminal(1) == 1;

    /// <summary>Whether the error output is a terminal.</summary>
    public static bool ErrorIsTerminal => LibC.IsTerminal(2) == 1;
}
