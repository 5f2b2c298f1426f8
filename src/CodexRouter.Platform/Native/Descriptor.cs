using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>An open file, closed at the end of the block that opened it.</summary>
internal readonly ref struct Descriptor
{
    private Descriptor(int number) => Number = number;

    internal int Number { get; }

    /// <summary>Takes over the result of a call that opens; an error becomes an exception.</summary>
    internal static Descriptor Of(int result, string attempt, string path) =>
        result >= 0 ? new Descriptor(result) : throw SystemCallException.Last(attempt, path);

    public void Dispose() => _ = LibC.Close(Number);

    /// <summary>Reads until the buffer is full or the end is reached, and gives how many bytes came.</summary>
    internal static unsafe int Fill(int descriptor, Span<byte> buffer, string path)
    {
        int filled = 0;
        fixed (byte* start = buffer)
        {
            while (filled < buffer.Length)
            {
                nint count = LibC.Read(descriptor, start + filled, (nuint)(buffer.Length - filled));
                if (count == 0)
                {
                    break;
                }

                if (count > 0)
                {
                    filled += (int)count;
                }
                else if (ErrorNumbers.Name(Marshal.GetLastPInvokeError()) != SystemError.Interrupted)
                {
                    throw SystemCallException.Last("read", path);
                }
            }
        }

        return filled;
    }

    /// <summary>Writes all the bytes.</summary>
    internal static unsafe void Write(int descriptor, ReadOnlySpan<byte> bytes, string path)
    {
        fixed (byte* start = bytes)
        {
            int written = 0;
            while (written < bytes.Length)
            {
                nint count = LibC.Write(descriptor, start + written, (nuint)(bytes.Length - written));
                if (count >= 0)
                {
                    written += (int)count;
                }
                else if (ErrorNumbers.Name(Marshal.GetLastPInvokeError()) != SystemError.Interrupted)
                {
                    throw SystemCallException.Last("write", path);
                }
            }
        }
    }

    /// <summary>Returns when the file's content and status are on the device, as far as the system can tell.</summary>
    /// <remarks>On macOS fsync(2) leaves the data in the drive's own cache; F_FULLFSYNC does not, where it is supported.</remarks>
    internal static void Sync(int descriptor, string path)
    {
        if (OperatingSystem.IsMacOS() && LibC.Control(descriptor, Darwin.FullSync) == 0)
        {
            return;
        }

        while (LibC.Sync(descriptor) != 0)
        {
            switch (ErrorNumbers.Name(Marshal.GetLastPInvokeError()))
            {
                case SystemError.Interrupted:
                    continue;
                case SystemError.Unsupported: // a folder or a file on a file system that has no such thing
                    return;
                default:
                    throw SystemCallException.Last("write to the device", path);
            }
        }
    }
}
