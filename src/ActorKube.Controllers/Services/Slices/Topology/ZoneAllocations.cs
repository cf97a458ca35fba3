namespace ActorKube.Controllers.Services.Slices.Topology;

/// <summary>How many endpoints a zone is to have.</summary>
/// <param name="Maximum">More than that would leave another zone short.</param>
/// <param name="Desired">Its share, not rounded.</param>
internal readonly record struct ZoneShare(int Maximum, double Desired);

/// <summary>
/// Shares endpoints out among zones in proportion to their processors; pure. Shares that would load an endpoint more than a fifth above the average are refused. Example: 3 endpoints in two zones of equal
/// size are 1.5 each, of which 1.25 are needed at least, and that is 2 each: too many.
/// </summary>
internal static class ZoneAllocations
{
    /// <summary>How much more than the average an endpoint may get.</summary>
    public const double OverloadThreshold = 0.2;

    // Less than half an endpoint is not worth a move.
    private const double Half = 0.5;

    private const string NoNodeInfo = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes";

    /// <summary>Each zone's part of all processors; empty when a node does not say, or there is one zone only.</summary>
    public static SortedDictionary<string, double> Ratios(IEnumerable<NodeCapacity> nodes)
    {
        var zones = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var node in nodes.Where(static n => n.Counts))
        {
            if (node.Zone.Length == 0 || node.CpuMillis == 0)
                return [];
            zones[node.Zone] = zones.GetValueOrDefault(node.Zone) + node.CpuMillis;
        }
        if (zones.Count < 2)
            return [];
        var total = zones.Values.Sum();
        foreach (var zone in zones.Keys.ToArray())
            zones[zone] /= total;
        return zones;
    }

    /// <summary>The shares, or why there are none, in upstream's words.</summary>
    /// <param name="ratios">Each zone's part.</param>
    /// <param name="endpoints">Endpoints that are ready.</param>
    public static (SortedDictionary<string, ZoneShare> Shares, string? Refusal) Of(SortedDictionary<string, double> ratios, int endpoints)
    {
        var shares = new SortedDictionary<string, ZoneShare>(StringComparer.Ordinal);
        if (ratios.Count == 0)
            return (shares, NoNodeInfo);
        if (ratios.Count > endpoints)
            return (shares, $"Insufficient number of endpoints ({endpoints} endpoints, {ratios.Count} zones)");
        var needed = ratios.ToDictionary(static r => r.Key, r => (int)Math.Ceiling(r.Value * endpoints / (1 + OverloadThreshold)));
        var spare = endpoints - needed.Values.Sum();
        if (spare < 0)
            return (shares, $"Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ({endpoints} endpoints, {ratios.Count} zones)");
        foreach (var (zone, ratio) in ratios)
            shares[zone] = new ZoneShare(needed[zone] + spare, Math.Max(ratio * endpoints, needed[zone]));
        return (shares, null);
    }

    /// <summary>How many endpoints each zone gives away and gets, from what it has: always from the one that has most too many to the one that lacks most.</summary>
    public static (SortedDictionary<string, int> Giving, SortedDictionary<string, int> Receiving) Moves(SortedDictionary<string, ZoneShare> shares, IReadOnlyDictionary<string, int> hinted)
    {
        var surplus = shares.Select(s => (Zone: s.Key, Amount: hinted.GetValueOrDefault(s.Key) - s.Value.Desired)).ToList();
        var toGive = surplus.Where(static s => s.Amount > 0).ToDictionary(static s => s.Zone, static s => s.Amount);
        var toGet = surplus.Where(static s => s.Amount < 0).ToDictionary(static s => s.Zone, static s => -s.Amount);
        var (giving, receiving) = (new SortedDictionary<string, int>(StringComparer.Ordinal), new SortedDictionary<string, int>(StringComparer.Ordinal));
        while (Most(toGive) is { } from && Most(toGet) is { } to && Math.Max(toGive[from], toGet[to]) >= 1 && Math.Min(toGive[from], toGet[to]) >= Half)
        {
            Move(from, giving, toGive);
            Move(to, receiving, toGet);
        }
        return (giving, receiving);
    }

    private static string? Most(Dictionary<string, double> zones) => zones.Where(static z => z.Value > 0).OrderByDescending(static z => z.Value).ThenBy(static z => z.Key, StringComparer.Ordinal).FirstOrDefault().Key;

    private static void Move(string zone, SortedDictionary<string, int> moved, Dictionary<string, double> left)
    {
        moved[zone] = moved.GetValueOrDefault(zone) + 1;
        left[zone]--;
    }
}
