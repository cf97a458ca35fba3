using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Pods;
using ActorKube.Machinery.Informers;

namespace ActorKube.Scheduler.Indices;

/// <summary>Condition <c>PodScheduled</c> as it stands in a pod's status.</summary>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
/// <param name="Reason">Reason.</param>
/// <param name="Message">Message.</param>
/// <param name="Since">When the status changed last, as written.</param>
internal sealed record ScheduledCondition(string Status, string Reason, string Message, string Since);

/// <summary>What scheduling needs to know of a pod, read once per state of it. Immutable.</summary>
internal sealed class PodInfo : IObjectView<PodInfo>
{
    /// <summary>Name of the scheduler for pods that name none.</summary>
    public const string DefaultScheduler = "default-scheduler";

    /// <summary>The pod.</summary>
    public required StoredObject Object { get; init; }

    /// <summary>Namespace and name.</summary>
    public ObjectKey Key => Object.Key;

    /// <summary>The incarnation.</summary>
    public string Uid => Object.Head.Uid;

    /// <summary><c>spec.schedulerName</c>.</summary>
    public string SchedulerName { get; init; } = DefaultScheduler;

    /// <summary><c>spec.nodeName</c>; empty while unscheduled.</summary>
    public string NodeName { get; init; } = "";

    /// <summary><c>status.nominatedNodeName</c>: the node that it is expected to come to; empty for none.</summary>
    public string NominatedNode { get; init; } = "";

    /// <summary><c>spec.priority</c>.</summary>
    public int Priority { get; init; }

    /// <summary>True with <c>preemptionPolicy: Never</c>.</summary>
    public bool NeverPreempts { get; init; }

    /// <summary>Finished for good: it takes nothing from its node any more.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Marked for deletion.</summary>
    public bool IsTerminating => Object.Head.Deleted is not null;

    /// <summary>What it asks for.</summary>
    public ResourceAmounts Requests { get; init; } = ResourceAmounts.None;

    /// <summary>CPU in thousandths, with an assumed amount where containers ask for none.</summary>
    public long NonZeroMilliCpu { get; init; }

    /// <summary>Memory in bytes, with an assumed amount where containers ask for none.</summary>
    public long NonZeroMemory { get; init; }

    /// <summary>Ports of the node that it takes.</summary>
    public HostPort[] HostPorts { get; init; } = [];

    /// <summary>Taints it bears.</summary>
    public Toleration[] Tolerations { get; init; } = [];

    /// <summary>Nodes it may and would like to run on.</summary>
    public NodeAffinityRules NodeAffinity { get; init; } = NodeAffinityRules.None;

    /// <summary>Images of its containers, init containers included, and of its volumes, with tags.</summary>
    public string[] Images { get; init; } = [];

    /// <summary>Its claims and inline CSI volumes; most pods have none.</summary>
    public PodVolume[] Volumes { get; init; } = [];

    /// <summary>Names of its scheduling gates.</summary>
    public string[] SchedulingGates { get; init; } = [];

    /// <summary>Condition <c>PodScheduled</c>; null when it has none.</summary>
    public ScheduledCondition? Scheduled { get; init; }

    /// <summary>Whether a taint does not keep it away.</summary>
    public bool Tolerates(in Taint taint)
    {
        foreach (var toleration in Tolerations)
            if (toleration.Tolerates(taint))
                return true;
        return false;
    }

    /// <inheritdoc/>
    public static PodInfo Project(StoredObject item) => new PodReader(item).Read();
}
