using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>How many columns and rows a terminal shows.</summary>
public readonly record struct TerminalSize(int Columns, int Rows)
{
    private const int Output = 1;

    /// <summary>Gives the size of the terminal that the output is; 80 and 24 for what it does not tell.</summary>
    public static unsafe TerminalSize OfOutput()
    {
        WindowSize size = default;
        if (Ask(&size) != 0)
        {
            size = default;
        }

        return new TerminalSize(size.Columns > 0 ? size.Columns : 80, size.Rows > 0 ? size.Rows : 24);
    }

    private static unsafe int Ask(WindowSize* size)
    {
        if (!OperatingSystem.IsMacOS())
        {
            return LibC.DeviceControl(Output, 0x5413, size);
        }

        // Apple's arm64 looks for the variable argument on the stack: six idle words fill the registers before it.
        const nuint request = 0x40087468;
        return RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? LibC.DeviceControlOnStack(Output, request, 0, 0, 0, 0, 0, 0, size)
            : LibC.DeviceControl(Output, request, size);
    }

    /// <summary>struct winsize, the same on every system.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WindowSize
    {
        internal ushort Rows;
        internal ushort Columns;
        internal ushort Width;
        internal ushort Height;
    }
}
