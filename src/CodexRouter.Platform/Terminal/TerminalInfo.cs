namespace CodexRouter.Platform;

/// <summary>What a device is to this process.</summary>
public enum ControllingTerminal
{
    /// <summary>The process has no controlling terminal: it was started by a service, or in a session of its own.</summary>
    None,

    /// <summary>The device is the process's controlling terminal.</summary>
    This,

    /// <summary>The process has another one.</summary>
    Other,
}

/// <summary>Tells which of the standard streams are a terminal. Unlike System.Console, it sets nothing up to do so.</summary>
public static class TerminalInfo
{
    /// <summary>Whether the input is a terminal.</summary>
    public static bool InputIsTerminal => LibC.IsTerminal(0) == 1;

    /// <summary>Whether the output is a terminal.</summary>
    public static bool OutputIsTerminal => LibC.IsTerminal(1) == 1;

    /// <summary>Whether the error output is a terminal.</summary>
    public static bool ErrorIsTerminal => LibC.IsTerminal(2) == 1;

    /// <summary>
    /// Says what a terminal's device is to this process: whether its streams lead there or elsewhere does not matter. A path that
    /// is no terminal is another one.
    /// </summary>
    public static ControllingTerminal IsControlling(string device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!IsOpened("/dev/tty", static _ => true))
        {
            return ControllingTerminal.None;
        }

        // tcgetpgrp(3) answers for no other terminal than the process's own.
        return device.StartsWith("/dev/", StringComparison.Ordinal)
            && !device.Contains('\0', StringComparison.Ordinal)
            && IsOpened(device, static descriptor => LibC.TerminalGroup(descriptor) >= 0)
            ? ControllingTerminal.This
            : ControllingTerminal.Other;
    }

    private static bool IsOpened(string device, Func<int, bool> isSo)
    {
        int descriptor = LibC.Open(
            device,
            OpenFlags.ReadOnly | OpenFlags.NonBlock | OpenFlags.NoTerminal | OpenFlags.CloseOnExec
        );
        if (descriptor < 0)
        {
            return false;
        }

        bool found = isSo(descriptor);
        _ = LibC.Close(descriptor);
        return found;
    }
}
