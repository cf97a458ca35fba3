using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Queue;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>A node has been chosen for a pod, and the pod counts as being there: now it has to be bound.</summary>
/// <param name="Queued">The pod in the queue.</param>
/// <param name="Pod">The state of the pod that was decided on.</param>
/// <param name="State">State of the attempt.</param>
/// <param name="Node">The node.</param>
internal sealed record Placement(QueuedPod Queued, PodInfo Pod, CycleState State, string Node)
{
    /// <summary>The profile.</summary>
    public SchedulingProfile Profile => Queued.Profile;

    /// <summary>Whether a preBind plugin may have to wait for something.</summary>
    public bool MayWait
    {
        get
        {
            foreach (var plugin in Profile.PreBinds)
                if (plugin.MayWait(State))
                    return true;
            return false;
        }
    }
}

/// <summary>An attempt came to nothing, and people should know.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="SchedulerName">The profile's name: who says so.</param>
/// <param name="Message">The sentence.</param>
/// <param name="ConditionReason">Reason of condition <c>PodScheduled</c>; null when the condition is left alone.</param>
internal sealed record Setback(PodInfo Pod, string SchedulerName, string Message, string? ConditionReason)
{
    /// <summary>Reason when no node fits.</summary>
    public const string Unschedulable = "Unschedulable";

    /// <summary>Reason when something went wrong.</summary>
    public const string SchedulerError = "SchedulerError";

    /// <summary>Whether the pod was said to be expected on a node, which is to be taken back, whatever is known of its status.</summary>
    public bool WasNominated { get; init; }
}

/// <summary>What one turn of the scheduler came to.</summary>
/// <param name="Bind">A pod to bind.</param>
/// <param name="Setback">Something to tell.</param>
/// <param name="Decision">The entry for the decision log.</param>
internal readonly record struct Turn(Placement? Bind, Setback? Setback, Decision? Decision)
{
    /// <summary>A pod that something has to be prepared for before it can be bound.</summary>
    public Placement? Prepare { get; init; }

    /// <summary>A pod that will have to wait before it is bound: it is said where it is expected meanwhile (upstream: <c>NominatedNodeNameForExpectation</c>).</summary>
    public Placement? Nominate { get; init; }
}
