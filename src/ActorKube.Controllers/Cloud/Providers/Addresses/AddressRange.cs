using System.Net;
using System.Net.Sockets;
using ActorKube.Controllers.Nodes;

namespace ActorKube.Controllers.Cloud.Providers.Addresses;

/// <summary>Addresses of one family from a first to a last one.</summary>
internal sealed record AddressRange(AddressFamily Family, UInt128 First, UInt128 Last)
{
    /// <summary>
    /// Reads <c>10.0.0.0/24</c>, <c>10.0.0.10-10.0.0.20</c>, or one address. Of a network the first address is left out, and of an IPv4 network the last: they mean the network itself and everybody in
    /// it; networks of one or two addresses are taken as they are.
    /// </summary>
    /// <exception cref="FormatException">It is none of these; the message quotes it.</exception>
    public static AddressRange Parse(string text)
    {
        if (text.Contains('/', StringComparison.Ordinal) && IPNetwork.TryParse(text, out var network))
        {
            var family = network.BaseAddress.AddressFamily;
            var (first, free) = (network.BaseAddress.Number(), AddressNumbers.Width(family) - network.PrefixLength);
            var last = free == 128 ? UInt128.MaxValue : first + (UInt128.One << free) - 1;
            return free < 2 ? new AddressRange(family, first, last) : new AddressRange(family, first + 1, family == AddressFamily.InterNetwork ? last - 1 : last);
        }
        var ends = text.Split('-', StringSplitOptions.TrimEntries);
        return ends.Length <= 2 && IPAddress.TryParse(ends[0], out var from) && IPAddress.TryParse(ends[^1], out var to) && from.AddressFamily == to.AddressFamily && from.Number() <= to.Number()
            ? new AddressRange(from.AddressFamily, from.Number(), to.Number())
            : throw new FormatException($"'{text}' is not a range of addresses");
    }

    public bool Contains(IPAddress address) => address.AddressFamily == Family && address.Number() >= First && address.Number() <= Last;

    /// <summary>The lowest address that is not taken; null when all are.</summary>
    public IPAddress? LowestFree(IReadOnlySet<IPAddress> taken)
    {
        for (var number = First; number <= Last; number++)
        {
            var address = AddressNumbers.Address(number, Family);
            if (!taken.Contains(address))
                return address;
            if (number == UInt128.MaxValue)
                break;
        }
        return null;
    }
}
