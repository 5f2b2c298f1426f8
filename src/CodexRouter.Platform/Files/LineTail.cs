namespace CodexRouter.Platform;

/// <summary>What is known so far of a line that is read from its end, in pieces; not kept once it is too long.</summary>
internal sealed class LineTail(int longest)
{
    private readonly Stack<ReadOnlyMemory<byte>> _pieces = new();
    private long _length;

    /// <summary>Whether nothing of the line is known.</summary>
    internal bool IsEmpty => _length == 0;

    /// <summary>Adds what comes before all that is known.</summary>
    internal void Prepend(ReadOnlyMemory<byte> piece)
    {
        _length += piece.Length;
        if (_length > longest + 1L) // the return of a CRLF does not count
        {
            _pieces.Clear();
        }
        else if (!piece.IsEmpty)
        {
            _pieces.Push(piece);
        }
    }

    /// <summary>
    /// Gives the line with its first piece, null when it is too long, and begins the next one. A return is a part of the end
    /// of line, where there is one.
    /// </summary>
    internal ReadOnlyMemory<byte>? TryJoin(ReadOnlyMemory<byte> first, bool hasEnd)
    {
        Prepend(first);
        ReadOnlyMemory<byte> line = _length <= longest + 1L ? Join() : default;
        bool isWhole = line.Length == _length;
        _pieces.Clear();
        _length = 0;
        line = hasEnd ? LogLines.WithoutReturn(line) : line;
        // (A bare null would become an empty line: arrays, null included, convert to memory.)
        return isWhole && line.Length <= longest ? line : null as ReadOnlyMemory<byte>?;
    }

    private ReadOnlyMemory<byte> Join()
    {
        if (_pieces.Count == 1)
        {
            return _pieces.Peek();
        }

        byte[] line = new byte[_length];
        int filled = 0;
        foreach (ReadOnlyMemory<byte> piece in _pieces) // the last one pushed is the beginning
        {
            piece.CopyTo(line.AsMemory(filled));
            filled += piece.Length;
        }

        return line;
    }
}
