using System.Threading.Tasks.Sources;

namespace ActorKube.Store.Watching;

/// <summary>Wakes the single reader of a queue. Setting it when nobody waits costs one read; waiting allocates nothing.</summary>
internal sealed class ReaderSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Waiting = 1;

    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private int _state;

    /// <summary>Wakes the reader if it waits. The writer has to have made its change visible before.</summary>
    public void Set()
    {
        if (Volatile.Read(ref _state) == Waiting && Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
            _core.SetResult(true);
    }

    /// <summary>
    /// Waits for the next <see cref="Set"/>, unless <paramref name="ready"/> already holds: it is asked once more after the reader has become visible
    /// as waiting, so that no change falls between looking and waiting.
    /// </summary>
    public ValueTask WaitAsync(Func<bool> ready, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
            return ValueTask.FromCanceled(cancel);
        _core.Reset();
        Interlocked.Exchange(ref _state, Waiting);
        if (ready() && Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
            return ValueTask.CompletedTask;
        _cancellation = cancel.UnsafeRegister(static (state, token) => ((ReaderSignal)state!).Cancel(token), this);
        return new ValueTask(this, _core.Version);
    }

    private void Cancel(CancellationToken cancel)
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
            _core.SetException(new OperationCanceledException(cancel));
    }

    void IValueTaskSource.GetResult(short token)
    {
        _cancellation.Dispose();
        _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
