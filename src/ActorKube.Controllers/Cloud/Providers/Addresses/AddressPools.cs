using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace ActorKube.Controllers.Cloud.Providers.Addresses;

/// <summary>The pools that load balancers' addresses come from, in the order in which they are used up.</summary>
internal sealed class AddressPools
{
    private const string DefaultName = "default";
    private readonly ImmutableArray<(string Name, AddressRange Range)> _ranges;

    private AddressPools(ImmutableArray<(string, AddressRange)> ranges) => _ranges = ranges;

    /// <summary>Reads pools, each <c>NAME=RANGE,RANGE…</c>; the name <c>default</c> may be left out.</summary>
    /// <exception cref="FormatException">One is malformed; the message says which.</exception>
    public static AddressPools Parse(IEnumerable<string> pools) => new(
    [
        .. pools.SelectMany(p =>
        {
            var parts = p.Split('=', 2, StringSplitOptions.TrimEntries);
            return parts[^1].Split(',', StringSplitOptions.TrimEntries).Select(r => (parts.Length == 2 ? parts[0] : DefaultName, AddressRange.Parse(r)));
        }),
    ]);

    public bool Knows(string pool) => _ranges.Any(r => r.Name == pool);

    /// <summary>Whether an address belongs to a pool; to any, when the name is empty.</summary>
    public bool Contains(IPAddress address, string pool) => _ranges.Any(r => (pool.Length == 0 || r.Name == pool) && r.Range.Contains(address));

    /// <summary>The lowest free address of a family in a pool, or in the first pool that has one when the name is empty.</summary>
    public IPAddress? LowestFree(AddressFamily family, string pool, IReadOnlySet<IPAddress> taken) =>
        _ranges.Where(r => (pool.Length == 0 || r.Name == pool) && r.Range.Family == family).Select(r => r.Range.LowestFree(taken)).FirstOrDefault(a => a is not null);
}
