using System.Runtime.InteropServices;

namespace CodexRouter.Platform;

/// <summary>The standard output or error, written to as it is.</summary>
/// <remarks>
/// System.Console would send the terminal's settings first, on every start, and never take them back. That whoever reads has
/// gone is no failure: what is written then is dropped, as System.Console does. Of the error output everything is dropped that
/// nobody takes (it is closed, or its disk is full): there is no other place to tell of it, and the exit code says the rest.
/// </remarks>
public sealed class StandardStream : Stream
{
    private readonly int _descriptor;

    private StandardStream(int descriptor) => _descriptor = descriptor;

    /// <summary>The standard output.</summary>
    public static Stream Output { get; } = new StandardStream(1);

    /// <summary>The standard error.</summary>
    public static Stream Error { get; } = new StandardStream(2);

    /// <summary>
    /// Opens nothing in the place of each of the first three descriptors that is closed: else the next file to be opened would
    /// get its number, and what is written for people would go into that file. Reading gives the end and writing an error, as
    /// before; what this process starts finds them closed.
    /// </summary>
    public static void KeepPlaces()
    {
        const int descriptorFlags = 1; // F_GETFD
        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            if (LibC.Control(descriptor, descriptorFlags) == -1)
            {
                _ = LibC.Open("/dev/null", OpenFlags.ReadOnly | OpenFlags.CloseOnExec); // the lowest number that is free
            }
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count;
            fixed (byte* start = buffer)
            {
                count = LibC.Write(_descriptor, start, (nuint)buffer.Length);
            }

            if (count >= 0)
            {
                buffer = buffer[(int)count..];
            }
            else if (Marshal.GetLastPInvokeError() == ErrorNumbers.BrokenPipe)
            {
                return;
            }
            else if (!TryGetOver())
            {
                return;
            }
        }
    }

    /// <summary>
    /// A signal came, or the terminal takes no more for now, as another program may have arranged; else it is a failure. False
    /// when what is left is to be dropped.
    /// </summary>
    private unsafe bool TryGetOver()
    {
        const short writable = 4;
        switch (ErrorNumbers.Name(Marshal.GetLastPInvokeError()))
        {
            case SystemError.Interrupted:
                return true;
            case SystemError.Busy:
                var request = new LibC.PollRequest { Descriptor = _descriptor, Events = writable };
                _ = LibC.Poll(&request, 1, -1);
                return true;
            default:
                return _descriptor == 2 ? false : throw SystemCallException.Last("write", _descriptor == 1 ? "the output" : "the error output");
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
