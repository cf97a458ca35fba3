using ActorKube.Machinery.Queues;

namespace ActorKube.Machinery.Running;

/// <summary>Work in rounds that only cancelling ends: a round that fails, whatever it throws, is told, and the next comes after a wait that grows with every failure in a row.</summary>
/// <param name="backoff">The waits after failures.</param>
/// <param name="time">Their clock.</param>
/// <param name="failed">Told of every failure and the wait after it; must not throw.</param>
public sealed class RepeatedWork(BackoffPolicy backoff, TimeProvider time, Action<Exception, TimeSpan> failed)
{
    /// <summary>Runs until cancelled.</summary>
    /// <param name="round">One round.</param>
    /// <param name="pause">Waits between a round that went well and the next.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing else is thrown.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> round, Func<CancellationToken, Task> pause, CancellationToken cancel)
    {
        for (var failures = 0; ;)
        {
            try
            {
                await round(cancel);
                failures = 0;
            }
            catch (Exception fault)
            {
                cancel.ThrowIfCancellationRequested();
                var wait = backoff.Delay(++failures);
                failed(fault, wait);
                await Task.Delay(wait, time, cancel);
                continue;
            }
            await pause(cancel);
        }
    }
}
