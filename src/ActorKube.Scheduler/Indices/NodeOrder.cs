namespace ActorKube.Scheduler.Indices;

/// <summary>
/// The order in which nodes are tried: one of each zone in turn, so that a search that ends early still looks at all zones (upstream: <c>nodeTree</c>). Made anew
/// when nodes come, go or change their zone.
/// </summary>
internal static class NodeOrder
{
    /// <summary>Nodes in order; each is told its place. Within a zone they keep the order they came in.</summary>
    public static NodeInfo[] Arrange(IEnumerable<NodeInfo> nodes)
    {
        var zones = new Dictionary<string, List<NodeInfo>>();
        var count = 0;
        foreach (var node in nodes)
        {
            if (!zones.TryGetValue(node.Spec.Zone, out var zone))
                zones.Add(node.Spec.Zone, zone = []);
            zone.Add(node);
            count++;
        }
        var order = new NodeInfo[count];
        var next = 0;
        for (var turn = 0; next < count; turn++)
            foreach (var zone in zones.Values)
                if (turn < zone.Count)
                {
                    zone[turn].Position = next;
                    order[next++] = zone[turn];
                }
        return order;
    }
}
