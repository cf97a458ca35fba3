using ActorKube.Controllers.Services.Slices;

namespace ActorKube.Controllers.Services.Subsets;

/// <summary>The canonical form of Endpoints: ports at which the same pods are found in the same state share a subset.</summary>
internal static class SubsetPacking
{
    /// <summary>Most addresses in Endpoints.</summary>
    public const int Capacity = 1000;

    /// <summary>The subsets of a service.</summary>
    public static List<Subset> Pack(ServiceView service, IEnumerable<ServingPod> pods)
    {
        var byPort = new Dictionary<SlicePort, SortedDictionary<string, (SubsetAddress Address, bool Ready)>>();
        // Pods of a headless service without ports are listed all the same.
        var portless = new SortedDictionary<string, (SubsetAddress Address, bool Ready)>(StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            if (AddressOf(service, pod) is not { } address)
                continue;
            var entry = (address, service.PublishesNotReady || pod.Ready);
            var key = $"{address.Ip} {address.Target.Uid}";
            if (service.Ports.IsEmpty && !service.HasClusterIp)
                portless[key] = entry;
            foreach (var port in SlicePort.Of(service, pod))
            {
                if (!byPort.TryGetValue(port, out var addresses))
                    byPort.Add(port, addresses = new(StringComparer.Ordinal));
                addresses[key] = entry;
            }
        }
        var subsets = byPort
            .GroupBy(p => string.Join('\n', p.Value.Select(a => $"{a.Key} {a.Value.Ready}")))
            .Select(g => Of(g.First().Value, [.. g.Select(p => p.Key).OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Number)]))
            .ToList();
        if (portless.Count > 0)
            subsets.Add(Of(portless, []));
        return [.. subsets.OrderBy(s => SlicePort.KeyOf(s.Ports), StringComparer.Ordinal)];
    }

    /// <summary>Cuts what is above the capacity, those that are not ready first, from all subsets in proportion.</summary>
    /// <returns>False when there was nothing to cut.</returns>
    public static bool Truncate(List<Subset> subsets)
    {
        var (ready, notReady) = (subsets.Sum(s => s.Ready.Count), subsets.Sum(s => s.NotReady.Count));
        if (ready + notReady <= Capacity)
            return false;
        var cutReady = ready > Capacity;
        var (total, room) = cutReady ? (ready, Capacity) : (notReady, Capacity - ready);
        var left = room;
        foreach (var subset in subsets)
        {
            var list = cutReady ? subset.Ready : subset.NotReady;
            var share = Math.Min(left, (int)Math.Ceiling((double)list.Count / total * room));
            if (share < list.Count)
                list.RemoveRange(share, list.Count - share);
            left -= list.Count;
            if (cutReady)
                subset.NotReady.Clear();
        }
        return true;
    }

    private static Subset Of(SortedDictionary<string, (SubsetAddress Address, bool Ready)> addresses, List<SlicePort> ports) =>
        new([.. addresses.Values.Where(a => a.Ready).Select(a => a.Address)], [.. addresses.Values.Where(a => !a.Ready).Select(a => a.Address)], ports);

    // Endpoints know one family only: the first of the service.
    private static SubsetAddress? AddressOf(ServiceView service, ServingPod pod)
    {
        var family = !service.IpFamilies.IsEmpty ? service.IpFamilies[0]
            : service.HasClusterIp ? (service.ClusterIp.Contains(':', StringComparison.Ordinal) ? SliceEndpoint.IPv6 : SliceEndpoint.IPv4)
            : SliceEndpoint.TypeOf(pod.Addresses[0]);
        return pod.Addresses.FirstOrDefault(a => SliceEndpoint.TypeOf(a) == family) is { } ip
            ? new SubsetAddress(ip.ToString(), pod.HostnameIn(service), pod.NodeName, EndpointTarget.Of(pod))
            : null;
    }
}
