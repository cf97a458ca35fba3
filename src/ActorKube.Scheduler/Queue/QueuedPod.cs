using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Queue;

/// <summary>Where a pod is on its way.</summary>
internal enum QueuePlace : byte
{
    /// <summary>Its turn comes as soon as those before it are done.</summary>
    Active,
    /// <summary>It was turned down lately and waits a little.</summary>
    Backoff,
    /// <summary>Something went wrong with it lately, and it waits a little.</summary>
    ErrorBackoff,
    /// <summary>It waits for something to happen in the cluster that could make it fit.</summary>
    Pool,
    /// <summary>It is being scheduled or bound.</summary>
    InFlight,
}

/// <summary>A pod that waits for a node, and its history of attempts. Belongs to the queue and its thread.</summary>
internal sealed class QueuedPod(PodInfo pod, SchedulingProfile profile, DateTimeOffset since, long order)
{
    /// <summary>The newest state of the pod.</summary>
    public PodInfo Pod { get; internal set; } = pod;

    /// <summary>The profile it is scheduled by.</summary>
    public SchedulingProfile Profile { get; } = profile;

    /// <summary>When it entered the queue, or came back into it.</summary>
    public DateTimeOffset Since { get; internal set; } = since;

    /// <summary>Order of arrival, for pods that are otherwise alike.</summary>
    public long Order { get; } = order;

    /// <summary>Attempts begun.</summary>
    public int Attempts { get; internal set; }

    /// <summary>Attempts that turned it down: they lengthen the wait.</summary>
    public int Rejections { get; internal set; }

    /// <summary>Attempts in a row in which something went wrong: they lengthen the wait, too.</summary>
    public int Errors { get; internal set; }

    /// <summary>Plugins that turned it down last; empty when nobody in particular did.</summary>
    public IReadOnlyList<string> RejectedBy { get; internal set; } = [];

    /// <summary>Where it is.</summary>
    public QueuePlace Place { get; internal set; }

    internal DateTimeOffset BackoffUntil { get; set; }

    internal int HeapIndex { get; set; } = -1;
}
