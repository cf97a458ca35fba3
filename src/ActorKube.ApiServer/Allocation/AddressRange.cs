using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ActorKube.ApiServer.Allocation;

/// <summary>The IPv4 range that cluster addresses come from, without its first and last address, which belong to the network itself. Pure.</summary>
internal sealed class AddressRange
{
    private readonly uint _base;

    /// <summary>Takes a network, for example <c>10.96.0.0/12</c>.</summary>
    /// <exception cref="ArgumentException">It is not IPv4 or has no room.</exception>
    public AddressRange(IPNetwork network)
    {
        if (!IsPossible(network))
            throw new ArgumentException($"{network} cannot be a range of cluster addresses: it has to be IPv4 with a prefix between 8 and 30.", nameof(network));
        Network = network;
        _base = BinaryPrimitives.ReadUInt32BigEndian(network.BaseAddress.GetAddressBytes());
        Count = (1 << (32 - network.PrefixLength)) - 2;
    }

    /// <summary>Whether addresses can be given from a network at all.</summary>
    public static bool IsPossible(IPNetwork network) => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork && network.PrefixLength is >= 8 and <= 30;

    /// <summary>The network.</summary>
    public IPNetwork Network { get; }

    /// <summary>How many addresses there are to give.</summary>
    public int Count { get; }

    /// <summary>How many of them, from the first on, are left to those who ask for them by name.</summary>
    public int StaticCount => StaticBand.Of(Count + 2L, 16, 256);

    /// <summary>The first address, which is that of the <c>kubernetes</c> service.</summary>
    public string First => At(0);

    /// <summary>The address at a place in the range.</summary>
    public string At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, _base + 1 + (uint)index);
        return new IPAddress(bytes).ToString();
    }

    /// <summary>True for an address that may be given.</summary>
    public bool Contains(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetwork)
            return false;
        var offset = (long)BinaryPrimitives.ReadUInt32BigEndian(parsed.GetAddressBytes()) - _base;
        return offset >= 1 && offset <= Count;
    }
}

/// <summary>The ports that node ports come from, both ends included.</summary>
/// <param name="First">Lowest port.</param>
/// <param name="Last">Highest port.</param>
internal sealed record PortRange(int First, int Last)
{
    /// <summary>How many ports there are to give.</summary>
    public int Count => Last - First + 1;

    /// <summary>How many of them, from the first on, are left to those who ask for them by name.</summary>
    public int StaticCount => StaticBand.Of(Count, 32, 128);

    /// <summary>True for a port that may be given.</summary>
    public bool Contains(long port) => port >= First && port <= Last;

    /// <inheritdoc/>
    public override string ToString() => $"{First}-{Last}";
}
