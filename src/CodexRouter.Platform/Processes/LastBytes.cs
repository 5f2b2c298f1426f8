namespace CodexRouter.Platform;

/// <summary>Keeps the last bytes of a stream, up to a limit.</summary>
internal sealed class LastBytes(int limit)
{
    private readonly byte[] _ring = new byte[limit];
    private long _count;

    internal byte[] Content
    {
        get
        {
            int length = (int)Math.Min(_count, limit);
            byte[] content = new byte[length];
            for (int index = 0; index < length; index++)
            {
                content[index] = _ring[(_count - length + index) % limit];
            }

            return content;
        }
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (byte next in bytes)
        {
            _ring[_count++ % limit] = next;
        }
    }
}
