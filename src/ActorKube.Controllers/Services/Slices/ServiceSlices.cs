using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Controllers.Services.Slices.Topology;
using ActorKube.Machinery.Informers;

namespace ActorKube.Controllers.Services.Slices;

/// <summary>The slices of one service and one address type: those there are compared with those there are to be.</summary>
/// <param name="service">The service.</param>
/// <param name="addressType">The address type.</param>
/// <param name="max">Most endpoints in a slice.</param>
/// <param name="labels">Labels of the slices.</param>
internal sealed class ServiceSlices(ServiceView service, string addressType, int max, ImmutableSortedDictionary<string, string> labels)
{
    private readonly Dictionary<string, Group> _groups = [];

    /// <summary>Slices there are to be.</summary>
    public List<SliceDraft> Drafts { get; } = [];

    /// <summary>Slices there are not to be.</summary>
    public List<SliceView> Delete { get; } = [];

    /// <summary>Why there are no hints by zone although they were asked for; null when there are, or nobody asked.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Pods that are left out because nobody knows their nodes, each with its node.</summary>
    public List<(string Pod, string Node)> Lost { get; } = [];

    /// <summary>Compares.</summary>
    /// <param name="existing">The slices there are, of this address type.</param>
    /// <param name="pods">The pods behind the service.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="zones">Each zone's part of the processors, where endpoints are to be shared out by it; else null.</param>
    public void Decide(IReadOnlyList<SliceView> existing, IReadOnlyList<ServingPod> pods, CacheView nodes, SortedDictionary<string, double>? zones)
    {
        foreach (var slice in existing)
            if (SliceWriting.IsOwnedBy(slice, service.Object))
                GroupOf(slice.Ports).Slices.Add(SliceDraft.Of(slice));
            else
                Delete.Add(slice);
        foreach (var pod in pods)
            Want(pod, nodes);
        foreach (var group in _groups.Values)
            if (!group.Wanted)
                Delete.AddRange(group.Slices.Select(s => s.Known!));
            else
            {
                var emptied = SlicePacking.Pack(group.Slices, group.Desired, () => new SliceDraft(null, addressType, group.Ports), max, s => IsRelabeled(s.Known!));
                Delete.AddRange(emptied.Select(s => s.Known!));
                Drafts.AddRange(group.Slices);
            }
        if (existing.Count == Delete.Count && !Drafts.Any(d => d.Known is null))
            HoldThePlace();
        if (zones is not null)
            Refusal = TopologyHints.Apply(Drafts, zones);
        else
            foreach (var draft in Drafts)
                TrafficHints.Apply(service.TrafficDistribution, draft);
    }

    private void Want(ServingPod pod, CacheView nodes)
    {
        var group = GroupOf(SlicePort.Of(service, pod));
        group.Wanted = true;
        var node = nodes.Find(new ObjectKey("", pod.NodeName));
        // A pod of a node that is gone is as good as gone, unless whoever asks wants to know of every pod.
        if (node is null && !service.PublishesNotReady)
        {
            Lost.Add((pod.Object.Key.Name, pod.NodeName));
            return;
        }
        if (SliceEndpoint.Of(service, pod, node?.Head.Labels[NodeCapacity.ZoneLabel], addressType) is { } endpoint)
            group.Desired[endpoint.Identity] = endpoint;
    }

    // An empty slice tells that the service is known and that nothing is behind it.
    private void HoldThePlace()
    {
        if (Delete is [{ Endpoints.Length: 0, Ports.Length: 0 } only] && HasAllLabels(only))
            Delete.Clear();
        else
            Drafts.Add(new SliceDraft(null, addressType, []));
    }

    private Group GroupOf(ImmutableArray<SlicePort> ports)
    {
        var key = SlicePort.KeyOf(ports);
        if (!_groups.TryGetValue(key, out var group))
            _groups.Add(key, group = new Group(ports));
        return group;
    }

    private bool IsRelabeled(SliceView slice) => !Own(slice.Object.Head.Labels).SequenceEqual(Own(labels));

    private bool HasAllLabels(SliceView slice) => slice.Object.Head.Labels.Count == labels.Count && slice.Object.Head.Labels.All(l => labels.GetValueOrDefault(l.Key) == l.Value);

    private static IOrderedEnumerable<KeyValuePair<string, string>> Own(IEnumerable<KeyValuePair<string, string>> all) =>
        all.Where(l => !ServiceLabels.IsReserved(l.Key)).OrderBy(l => l.Key, StringComparer.Ordinal);

    private sealed class Group(ImmutableArray<SlicePort> ports)
    {
        public ImmutableArray<SlicePort> Ports { get; } = ports;
        public List<SliceDraft> Slices { get; } = [];
        public SortedDictionary<string, SliceEndpoint> Desired { get; } = new(StringComparer.Ordinal);
        public bool Wanted { get; set; }
    }
}
