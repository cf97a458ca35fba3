using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Scheduling;

/// <summary>scheduling.k8s.io/v1.</summary>
internal static class SchedulingKinds
{
    /// <summary>How important a pod is.</summary>
    public static KindStrategy PriorityClass => 
        new GenericStrategy(ClusterScoped("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", "pc").Counted()) { ShownAs = Policy.PolicyColumns.PriorityClass };
}
