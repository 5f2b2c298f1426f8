using Microsoft.Win32.SafeHandles;

namespace CodexRouter.Platform;

/// <summary>A regular file that another program may be writing to, read at places of the reader's choice.</summary>
internal sealed class GrowingFile : IDisposable
{
    private readonly SafeFileHandle _file;

    private GrowingFile(int descriptor, long size)
    {
        _file = new SafeFileHandle(descriptor, ownsHandle: true);
        Size = size;
    }

    /// <summary>The size in bytes when it was opened.</summary>
    internal long Size { get; }

    /// <summary>Opens the file at a path, through links; null when there is none that may be read. Never waits for one.</summary>
    internal static GrowingFile? TryOpen(string path)
    {
        PathText.Check(path);

        // Without O_NONBLOCK, opening a FIFO waits until somebody writes. For a regular file it changes nothing.
        int flags = OpenFlags.ReadOnly | OpenFlags.NonBlock | OpenFlags.NoTerminal | OpenFlags.CloseOnExec;
        int descriptor = LibC.Open(path, flags);
        if (descriptor < 0)
        {
            return null;
        }

        try
        {
            FileStatus status = FileStatus.OfDescriptor(descriptor, path);
            if (status.Kind == FileKind.File)
            {
                return new GrowingFile(descriptor, status.Size);
            }
        }
        catch (SystemCallException)
        {
            // as if it were not there
        }

        _ = LibC.Close(descriptor);
        return null;
    }

    /// <summary>Reads at a place until the buffer is full; gives how many bytes came: fewer where the file ends or resists.</summary>
    internal unsafe int Read(Span<byte> buffer, long offset)
    {
        int filled = 0;
        fixed (byte* start = buffer)
        {
            while (filled < buffer.Length)
            {
                nint count = LibC.ReadAt(_file, start + filled, (nuint)(buffer.Length - filled), offset + filled);
                if (count > 0)
                {
                    filled += (int)count;
                }
                else if (count == 0 || SystemCallException.Last("read", "").Error != SystemError.Interrupted)
                {
                    break;
                }
            }
        }

        return filled;
    }

    public void Dispose() => _file.Dispose();
}
