using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace ActorKube.Controllers.Cloud.Providers.Addresses;

/// <summary>Which addresses a service gets, from what all services have. Pure: the same services give the same addresses.</summary>
internal static class AddressChoice
{
    /// <summary>Annotation that names a service's addresses, one for each family, with commas between them; <c>spec.loadBalancerIP</c> names one.</summary>
    public const string IpsAnnotation = "cloud.actorkube.io/load-balancer-ips";

    /// <summary>Annotation that names the pool of a service's addresses.</summary>
    public const string PoolAnnotation = "cloud.actorkube.io/address-pool";

    /// <summary>Chooses.</summary>
    /// <param name="pools">All pools.</param>
    /// <param name="service">The service.</param>
    /// <param name="own">The addresses it has, in its status or promised to it.</param>
    /// <param name="taken">The addresses of others.</param>
    /// <exception cref="AddressException">It cannot have what it wants.</exception>
    public static ImmutableArray<IPAddress> Choose(AddressPools pools, BalancedService service, IReadOnlySet<IPAddress> own, IReadOnlySet<IPAddress> taken)
    {
        var pool = service.Annotations.GetValueOrDefault(PoolAnnotation, "");
        if (pool.Length > 0 && !pools.Knows(pool))
            throw new AddressException($"there is no address pool \"{pool}\"");
        var wanted = Wanted(service);
        foreach (var ip in wanted)
            if (!pools.Contains(ip, pool))
                throw new AddressException(pool.Length > 0 ? $"address {ip} is not in pool \"{pool}\"" : $"address {ip} is in no address pool");
            else if (taken.Contains(ip))
                throw new AddressException($"address {ip} is taken by another service");
        var families = service.Families.Select(f => f == "IPv6" ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork).ToArray();
        if (wanted.FirstOrDefault(w => !families.Contains(w.AddressFamily)) is { } odd)
            throw new AddressException($"address {odd} is of a family that the service does not have");
        var chosen = families
            .Select(f => wanted.FirstOrDefault(w => w.AddressFamily == f)
                ?? own.FirstOrDefault(o => o.AddressFamily == f && pools.Contains(o, pool) && !taken.Contains(o))
                ?? pools.LowestFree(f, pool, taken))
            .OfType<IPAddress>().ToImmutableArray();
        if (chosen.IsEmpty || (service.NeedsBothFamilies && chosen.Length < families.Length))
            throw new AddressException(pool.Length > 0 ? $"address pool \"{pool}\" has no free address" : "no address pool has a free address");
        return chosen;
    }

    private static IPAddress[] Wanted(BalancedService service)
    {
        var text = service.Annotations.GetValueOrDefault(IpsAnnotation) is { Length: > 0 } named ? named : service.WantedIp;
        return [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(t => IPAddress.TryParse(t, out var ip) ? ip : throw new AddressException($"\"{t}\" is not an IP address"))];
    }
}

/// <summary>A service cannot have the address that it wants, or any.</summary>
internal sealed class AddressException(string message) : Exception(message);
