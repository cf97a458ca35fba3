using ActorKube.Machinery.Client;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Queue;

namespace ActorKube.Scheduler.Framework;

/// <summary>A part of scheduling that can be exchanged. It implements one or more of the extension points below; all but binding are pure and called on one thread.</summary>
internal interface IPlugin
{
    /// <summary>One of <see cref="PluginNames"/>.</summary>
    string Name { get; }
}

/// <summary>Says whether a pod may enter the queue at all. It is asked again whenever the pod changes.</summary>
internal interface IPreEnqueuePlugin : IPlugin
{
    /// <summary>Success, or why the pod has to stay outside.</summary>
    Status PreEnqueue(PodInfo pod);
}

/// <summary>Orders the queue. There is exactly one, the same in all profiles.</summary>
internal interface IQueueSortPlugin : IPlugin
{
    /// <summary>Negative when <paramref name="left"/> comes first; 0 when it does not matter (then the order of arrival decides).</summary>
    int Compare(QueuedPod left, QueuedPod right);
}

/// <summary>Looks at the pod before nodes are filtered.</summary>
internal interface IPreFilterPlugin : IPlugin
{
    /// <summary>Success; <see cref="Status.Skip"/> to leave out this plugin's filter; or a rejection for all nodes at once.</summary>
    /// <param name="state">State of the attempt.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="nodeNames">The only nodes worth looking at; null for all.</param>
    Status PreFilter(CycleState state, PodInfo pod, out IReadOnlyCollection<string>? nodeNames);
}

/// <summary>Says whether a pod fits on a node. The hot path: no allocation, no I/O.</summary>
internal interface IFilterPlugin : IPlugin
{
    /// <summary>Success or why not.</summary>
    Status Filter(CycleState state, PodInfo pod, NodeInfo node);
}

/// <summary>Called when no node fits.</summary>
internal interface IPostFilterPlugin : IPlugin
{
    /// <summary>Success when something was done that will make room; else what to add to the message for people.</summary>
    Status PostFilter(CycleState state, PodInfo pod, FilterReport report);
}

/// <summary>Prepares scoring.</summary>
internal interface IPreScorePlugin : IPlugin
{
    /// <summary>Success, or <see cref="Status.Skip"/> to leave out this plugin's score.</summary>
    Status PreScore(CycleState state, PodInfo pod, ReadOnlySpan<NodeInfo> nodes);
}

/// <summary>Ranks nodes that fit.</summary>
internal interface IScorePlugin : IPlugin
{
    /// <summary>How good the node is; any scale if <see cref="Normalize"/> brings it to 0 … <see cref="MaxScore"/>.</summary>
    long Score(CycleState state, PodInfo pod, NodeInfo node);

    /// <summary>Brings the scores of all nodes to 0 … <see cref="MaxScore"/>.</summary>
    void Normalize(Span<long> scores)
    {
    }

    /// <summary>The best score there is.</summary>
    const long MaxScore = 100;
}

/// <summary>Keeps accounts of its own of what assumed pods take.</summary>
internal interface IReservePlugin : IPlugin
{
    /// <summary>Takes. A failure gives everything back, of this plugin too.</summary>
    Status Reserve(CycleState state, PodInfo pod, string node);

    /// <summary>Gives back; also without a <see cref="Reserve"/> before, and more than once.</summary>
    void Unreserve(CycleState state, PodInfo pod, string node);
}

/// <summary>May hold a pod back before it is bound.</summary>
internal interface IPermitPlugin : IPlugin
{
    /// <summary>Success, <see cref="Status.Wait"/>, or a rejection.</summary>
    /// <param name="state">State of the attempt.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="node">The node chosen.</param>
    /// <param name="timeout">With <see cref="Status.Wait"/>: after how long the pod is rejected.</param>
    Status Permit(CycleState state, PodInfo pod, string node, out TimeSpan timeout);
}

/// <summary>What binding works with. Binding runs beside the scheduling cycle, for many pods at a time.</summary>
/// <param name="Client">Acts as the scheduler.</param>
/// <param name="Options">Options for the write that binds: they carry the scheduler's epoch.</param>
/// <param name="Time">The clock.</param>
internal sealed record BindContext(IResourceClient Client, WriteOptions Options, TimeProvider Time);

/// <summary>Does work that has to be done before a pod is bound.</summary>
internal interface IPreBindPlugin : IPlugin
{
    /// <summary>
    /// Whether this may take long for the pod at hand. Then it happens before the pod counts among those being bound, so that others need not wait behind it; and the pod's place is
    /// kept meanwhile.
    /// </summary>
    bool MayWait(CycleState state) => false;

    /// <summary>Success or what went wrong.</summary>
    ValueTask<Status> PreBindAsync(BindContext context, CycleState state, PodInfo pod, string node, CancellationToken cancel);
}

/// <summary>Binds pods to nodes. The first plugin that does not answer <see cref="Status.Skip"/> counts.</summary>
internal interface IBindPlugin : IPlugin
{
    /// <summary>Success, skip, or what went wrong.</summary>
    ValueTask<Status> BindAsync(BindContext context, CycleState state, PodInfo pod, string node, CancellationToken cancel);
}

/// <summary>Is told of bound pods.</summary>
internal interface IPostBindPlugin : IPlugin
{
    /// <summary>The pod is bound.</summary>
    void PostBind(CycleState state, PodInfo pod, string node);
}

/// <summary>Says what could make a pod schedulable that this plugin has rejected. A plugin without it has its pods tried again whenever anything happens.</summary>
internal interface IEnqueueExtensions : IPlugin
{
    /// <summary>The events worth a new attempt.</summary>
    IEnumerable<EventRegistration> EventsToRegister { get; }
}
