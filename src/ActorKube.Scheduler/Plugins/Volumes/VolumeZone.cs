using ActorKube.Api.Names;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Volumes;

namespace ActorKube.Scheduler.Plugins.Volumes;

/// <summary>A pod goes to the zone and region that its volumes are labelled with. Upstream: <c>plugins/volumezone</c>.</summary>
internal sealed class VolumeZone(VolumeIndex index) : IPreFilterPlugin, IFilterPlugin, IEnqueueExtensions
{
    // Several zones of one volume stand in one label.
    private const string Delimiter = "__";
    private static readonly Status Elsewhere = Status.Unresolvable(PluginNames.VolumeZone, "node(s) had no available volume zone");

    /// <summary>The labels, and what stands for them: a label and its older name stand for each other.</summary>
    public static readonly (string Key, string Other)[] Topologies =
    [
        ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"),
        ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"),
        ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
        ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
    ];

    public string Name => PluginNames.VolumeZone;

    public IEnumerable<EventRegistration> EventsToRegister =>
    [
        new(EventResource.StorageClass, EventActions.Add, StorageHints.WaitsForConsumer),
        new(EventResource.Node, EventActions.Add | EventActions.UpdateNodeLabel),
        new(EventResource.Claim, EventActions.Add | EventActions.UpdateStorage, StorageHints.IsOwnClaim),
        new(EventResource.Volume, EventActions.Add | EventActions.UpdateStorage, StorageHints.IsElsewhere),
    ];

    public Status PreFilter(CycleState state, PodInfo pod, out IReadOnlyCollection<string>? nodeNames)
    {
        nodeNames = null;
        List<Demand>? demands = null;
        foreach (var volume in pod.Volumes)
        {
            if (volume.Claim.Length == 0 || volume.IsEphemeral || index.Claim(new ObjectKey(pod.Key.Namespace, volume.Claim)) is not { VolumeName.Length: > 0 } claim)
                continue;
            if (index.Volume(claim.VolumeName) is not { } bound)
                return Status.Unresolvable(Name, $"persistentvolume \"{claim.VolumeName}\" not found");
            foreach (var (key, other) in Topologies)
                if (bound.Object.Head.Labels[key] is { } value)
                    (demands ??= []).Add(new Demand(key, other, [.. value.Split(Delimiter)]));
        }
        if (demands is null)
            return Status.Skip;
        state.Write(Name, demands);
        return Status.Success;
    }

    public Status Filter(CycleState state, PodInfo pod, NodeInfo node)
    {
        var labels = node.Spec.Labels;
        // A node that knows no zones at all is in all of them.
        var knows = false;
        foreach (var (key, _) in Topologies)
            knows |= labels[key] is not null;
        if (!knows)
            return Status.Success;
        foreach (var demand in state.Read<List<Demand>>(Name)!)
            if ((labels[demand.Key] ?? labels[demand.Other]) is not { } value || !demand.Values.Contains(value))
                return Elsewhere;
        return Status.Success;
    }

    private sealed record Demand(string Key, string Other, HashSet<string> Values);
}
