namespace ActorKube.NodeAgent.Runtimes;

/// <summary>Wakes one waiter; signals that come while it works make the next wait return at once, and are not counted.</summary>
internal sealed class WakeSignal
{
    private TaskCompletionSource _signal = Fresh();

    public void Set() => Volatile.Read(ref _signal).TrySetResult();

    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancel)
    {
        var signal = Volatile.Read(ref _signal);
        try
        {
            await signal.Task.WaitAsync(atMost, time, cancel);
        }
        catch (TimeoutException)
        {
            return;
        }
        Volatile.Write(ref _signal, Fresh());
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
