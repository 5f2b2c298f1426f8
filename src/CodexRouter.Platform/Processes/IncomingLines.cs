namespace CodexRouter.Platform;

/// <summary>Makes lines of the bytes of a stream; passes over those longer than a limit, without keeping them.</summary>
internal sealed class IncomingLines(int longest)
{
    private readonly Queue<byte[]> _complete = new();
    private byte[] _begun = [];
    private int _length;
    private bool _tooLong;

    /// <summary>How many bytes the complete lines take that nobody has taken yet.</summary>
    internal long Waiting { get; private set; }

    internal bool TryTake(out ReadOnlyMemory<byte> line)
    {
        bool isThere = _complete.TryDequeue(out byte[]? bytes);
        Waiting -= bytes?.Length ?? 0;
        line = bytes;
        return isThere;
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            Append(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
            {
                return;
            }

            Complete();
            bytes = bytes[(end + 1)..];
        }
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        if (_tooLong || part.Length > longest - _length)
        {
            _tooLong = true;
            _begun = [];
            return;
        }

        if (_length + part.Length > _begun.Length)
        {
            Array.Resize(ref _begun, (int)Math.Max(_length + part.Length, Math.Min(longest, _begun.Length * 2L)));
        }

        part.CopyTo(_begun.AsSpan(_length));
        _length += part.Length;
    }

    private void Complete()
    {
        if (!_tooLong)
        {
            byte[] line = _begun.AsSpan(0, _length).ToArray();
            _complete.Enqueue(line);
            Waiting += line.Length;
        }

        _tooLong = false;
        _length = 0;
    }
}
