namespace ActorKube.NodeAgent.Runtimes;

/// <summary>A reader or an appender of a <see cref="MemoryLogFile"/>.</summary>
internal sealed class MemoryLogStream(MemoryLogFile file, bool writable) : Stream
{
    private long _position;

    /// <inheritdoc/>
    public override bool CanRead => !writable;

    /// <inheritdoc/>
    public override bool CanSeek => !writable;

    /// <inheritdoc/>
    public override bool CanWrite => writable;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => writable ? file.Length : _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (writable)
            throw new NotSupportedException("An appender does not read.");
        var count = file.Read(_position, buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer, offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!writable)
            throw new NotSupportedException("A reader does not write.");
        file.Append(buffer);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        if (writable)
            throw new NotSupportedException("An appender writes at the end only.");
        _position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            SeekOrigin.End => file.Length + offset,
            _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "Unknown origin."),
        };
        return _position;
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("Logs grow by writing only.");
}
