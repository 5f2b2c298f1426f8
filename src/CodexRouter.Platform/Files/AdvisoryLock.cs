using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CodexRouter.Platform;

/// <summary>
/// A lock that programs agree on by flock(2) on a file: the kernel releases it when its holder ends, however it ends.
/// </summary>
public sealed class AdvisoryLock : IDisposable
{
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int LongestPause = 20;

    private readonly SafeFileHandle _file;

    private AdvisoryLock(SafeFileHandle file) => _file = file;

    /// <summary>
    /// Takes the lock, waiting for whoever holds it until the deadline; null when it passed. The file is created, with the
    /// mode, if it is missing, and stays when the lock is released. A deadline of zero tries once. Throws
    /// <see cref="SystemCallException"/> when the file cannot be opened, also when a link is at its path
    /// (<see cref="SystemError.Link"/>).
    /// </summary>
    public static AdvisoryLock? Acquire(string path, TimeSpan deadline, UnixFileMode modeIfCreated)
    {
        PathText.Check(path);
        long end = Environment.TickCount64 + (long)deadline.TotalMilliseconds;
        for (int pause = 1; ; pause = Math.Min(pause * 2, LongestPause))
        {
            AdvisoryLock? taken = TryOnce(path, modeIfCreated);
            if (taken is not null)
            {
                return taken;
            }

            long left = end - Environment.TickCount64;
            if (left <= 0)
            {
                return null;
            }

            // A blocking flock(2) would need a signal to end it at the deadline; a pause this short is not felt.
            Thread.Sleep((int)Math.Min(pause, left));
        }
    }

    /// <summary>The open file that the lock is on; a child that has it too holds the lock as well.</summary>
    internal SafeFileHandle File => _file;

    /// <summary>Releases the lock, unless a child has it too: then it is released with the child's end.</summary>
    public void Dispose() => _file.Dispose();

    private static AdvisoryLock? TryOnce(string path, UnixFileMode modeIfCreated)
    {
        while (true)
        {
            int descriptor = Open(path, modeIfCreated);
            if (!TryLock(descriptor, path))
            {
                return null;
            }

            // If the file was removed or replaced since it was opened, the next program locks another one.
            if (FileStatus.OfDescriptor(descriptor, path).Identity == FileStatus.Look(path).Identity)
            {
                return new AdvisoryLock(new SafeFileHandle(descriptor, ownsHandle: true));
            }

            _ = LibC.Close(descriptor);
        }
    }

    private static bool TryLock(int descriptor, string path)
    {
        while (LibC.Lock(descriptor, Exclusive | NonBlocking) != 0)
        {
            SystemCallException failure = SystemCallException.Last("lock", path);
            if (failure.Error == SystemError.Interrupted)
            {
                continue;
            }

            _ = LibC.Close(descriptor);
            return failure.Error == SystemError.Busy ? false : throw failure;
        }

        return true;
    }

    private static int Open(string path, UnixFileMode modeIfCreated)
    {
        int flags = OpenFlags.ReadWrite | OpenFlags.NonBlock | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        while (true)
        {
            int descriptor = LibC.Open(path, flags);
            if (descriptor >= 0)
            {
                return descriptor;
            }

            if (Marshal.GetLastPInvokeError() != ErrorNumbers.NoEntry)
            {
                throw SystemCallException.Last("open the lock", path);
            }

            AtomicFile.CreateEmpty(path, modeIfCreated);
        }
    }
}
