namespace ActorKube.NodeAgent.Pods;

/// <summary>How long stops may take.</summary>
internal static class StopRules
{
    /// <summary>Upstream gives every container at least this long, so that a grace of 0 is not a kill without warning.</summary>
    public static readonly TimeSpan ShortestGrace = TimeSpan.FromSeconds(2);

    /// <summary>The grace of a pod that is being ended: what the deletion says, else what the spec says.</summary>
    public static TimeSpan Grace(PodView pod) => TimeSpan.FromSeconds(pod.DeletionGraceSeconds ?? pod.TerminationGraceSeconds);
}
