namespace CodexRouter.Platform;

/// <summary>The settings of the terminal (line editing, echo) at one moment, to be put back later.</summary>
public sealed unsafe class TerminalSettings
{
    // struct termios takes 60 bytes on Linux, 72 on macOS.
    private const int Room = 128;
    private const int Now = 0;
    private const int SignalOfBackgroundOutput = 22;

    private readonly byte[] _attributes;
    private readonly int _descriptor;

    private TerminalSettings(byte[] attributes, int descriptor)
    {
        _attributes = attributes;
        _descriptor = descriptor;
    }

    /// <summary>Remembers the settings of the first standard stream that is a terminal; null when none is.</summary>
    public static TerminalSettings? Remember()
    {
        byte[] attributes = new byte[Room];
        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            if (Read(descriptor, attributes))
            {
                return new TerminalSettings(attributes, descriptor);
            }
        }

        return null;
    }

    /// <summary>Puts the settings back if they are different now.</summary>
    public void Restore() => Set(_attributes);

    /// <summary>
    /// Has each key read as it is pressed, and not shown; those for signals (Ctrl-C, Ctrl-Z) go on being signals.
    /// </summary>
    public void ReadSingleKeys()
    {
        const byte echo = 0x08;
        byte[] changed = [.. _attributes];
        if (OperatingSystem.IsMacOS())
        {
            changed[24] &= unchecked((byte)~echo);
            changed[25] &= 0xFE; // ICANON, 0x100
            changed[32 + 16] = 1; // VMIN
            changed[32 + 17] = 0; // VTIME
        }
        else
        {
            changed[12] &= unchecked((byte)~(echo | 0x02)); // ICANON
            changed[17 + 6] = 1;
            changed[17 + 5] = 0;
        }

        Set(changed);
    }

    private void Set(byte[] wanted)
    {
        byte[] present = new byte[Room];
        if (!Read(_descriptor, present) || present.AsSpan().SequenceEqual(wanted))
        {
            return;
        }

        // A program in the background that sets the terminal is stopped, unless it ignores the signal.
        nint before = LibC.Signal(SignalOfBackgroundOutput, SignalNumbers.Ignore);
        fixed (byte* attributes = wanted)
        {
            _ = LibC.SetTerminalAttributes(_descriptor, Now, attributes);
        }

        _ = LibC.Signal(SignalOfBackgroundOutput, before);
    }

    private static bool Read(int descriptor, byte[] into)
    {
        fixed (byte* attributes = into)
        {
            return LibC.TerminalAttributes(descriptor, attributes) == 0;
        }
    }
}
