using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Nodes;

/// <summary>
/// Whether a node may be evicted now. Where many nodes fail at once it is more likely that we are cut off than that they all died; so evictions are slowed down or
/// stopped by zone, with upstream's states. The rate needs no memory: the taints on the nodes say when the last eviction was, also after a restart.
/// </summary>
internal sealed class Zones
{
    private readonly Dictionary<string, Zone> _zones = [];
    private readonly NodeLifecycleOptions _options;

    public Zones(CacheView nodes, NodeLifecycleOptions options)
    {
        _options = options;
        foreach (var item in nodes.All)
        {
            var node = item.As<NodeView>();
            if (!_zones.TryGetValue(node.Zone, out var zone))
                _zones.Add(node.Zone, zone = new Zone());
            zone.Add(node);
        }
    }

    /// <summary>True when no zone has a ready node: then nothing is evicted anywhere, and evictions under way are called off.</summary>
    public bool AllDisrupted => _zones.Count > 0 && _zones.Values.All(z => z.IsFullyDisrupted);

    /// <summary>How long it takes until a node that is not ready may be tainted NoExecute: zero for now, null when evictions have stopped or others come first.</summary>
    public TimeSpan? Turn(NodeView node, Present now)
    {
        var zone = _zones[node.Zone];
        if (AllDisrupted || zone.First != node.Object.Key.Name)
            return null;
        var rate = zone.IsFullyDisrupted || !zone.IsPartlyDisrupted(_options) ? _options.EvictionRate
            : zone.Count > _options.LargeClusterSize ? _options.SecondaryEvictionRate
            : 0;
        if (rate <= 0)
            return null;
        return zone.LastEviction is { } last && TimeSpan.FromSeconds(1 / rate) - now.Since(last) is { Ticks: > 0 } left ? left : TimeSpan.Zero;
    }

    private sealed class Zone
    {
        private int _ready;
        private DateTimeOffset _firstSince;

        public int Count { get; private set; }

        public DateTimeOffset? LastEviction { get; private set; }

        /// <summary>The node that has waited longest for its eviction: one at a time, or workers deciding from the same cut would exceed the rate.</summary>
        public string? First { get; private set; }

        public bool IsFullyDisrupted => _ready == 0 && Count > 0;

        public bool IsPartlyDisrupted(NodeLifecycleOptions options) =>
            Count - _ready > 2 && (double)(Count - _ready) / Count >= options.UnhealthyZoneThreshold;

        public void Add(NodeView node)
        {
            Count++;
            if (node.IsReady)
            {
                _ready++;
                return;
            }
            var tainted = node.Taints.FirstOrDefault(NodeTaints.Evicts);
            if (tainted is not null)
            {
                if (tainted.Added is { } added && (LastEviction is not { } last || added > last))
                    LastEviction = added;
                return;
            }
            var since = node.NotReadySince;
            if (First is null || since < _firstSince || (since == _firstSince && string.CompareOrdinal(node.Object.Key.Name, First) < 0))
                (First, _firstSince) = (node.Object.Key.Name, since);
        }
    }
}
