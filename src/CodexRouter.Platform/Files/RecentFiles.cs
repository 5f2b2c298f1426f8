namespace CodexRouter.Platform;

/// <summary>Finds the files that were changed last, among thousands.</summary>
public static class RecentFiles
{
    /// <summary>
    /// Gives the regular files below a folder whose names are wanted, those changed last first; of two that were changed at
    /// the same moment, the one whose name sorts later. Depth 0 are the files in the folder itself. Follows a link at the
    /// folder's own path, and none below. What is missing or may not be read is passed over. Looks through the folders when
    /// the first file is asked for, on several threads where there are many, but sorts, and makes the paths, only of those that
    /// are taken.
    /// </summary>
    public static IEnumerable<RecentFile> Below(string folder, int depth, FileNameFilter isWanted)
    {
        PathText.Check(folder);
        ArgumentNullException.ThrowIfNull(isWanted);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        return NewestFirst(folder, depth, isWanted);
    }

    private static IEnumerable<RecentFile> NewestFirst(string folder, int depth, FileNameFilter isWanted)
    {
        List<FoundFile> files = FolderScan.Of(folder, depth, isWanted);

        // A heap: the first few of thousands cost far less than sorting them all.
        var heap = new PriorityQueue<int, int>(
            Enumerable.Range(0, files.Count).Select(index => (index, index)),
            new NewestAndLastFirst(files)
        );
        while (heap.TryDequeue(out int index, out _))
        {
            yield return files[index].Show();
        }
    }

    private sealed class NewestAndLastFirst(List<FoundFile> files) : IComparer<int>
    {
        public int Compare(int one, int other)
        {
            int byTime = files[other].Modified.CompareTo(files[one].Modified);
            return byTime != 0 ? byTime : files[other].Name.SequenceCompareTo(files[one].Name);
        }
    }
}
