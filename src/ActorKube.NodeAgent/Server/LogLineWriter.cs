namespace ActorKube.NodeAgent.Server;

/// <summary>Turns entries of a log file into what the reader wants to see. Collects bytes; the caller sends them on.</summary>
internal sealed class LogLineWriter(LogOptions options) : IDisposable
{
    private readonly MemoryStream _pending = new();
    private long _left = options.LimitBytes ?? long.MaxValue;
    private bool _atLineStart = true;

    /// <summary>Whether the limit is reached.</summary>
    public bool IsFull => _left <= 0;

    /// <summary>Adds one line of the file, without its line feed. What cannot be read is left out, as upstream does.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        if (!CriLogEntry.TryParse(line, out var entry) || (options.Since is { } since && !entry.IsSince(since)) || !IsWanted(entry))
            return;
        if (options.Timestamps && _atLineStart)
        {
            Write(entry.Timestamp);
            Write(" "u8);
        }
        Write(entry.Text);
        if (!entry.IsPartial)
            Write("\n"u8);
        _atLineStart = !entry.IsPartial;
    }

    /// <summary>Sends what was collected.</summary>
    public async ValueTask FlushAsync(Stream output, CancellationToken cancel)
    {
        if (_pending.Length == 0)
            return;
        await output.WriteAsync(_pending.GetBuffer().AsMemory(0, (int)_pending.Length), cancel);
        await output.FlushAsync(cancel);
        _pending.SetLength(0);
    }

    /// <inheritdoc/>
    public void Dispose() => _pending.Dispose();

    private bool IsWanted(CriLogEntry entry) => options.Stream.Length == 0 || entry.Stream.SequenceEqual(options.Stream == "stderr" ? "stderr"u8 : "stdout"u8);

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var count = (int)Math.Min(bytes.Length, Math.Max(0, _left));
        _pending.Write(bytes[..count]);
        _left -= count;
    }
}
