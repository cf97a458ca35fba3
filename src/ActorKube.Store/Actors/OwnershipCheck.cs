using ActorKube.Store.Views;
using Akka.Actor;
using Akka.Persistence;

namespace ActorKube.Store.Actors;

/// <summary>
/// Lets an owner answer consistent reads only while nobody else has written to its journal: it asks the journal for entries beyond its own last one. A second
/// incarnation on the other side of a partition would have left some. One question serves all reads that wait when it is asked.
/// </summary>
internal sealed class OwnershipCheck(string persistenceId, ReadBarrier barrier, IActorRef actor, IActorRef journal)
{
    private TaskCompletionSource<long>? _asking;

    /// <summary>Asks the journal, unless a question is on its way already: its answer starts the next.</summary>
    public void Ask(long lastSequenceNr)
    {
        if (_asking is not null || barrier.Take() is not { } reads)
            return;
        _asking = reads;
        // Nothing is replayed: the range is empty, only the highest number above ours is answered.
        journal.Tell(new ReplayMessages(lastSequenceNr + 1, 0, 0, persistenceId, actor), actor);
    }

    /// <summary>The reads that the answer is for; null when it is not for us.</summary>
    public TaskCompletionSource<long>? Answered()
    {
        var reads = _asking;
        _asking = null;
        return reads;
    }

    public void Close() => _asking?.TrySetCanceled();
}

/// <summary>Consistent reads wait at the barrier.</summary>
internal sealed class ReadsWaiting : INoSerializationVerificationNeeded
{
    public static readonly ReadsWaiting Instance = new();
}
