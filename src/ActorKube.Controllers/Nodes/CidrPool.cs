using System.Collections;
using System.Net;
using System.Net.Sockets;

namespace ActorKube.Controllers.Nodes;

/// <summary>A network cut into equal parts; knows which are free, and hands them out in turn. Upstream: <c>pkg/controller/nodeipam/ipam/cidrset</c>.</summary>
internal sealed class CidrPool(IPNetwork network, int partPrefix)
{
    private readonly BitArray _used = new(1 << (partPrefix - network.PrefixLength));
    private int _taken;
    private int _next;

    private AddressFamily Family => network.BaseAddress.AddressFamily;

    private int PartBits => AddressNumbers.Width(Family) - partPrefix;

    /// <summary>Whether a node's part of a network may be so small: of IPv6 as upstream; of IPv4, where upstream sets no limit, what fits in memory.</summary>
    public static bool CanBeCut(IPNetwork network, int partPrefix) =>
        partPrefix >= network.PrefixLength && partPrefix - network.PrefixLength <= (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 24 : 16);

    /// <summary>Marks what overlaps with a network as used; networks elsewhere do not matter.</summary>
    public void Occupy(IPNetwork other)
    {
        if (other.BaseAddress.AddressFamily != Family)
            return;
        if (other.PrefixLength <= network.PrefixLength)
        {
            if (other.Contains(network.BaseAddress))
                Take(0, _used.Length);
        }
        else if (network.Contains(other.BaseAddress))
        {
            Take(IndexOf(other), other.PrefixLength >= partPrefix ? 1 : 1 << (partPrefix - other.PrefixLength));
        }
    }

    /// <summary>Continues after a part that was given earlier; one that is none of this network's says nothing.</summary>
    public void ContinueAfter(IPNetwork part)
    {
        if (part.PrefixLength == partPrefix && part.BaseAddress.AddressFamily == Family && network.Contains(part.BaseAddress))
            _next = (IndexOf(part) + 1) % _used.Length;
    }

    /// <summary>Takes the next free part, after the last one from the beginning again; null when there is none.</summary>
    public IPNetwork? Next()
    {
        if (_taken == _used.Length)
            return null;
        while (_used[_next])
            _next = (_next + 1) % _used.Length;
        var part = new IPNetwork(AddressNumbers.Address(network.BaseAddress.Number() + ((UInt128)_next << PartBits), Family), partPrefix);
        Take(_next, 1);
        _next = (_next + 1) % _used.Length;
        return part;
    }

    private int IndexOf(IPNetwork part) => (int)((part.BaseAddress.Number() - network.BaseAddress.Number()) >> PartBits);

    private void Take(int first, int count)
    {
        for (var part = first; part < first + count; part++)
            if (!_used[part])
            {
                _used[part] = true;
                _taken++;
            }
    }
}
