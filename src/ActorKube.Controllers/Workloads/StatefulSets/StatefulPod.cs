using System.Globalization;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Workloads.StatefulSets;

/// <summary>A place in a stateful set and the pod that has it, if any.</summary>
/// <param name="Set">Name of the set.</param>
/// <param name="Ordinal">The place.</param>
/// <param name="Pod">The pod; null while there is none.</param>
internal sealed record StatefulPod(string Set, int Ordinal, PodView? Pod)
{
    /// <summary>Label with the name of the pod's revision.</summary>
    public const string RevisionLabel = "controller-revision-hash";

    public const string NameLabel = "statefulset.kubernetes.io/pod-name";
    public const string IndexLabel = "apps.kubernetes.io/pod-index";

    public string Name => $"{Set}-{Ordinal.ToString(CultureInfo.InvariantCulture)}";

    public bool Exists => Pod is not null;

    public bool IsTerminating => Pod?.IsTerminating == true;

    public bool IsRunningAndReady => Pod is { Phase: PodPhase.Running, Ready: true };

    public string? Revision => Pod?.Object.Head.Labels[RevisionLabel];

    public bool IsAvailable(int minReadySeconds, Present now) => IsRunningAndReady && Pod!.IsAvailable(minReadySeconds, now);

    /// <summary>Not there, leaving, or not ready for long enough.</summary>
    public bool IsUnavailable(int minReadySeconds, Present now) => IsTerminating || !IsAvailable(minReadySeconds, now);

    /// <summary>The place of a pod by its name; null when the name is not one of the set's.</summary>
    public static StatefulPod? Of(string set, PodView pod)
    {
        var name = pod.Object.Key.Name;
        return name.StartsWith(set, StringComparison.Ordinal) && name.Length > set.Length && name[set.Length] == '-'
            && int.TryParse(name.AsSpan(set.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            // "web-01" is not the first pod of web, and would be in the way of "web-1".
            && new StatefulPod(set, ordinal, pod) is var member && member.Name == name
                ? member
                : null;
    }
}
