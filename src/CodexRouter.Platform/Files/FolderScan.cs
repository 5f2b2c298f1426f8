using System.Runtime.ExceptionServices;

namespace CodexRouter.Platform;

/// <summary>
/// Looks through a folder and those below it, on several threads where there are many: nearly all of the time goes into
/// asking the system for one file after the other.
/// </summary>
internal sealed class FolderScan
{
    private const int MostThreads = 4;
    private const int FewFolders = 16;
    private const int StackSize = 256 * 1024;

    private readonly FileNameFilter _isWanted;
    private readonly Stack<(string Path, int Depth)> _waiting = new();
    private readonly List<FoundFile> _found = [];
    private readonly List<Thread> _assistants = [];
    private int _busy;
    private volatile ExceptionDispatchInfo? _failure;

    private FolderScan(FileNameFilter isWanted) => _isWanted = isWanted;

    /// <summary>Gives the files in no order.</summary>
    internal static List<FoundFile> Of(string folder, int depth, FileNameFilter isWanted)
    {
        var scan = new FolderScan(isWanted);
        scan.Take(new ScannedFolder(folder, followLink: true, isWanted), depth);
        scan.Work();
        foreach (Thread assistant in scan._assistants)
        {
            assistant.Join();
        }

        scan._failure?.Throw();
        return scan._found;
    }

    private void Work()
    {
        while (TryBegin(out string path, out int depth))
        {
            ScannedFolder? scanned = null;
            try
            {
                scanned = new ScannedFolder(path, followLink: false, _isWanted);
            }
            catch (Exception failure) // the filter's: it belongs to the thread that asked, and would end the process here
            {
                _failure = ExceptionDispatchInfo.Capture(failure);
            }

            End(scanned, depth);
        }
    }

    /// <summary>Waits for a folder to look through; false when no further one can turn up.</summary>
    private bool TryBegin(out string path, out int depth)
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && _busy > 0)
            {
                Monitor.Wait(_waiting);
            }

            (path, depth) = _waiting.Count > 0 ? _waiting.Pop() : ("", 0);
            _busy += path.Length > 0 ? 1 : 0;
            return path.Length > 0;
        }
    }

    private void End(ScannedFolder? scanned, int depth)
    {
        lock (_waiting)
        {
            _busy--;
            Take(scanned, depth);
            Monitor.PulseAll(_waiting);
        }
    }

    private void Take(ScannedFolder? scanned, int depth)
    {
        _found.AddRange(scanned?.Files ?? []);
        if (scanned is null || depth == 0)
        {
            return;
        }

        foreach (string below in scanned.Folders)
        {
            _waiting.Push((below, depth - 1));
        }

        int threads = Math.Min(MostThreads, Environment.ProcessorCount);
        while (_waiting.Count > FewFolders && _assistants.Count + 1 < threads)
        {
            var assistant = new Thread(Work, StackSize) { IsBackground = true, Name = "folders" };
            _assistants.Add(assistant);
            assistant.Start();
        }
    }
}
