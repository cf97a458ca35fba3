using ActorKube.Machinery.Informers;
using ActorKube.Scheduler.Framework;

namespace ActorKube.Scheduler.Scheduling;

/// <content>Changes of storage, and pods that something has to be prepared for before they take their turn among the bindings (ADR 0111).</content>
internal sealed partial class SchedulerCore
{
    private readonly Dictionary<string, Placement> _preparing = [];
    private readonly Queue<Placement> _prepared = new();

    /// <summary>Something of storage came, changed or went.</summary>
    public void OnStorage(ObjectChanged change)
    {
        if (_index.Volumes.Apply(change) is { } happened)
            _queue.Move(happened);
    }

    /// <summary>What had to be prepared for a pod is done, or came to nothing.</summary>
    /// <returns>What to tell; null while there is nothing to tell.</returns>
    public Turn? Prepared(Placement placement, Status status)
    {
        // The pod may have gone meanwhile, and another one of the same name be here.
        if (!_preparing.TryGetValue(placement.Pod.Uid, out var known) || !ReferenceEquals(known, placement))
            return null;
        if (status.IsSuccess)
        {
            _prepared.Enqueue(placement);
            return null;
        }
        _preparing.Remove(placement.Pod.Uid);
        return GiveBack(placement, status, tell: true);
    }

    private Turn Begin(Placement placement, Decision? decision)
    {
        if (!placement.MayWait)
            return Start(placement, decision);
        _preparing.Add(placement.Pod.Uid, placement);
        // A pod that was held has been said to come already.
        return new Turn(null, null, decision) { Prepare = placement, Nominate = decision is null ? null : placement };
    }

    private Turn GiveBack(Placement placement, Status status, bool tell)
    {
        Unreserve(placement);
        var wasThere = _index.Forget(placement.Pod.Uid);
        _queue.Fail(placement.Queued);
        if (wasThere)
            PlaceIsFree(placement.Pod);
        return Failed(placement.Queued, placement.Queued.Pod, status.Message, tell, placement.MayWait);
    }
}
