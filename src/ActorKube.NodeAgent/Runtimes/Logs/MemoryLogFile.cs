namespace ActorKube.NodeAgent.Runtimes;

/// <summary>The bytes of one log in memory; grows at its end only.</summary>
internal sealed class MemoryLogFile
{
    private readonly Lock _gate = new();
    private byte[] _bytes = [];
    private int _length;
    private TaskCompletionSource? _waiters;

    public long Length => Volatile.Read(ref _length);

    public void Append(ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            if (_length + content.Length > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(_length + content.Length, _bytes.Length * 2));
            content.CopyTo(_bytes.AsSpan(_length));
            Volatile.Write(ref _length, _length + content.Length);
            WakeHoldingGate();
        }
    }

    public int Read(long position, Span<byte> target)
    {
        lock (_gate)
        {
            var count = (int)Math.Clamp(_length - position, 0, target.Length);
            _bytes.AsSpan((int)position, count).CopyTo(target);
            return count;
        }
    }

    public Task WaitAsync(long length, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_length != length)
                return Task.CompletedTask;
            _waiters ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiters.Task.WaitAsync(cancel);
        }
    }

    public void Wake()
    {
        lock (_gate)
            WakeHoldingGate();
    }

    private void WakeHoldingGate()
    {
        _waiters?.TrySetResult();
        _waiters = null;
    }
}
