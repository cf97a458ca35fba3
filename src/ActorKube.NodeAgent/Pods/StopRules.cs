namespace ActorKube.NodeAgent.Pods;

/// <summary>How long stops may take.</summary>
internal static class StopRules
{
    /// <summary>Upstream gives every container at least this long, so that a grace of 0 is not a kill without warning.</summary>
    public static readonly TimeSpan ShortestGrace = TimeSpan.FromSeconds(2);

    /// <summary>Users may say any number of seconds; calls to the runtime, which take as long, may not.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromDays(30);

    /// <summary>The grace of a pod that is being ended: what the deletion says, else what the spec says.</summary>
    public static TimeSpan Grace(PodView pod) => Of(pod.DeletionGraceSeconds ?? pod.TerminationGraceSeconds);

    /// <summary>The grace of a container that is stopped while its pod goes on.</summary>
    public static TimeSpan ContainerGrace(PodView pod) => Of(pod.TerminationGraceSeconds);

    private static TimeSpan Of(long seconds) => seconds < LongestGrace.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestGrace;
}
