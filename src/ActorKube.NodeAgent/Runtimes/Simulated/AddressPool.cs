using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>
/// Hands out the addresses of one pod range, round robin as the host-local plugin does, so that an address just released is not reused at once. The network
/// address, the first host (the bridge's) and, for IPv4, the broadcast address are left out.
/// </summary>
internal sealed class AddressPool
{
    private const int MaxHostBits = 20;
    private readonly byte[] _network;
    private readonly uint _last;
    private readonly HashSet<uint> _used = [];
    private uint _previous = 1;

    public AddressPool(string cidr)
    {
        if (!IPNetwork.TryParse(cidr, out var network))
            throw new RuntimeException(RuntimeErrorKind.InvalidArgument, $"\"{cidr}\" is no pod range.");
        Cidr = cidr;
        _network = network.BaseAddress.GetAddressBytes();
        var hostBits = Math.Min((_network.Length * 8) - network.PrefixLength, MaxHostBits);
        var reservedAtEnd = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 2u : 1u;
        _last = hostBits < 2 ? 0 : (1u << hostBits) - reservedAtEnd;
    }

    public string Cidr { get; }

    public string Take()
    {
        for (var tried = 0u; tried + 1 < _last; tried++)
        {
            _previous = _previous >= _last ? 2 : _previous + 1;
            if (_used.Add(_previous))
                return Format(_previous);
        }
        throw new RuntimeException(RuntimeErrorKind.Unknown, $"failed to setup network for sandbox: no address is left in {Cidr}");
    }

    /// <summary>Gives an address back; false when it is not of this pool.</summary>
    public bool Release(string address)
    {
        var bytes = IPAddress.Parse(address).GetAddressBytes();
        if (bytes.Length != _network.Length)
            return false;
        var host = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(^4)) - BinaryPrimitives.ReadUInt32BigEndian(_network.AsSpan(^4));
        return _used.Contains(host) && Format(host) == address && _used.Remove(host);
    }

    private string Format(uint host)
    {
        var bytes = _network.ToArray();
        var tail = bytes.AsSpan(^4);
        BinaryPrimitives.WriteUInt32BigEndian(tail, BinaryPrimitives.ReadUInt32BigEndian(tail) + host);
        return new IPAddress(bytes).ToString();
    }
}
