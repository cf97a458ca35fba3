namespace ActorKube.Controllers.Services.Slices.Topology;

/// <summary>
/// Hints by <c>service.kubernetes.io/topology-mode: Auto</c>: every zone gets endpoints for its share of the nodes' processors, its own first. Slices whose hints still fit stay as they are. Upstream:
/// <c>k8s.io/endpointslice/topologycache</c>.
/// </summary>
internal static class TopologyHints
{
    /// <summary>Gives the endpoints their hints, or takes all hints away where zones cannot be served evenly.</summary>
    /// <param name="slices">All slices of a service and address type.</param>
    /// <param name="ratios">Each zone's part of the processors.</param>
    /// <returns>Why there are no hints; null when there are.</returns>
    public static string? Apply(IReadOnlyList<SliceDraft> slices, SortedDictionary<string, double> ratios)
    {
        var (shares, refusal) = ZoneAllocations.Of(ratios, slices.Sum(static s => s.Endpoints.Count(IsReady)));
        if (refusal is not null)
            return Withdraw(slices, refusal);
        var hinted = Keep(slices, shares);
        var open = slices.Where(static s => s.Changed).ToList();
        if (open.Exists(static s => s.Endpoints.Exists(static e => IsReady(e) && string.IsNullOrEmpty(e.Zone))))
            return Withdraw(slices, "One or more endpoints do not have a zone specified");
        foreach (var slice in open)
            Each(slice, endpoint =>
            {
                hinted[endpoint.Zone!] = hinted.GetValueOrDefault(endpoint.Zone!) + 1;
                return endpoint.Zone!;
            });
        var (giving, receiving) = ZoneAllocations.Moves(shares, hinted);
        foreach (var slice in open)
            Each(slice, endpoint => Take(giving, endpoint.Zone!) ? Next(receiving) : endpoint.ForZones);
        return null;
    }

    private static bool IsReady(SliceEndpoint endpoint) => endpoint.Ready == true;

    // The hints of slices that are not written anyway, as far as they still fit; the others are written.
    private static Dictionary<string, int> Keep(IReadOnlyList<SliceDraft> slices, SortedDictionary<string, ZoneShare> shares)
    {
        var hinted = new Dictionary<string, int>();
        foreach (var slice in slices.Where(static s => !s.Changed))
        {
            var ready = slice.Endpoints.Where(IsReady).ToList();
            var zones = ready.SelectMany(static e => e.ForZones.Split(' ', StringSplitOptions.RemoveEmptyEntries)).CountBy(static z => z).ToList();
            if (ready.Exists(static e => e.ForZones.Length == 0) || zones.Exists(z => !shares.TryGetValue(z.Key, out var share) || z.Value + hinted.GetValueOrDefault(z.Key) > share.Maximum))
                slice.Changed = true;
            else
                foreach (var (zone, count) in zones)
                    hinted[zone] = hinted.GetValueOrDefault(zone) + count;
        }
        return hinted;
    }

    private static string Withdraw(IReadOnlyList<SliceDraft> slices, string why)
    {
        foreach (var slice in slices)
            TrafficHints.Apply("", slice);
        return why;
    }

    private static void Each(SliceDraft slice, Func<SliceEndpoint, string> zone)
    {
        for (var i = 0; i < slice.Endpoints.Count; i++)
            if (IsReady(slice.Endpoints[i]))
                slice.Endpoints[i] = slice.Endpoints[i] with { ForZones = zone(slice.Endpoints[i]), ForNodes = "" };
    }

    private static bool Take(SortedDictionary<string, int> giving, string zone)
    {
        if (!giving.TryGetValue(zone, out var left) || left == 0)
            return false;
        giving[zone] = left - 1;
        return true;
    }

    // As many are received as are given.
    private static string Next(SortedDictionary<string, int> receiving)
    {
        var zone = receiving.First(static r => r.Value > 0).Key;
        receiving[zone]--;
        return zone;
    }
}
