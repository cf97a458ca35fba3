namespace ActorKube.Machinery.Running;

/// <summary>Wakes one waiter; signals that come while it works make the next wait return at once, and are not counted. Any thread signals.</summary>
public sealed class WakeSignal
{
    private TaskCompletionSource _signal = Fresh();

    /// <summary>Wakes the waiter, or whoever waits next.</summary>
    public void Set() => Volatile.Read(ref _signal).TrySetResult();

    /// <summary>Waits for a signal.</summary>
    /// <param name="atMost">How long at the most, on <paramref name="time"/>; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancel)
    {
        if (atMost == TimeSpan.Zero)
            return;
        var signal = Volatile.Read(ref _signal);
        // Not by Task.WaitAsync, which goes on by way of the thread pool: a waiter on one thread stays on it.
        using var end = time.CreateTimer(static state => ((TaskCompletionSource)state!).TrySetResult(), signal, atMost, Timeout.InfiniteTimeSpan);
        using var cancelled = cancel.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), signal);
        try
        {
            await signal.Task;
        }
        finally
        {
            Volatile.Write(ref _signal, Fresh());
        }
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
