namespace ActorKube.NodeAgent.Server;

/// <summary>Collects bytes and hands out whole lines; grows with the longest line.</summary>
internal sealed class LineBuffer(int size)
{
    private byte[] _bytes = new byte[size];
    private int _start;
    private int _end;

    public delegate void LineAction(ReadOnlySpan<byte> line);

    /// <summary>Reads once; false at the end of what there is.</summary>
    public async ValueTask<bool> FillAsync(Stream source, CancellationToken cancel)
    {
        if (_start > 0)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            _end -= _start;
            _start = 0;
        }
        if (_end == _bytes.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        var count = await source.ReadAsync(_bytes.AsMemory(_end), cancel);
        _end += count;
        return count > 0;
    }

    /// <summary>Hands out the whole lines collected, without line feeds.</summary>
    public void Lines(LineAction action)
    {
        while (_bytes.AsSpan(_start, _end - _start).IndexOf((byte)'\n') is var length and >= 0)
        {
            action(_bytes.AsSpan(_start, length));
            _start += length + 1;
        }
    }

    /// <summary>Hands out what is left: a last line without line feed.</summary>
    public void Rest(LineAction action)
    {
        if (_end > _start)
            action(_bytes.AsSpan(_start, _end - _start));
        Clear();
    }

    /// <summary>Drops what was collected.</summary>
    public void Clear() => _start = _end = 0;
}
