using System.Buffers;

namespace ActorKube.NodeAgent.Server;

/// <summary>Finds where the last lines of a log begin, reading backwards.</summary>
internal static class LogTail
{
    private const int BlockSize = 4096;

    /// <summary>Offset of the first of the last <paramref name="lines"/> lines; a last line without line feed counts.</summary>
    public static async ValueTask<long> FindAsync(Stream log, long lines, CancellationToken cancel)
    {
        var end = log.Length;
        if (lines == 0)
            return end;
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var found = 0L;
            for (var start = end; start > 0;)
            {
                var size = (int)Math.Min(BlockSize, start);
                start -= size;
                log.Position = start;
                await log.ReadExactlyAsync(block.AsMemory(0, size), cancel);
                for (var i = size - 1; i >= 0; i--)
                    if (block[i] == (byte)'\n' && start + i != end - 1 && ++found == lines)
                        return start + i + 1;
            }
            return 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
