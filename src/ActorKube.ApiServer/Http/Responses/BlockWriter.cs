using System.IO.Pipelines;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>
/// Gathers many small pieces into large blocks and sends each block when it is full. TLS makes one record of up to 16 KB from each piece of memory it is given,
/// and the server's own pieces are 4 KB.
/// </summary>
internal sealed class BlockWriter(PipeWriter output, CancellationToken cancel)
{
    private const int BlockSize = 64 * 1024;
    private Memory<byte> _block;
    private int _used;

    /// <summary>Adds bytes; completes at once unless a block became full.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > _block.Length - _used)
            return WriteAcrossAsync(bytes);
        bytes.Span.CopyTo(_block.Span[_used..]);
        _used += bytes.Length;
        return default;
    }

    /// <summary>Sends what is left.</summary>
    public async ValueTask FlushAsync()
    {
        if (_used > 0)
            output.Advance(_used);
        _block = default;
        _used = 0;
        await output.FlushAsync(cancel);
    }

    private async ValueTask WriteAcrossAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_used == _block.Length)
            {
                if (_used > 0)
                    await FlushAsync();
                _block = output.GetMemory(BlockSize)[..BlockSize];
            }
            var part = bytes[..Math.Min(bytes.Length, _block.Length - _used)];
            part.Span.CopyTo(_block.Span[_used..]);
            _used += part.Length;
            bytes = bytes[part.Length..];
        }
    }
}
