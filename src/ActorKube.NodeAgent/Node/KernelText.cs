using System.Buffers.Text;
using System.Text;

namespace ActorKube.NodeAgent.Node;

/// <summary>What the kernel tells in small files of text, read into memory of the caller's: a node is looked at every few seconds, and a process may have thousands of nodes.</summary>
internal static class KernelText
{
    /// <summary>Enough for <c>/proc/meminfo</c> and its like; of longer files it is the beginning.</summary>
    public const int Enough = 4096;

    /// <summary>Reads a file from its beginning, as far as there is room. What cannot be read is empty.</summary>
    public static ReadOnlySpan<byte> Read(string path, Span<byte> buffer)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var length = 0;
            while (length < buffer.Length && RandomAccess.Read(file, buffer[length..], length) is > 0 and var count)
                length += count;
            return buffer[..length];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The first line of a file; empty when it cannot be read.</summary>
    public static string FirstLine(string path)
    {
        Span<byte> buffer = stackalloc byte[Enough];
        return Encoding.UTF8.GetString(Word(Read(path, buffer), 0, (byte)'\n'));
    }

    /// <summary>What follows a name at the beginning of a line, up to the end of the line; empty when no line begins with it.</summary>
    public static ReadOnlySpan<byte> After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        foreach (var range in text.Split((byte)'\n'))
            if (text[range].StartsWith(name))
                return text[range][name.Length..];
        return [];
    }

    /// <summary>A word, counted from 0; empty when there are fewer. Several separators in a row count as one.</summary>
    public static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> line, int index, byte separator = (byte)' ')
    {
        foreach (var range in line.Split(separator))
            if (!line[range].IsEmpty && index-- == 0)
                return line[range];
        return [];
    }

    /// <summary>The number that a text begins with; 0 when it begins with none.</summary>
    public static long Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out long number, out _) ? number : 0;
}
