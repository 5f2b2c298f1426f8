using System.Runtime.InteropServices;
using System.Text;

namespace CodexRouter.Platform;

/// <summary>A NULL-terminated array of C strings, as execve(2) and posix_spawn(3) take them.</summary>
internal readonly unsafe ref struct CStrings
{
    private CStrings(byte** start) => Start = start;

    internal byte** Start { get; }

    /// <summary>Gives the argument list: the program's name, as it was called, and then the arguments.</summary>
    internal static CStrings Arguments(string program, IReadOnlyList<string> arguments)
    {
        var texts = new string[arguments.Count + 1];
        texts[0] = program;
        for (int index = 0; index < arguments.Count; index++)
        {
            texts[index + 1] = arguments[index];
        }

        return Of(texts);
    }

    /// <summary>Gives the environment as <c>NAME=value</c>.</summary>
    internal static CStrings Environment(IReadOnlyDictionary<string, string> variables)
    {
        var texts = new string[variables.Count];
        int index = 0;
        foreach ((string name, string value) in variables)
        {
            texts[index++] = name + "=" + value;
        }

        return Of(texts);
    }

    public void Dispose() => NativeMemory.Free(Start);

    // One block: the array, then the texts.
    private static CStrings Of(ReadOnlySpan<string> texts)
    {
        nuint arraySize = (nuint)((texts.Length + 1) * sizeof(byte*));
        nuint size = arraySize;
        foreach (string text in texts)
        {
            if (text.Contains('\0'))
            {
                throw new ArgumentException("a program's arguments and environment cannot hold a NUL character");
            }

            size += (nuint)Encoding.UTF8.GetByteCount(text) + 1;
        }

        var start = (byte**)NativeMemory.Alloc(size);
        byte* next = (byte*)start + arraySize;
        byte* end = (byte*)start + size;
        for (int index = 0; index < texts.Length; index++)
        {
            start[index] = next;
            next += Encoding.UTF8.GetBytes(texts[index], new Span<byte>(next, (int)(end - next)));
            *next++ = 0;
        }

        start[texts.Length] = null;
        return new CStrings(start);
    }
}
