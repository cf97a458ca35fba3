using System.Net;
using System.Net.Sockets;

namespace ActorKube.Controllers.Nodes;

/// <summary>A network cut into equal parts; knows which are free.</summary>
internal sealed class CidrPool(IPNetwork network, int partPrefix)
{
    /// <summary>Most bits that number the parts: as upstream, 65,536 parts.</summary>
    public const int MaxBits = 16;

    private readonly HashSet<int> _used = [];
    private int _next;

    private AddressFamily Family => network.BaseAddress.AddressFamily;

    private int Width => AddressNumbers.Width(Family);

    private int Parts => 1 << (partPrefix - network.PrefixLength);

    /// <summary>Marks what overlaps with a network as used; networks elsewhere do not matter.</summary>
    public void Occupy(string cidr)
    {
        if (!IPNetwork.TryParse(cidr, out var other) || other.BaseAddress.AddressFamily != network.BaseAddress.AddressFamily)
            return;
        if (other.PrefixLength <= network.PrefixLength)
        {
            if (other.Contains(network.BaseAddress))
                _used.UnionWith(Enumerable.Range(0, Parts));
            return;
        }
        if (!network.Contains(other.BaseAddress))
            return;
        var first = (int)((other.BaseAddress.Number() - network.BaseAddress.Number()) >> (Width - partPrefix));
        var count = other.PrefixLength >= partPrefix ? 1 : 1 << (partPrefix - other.PrefixLength);
        for (var part = first; part < first + count; part++)
            _used.Add(part);
    }

    /// <summary>Takes the lowest free part; null when there is none.</summary>
    public string? Next()
    {
        while (_next < Parts && !_used.Add(_next))
            _next++;
        return _next < Parts ? $"{AddressNumbers.Address(network.BaseAddress.Number() + ((UInt128)_next << (Width - partPrefix)), Family)}/{partPrefix}" : null;
    }
}
