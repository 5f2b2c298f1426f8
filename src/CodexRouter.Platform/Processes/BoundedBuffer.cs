namespace CodexRouter.Platform;

/// <summary>Keeps the first bytes of a stream, up to a limit, and remembers whether there were more.</summary>
internal sealed class BoundedBuffer(int limit)
{
    private byte[] _bytes = [];

    internal int Length { get; private set; }

    internal bool Overflowed { get; private set; }

    internal ReadOnlyMemory<byte> Content => _bytes.AsMemory(0, Length);

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        int room = Math.Min(bytes.Length, limit - Length);
        Overflowed |= room < bytes.Length;
        if (Length + room > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(Length + room, Math.Min(limit, _bytes.Length * 2)));
        }

        bytes[..room].CopyTo(_bytes.AsSpan(Length));
        Length += room;
    }
}
