using ActorKube.Machinery.Client;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>Writes what the scheduler says of pods, for each pod one after the other, and nothing that its status says already. Called on the scheduler's thread; the writes run beside it.</summary>
internal sealed class StatusWriter(EngineServices services, Action<object> post, CancellationToken stop)
{
    private readonly Dictionary<string, TaskCompletionSource> _pending = [];

    /// <summary>A write has ended.</summary>
    public sealed record Written(string Uid, TaskCompletionSource Done);

    /// <summary>The last write of a pod that has not ended; null when there is none.</summary>
    public Task? Pending(string uid) => _pending.GetValueOrDefault(uid)?.Task;

    /// <summary>Sets <c>PodScheduled=False</c>.</summary>
    public void NotScheduled(Setback setback, string reason)
    {
        var (pod, message) = (setback.Pod, setback.Message);
        if (setback.WasNominated || !StatusPatch.IsThere(pod, reason, message))
            Write(pod, StatusPatch.NotScheduled(pod, reason, message, services.Time.GetUtcNow()));
    }

    /// <summary>Says on which node a pod is expected.</summary>
    public void Nominated(PodInfo pod, string node) => Write(pod, StatusPatch.Nominated(pod, node));

    /// <summary>Forgets a write that has ended.</summary>
    public void Done(Written written)
    {
        if (_pending.TryGetValue(written.Uid, out var last) && ReferenceEquals(last, written.Done))
            _pending.Remove(written.Uid);
    }

    private void Write(PodInfo pod, ReadOnlyMemory<byte> patch)
    {
        var before = Pending(pod.Uid);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[pod.Uid] = done;
        services.Run(async () =>
        {
            try
            {
                if (before is not null)
                    await before;
                await services.Client.PatchAsync(ObjectAddress.Of(WellKnownResources.Pods, pod.Key, "status"), PatchType.StrategicMerge, patch, cancel: stop);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                // The next attempt says it again.
                services.OnFault($"The status of pod {pod.Key} could not be written", fault);
            }
            catch (OperationCanceledException)
            {
                // Stopped.
            }
            finally
            {
                done.SetResult();
                post(new Written(pod.Uid, done));
            }
        });
    }
}
